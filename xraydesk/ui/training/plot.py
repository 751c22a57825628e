"""Axes of small plots: where a value lies, round ticks, quiet lines."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from xraydesk.ui.theme import Colours

_MARGIN = (56, 26, 18, 20)  # left, top, right, bottom
_LABEL = 11


@dataclass(frozen=True, slots=True)
class Axes:
    """Values from `low` to `high` across, and from `bottom` to `top` upwards, within `room`."""

    room: QRectF
    low: float
    high: float
    bottom: float
    top: float

    def point(self, x: float, y: float) -> QPointF:
        across = (x - self.low) / ((self.high - self.low) or 1)
        up = (y - self.bottom) / ((self.top - self.bottom) or 1)
        return QPointF(
            self.room.left() + across * self.room.width(), self.room.bottom() - up * self.room.height()
        )

    def x_at(self, pixel: float) -> float:
        return self.low + (pixel - self.room.left()) / max(self.room.width(), 1) * (self.high - self.low)

    def y_at(self, pixel: float) -> float:
        return self.bottom + (self.room.bottom() - pixel) / max(self.room.height(), 1) * (
            self.top - self.bottom
        )


def room_of(area: QRect) -> QRectF:
    left, top, right, bottom = _MARGIN
    return QRectF(area).adjusted(left, top, -right, -bottom)


def square_room(area: QRect) -> QRectF:
    """The largest square, at the left."""
    room = room_of(area)
    side = max(min(room.width(), room.height()), 1.0)
    return QRectF(room.left(), room.top(), side, side)


def ticks(low: float, high: float, count: int = 4) -> list[float]:
    """About `count` round numbers from `low` to `high`: steps of 1, 2 or 5 times a power of ten."""
    span = high - low
    if not span > 0 or not math.isfinite(span):
        return [low]
    rough = span / count
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [number * step for number in range(first, math.floor(high / step + 1e-9) + 1)]


def small_font(painter: QPainter) -> None:
    font = painter.font()
    font.setPixelSize(_LABEL)
    painter.setFont(font)


def paint_axes(
    painter: QPainter,
    axes: Axes,
    colours: Colours,
    across: Sequence[tuple[float, str]],
    upwards: Sequence[tuple[float, str]],
) -> None:
    """Ticks are (value, words); a line goes through the plot at each upward one."""
    small_font(painter)
    for value, words in upwards:
        at = axes.point(axes.low, value)
        painter.setPen(QPen(QColor(colours.line), 1))
        painter.drawLine(at, QPointF(axes.room.right(), at.y()))
        painter.setPen(QColor(colours.quiet))
        place = QRectF(0, at.y() - 8, axes.room.left() - 6, 16)
        painter.drawText(place, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)
    painter.setPen(QColor(colours.quiet))
    for value, words in across:
        at = axes.point(value, axes.bottom)
        place = QRectF(at.x() - 30, axes.room.bottom() + 3, 60, 15)
        painter.drawText(place, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignVCenter, words)


def paint_line(painter: QPainter, points: Sequence[QPointF], colour: str, *, dashed: bool = False) -> None:
    """A single point is a dot."""
    if len(points) == 1:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        painter.drawEllipse(points[0], 3, 3)
        return
    style = Qt.PenStyle.DashLine if dashed else Qt.PenStyle.SolidLine
    painter.setPen(QPen(QColor(colour), 2, style, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPolyline(list(points))
