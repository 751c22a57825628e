"""Sensitivity against false alarms, with an operating point that is dragged, or moved by the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.training.plot import Axes, paint_axes, paint_line, small_font, square_room

Point = tuple[float, float, float]  # false-positive rate, sensitivity, threshold
_TICKS = [(share / 4, f"{25 * share} %") for share in range(5)]
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Down: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Up: 1}
_USUAL = 0.5


class RocPlot(QWidget):
    """`moved` carries the Point that is the operating point now."""

    moved = Signal(object)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self._points: Sequence[Point] = ()
        self._at = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Receiver operating characteristic")
        self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(44 * GRID, 40 * GRID)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(28 * GRID, 28 * GRID)

    def show_curve(self, points: Sequence[Point]) -> None:
        """Begins at the threshold nearest to one half."""
        self._points = points
        at = min(range(len(points)), key=lambda place: abs(points[place][2] - _USUAL), default=0)
        self._go_to(at)

    def point(self) -> Point | None:
        return self._points[self._at] if self._points else None

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    # -- by hand ------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        self._drag(event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._drag(event.position())

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        move = _MOVES.get(Qt.Key(event.key()), 0)
        if move and self._points:
            self._go_to(self._at + move * self._stride())
        else:
            super().keyPressEvent(event)

    def _stride(self) -> int:
        """A hundred presses lead from end to end, however many films there are."""
        return max(len(self._points) // 100, 1)

    def _drag(self, position: QPointF) -> None:
        if not self._points:
            return
        axes = self._axes()
        x, y = axes.x_at(position.x()), axes.y_at(position.y())
        nearest = min(
            range(len(self._points)),
            key=lambda place: (self._points[place][0] - x) ** 2 + (self._points[place][1] - y) ** 2,
        )
        self._go_to(nearest)

    def _go_to(self, place: int) -> None:
        if self._points:
            self._at = max(0, min(place, len(self._points) - 1))
            self.moved.emit(self._points[self._at])
        self.update()

    # -- painting -----------------------------------------------------------------------------------

    def _axes(self) -> Axes:
        return Axes(square_room(self.rect()), 0.0, 1.0, 0.0, 1.0)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        axes = self._axes()
        paint_axes(painter, axes, self._colours, _TICKS, _TICKS)
        self._paint_names(painter, axes)
        chance = [axes.point(0, 0), axes.point(1, 1)]
        painter.setPen(QPen(QColor(self._colours.quiet), 1, Qt.PenStyle.DotLine))
        painter.drawLine(chance[0], chance[1])
        if not self._points:
            return
        paint_line(painter, [axes.point(x, y) for x, y, _ in self._points], self._colours.accent)
        x, y, _threshold = self._points[self._at]
        at = axes.point(x, y)
        painter.setPen(QPen(QColor(self._colours.panel), 2))
        painter.setBrush(QColor(self._colours.accent))
        painter.drawEllipse(at, 8, 8)
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._colours.text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, 11, 11)

    def _paint_names(self, painter: QPainter, axes: Axes) -> None:
        small_font(painter)
        painter.setPen(QColor(self._colours.quiet))
        above = QRectF(0, 4, axes.room.right(), 16)
        painter.drawText(
            above, Qt.AlignmentFlag.AlignLeft, "Sensitivity, against false alarms (1 – specificity)"
        )
