"""What stands below a film that is kept as a picture: what the network says of it, and with which model."""

from __future__ import annotations

from dataclasses import dataclass

from PIL import Image, ImageDraw, ImageFont

from xraydesk.export.fonts import Face, stretches
from xraydesk.model.film_result import FilmResult
from xraydesk.model.heatmap import Heatmap
from xraydesk.model.prediction import Prediction
from xraydesk.presentation import wording
from xraydesk.presentation.colours import class_colour
from xraydesk.presentation.fitting import fitted
from xraydesk.presentation.overlay import legend_strip

_PANEL, _FIELD = "#16181b", "#2b2e33"
_TEXT, _QUIET, _WARNING = "#e9eaec", "#9da2a9", "#f0c75e"

_Font = ImageFont.ImageFont | ImageFont.FreeTypeFont


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the footer: words at the left and right, and a bar between them where there is one."""

    left: str
    right: str = ""
    colour: str = _TEXT
    large: bool = False
    bar: tuple[float, str] | None = None  # share, colour


class _Letters:
    """Words of any script in one size."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._fonts: dict[str, _Font] = {}

    def width(self, words: str) -> float:
        return sum(self._font(face).getlength(letters) for face, letters in stretches(words))

    def draw(
        self, draw: ImageDraw.ImageDraw, x: float, top: float, words: str, colour: str, *, right: bool = False
    ) -> None:
        """Begins at `x`, or ends there."""
        left, baseline = x - (self.width(words) if right else 0), top + round(0.93 * self._size)
        for face, letters in stretches(words):
            font = self._font(face)
            draw.text((left, baseline), letters, fill=colour, font=font, anchor="ls")
            left += font.getlength(letters)

    def fitted(self, words: str, room: float) -> str:
        return fitted(words, lambda words: self.width(words) <= room)

    def wrapped(self, sentence: str, room: float) -> list[str]:
        lines = [""]
        for word in sentence.split():
            longer = f"{lines[-1]} {word}".strip()
            if self.width(longer) <= room:
                lines[-1] = longer
            else:
                lines += [self.fitted(word, room)]
        return [line for line in lines if line]

    def _font(self, face: Face) -> _Font:
        if face.file not in self._fonts:
            self._fonts[face.file] = _font(face.file, self._size)
        return self._fonts[face.file]


def _font(file: str, size: int) -> _Font:
    """Pillow's own where a page has none from a file. The letters come shaped and in the order of the eye."""
    if not file:
        return ImageFont.load_default(size)
    return ImageFont.truetype(file, size, layout_engine=ImageFont.Layout.BASIC)


class Footer:
    """Lays the findings out below a film `width` pixels wide."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._unit = max(width // 80, 8)
        self._room = width - 4 * self._unit
        self._letters = _Letters(round(1.6 * self._unit))
        self._large = _Letters(round(2.5 * self._unit))

    def drawn(self, result: FilmResult, heatmap: Heatmap | None) -> Image.Image:
        lines = self._lines(result)
        column = self._column(lines)
        heights = [round((4.0 if line.large else 2.8) * self._unit) for line in lines]
        legend_height = 0 if heatmap is None else round(3.2 * self._unit)
        image = Image.new("RGB", (self._width, sum(heights) + legend_height + 4 * self._unit), _PANEL)
        draw = ImageDraw.Draw(image)
        top = 2 * self._unit
        if heatmap is not None:
            self._draw_legend(image, draw, top, heatmap)
        top += legend_height
        for line, height in zip(lines, heights, strict=True):
            self._draw_line(draw, line, top, column)
            top += height
        return image

    def _lines(self, result: FilmResult) -> list[_Line]:
        label = None if result.prediction is None else result.prediction.label
        heading = self._large.wrapped(wording.prediction_words(label), self._room)
        lines = [_Line(part, large=True) for part in heading]
        if result.prediction is not None:
            lines += _bars(result.prediction)
        said = [wording.warning_words(warning) for warning in result.warnings]
        if result.error is not None:
            said.append(str(result.error))
        for sentence in said:
            lines += self._wrapped(sentence, _WARNING)
        model = wording.model_words(result.model_name or result.model_id, result.model_version)
        how = (model, wording.device_words(result.device) if result.device else "")
        lines += self._wrapped("  ·  ".join(part for part in how if part), _QUIET)
        return lines + self._wrapped(wording.RESEARCH_USE_LONG, _QUIET)

    def _wrapped(self, sentence: str, colour: str) -> list[_Line]:
        return [_Line(part, colour=colour) for part in self._letters.wrapped(sentence, self._room)]

    def _column(self, lines: list[_Line]) -> float:
        """Where the bars begin: behind their names, but not beyond the middle."""
        longest = max((self._letters.width(line.left) for line in lines if line.bar), default=0.0)
        return min(max(longest + 4 * self._unit, 24.0 * self._unit), self._width / 2)

    def _draw_line(self, draw: ImageDraw.ImageDraw, line: _Line, top: int, column: float) -> None:
        unit, letters = self._unit, self._large if line.large else self._letters
        if line.bar is None:
            letters.draw(draw, 2 * unit, top, line.left, line.colour)
            return
        letters.draw(draw, 2 * unit, top, letters.fitted(line.left, column - 4 * unit), line.colour)
        share, colour = line.bar
        left, right = round(column), self._width - 12 * unit
        box = (left, top + round(0.5 * unit), right, top + round(1.6 * unit))
        draw.rectangle(box, fill=_FIELD)
        draw.rectangle((left, box[1], left + round(share * (right - left)), box[3]), fill=colour)
        letters.draw(draw, self._width - 2 * unit, top, line.right, _TEXT, right=True)

    def _draw_legend(self, image: Image.Image, draw: ImageDraw.ImageDraw, top: int, heatmap: Heatmap) -> None:
        unit = self._unit
        strip = Image.fromarray(legend_strip(20 * unit, unit), "RGBA")
        place = (self._width - 22 * unit, top + round(0.5 * unit))
        image.paste(Image.new("RGB", strip.size, _FIELD), place)
        image.paste(strip, place, strip)
        end = place[0] - 2 * unit
        words = self._letters.fitted(wording.legend_words(heatmap.class_name), end - 2 * unit)
        self._letters.draw(draw, end, top, words, _QUIET, right=True)


def _bars(prediction: Prediction) -> list[_Line]:
    pairs = enumerate(zip(prediction.classes, prediction.probabilities, strict=True))
    return [
        _Line(wording.class_words(name), wording.percent_words(share), bar=(share, class_colour(place)))
        for place, (name, share) in pairs
    ]
