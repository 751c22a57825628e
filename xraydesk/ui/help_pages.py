"""Help: every key, and what this program is and is not."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from xraydesk import __version__
from xraydesk.presentation.wording import RESEARCH_USE_LONG
from xraydesk.ui.action_table import ACTIONS, Group
from xraydesk.ui.actions import key_text
from xraydesk.ui.theme import GRID

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
_METHOD = (
    "The method is that of Dey, Bacellar, Chandrappa and Kulkarni, COVID-19 Chest X-Ray Image "
    "Classification Using Deep Learning, medRxiv 2021, doi 10.1101/2021.07.15.21260605."
)
_LICENCES = (
    "XRayDesk is free software under the Apache License 2.0. It stands on Qt and PySide6 (LGPL-3.0), PyTorch "
    "(BSD-3-Clause), NumPy (BSD-3-Clause), Pillow (MIT-CMU), pydicom (MIT), GDCM (BSD-3-Clause), CharLS "
    "(BSD-3-Clause), OpenJPEG (BSD-2-Clause) and safetensors (Apache-2.0). The weights are for research and "
    "non-commercial use; their sources are named in the card of each model."
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
        _finish(self, area)
        self.resize(1160, 720)


class AboutPage(QDialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About XRayDesk")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setSpacing(2 * GRID)
        column.addWidget(_label(f"XRayDesk {__version__}", "headline"))
        for text, tone in ((RESEARCH_USE_LONG, "title"), (_METHOD, "figure"), (_LICENCES, "quiet")):
            column.addWidget(_label(text, tone))
        column.addStretch(1)
        _finish(self, content)
        self.resize(560, 400)


def _section(heading: str, rows: tuple[tuple[str, str], ...]) -> QGridLayout:
    section = QGridLayout()
    section.setHorizontalSpacing(2 * GRID)
    section.setVerticalSpacing(4)
    section.setColumnMinimumWidth(0, 120)
    section.setColumnStretch(1, 1)
    section.addWidget(_label(heading, "title"), 0, 0, 1, 2)
    for number, (keys, what) in enumerate(rows, start=1):
        section.addWidget(_label(keys, "quiet"), number, 0)
        section.addWidget(_label(what, "figure"), number, 1)
    return section


def _finish(page: QDialog, content: QWidget) -> None:
    buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    buttons.rejected.connect(page.close)
    buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
    column = QVBoxLayout(page)
    column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
    column.setSpacing(2 * GRID)
    column.addWidget(content, 1)
    column.addWidget(buttons)


def _label(text: str, tone: str) -> QLabel:
    label = QLabel(text, wordWrap=True, textFormat=Qt.TextFormat.PlainText)
    label.setProperty("tone", tone)
    return label
