"""Heat to colours that may lie over a film: cold stays film, hot glows, unseen stays untouched."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from xraydesk.presentation.inferno import inferno

# The map's black end would darken the film and its pale end outshine it: this part of it is used.
_COLDEST, _HOTTEST = 0.28, 0.94
# Heat below the first is clear film, from the second on the colour is at its fullest.
_CLEAR_BELOW, _FULL_ABOVE = 0.08, 0.75


def _heat_colours() -> NDArray[np.uint8]:
    """(257, 4) RGBA for heat 0 to 255; entry 256 is the clear one for what the network did not see."""
    heat = np.linspace(0.0, 1.0, 256)
    place = np.rint(255 * (_COLDEST + (_HOTTEST - _COLDEST) * heat)).astype(np.intp)
    rising = np.clip((heat - _CLEAR_BELOW) / (_FULL_ABOVE - _CLEAR_BELOW), 0.0, 1.0)
    colours = np.zeros((257, 4), dtype=np.uint8)
    colours[:256, :3] = inferno()[place]
    colours[:256, 3] = np.rint(255 * rising * rising * (3 - 2 * rising))
    return colours


_COLOURS = _heat_colours()
_UNSEEN = 256


def heat_rgba(heat: NDArray[np.float32]) -> NDArray[np.uint8]:
    """Heat (H, W) in [0, 1], NaN where the network did not look, to straight RGBA (H, W, 4)."""
    place = np.rint(np.clip(heat, 0.0, 1.0) * np.float32(255))
    place[np.isnan(heat)] = _UNSEEN
    colours = np.take(_COLOURS.view(np.uint32), place.astype(np.uint16))  # four bytes at once: twice as fast
    return np.asarray(colours.view(np.uint8).reshape(*heat.shape, 4))


def legend_strip(width: int, height: int) -> NDArray[np.uint8]:
    """The colours from no evidence (left) to the strongest (right), RGBA (height, width, 4)."""
    heat = np.linspace(0.0, 1.0, width, dtype=np.float32)
    return np.repeat(heat_rgba(heat[np.newaxis]), height, axis=0)
