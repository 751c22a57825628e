"""One line of the findings: what the reader says of the film, and two buttons to say it with."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QMenu, QToolButton, QWidget

from xraydesk.ui.elided_line import ElidedLine
from xraydesk.ui.theme import GRID

_NOTHING_SAID = "Your opinion"


class OpinionLine(QWidget):
    """Always of one height. By keyboard there are keys and menus."""

    def __init__(self, agree: QAction) -> None:
        super().__init__()
        self._words = ElidedLine(Qt.TextElideMode.ElideRight)
        self._agree = _button()
        self._agree.setDefaultAction(agree)
        self._agree.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        self._agree.setAccessibleName("Agree")
        self._class = _button()
        self._class.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self._class.setText("Other ▾")
        self._class.setToolTip("Give the right class (Shift+1, 2, 3 …)")
        self._class.setAccessibleName("Give the right class")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID // 2)
        row.addWidget(self._words, 1)
        row.addWidget(self._agree)
        row.addWidget(self._class)
        self.show_opinion("")

    def set_menu(self, classes: QMenu) -> None:
        """Of the classes a film can be given."""
        self._class.setMenu(classes)

    def show_opinion(self, words: str) -> None:
        """Empty: nothing is said of this film."""
        self._words.setText(words or _NOTHING_SAID)
        self._words.setAccessibleName(words or "No opinion of yours")
        self._words.setProperty("tone", "figure" if words else "quiet")
        self._words.style().unpolish(self._words)
        self._words.style().polish(self._words)

    def allow(self, allowed: bool, /) -> None:
        """Whether a class can be given now."""
        self._class.setEnabled(allowed)

    def words(self) -> str:
        return self._words.text()

    def class_button(self) -> QToolButton:
        return self._class


def _button() -> QToolButton:
    button = QToolButton()
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setAutoRaise(True)
    return button
