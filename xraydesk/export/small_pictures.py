"""A film and the film under its heatmap, small, for pages."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image

from xraydesk.export.picture import film_image, heatmap_to_show, under_heat
from xraydesk.film.film import Film
from xraydesk.model.film_result import FilmResult

_OPACITY = 0.5


@dataclass(frozen=True, slots=True)
class SmallPictures:
    """JPEG bytes and their size in pixels; `heat` is the film under the heatmap of its likeliest class."""

    film: bytes
    heat: bytes
    width: int
    height: int


def small_pictures(film: Film, result: FilmResult, longest_side: int = 288) -> SmallPictures:
    shown = film_image(film, longest_side)
    heatmap = heatmap_to_show(result)
    heat = shown if heatmap is None else under_heat(shown, film, heatmap, _OPACITY)
    return SmallPictures(_jpeg(shown.convert("L")), _jpeg(heat), shown.width, shown.height)


def _jpeg(image: Image.Image) -> bytes:
    kept = io.BytesIO()
    image.save(kept, "JPEG", quality=85)
    return kept.getvalue()
