"""The narrow rail at the left: the places of the program, help below."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from xraydesk.ui.theme import GRID

_WIDTH = 72


class Rail(QWidget):
    def __init__(self, places: tuple[QAction, ...], below: tuple[QAction, ...]) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, GRID, 4, GRID)
        column.setSpacing(4)
        for action in places:
            column.addWidget(_button(action, with_words=True))
        column.addStretch(1)
        for action in below:
            column.addWidget(_button(action, with_words=False))


def _button(action: QAction, *, with_words: bool) -> QToolButton:
    button = QToolButton()
    button.setDefaultAction(action)
    button.setAutoRaise(True)
    button.setIconSize(QSize(22, 22))
    button.setAccessibleName(action.text())
    if with_words:
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
    button.setFixedSize(_WIDTH - 9, 52 if with_words else 40)
    return button
