"""Every key, and what the mouse does."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from xraydesk.ui.action_table import ACTIONS, Group
from xraydesk.ui.actions import key_text
from xraydesk.ui.help.page import finish
from xraydesk.ui.theme import GRID
from xraydesk.ui.words import Words

_MOUSE = (
    ("Wheel", "Zoom about the pointer"),
    ("Left drag", "The chosen tool"),
    ("Right drag", "Window/level"),
    ("Middle drag", "Pan"),
    ("Double click", "Fit to window"),
)
_OPINIONS = (
    ("Shift+1 … 9", "Give the first to ninth class"),
    ("The same again", "Take it back"),
)
_OTHERS = (
    ("1 … 9", "Heatmap of the first to ninth class"),
    ("Left, Right", "Previous and next film, on the film"),
    ("Tab", "Films, film, classes, heatmap"),
    ("Enter", "In a batch: open the film in Read, too"),
    ("Shift+Up, Down", "In the table of a batch: select more rows"),
)
_COLUMNS = 3
_HEADING_ROWS = 2  # so many rows of keys a heading is as high as, with the space before it


def shortcut_rows() -> list[tuple[str, tuple[tuple[str, str], ...]]]:
    """(heading, ((keys, what they do), …)) for the Help page, from the one table of actions."""
    groups = []
    for group in Group:
        rows = tuple(
            ("  or  ".join(key_text(key) for key in spec.keys), spec.text.rstrip("…"))
            for spec in ACTIONS
            if spec.group is group and spec.keys
        )
        groups.append((group.value, (*rows, *_OPINIONS) if group is Group.OPINION else rows))
    return [*groups, ("Also", _OTHERS), ("Mouse", _MOUSE)]


class ShortcutsPage(QDialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Keyboard and mouse")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        content = QWidget()
        whole = QHBoxLayout(content)
        whole.setSpacing(4 * GRID)
        columns = [QVBoxLayout() for _ in range(_COLUMNS)]
        filled = [0] * _COLUMNS
        for heading, rows in shortcut_rows():
            shortest = filled.index(min(filled))
            columns[shortest].addLayout(_section(heading, rows))
            filled[shortest] += len(rows) + _HEADING_ROWS
        for column in columns:
            column.setSpacing(3 * GRID)
            column.addStretch(1)
            whole.addLayout(column, 1)
        area = QScrollArea(widgetResizable=True)
        area.setWidget(content)
        finish(self, area)
        self.resize(1160, 720)


def _section(heading: str, rows: tuple[tuple[str, str], ...]) -> QGridLayout:
    section = QGridLayout()
    section.setHorizontalSpacing(2 * GRID)
    section.setVerticalSpacing(4)
    section.setColumnMinimumWidth(0, 120)
    section.setColumnStretch(1, 1)
    section.addWidget(Words(heading, "title"), 0, 0, 1, 2)
    for number, (keys, what) in enumerate(rows, start=1):
        section.addWidget(Words(keys, "quiet"), number, 0)
        section.addWidget(Words(what, "figure"), number, 1)
    return section
