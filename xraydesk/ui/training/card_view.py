"""What a model says of itself: its card as headings, sentences, facts and small tables."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from xraydesk.presentation.card_page import CardPage, CardSection, CardTable
from xraydesk.ui.theme import GRID
from xraydesk.ui.training.labels import label

_NOTHING = "Nothing yet."


class CardView(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._whole = QVBoxLayout(self)
        self._whole.setContentsMargins(0, 0, GRID, 0)
        self._content = QWidget()
        self._whole.addWidget(self._content)
        self.show_card(None)

    def show_card(self, page: CardPage | None) -> None:
        """None: there is no model."""
        self._whole.removeWidget(self._content)
        self._content.hide()
        self._content.deleteLater()
        self._content = QWidget()
        column = QVBoxLayout(self._content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        if page is None:
            column.addWidget(label(_NOTHING, "quiet"))
        else:
            column.addWidget(_selectable(label(page.subtitle, "quiet")))
            for section in page.sections:
                _add(column, section)
        column.addStretch(1)
        self._whole.addWidget(self._content)
        self._content.show()


def _add(column: QVBoxLayout, section: CardSection) -> None:
    column.addWidget(label(section.heading, "title"))
    for paragraph in section.paragraphs:
        column.addWidget(_selectable(label(paragraph)))
    if section.facts:
        column.addLayout(_grid([(name, value) for name, value in section.facts]))
    for table in section.tables:
        _add_table(column, table)
    column.addSpacing(GRID)


def _add_table(column: QVBoxLayout, table: CardTable) -> None:
    if table.caption:
        column.addWidget(label(table.caption, "quiet"))
    column.addLayout(_grid([table.head, *table.rows]))


def _grid(rows: list[tuple[str, ...]]) -> QGridLayout:
    grid = QGridLayout()
    grid.setHorizontalSpacing(3 * GRID)
    grid.setVerticalSpacing(GRID // 2)
    for row, words in enumerate(rows):
        for place, each in enumerate(words):
            shown = _selectable(label(each, "figure" if place else "quiet"))
            grid.addWidget(shown, row, place, Qt.AlignmentFlag.AlignTop)
    for place in range(len(rows[0]) if rows else 0):
        grid.setColumnStretch(place, 2 if place else 1)
    return grid


def _selectable(words: QLabel) -> QLabel:
    words.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return words
