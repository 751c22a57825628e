"""The page about one film: where its parts stand on paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, QSizeF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QImage, QPainter, QTextOption

from xraydesk.model.film_result import FilmResult
from xraydesk.presentation import wording
from xraydesk.presentation.colours import Theme, class_colour, undecided_colour
from xraydesk.presentation.fitting import fitted
from xraydesk.presentation.overlay import legend_strip
from xraydesk.presentation.shortlist import shortlist
from xraydesk.ui.images import image_from_rgba

PAGE_WIDTH, PAGE_HEIGHT = 2100.0, 2970.0  # A4 in tenths of a millimetre, the units of everything here
_MARGIN = 150.0
_LEAST_FILM = 600.0  # many classes leave it as much
_BELOW_FILM = 30.0
_ROW = 72.0
_FEWEST_BARS = 4
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


def _blank(_: float) -> None:
    """Paints nothing: room between other parts."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of the page: how much of its height it takes, and how it is painted below a given place."""

    height: float
    paint: Callable[[float], None] = _blank


class _Page:
    """Everything is measured before it is painted: the sentence has the foot, the film what the words leave."""

    def __init__(self, painter: QPainter) -> None:
        self._painter = painter
        self._left, self._right = _MARGIN, PAGE_WIDTH - _MARGIN
        self._width = self._right - self._left

    def paint(self, content: PageContent) -> None:
        sentence = self._text(wording.RESEARCH_USE_LONG, 34, _INK)
        foot = PAGE_HEIGHT - _MARGIN - sentence.height
        sentence.paint(foot)
        # Words without end, as a header may hold, never run over the sentence.
        self._painter.setClipRect(QRectF(0, 0, PAGE_WIDTH, foot - 20), Qt.ClipOperation.IntersectClip)
        above, legend = self._whose(content), self._legend(content.heatmap_class)
        heading, below = self._heading(content.result), [*self._said(content.result), *self._how(content)]
        room = foot - 20 - _MARGIN - _height([*above, *legend, *heading, *below])
        bars = self._bars(content.result, room - min(_LEAST_FILM, self._film(content.film, room).height))
        film = self._film(content.film, room - _height(bars))
        top = _MARGIN
        for part in (*above, film, *legend, *heading, *bars, *below):
            part.paint(top)
            top += part.height

    def _whose(self, content: PageContent) -> list[_Part]:
        lines = [line for line in (*content.identity, content.file_name) if line]
        return [*(self._text(line, 36, _INK) for line in lines), _Part(20 if lines else 0)]

    def _film(self, film: QImage, room: float) -> _Part:
        """As large as the width and `room` allow."""
        most = QSizeF(self._width, max(room - _BELOW_FILM, 1.0))
        size = film.size().toSizeF().scaled(most, Qt.AspectRatioMode.KeepAspectRatio)
        left = self._left + (self._width - size.width()) / 2
        return _Part(
            size.height() + _BELOW_FILM,
            lambda top: self._painter.drawImage(QRectF(QPointF(left, top), size), film),
        )

    def _legend(self, class_name: str) -> list[_Part]:
        if not class_name:
            return [_Part(40)]
        width, height = _LEGEND

        def paint(top: float) -> None:
            strip = QRectF(self._right - width, top + 8, width, height)
            self._painter.fillRect(strip, QColor("#3c3e42"))
            self._painter.drawImage(strip, image_from_rgba(legend_strip(int(width), int(height))))
            words = QRectF(self._left, top - 8, strip.left() - self._left - 30, 56)
            self._line(words, wording.legend_words(class_name), 32, _QUIET, Qt.AlignmentFlag.AlignRight)

        return [_Part(90, paint)]

    def _heading(self, result: FilmResult | None) -> list[_Part]:
        if result is None:
            return []
        label = None if result.prediction is None else result.prediction.label
        words = wording.prediction_words(label)
        return [self._text(words, 68, _INK, weight=QFont.Weight.DemiBold), _Part(14)]

    def _bars(self, result: FilmResult | None, room: float) -> list[_Part]:
        """One for each class, or as many of the likeliest as there is room for, and one for the others."""
        if result is None or result.prediction is None:
            return []
        classes, shares = result.prediction.classes, result.prediction.probabilities
        fit = max(int(room // _ROW), _FEWEST_BARS)
        shown, rest = shortlist(shares, fit if len(classes) <= fit else fit - 1)
        rows = [(wording.class_words(classes[k]), shares[k], class_colour(k, Theme.LIGHT)) for k in shown]
        if rest:
            others = sum(shares[k] for k in rest)
            rows.append((wording.more_words(len(rest)), others, undecided_colour(Theme.LIGHT)))
        names = max(self._metrics(40).horizontalAdvance(words) for words, _, _ in rows) + 40
        column = min(max(names, 520.0), 900.0)
        return [self._bar(words, share, QColor(colour), column) for words, share, colour in rows]

    def _bar(self, words: str, probability: float, colour: QColor, column: float) -> _Part:
        def paint(top: float) -> None:
            name = QRectF(self._left, top, column - 30, 60)
            self._line(name, words, 40, _INK, Qt.AlignmentFlag.AlignLeft)
            row = QRectF(self._left, top, self._width, 60)
            self._line(row, wording.percent_words(probability), 40, _INK, Qt.AlignmentFlag.AlignRight)
            field = QRectF(self._left + column, top + 16, self._width - column - 200, 28)
            self._painter.fillRect(field, _FIELD)
            field.setWidth(field.width() * probability)
            self._painter.fillRect(field, colour)

        return _Part(_ROW, paint)

    def _said(self, result: FilmResult | None) -> list[_Part]:
        if result is None:
            return []
        sentences = [wording.warning_words(warning) for warning in result.warnings]
        if result.error is not None:
            sentences.append(str(result.error))
        return [_Part(10), *(self._text(sentence, 38, _WARNING, lines=4) for sentence in sentences)]

    def _how(self, content: PageContent) -> list[_Part]:
        return [_Part(24), *(self._text(line, 32, _QUIET) for line in how_lines(content))]

    def _text(
        self,
        text: str,
        size: int,
        colour: QColor,
        *,
        weight: QFont.Weight = QFont.Weight.Normal,
        lines: int = 2,
    ) -> _Part:
        """Wrapped to the width of the page; what does not fit into so many lines gives way in the middle."""
        most = (lines + 0.5) * self._metrics(size, weight).lineSpacing()
        words = fitted(
            " ".join(text.splitlines()), lambda words: self._height_of(words, size, weight) <= most
        )
        height = self._height_of(words, size, weight) + 0.2 * size

        def paint(top: float) -> None:
            self._painter.setFont(_font(size, weight))
            self._painter.setPen(colour)
            self._painter.drawText(QRectF(self._left, top, self._width, height), words, _wrapped())

        return _Part(height, paint)

    def _line(self, where: QRectF, text: str, size: int, colour: QColor, side: Qt.AlignmentFlag) -> None:
        """One line that keeps within `where`."""
        words = self._metrics(size).elidedText(text, Qt.TextElideMode.ElideMiddle, where.width())
        self._painter.setFont(_font(size))
        self._painter.setPen(colour)
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        self._painter.drawText(where, int(flags), words)

    def _height_of(self, text: str, size: int, weight: QFont.Weight) -> float:
        self._painter.setFont(_font(size, weight))
        return self._painter.boundingRect(QRectF(0, 0, self._width, PAGE_HEIGHT), text, _wrapped()).height()

    def _metrics(self, size: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFontMetricsF:
        return QFontMetricsF(_font(size, weight), self._painter.device())


def _height(parts: Sequence[_Part]) -> float:
    return sum(part.height for part in parts)


def _wrapped() -> QTextOption:
    option = QTextOption(Qt.AlignmentFlag.AlignVCenter)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    return option


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
