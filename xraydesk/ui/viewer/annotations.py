"""Quiet words and marks over the film: values, identity, orientation, scale bar, legend, crop frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QPen

from xraydesk.presentation.orientation import EdgeLetters
from xraydesk.presentation.overlay import legend_strip
from xraydesk.presentation.wording import length_words
from xraydesk.ui.images import image_from_rgba
from xraydesk.ui.viewer.geometry import Box

SURROUND = QColor("#0b0c0e")
_TEXT = QColor("#d4d8dc")
_QUIET = QColor("#868c93")
_HALO = QColor(0, 0, 0, 190)
_HALO_STEPS = ((-1, 0), (1, 0), (0, -1), (0, 1), (-1, -1), (1, 1), (-1, 1), (1, -1), (0, 1.8), (0, -1.8))
_FRAME = QColor("#c9ced3")
_MARGIN = 12.0
_MIDDLE = 24.0
_STRIP = (160, 8)


@dataclass(frozen=True, slots=True)
class Annotations:
    """All that is written over the film, ready to be painted."""

    top_left: tuple[str, ...] = ()
    top_right: tuple[str, ...] = ()
    bottom_left: tuple[str, ...] = ()
    edges: EdgeLetters = field(default_factory=EdgeLetters)
    legend: str = ""
    scale_bar: tuple[float, float] | None = None  # length in view units, in mm
    frame: Box | None = None


class AnnotationPainter:
    """Paints annotations into a view of a given size."""

    def __init__(self, font: QFont) -> None:
        self._font = QFont(font)
        self._letters = scaled_font(font, 1.3)
        self._strip = QImage()

    def paint(self, painter: QPainter, width: float, height: float, what: Annotations) -> None:
        view = QRectF(0, 0, width, height).adjusted(_MARGIN, _MARGIN, -_MARGIN, -_MARGIN)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if what.frame is not None:
            self._paint_frame(painter, what.frame)
        painter.setFont(self._font)
        top = Qt.AlignmentFlag.AlignTop
        left, right = Qt.AlignmentFlag.AlignLeft, Qt.AlignmentFlag.AlignRight
        self._paint_lines(painter, view, what.top_left, top | left)
        self._paint_lines(painter, view, what.top_right, top | right)
        if what.legend:
            self._paint_legend(painter, view, what.legend)
        above = self._above_legend(view, what.legend)
        self._paint_bottom_left(painter, above, what)
        if what.scale_bar is not None:
            self._paint_scale_bar(painter, above, *what.scale_bar)
        self._paint_letters(painter, above, what.edges)
        painter.restore()

    def _above_legend(self, view: QRectF, legend: str) -> QRectF:
        """The room that is left; a legend that reaches beyond the middle has the foot of the view to itself."""
        metrics = QFontMetricsF(self._font)
        if not legend or metrics.horizontalAdvance(legend) <= view.width() / 2 - _MIDDLE:
            return view
        return view.adjusted(0, 0, 0, -(metrics.height() + _STRIP[1] + 12))

    def _paint_lines(
        self, painter: QPainter, view: QRectF, lines: Sequence[str], where: Qt.AlignmentFlag
    ) -> None:
        """Lines too long for their corner are cut short, clear of the letter in the middle."""
        metrics, room = QFontMetricsF(self._font), view.width() / 2 - _MIDDLE
        elided = (metrics.elidedText(line, Qt.TextElideMode.ElideRight, room) for line in lines)
        text_with_halo(painter, view, "\n".join(elided), where)

    def _paint_bottom_left(self, painter: QPainter, view: QRectF, what: Annotations) -> None:
        """Beside the scale bar where there is room, else above it and above the letter of the edge."""
        metrics = QFontMetricsF(self._font)
        widest = max((metrics.horizontalAdvance(line) for line in what.bottom_left), default=0.0)
        bar = what.scale_bar[0] if what.scale_bar is not None else 0.0
        if widest > view.width() / 2 - bar / 2 - _MIDDLE:
            view = view.adjusted(0, 0, 0, -3 * metrics.height() if bar else 0)
        where = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft
        elided = (
            metrics.elidedText(line, Qt.TextElideMode.ElideRight, view.width()) for line in what.bottom_left
        )
        text_with_halo(painter, view, "\n".join(elided), where)

    def _paint_legend(self, painter: QPainter, view: QRectF, words: str) -> None:
        width, height = _STRIP
        if self._strip.isNull():
            self._strip = image_from_rgba(legend_strip(width * 2, height * 2))
        line = QFontMetricsF(self._font).height()
        strip = QRectF(view.right() - width, view.bottom() - line - height - 4, width, height)
        painter.fillRect(strip, QColor(60, 62, 66))
        painter.drawImage(strip, self._strip)
        text_with_halo(painter, view, words, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignRight)

    def _paint_scale_bar(self, painter: QPainter, view: QRectF, length: float, length_mm: float) -> None:
        left, y = view.center().x() - length / 2, view.bottom() - 4
        for color, pen_width in ((_HALO, 4.0), (_TEXT, 1.5)):
            painter.setPen(QPen(color, pen_width, Qt.PenStyle.SolidLine, Qt.PenCapStyle.FlatCap))
            painter.drawLine(QPointF(left, y), QPointF(left + length, y))
            for x in (left, left + length):
                painter.drawLine(QPointF(x, y - 4), QPointF(x, y + 4))
        above = QRectF(left - 60, y - 40, length + 120, 34)
        centred = Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignHCenter
        text_with_halo(painter, above, length_words(length_mm), centred)

    def _paint_letters(self, painter: QPainter, view: QRectF, edges: EdgeLetters) -> None:
        painter.setFont(self._letters)
        middle, centre = Qt.AlignmentFlag.AlignVCenter, Qt.AlignmentFlag.AlignHCenter
        text_with_halo(painter, view, edges.left, Qt.AlignmentFlag.AlignLeft | middle)
        text_with_halo(painter, view, edges.right, Qt.AlignmentFlag.AlignRight | middle)
        text_with_halo(painter, view, edges.top, Qt.AlignmentFlag.AlignTop | centre)
        raised = view.adjusted(0, 0, 0, -36)  # the scale bar lies below
        text_with_halo(painter, raised, edges.bottom, Qt.AlignmentFlag.AlignBottom | centre)

    def _paint_frame(self, painter: QPainter, frame: Box) -> None:
        rectangle = QRectF(frame.left, frame.top, frame.width, frame.height)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for color, pen_width in ((_HALO, 3.0), (_FRAME, 1.0)):
            painter.setPen(QPen(color, pen_width))
            painter.drawRect(rectangle)


def text_with_halo(painter: QPainter, where: QRectF, text: str, alignment: Qt.AlignmentFlag) -> None:
    """Text that stays readable on white lung markings and on black surround alike."""
    if not text:
        return
    painter.setPen(_HALO)  # several plain draws: stroking outlines would cost more than the film itself
    for right, down in _HALO_STEPS:
        painter.drawText(where.translated(right, down), alignment, text)
    painter.setPen(_TEXT)
    painter.drawText(where, alignment, text)


def paint_empty(painter: QPainter, view: QRectF, font: QFont, headline: str, hint: str) -> None:
    """What stands where no film is: a line, and below it what to do."""
    centre = Qt.AlignmentFlag.AlignHCenter
    above, below = QRectF(view), view.adjusted(_MARGIN, 0, -_MARGIN, 0)
    above.setBottom(view.center().y() - 4)
    below.setTop(view.center().y() + 4)
    painter.setFont(scaled_font(font, 1.4))
    painter.setPen(_TEXT)
    painter.drawText(above, centre | Qt.AlignmentFlag.AlignBottom, headline)
    painter.setFont(font)
    painter.setPen(_QUIET)
    painter.drawText(below, centre | Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, hint)


def paint_focus(painter: QPainter, view: QRectF, colour: QColor) -> None:
    """A thin frame that says the keys now act here."""
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(colour, 2.0))
    painter.drawRect(view.adjusted(1, 1, -1, -1))


def scaled_font(font: QFont, factor: float) -> QFont:
    """A larger or smaller font, however its size is given."""
    scaled = QFont(font)
    if font.pixelSize() > 0:
        scaled.setPixelSize(round(font.pixelSize() * factor))
    else:
        scaled.setPointSizeF(font.pointSizeF() * factor)
    return scaled
