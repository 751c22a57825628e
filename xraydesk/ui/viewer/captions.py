"""What is to be written over the film: from film, window and geometry to lines of words."""

from __future__ import annotations

from typing import NamedTuple

from xraydesk.film.film import Film, Voi
from xraydesk.model.heatmap import Crop
from xraydesk.presentation import wording
from xraydesk.ui.viewer.geometry import Box, ViewGeometry

_SCALE_BAR_MM = (1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0)
_LONGEST_SCALE_BAR = 160.0


class PointerValue(NamedTuple):
    """The film pixel under the pointer and its modality value."""

    x: int
    y: int
    value: float


def identity_lines(film: Film, *, hidden: bool) -> tuple[str, ...]:
    """Whose film it is, one line in its place while that is hidden; nothing where the file says nothing."""
    if film.identity is None:
        return ()
    return (wording.IDENTITY_HIDDEN,) if hidden else wording.identity_lines(film.identity)


def value_lines(voi: Voi, zoom: float, pointer: PointerValue | None, *, inverted: bool) -> tuple[str, ...]:
    """The value under the pointer, above it the place never jumps: window, zoom, inversion."""
    shown = (wording.window_words(voi), wording.zoom_words(zoom), wording.INVERTED if inverted else "")
    state = "    ".join(words for words in shown if words)
    return (state,) if pointer is None else (wording.pixel_words(*pointer), state)


def scale_bar(film: Film, geometry: ViewGeometry) -> tuple[float, float] | None:
    """(length in view units, length in mm) of the longest round length that fits; None without spacing."""
    if film.spacing_mm is None:
        return None
    per_mm = geometry.zoom / film.spacing_mm[1]
    fitting = [length for length in _SCALE_BAR_MM if length * per_mm <= _LONGEST_SCALE_BAR]
    return (fitting[-1] * per_mm, fitting[-1]) if fitting else None


def crop_frame(geometry: ViewGeometry, crop: Crop) -> Box:
    """The part of the film the network saw, in view points."""
    return geometry.box_in_view(crop.x0, crop.y0, crop.x1, crop.y1)
