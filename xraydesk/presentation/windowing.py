"""Windows a reader may choose: the file's own, the whole range, named presets, and by dragging."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from xraydesk.film.film import Film, Photometric, StoredPixels, Voi, VoiFunction, VoiLut, Window
from xraydesk.film.voi import default_voi

# Parts of the grey values from dark to bright on screen, as shares of the film's pixels: a radiograph has
# no Hounsfield units, so a preset can only follow the film itself.
_PRESETS = (("Lung", 0.03, 0.65), ("Mediastinum", 0.25, 0.995), ("Bone", 0.12, 0.999))
_DRAG_FULL_RANGE_PX = 700.0  # so many pixels of dragging sweep the film's whole range


@dataclass(frozen=True, slots=True)
class ValueRange:
    """Lowest and highest modality value of the film's pixels."""

    low: float
    high: float

    @property
    def span(self) -> float:
        return max(self.high - self.low, abs(self.high) * 1e-6, 1e-6)


def _modality(film: Film, stored: float) -> float:
    return film.modality.slope * stored + film.modality.intercept


def _film_values(film: Film, pixels: StoredPixels) -> StoredPixels:
    """The pixels (N,) that are film and not padding; all of them where nothing else is left."""
    flat = pixels.reshape(-1)
    if film.padding is None:
        return flat
    low, high = sorted(film.padding)
    kept = flat[(flat < low) | (flat > high)]
    return kept if kept.size else flat


def value_range(film: Film, pixels: StoredPixels | None = None) -> ValueRange:
    """The range of a film's modality values, from `pixels` (a halved copy will do) where given."""
    values = _film_values(film, film.pixels if pixels is None else pixels)
    ends = sorted((_modality(film, float(values.min())), _modality(film, float(values.max()))))
    return ValueRange(*ends)


def _window_between(low: float, high: float, name: str) -> Window:
    width = max(high - low, abs(high) * 1e-6, 1e-6)
    return Window((low + high) / 2, width, VoiFunction.LINEAR_EXACT, name)


def whole_range(film: Film, pixels: StoredPixels | None = None) -> Window:
    found = value_range(film, pixels)
    return _window_between(found.low, found.high, "Whole range")


def presets(film: Film, pixels: StoredPixels | None = None) -> tuple[tuple[str, Voi], ...]:
    """(name, VOI) in the order of a menu; `pixels`: a halved copy of the film's, for speed."""
    own = tuple((_own_name(film.voi, place), voi) for place, voi in enumerate(film.voi))
    own = own or (("As stored", default_voi(film)),)
    values = _film_values(film, film.pixels if pixels is None else pixels)
    named = tuple((name, _share_window(film, values, name, dark, bright)) for name, dark, bright in _PRESETS)
    return (*own, ("Whole range", whole_range(film, pixels)), *named)


def _own_name(vois: tuple[Voi, ...], place: int) -> str:
    given = vois[place].explanation.strip()
    if given:
        return given.capitalize() if given.isupper() else given
    return "As stored" if len(vois) == 1 else f"As stored {place + 1}"


def _share_window(film: Film, values: StoredPixels, name: str, dark: float, bright: float) -> Window:
    """The window from the share `dark` to the share `bright` of the pixels, counted from black."""
    black_is_low = (film.photometric is Photometric.MONOCHROME2) == (film.modality.slope >= 0)
    shares = (dark, bright) if black_is_low else (1.0 - bright, 1.0 - dark)
    ends = sorted(_modality(film, float(stored)) for stored in np.quantile(values, shares))
    return _window_between(ends[0], ends[1], name)


def as_window(voi: Voi) -> Window:
    """A window that spans what a VOI LUT spans, so that it can be dragged from there."""
    if isinstance(voi, Window):
        return voi
    return _lut_window(voi)


def _lut_window(lut: VoiLut) -> Window:
    last = lut.first_mapped + len(lut.values) - 1
    return _window_between(lut.first_mapped, float(last), lut.explanation)


def dragged(voi: Voi, within: ValueRange, right: float, up: float, *, brighter_is_lower: bool) -> Window:
    """The window after a drag of `right` and `up` pixels: right widens, up brightens.

    `brighter_is_lower`: a lower centre makes the film brighter (MONOCHROME2, not inverted).
    """
    start = as_window(voi)
    step = within.span / _DRAG_FULL_RANGE_PX
    center = start.center + (-up if brighter_is_lower else up) * step
    width = max(start.width + right * step, within.span / 1000.0)
    center = min(max(center, within.low - within.span), within.high + within.span)
    function = start.function
    if function is VoiFunction.LINEAR and width < 2.0:  # LINEAR needs a width of at least 1 (C.11.2.1.2.1)
        function = VoiFunction.LINEAR_EXACT
    return Window(center, min(width, 4 * within.span), function)


def value_at(film: Film, x: int, y: int) -> float | None:
    """The modality value of one pixel; None beside the film."""
    if not (0 <= x < film.width and 0 <= y < film.height):
        return None
    return _modality(film, float(film.pixels[y, x]))
