"""From stored pixels to what is seen: modality, VOI, and last the inversion of MONOCHROME1.

Pixels are 8 or 16 bits, so the whole way (DICOM PS3.4 N.2) is one look-up table.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xraydesk.film.film import Film, Photometric, Voi, VoiFunction, VoiLut, Window

_SAMPLE = 512  # windows are judged on about this many pixels a side
_USED_SHARE = 0.5  # of its bits a film must use to be shown over their whole range
_GREY_SHARE = 0.01  # of the pixels must be neither black nor white in a window that shows something


def display_values(film: Film, voi: Voi | None = None) -> NDArray[np.float32]:
    """What a reader sees: (H, W) in [0, 1], 1 is white. `voi` defaults to `default_voi(film)`."""
    return np.take(display_table(film, voi), film.pixels)


def display_table(film: Film, voi: Voi | None = None) -> NDArray[np.float32]:
    """For every stored value what is seen of it: (256,) or (65536,) in [0, 1], 1 is white."""
    shown = _shown(film, voi if voi is not None else default_voi(film))
    table = 1.0 - shown if film.photometric is Photometric.MONOCHROME1 else shown
    if film.padding is not None:
        table[film.padding[0] : film.padding[1] + 1] = 0.0
    return table.astype(np.float32)


def default_voi(film: Film) -> Voi:
    """The first of the film's own windows and LUTs that shows anything, else the whole range."""
    return next((voi for voi in film.voi if shows_something(film, voi)), None) or whole_range_window(film)


def own_voi_unusable(film: Film) -> bool:
    """Whether the film brings windows or LUTs of its own and none of them shows anything."""
    return bool(film.voi) and not any(shows_something(film, voi) for voi in film.voi)


def whole_range_window(film: Film) -> Window:
    """From black to white over the range of the bits the film uses, or over its pixels if they are close.

    So the same film is shown the same whether stored in 8 bits, 12, 16 or 12 of 16.
    """
    low, high = _pixel_range(film)
    full = (1 << min(film.bits_stored, max(8, high.bit_length()))) - 1
    if high - low >= _USED_SHARE * full:
        low, high = min(low, 0), max(high, full)
    ends = [film.modality.slope * end + film.modality.intercept for end in (low, high)]
    width = abs(ends[1] - ends[0])
    return Window(sum(ends) / 2.0, width if width > 0.0 else 1.0, VoiFunction.LINEAR_EXACT, "whole range")


def shows_something(film: Film, voi: Voi) -> bool:
    """False where `voi` turns nearly all of the film black or white, though the film has greys."""
    counts = _counts(film)
    shown = _shown(film, voi)
    middle = float(counts[(shown > 0.02) & (shown < 0.98)].sum())
    total = float(counts.sum())
    if total == 0.0 or np.count_nonzero(counts) < 8:
        return True  # a blank film is blank in any window
    return middle >= _GREY_SHARE * total


def _shown(film: Film, voi: Voi) -> NDArray[np.float64]:
    """`voi` applied to the modality value of every stored value, before any inversion."""
    stored = np.arange(1 << (8 * film.pixels.dtype.itemsize), dtype=np.float64)
    modality = film.modality.slope * stored + film.modality.intercept
    return _looked_up(modality, voi) if isinstance(voi, VoiLut) else _windowed(modality, voi)


def _windowed(x: NDArray[np.float64], window: Window) -> NDArray[np.float64]:
    """DICOM PS3.3 C.11.2.1.2.1 and C.11.2.1.3, output [0, 1]."""
    center, width = window.center, window.width
    if window.function is VoiFunction.SIGMOID:
        exponent = np.clip(-4.0 * (x - center) / width, -700.0, 700.0)
        return np.asarray(1.0 / (1.0 + np.exp(exponent)))
    if window.function is VoiFunction.LINEAR:
        center, width = center - 0.5, width - 1.0
    if width <= 0.0:
        return np.asarray(x > center, dtype=np.float64)
    return np.clip((x - center) / width + 0.5, 0.0, 1.0)


def _looked_up(x: NDArray[np.float64], lut: VoiLut) -> NDArray[np.float64]:
    index = np.clip(np.rint(x - lut.first_mapped), 0, len(lut.values) - 1).astype(np.intp)
    return np.minimum(lut.values[index] / float((1 << lut.bits) - 1), 1.0)


def _counts(film: Film) -> NDArray[np.int64]:
    """How often each stored value occurs among a sample of the pixels, padding left out."""
    step = max(1, min(film.height, film.width) // _SAMPLE)
    levels = 1 << (8 * film.pixels.dtype.itemsize)
    counts = np.bincount(film.pixels[::step, ::step].ravel(), minlength=levels)
    if film.padding is not None:
        counts[film.padding[0] : film.padding[1] + 1] = 0
    return counts


def _pixel_range(film: Film) -> tuple[int, int]:
    """Smallest and largest stored value that is no padding."""
    if film.padding is None:
        return int(film.pixels.min()), int(film.pixels.max())
    levels = 1 << (8 * film.pixels.dtype.itemsize)
    counts = np.bincount(film.pixels.ravel(), minlength=levels)
    counts[film.padding[0] : film.padding[1] + 1] = 0
    used = np.flatnonzero(counts)
    return (int(used[0]), int(used[-1])) if used.size else (0, 0)
