"""One film as a picture to keep: the film, the heatmap over it, and below it what the network says."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw

from xraydesk.export.atomic import whole_file
from xraydesk.export.fonts import picture_font
from xraydesk.film.film import Film
from xraydesk.film.voi import default_voi
from xraydesk.model.film_result import FilmResult
from xraydesk.model.heatmap import Heatmap
from xraydesk.model.prediction import Prediction
from xraydesk.presentation import wording
from xraydesk.presentation.colours import class_colour
from xraydesk.presentation.overlay import heat_rgba, legend_strip
from xraydesk.presentation.render import Pyramid, grey_table, look_up

_LONGEST_SIDE = 1280
_NARROWEST = 640
_PANEL, _FIELD = "#16181b", "#2b2e33"
_TEXT, _QUIET, _WARNING = "#e9eaec", "#9da2a9", "#f0c75e"


def save_picture(path: Path, film: Film, result: FilmResult, *, opacity: float = 0.45) -> None:
    """Writes `film_picture` as PNG, whole or not at all. Raises OutputError."""
    picture = film_picture(film, result, opacity=opacity)
    with whole_file(path) as part:
        picture.save(part, format="PNG", compress_level=3)


def film_picture(film: Film, result: FilmResult, *, opacity: float = 0.45) -> Image.Image:
    """RGB picture of the film under its own window with the heatmap of the likeliest class.

    Nothing in it says whose film it is, but for what is burnt into the film itself.
    """
    shown = film_image(film, _LONGEST_SIDE)
    heatmap = heatmap_to_show(result)
    if heatmap is not None:
        shown = under_heat(shown, film, heatmap, opacity)
    width = max(shown.width, _NARROWEST)
    footer = _Footer(width).drawn(result, heatmap)
    page = Image.new("RGB", (width, shown.height + footer.height), "black")
    page.paste(shown, ((width - shown.width) // 2, 0))
    page.paste(footer, (0, shown.height))
    return page


def film_image(film: Film, longest_side: int) -> Image.Image:
    """The film as RGB under its own window in its true proportions, at most `longest_side` pixels long."""
    drawn_height = film.height * film.header.pixel_aspect
    scale = min(1.0, longest_side / max(film.width, drawn_height))
    pyramid = Pyramid.of(film.pixels)
    grey = look_up(grey_table(film, default_voi(film)), pyramid.levels[pyramid.level_for(scale)])
    size = (max(round(film.width * scale), 1), max(round(drawn_height * scale), 1))
    return Image.fromarray(grey).resize(size, Image.Resampling.BILINEAR).convert("RGB")


def heatmap_to_show(result: FilmResult) -> Heatmap | None:
    """The heatmap of the likeliest class, where there is one."""
    if result.prediction is None:
        return None
    likeliest = result.prediction.top_class
    return next((heatmap for heatmap in result.heatmaps if heatmap.class_name == likeliest), None)


def under_heat(shown: Image.Image, film: Film, heatmap: Heatmap, opacity: float) -> Image.Image:
    """`film` as `shown` (RGB, any size, the whole film) with the heat over it."""
    heat = heatmap.on_grid(shown.height, shown.width, film.height, film.width)
    return Image.alpha_composite(shown.convert("RGBA"), _fainter(heat_rgba(heat), opacity)).convert("RGB")


def _fainter(rgba: NDArray[np.uint8], opacity: float) -> Image.Image:
    faint = rgba.copy()
    faint[..., 3] = np.rint(rgba[..., 3] * opacity).astype(np.uint8)
    return Image.fromarray(faint, "RGBA")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the footer: words at the left and right, and a bar between them where there is one."""

    left: str
    right: str = ""
    colour: str = _TEXT
    large: bool = False
    bar: tuple[float, str] | None = None  # share, colour


class _Footer:
    """Lays the findings out below a film `width` pixels wide."""

    def __init__(self, width: int) -> None:
        self._width = width
        self._unit = max(width // 80, 8)
        self._font = picture_font(round(1.6 * self._unit))
        self._large = picture_font(round(2.5 * self._unit))

    def drawn(self, result: FilmResult, heatmap: Heatmap | None) -> Image.Image:
        lines = self._lines(result)
        heights = [round((4.0 if line.large else 2.8) * self._unit) for line in lines]
        legend_height = 0 if heatmap is None else round(3.2 * self._unit)
        image = Image.new("RGB", (self._width, sum(heights) + legend_height + 4 * self._unit), _PANEL)
        draw = ImageDraw.Draw(image)
        top = 2 * self._unit
        if heatmap is not None:
            self._draw_legend(image, draw, top, heatmap)
        top += legend_height
        for line, height in zip(lines, heights, strict=True):
            self._draw_line(draw, line, top)
            top += height
        return image

    def _lines(self, result: FilmResult) -> list[_Line]:
        label = None if result.prediction is None else result.prediction.label
        lines = [_Line(wording.prediction_words(label), large=True)]
        if result.prediction is not None:
            lines += _bars(result.prediction)
        said = [wording.warning_words(warning) for warning in result.warnings]
        if result.error is not None:
            said.append(str(result.error))
        for sentence in said:
            lines += [_Line(part, colour=_WARNING) for part in self._wrapped(sentence)]
        model = wording.model_words(result.model_name or result.model_id, result.model_version)
        how = (model, wording.device_words(result.device) if result.device else "")
        lines.append(_Line("  ·  ".join(part for part in how if part), colour=_QUIET))
        lines += [_Line(part, colour=_QUIET) for part in self._wrapped(wording.RESEARCH_USE_LONG)]
        return lines

    def _wrapped(self, sentence: str) -> list[str]:
        lines, room = [""], self._width - 4 * self._unit
        for word in sentence.split():
            longer = f"{lines[-1]} {word}".strip()
            if lines[-1] and self._font.getlength(longer) > room:
                lines.append(word)
            else:
                lines[-1] = longer
        return lines

    def _draw_line(self, draw: ImageDraw.ImageDraw, line: _Line, top: int) -> None:
        unit, font = self._unit, self._large if line.large else self._font
        draw.text((2 * unit, top), line.left, fill=line.colour, font=font)
        if line.bar is None:
            return
        share, colour = line.bar
        left, right = 24 * unit, self._width - 12 * unit
        box = (left, top + round(0.5 * unit), right, top + round(1.6 * unit))
        draw.rectangle(box, fill=_FIELD)
        draw.rectangle((left, box[1], left + round(share * (right - left)), box[3]), fill=colour)
        draw.text((self._width - 2 * unit, top), line.right, fill=_TEXT, font=font, anchor="ra")

    def _draw_legend(self, image: Image.Image, draw: ImageDraw.ImageDraw, top: int, heatmap: Heatmap) -> None:
        unit = self._unit
        strip = Image.fromarray(legend_strip(20 * unit, unit), "RGBA")
        place = (self._width - 22 * unit, top + round(0.5 * unit))
        image.paste(Image.new("RGB", strip.size, _FIELD), place)
        image.paste(strip, place, strip)
        words = wording.legend_words(heatmap.class_name).replace("–", "to")  # Pillow's font has no dash
        draw.text((self._width - 24 * unit, top), words, fill=_QUIET, font=self._font, anchor="ra")


def _bars(prediction: Prediction) -> list[_Line]:
    pairs = enumerate(zip(prediction.classes, prediction.probabilities, strict=True))
    return [
        _Line(wording.class_words(name), wording.percent_words(share), bar=(share, class_colour(place)))
        for place, (name, share) in pairs
    ]
