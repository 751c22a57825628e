"""The page about one film: where its parts stand on paper."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter

from xraydesk.model.film_result import FilmResult
from xraydesk.presentation import wording
from xraydesk.presentation.colours import Theme, class_colour
from xraydesk.presentation.overlay import legend_strip
from xraydesk.ui.images import image_from_rgba

PAGE_WIDTH, PAGE_HEIGHT = 2100.0, 2970.0  # A4 in tenths of a millimetre, the units of everything here
_MARGIN = 150.0
_FILM_HEIGHT = 1640.0
_INK, _QUIET, _FIELD = QColor("#17191c"), QColor("#5b6168"), QColor("#e3e6e9")
_WARNING = QColor("#7a4b00")
_LEGEND = (500.0, 24.0)


@dataclass(frozen=True, slots=True)
class PageContent:
    """What a page says. `identity` and `file_name` are empty unless the reader asked for them."""

    film: QImage
    result: FilmResult | None
    heatmap_class: str = ""  # of the heatmap in `film`, empty without one
    read_on: str = ""
    identity: tuple[str, ...] = ()
    file_name: str = ""


def paint_page(painter: QPainter, width: float, height: float, content: PageContent) -> None:
    """Paints the page as large as `width` by `height` device units allow, in the middle of them."""
    scale = min(width / PAGE_WIDTH, height / PAGE_HEIGHT)
    painter.save()
    painter.translate((width - scale * PAGE_WIDTH) / 2, (height - scale * PAGE_HEIGHT) / 2)
    painter.scale(scale, scale)
    painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.SmoothPixmapTransform)
    _Page(painter).paint(content)
    painter.restore()


class _Page:
    """Paints from top to bottom; `_top` is where the next part begins."""

    def __init__(self, painter: QPainter) -> None:
        self._painter = painter
        self._top = _MARGIN
        self._left, self._right = _MARGIN, PAGE_WIDTH - _MARGIN

    def paint(self, content: PageContent) -> None:
        if content.identity or content.file_name:
            for line in (*content.identity, content.file_name):
                self._text(line, 36, _INK)
            self._top += 20
        self._film(content.film, _film_height(content.result))
        if content.heatmap_class:
            self._legend(content.heatmap_class)
        self._top += 40
        if content.result is not None:
            self._findings(content.result)
            self._said(content.result)
        self._how(content)
        self._bottom_line()

    def _film(self, film: QImage, height: float) -> None:
        room = QRectF(self._left, self._top, self._right - self._left, height)
        size = film.size().toSizeF().scaled(room.size(), Qt.AspectRatioMode.KeepAspectRatio)
        place = QRectF(room.center().x() - size.width() / 2, room.top(), size.width(), size.height())
        self._painter.drawImage(place, film)
        self._top = place.bottom() + 30

    def _legend(self, class_name: str) -> None:
        width, height = _LEGEND
        strip = QRectF(self._right - width, self._top + 8, width, height)
        self._painter.fillRect(strip, QColor("#3c3e42"))
        self._painter.drawImage(strip, image_from_rgba(legend_strip(int(width), int(height))))
        words = QRectF(self._left, self._top - 8, strip.left() - self._left - 30, 56)
        self._write(words, wording.legend_words(class_name), 32, _QUIET, Qt.AlignmentFlag.AlignRight)
        self._top += 50

    def _findings(self, result: FilmResult) -> None:
        prediction = result.prediction
        label = None if prediction is None else prediction.label
        self._text(wording.prediction_words(label), 68, _INK, weight=QFont.Weight.DemiBold)
        self._top += 14
        if prediction is not None:
            pairs = zip(prediction.classes, prediction.probabilities, strict=True)
            for place, (name, probability) in enumerate(pairs):
                self._bar(name, probability, QColor(class_colour(place, Theme.LIGHT)))

    def _bar(self, name: str, probability: float, colour: QColor) -> None:
        row = QRectF(self._left, self._top, self._right - self._left, 60)
        self._write(row, wording.class_words(name), 40, _INK, Qt.AlignmentFlag.AlignLeft)
        self._write(row, wording.percent_words(probability), 40, _INK, Qt.AlignmentFlag.AlignRight)
        field = QRectF(self._left + 520, self._top + 16, self._right - self._left - 720, 28)
        self._painter.fillRect(field, _FIELD)
        field.setWidth(field.width() * probability)
        self._painter.fillRect(field, colour)
        self._top += 72

    def _said(self, result: FilmResult) -> None:
        self._top += 10
        sentences = [wording.warning_words(warning) for warning in result.warnings]
        if result.error is not None:
            sentences.append(str(result.error))
        for sentence in sentences:
            self._text(sentence, 38, _WARNING)

    def _how(self, content: PageContent) -> None:
        self._top += 24
        for line in how_lines(content):
            self._text(line, 32, _QUIET)

    def _bottom_line(self) -> None:
        """The research sentence, at the foot of the paper whatever stands above."""
        height = self._height_of(wording.RESEARCH_USE_LONG, 34)
        self._top = max(self._top + 20, PAGE_HEIGHT - _MARGIN - height)
        self._text(wording.RESEARCH_USE_LONG, 34, _INK)

    def _text(
        self, text: str, size: int, colour: QColor, *, weight: QFont.Weight = QFont.Weight.Normal
    ) -> None:
        height = self._height_of(text, size)
        where = QRectF(self._left, self._top, self._right - self._left, height)
        self._write(where, text, size, colour, Qt.AlignmentFlag.AlignLeft, weight=weight)
        self._top += height

    def _write(
        self,
        where: QRectF,
        text: str,
        size: int,
        colour: QColor,
        side: Qt.AlignmentFlag,
        *,
        weight: QFont.Weight = QFont.Weight.Normal,
    ) -> None:
        self._painter.setFont(_font(size, weight))
        self._painter.setPen(colour)
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextWordWrap
        self._painter.drawText(where, int(flags), text)

    def _height_of(self, text: str, size: int) -> float:
        room = QRectF(0, 0, self._right - self._left, PAGE_HEIGHT)
        metrics = QFontMetricsF(_font(size), self._painter.device())
        return metrics.boundingRect(room, int(Qt.TextFlag.TextWordWrap), text).height() + 0.2 * size


def _film_height(result: FilmResult | None) -> float:
    """Less room for the film where many classes or warnings need it."""
    if result is None:
        return _FILM_HEIGHT
    classes = 0 if result.prediction is None else len(result.prediction.classes)
    said = len(result.warnings) + (result.error is not None)
    return max(_FILM_HEIGHT - 72.0 * max(classes - 3, 0) - 100.0 * max(said - 2, 0), 600.0)


def how_lines(content: PageContent) -> Sequence[str]:
    """With which model, on what, when; and the film by its fingerprint, which names no patient."""
    result = content.result
    if result is None:
        return [content.read_on] if content.read_on else []
    model = wording.model_words(result.model_name or result.model_id, result.model_version)
    device = wording.device_words(result.device) if result.device else ""
    time = wording.seconds_words(result.seconds) if result.prediction is not None else ""
    first = "  ·  ".join(part for part in (model, device, time, content.read_on) if part)
    film = f"Film SHA-256 {result.sha256[:16]}" if result.sha256 else ""
    weights = f"weights SHA-256 {result.model_sha256[:16]}" if result.model_sha256 else ""
    second = "  ·  ".join(part for part in (film, weights) if part)
    return [line for line in (first, second) if line]


def _font(size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    font = QFont()
    font.setPixelSize(size)
    font.setWeight(weight)
    return font
