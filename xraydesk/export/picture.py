"""One film as a picture to keep: the film, the heatmap over it, and below it what the network says."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xraydesk.export.atomic import whole_file
from xraydesk.film.film import Film
from xraydesk.film.voi import default_voi
from xraydesk.model.film_result import FilmResult
from xraydesk.model.heatmap import Heatmap
from xraydesk.presentation.overlay import heat_rgba
from xraydesk.presentation.render import Pyramid, grey_table, look_up

_LONGEST_SIDE = 1280
_NARROWEST = 640


def save_picture(path: Path, film: Film, result: FilmResult, *, opacity: float = 0.45) -> None:
    """Writes `film_picture` as PNG, whole or not at all. Raises OutputError."""
    picture = film_picture(film, result, opacity=opacity)
    with whole_file(path) as part:
        picture.save(part, format="PNG", compress_level=3)


def film_picture(film: Film, result: FilmResult, *, opacity: float = 0.45) -> Image.Image:
    """RGB picture of the film under its own window with the heatmap of the likeliest class.

    Nothing in it says whose film it is, but for what is burnt into the film itself.
    """
    from xraydesk.export.footer import Footer  # noqa: PLC0415 - its fonts take a third of a second

    shown = film_image(film, _LONGEST_SIDE)
    heatmap = heatmap_to_show(result)
    if heatmap is not None:
        shown = under_heat(shown, film, heatmap, opacity)
    width = max(shown.width, _NARROWEST)
    footer = Footer(width).drawn(result, heatmap)
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
