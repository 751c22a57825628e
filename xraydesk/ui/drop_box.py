"""A choice of a few, in the look of the program's other fields."""

from __future__ import annotations

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox

_FROM_RIGHT, _HALF = 14, 4


class DropBox(QComboBox):
    """Draws its own arrow: a stylesheet could only name a file for it, of one colour for both themes."""

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(self.palette().color(self.foregroundRole()), 1.5))
        x, y = self.width() - _FROM_RIGHT, self.height() / 2
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(
            [QPointF(x - _HALF, y - _HALF / 2), QPointF(x, y + _HALF / 2), QPointF(x + _HALF, y - _HALF / 2)]
        )
