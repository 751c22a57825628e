"""What rows, bars and tables draw alike: grounds, dots, bars, thumbnails, words that fit."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen

from xraydesk.ui import icons
from xraydesk.ui.theme import Colours

DOT = 8
_LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


def row_ground(painter: QPainter, area: QRect, colours: Colours, *, selected: bool, hovered: bool) -> None:
    """The same wherever films are listed: raised where selected, half so under the mouse."""
    if selected or hovered:
        ground = QColor(colours.raised)
        ground.setAlphaF(1.0 if selected else 0.5)
        painter.fillRect(area, ground)


def selection_mark(painter: QPainter, area: QRect, colours: Colours) -> None:
    """At the left edge of a selected row, for whom two greys look alike."""
    painter.fillRect(QRect(area.x(), area.y(), 3, area.height()), QColor(colours.accent))


def dot(painter: QPainter, left: int, middle: int, colour: str, *, hollow: bool = False) -> None:
    """Hollow: there is no answer yet."""
    painter.setPen(QPen(QColor(colour), 1.5) if hollow else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if hollow else QColor(colour))
    painter.drawEllipse(QRect(left, middle - DOT // 2 + 1, DOT, DOT))


def bar(painter: QPainter, area: QRectF, fraction: float | None, colour: str, field: str) -> None:
    """A rounded bar filled to `fraction`, never so little that it cannot be seen; None: not known yet."""
    round_by = area.height() / 2
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(field))
    painter.drawRoundedRect(area, round_by, round_by)
    if fraction is None:
        return
    filled = QRectF(area)
    filled.setWidth(max(area.width() * fraction, area.height()))
    painter.setBrush(QColor(colour))
    painter.drawRoundedRect(filled, round_by, round_by)


def thumbnail(painter: QPainter, area: QRect, image: QImage, ground: str) -> None:
    """The whole film within `area`, its shape kept."""
    painter.fillRect(area, QColor(ground))
    size: QSize = image.size().scaled(area.size(), Qt.AspectRatioMode.KeepAspectRatio)
    inside = QRect(0, 0, size.width(), size.height())
    inside.moveCenter(area.center())
    painter.drawImage(inside, image)


def sign(painter: QPainter, area: QRect, name: str, colour: str) -> None:
    """An icon, half as large as `area`, in its middle: where there is no film to be seen."""
    side = area.width() // 2
    drawn = icons.pixmap(name, colour, side, painter.device().devicePixelRatio())
    painter.drawPixmap(area.adjusted(side // 2, side // 2, 0, 0).topLeft(), drawn)


def words(
    painter: QPainter,
    area: QRect,
    text: str,
    colour: str,
    mode: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    align: Qt.AlignmentFlag = _LEFT,
) -> None:
    """One line in `area`, elided where it does not fit."""
    painter.setPen(QColor(colour))
    fitting = painter.fontMetrics().elidedText(text, mode, area.width())
    painter.drawText(area, align | Qt.TextFlag.TextSingleLine, fitting)


def wrapped_words(painter: QPainter, area: QRect, text: str, colour: str) -> None:
    """As many lines as `area` is high, the last one elided."""
    metrics = painter.fontMetrics()
    lines = max(area.height() // metrics.height(), 1)
    fitting = metrics.elidedText(text, Qt.TextElideMode.ElideRight, round(0.94 * lines * area.width()))
    painter.setPen(QColor(colour))
    painter.drawText(area, _LEFT | Qt.TextFlag.TextWordWrap, fitting)
