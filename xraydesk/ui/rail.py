"""The narrow rail at the left: the places of the program, help below."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QAction, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from xraydesk.ui.theme import GRID, Colours

_WIDTH = 72
_BADGE = 16
_MOST = 99  # a higher count is "99+"


class RailButton(QToolButton):
    """May carry a count of news."""

    def __init__(self, action: QAction, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self._news = 0
        self.setDefaultAction(action)
        self.setAutoRaise(True)
        self.setIconSize(QSize(22, 22))
        self.setAccessibleName(action.text())

    def show_news(self, count: int) -> None:
        """0: none."""
        self._news = count
        words = self.defaultAction().text()
        self.setAccessibleName(f"{words}, {count:,} new" if count else words)
        self.update()

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self._news:
            self._paint_badge()

    def _paint_badge(self) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        font = painter.font()
        font.setPixelSize(10)
        font.setBold(True)
        painter.setFont(font)
        words = f"{self._news}" if self._news <= _MOST else f"{_MOST}+"
        width = max(_BADGE, painter.fontMetrics().horizontalAdvance(words) + GRID)
        area = QRect(self.width() // 2 + 4, 3, width, _BADGE)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._colours.accent))
        painter.drawRoundedRect(area, _BADGE / 2, _BADGE / 2)
        painter.setPen(QColor(self._colours.on_accent))
        painter.drawText(area, Qt.AlignmentFlag.AlignCenter, words)


class Rail(QWidget):
    def __init__(self, places: tuple[QAction, ...], below: tuple[QAction, ...], colours: Colours) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDTH)
        column = QVBoxLayout(self)
        column.setContentsMargins(4, GRID, 4, GRID)
        column.setSpacing(4)
        self._buttons = [RailButton(action, colours) for action in (*places, *below)]
        for button in self._buttons[: len(places)]:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
            button.setFixedSize(_WIDTH - 9, 52)
            column.addWidget(button)
        column.addStretch(1)
        for button in self._buttons[len(places) :]:
            button.setFixedSize(_WIDTH - 9, 40)
            column.addWidget(button)

    def set_colours(self, colours: Colours) -> None:
        for button in self._buttons:
            button.set_colours(colours)

    def button_of(self, action: QAction) -> RailButton:
        return next(button for button in self._buttons if button.defaultAction() is action)
