"""Words on a page of the wizard, in the tones of the theme."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QLabel, QPushButton, QVBoxLayout, QWidget

from xraydesk.ui.theme import GRID
from xraydesk.ui.words import Words


def label(text: str = "", tone: str = "figure", *, wrap: bool = True) -> QLabel:
    made = Words(text, tone, wrap=wrap)
    if wrap:
        made.setMinimumWidth(1)
    return made


def button(text: str, *, tip: str = "", primary: bool = False, compact: bool = True) -> QPushButton:
    made = QPushButton(text)
    made.setToolTip(tip)
    made.setAutoDefault(True)  # Enter presses it, as Space does
    if compact:
        made.setProperty("compact", True)
    if primary:
        made.setProperty("tone", "primary")
    return made


def rule() -> QFrame:
    line = QFrame()
    line.setProperty("tone", "rule")
    return line


class Page(QWidget):
    """One step: its title, a sentence of what it is for, and what follows in `column`."""

    def __init__(self, title: str, purpose: str) -> None:
        super().__init__()
        self.setAccessibleName(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(3 * GRID, 2 * GRID, 3 * GRID, GRID)
        self.column.setSpacing(GRID)
        self.column.addWidget(label(title, "headline"))
        self.purpose = label(purpose, "quiet")
        self.column.addWidget(self.purpose)
