"""Live curves over the epochs: training and validation, the best epoch marked."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from xraydesk.ui import drawing
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.training.plot import Axes, paint_axes, paint_line, room_of, small_font, ticks

_SIZE = QSize(44 * GRID, 26 * GRID)
_EMPTY = "after the first epoch"
_LEAST = QSize(24 * GRID, 12 * GRID)


@dataclass(frozen=True, slots=True)
class Curve:
    """`values` of the epochs from the first on. A dashed one is told apart without colour, too."""

    name: str
    values: Sequence[float]
    accent: bool = False
    dashed: bool = False


class Curves(QWidget):
    """`words_of` writes a value at the axis; `logarithmic` for values that span decades."""

    def __init__(
        self, title: str, words_of: Callable[[float], str], colours: Colours, *, logarithmic: bool = False
    ) -> None:
        super().__init__()
        self._title, self._words_of, self._colours = title, words_of, colours
        self._logarithmic = logarithmic
        self._curves: tuple[Curve, ...] = ()
        self._epochs = 1
        self._best = 0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(title)

    def sizeHint(self) -> QSize:  # noqa: N802
        return _SIZE

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return _LEAST

    def show_curves(self, curves: tuple[Curve, ...], epochs: int, best: int) -> None:
        """`best`: an epoch, counted from 1; 0 while there is none."""
        self._curves, self._epochs, self._best = curves, max(epochs, 1), best
        latest = ", ".join(
            f"{curve.name} {self._words_of(curve.values[-1])}" for curve in curves if len(curve.values)
        )
        self.setAccessibleDescription(latest or "nothing yet")
        self.setToolTip(latest)
        self.update()

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    # -- painting -----------------------------------------------------------------------------------

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_legend(painter)
        if not self._curves:
            middle = self.rect().adjusted(0, 20, 0, 0)
            drawing.words(painter, middle, _EMPTY, self._colours.quiet, align=Qt.AlignmentFlag.AlignCenter)
            return
        axes = self._axes()
        across = [(x, f"{x:.0f}") for x in ticks(axes.low, axes.high, 8) if x == round(x) and x >= 1]
        upwards = [(y, self._words_of(self._value(y))) for y in ticks(axes.bottom, axes.top)]
        paint_axes(painter, axes, self._colours, across, upwards)
        if self._best:
            self._paint_best(painter, axes)
        for curve in self._curves:
            points = [
                axes.point(epoch, self._place(value))
                for epoch, value in enumerate(curve.values, start=1)
                if math.isfinite(self._place(value))
            ]
            if points:
                paint_line(painter, points, self._ink(curve), dashed=curve.dashed)

    def _axes(self) -> Axes:
        values = [self._place(value) for curve in self._curves for value in curve.values]
        values = [value for value in values if math.isfinite(value)] or [0.0, 1.0]
        low, high = min(values), max(values)
        spare = 0.06 * (high - low) or 0.05 * (abs(high) or 1.0)
        last = max(self._epochs, 2)
        return Axes(room_of(self.rect()), 1, last, low - spare, high + spare)

    def _place(self, value: float) -> float:
        return (math.log10(value) if value > 0 else math.nan) if self._logarithmic else value

    def _value(self, place: float) -> float:
        return 10.0**place if self._logarithmic else place

    def _ink(self, curve: Curve) -> str:
        return self._colours.accent if curve.accent else self._colours.quiet

    def _paint_best(self, painter: QPainter, axes: Axes) -> None:
        at = axes.point(self._best, axes.bottom)
        painter.setPen(QPen(QColor(self._colours.accent), 1, Qt.PenStyle.DotLine))
        painter.drawLine(at, QPointF(at.x(), axes.room.top()))
        small_font(painter)
        words = f"best: epoch {self._best}"
        width = painter.fontMetrics().horizontalAdvance(words) + 4
        left = min(at.x() + 4, axes.room.right() - width)
        painter.setPen(QColor(self._colours.accent))
        painter.drawText(QRectF(left, axes.room.top() - 1, width, 15), Qt.AlignmentFlag.AlignLeft, words)

    def _paint_legend(self, painter: QPainter) -> None:
        line = self.rect().adjusted(0, 0, -10, -self.height() + 20)
        drawing.words(painter, line, self._title, self._colours.text)
        small_font(painter)
        right = line.right()
        for curve in reversed(self._curves if len(self._curves) > 1 else ()):
            width = painter.fontMetrics().horizontalAdvance(curve.name)
            place = line.adjusted(right - width - line.left(), 0, 0, 0)
            place.setWidth(width + 2)
            drawing.words(painter, place, curve.name, self._colours.quiet, Qt.TextElideMode.ElideNone)
            dash = right - width - 24
            middle = line.center().y() + 1
            paint_line(
                painter,
                [QPointF(dash, middle), QPointF(dash + 18, middle)],
                self._ink(curve),
                dashed=curve.dashed,
            )
            right = dash - 2 * GRID
