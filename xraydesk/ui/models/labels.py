"""Words, rules and tables of figures, as the pages of the models place lay them out."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QWidget

from xraydesk.ui.theme import GRID
from xraydesk.ui.words import Words


def label(text: str, tone: str) -> QLabel:
    return Words(text, tone, wrap=tone != "accent")


def selectable(text: str, tone: str) -> QLabel:
    """Words that somebody may want to copy: a hash, a figure."""
    made = label(text, tone)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def rule() -> QFrame:
    made = QFrame()
    made.setProperty("tone", "rule")
    return made


def table(head: Sequence[str], rows: Sequence[Sequence[str]], name: str) -> QWidget:
    """The first column wraps and takes what room is left, down to a third; the others are as wide as their words."""
    made = QWidget()
    made.setAccessibleName(name)
    grid = QGridLayout(made)
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(2 * GRID)
    grid.setVerticalSpacing(4)
    for line, row in enumerate((head, *rows)):
        for column, words in enumerate(row):
            cell = label(words, "quiet" if line == 0 or column == 0 else "figure")
            cell.setWordWrap(column == 0 or len(head) < _DENSE)
            if column:
                cell.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
            grid.addWidget(cell, 2 * line, column, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(rule(), 2 * line + 1, 0, 1, len(head))
    for column in range(len(head)):
        grid.setColumnStretch(column, _stretch(column, [row[column] for row in (head, *rows)]))
    return made


_DENSE = 8  # columns: more than so many hold a number or two each


def _stretch(column: int, words: Sequence[str]) -> int:
    longest = max(map(len, words))
    return min(max(longest, 4), 40) if column == 0 else min(max(longest, 3), 24)
