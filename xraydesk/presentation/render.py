"""A film and a window to the grey levels on screen: one look-up table, one pass over the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from xraydesk.film.film import Film, StoredPixels, Voi
from xraydesk.film.voi import display_table

GreyTable = NDArray[np.uint8]  # (256,) or (65536,): stored value to grey level

_Shown = TypeVar("_Shown", np.uint8, np.uint32)

_STRIP_ROWS = 64  # rows looked up at a time: the indices of a strip stay in the processor's cache
_SMALLEST_LEVEL = 256  # pixels of the longer side below which halving again brings nothing


def grey_table(film: Film, voi: Voi, *, inverted: bool = False) -> GreyTable:
    """The grey level (0 black, 255 white) of each stored value; padding is black, inverted or not."""
    shown = np.clip(display_table(film, voi), 0.0, 1.0)
    if inverted:
        shown = 1.0 - shown
    grey: GreyTable = np.rint(shown * 255.0).astype(np.uint8)
    if film.padding is not None:
        low, high = sorted(film.padding)
        grey[max(low, 0) : high + 1] = 0
    return grey


def look_up(table: NDArray[_Shown], pixels: StoredPixels) -> NDArray[_Shown]:
    """`table[pixels]` (H, W), contiguous, in strips; `pixels` may be a view of any orientation."""
    shown = np.empty(pixels.shape, dtype=table.dtype)
    for top in range(0, pixels.shape[0], _STRIP_ROWS):
        rows = slice(top, top + _STRIP_ROWS)
        np.take(table, pixels[rows], out=shown[rows], mode="clip")
    return shown


def render(film: Film, voi: Voi, *, inverted: bool = False) -> NDArray[np.uint8]:
    """The whole film (H, W) as grey levels."""
    return look_up(grey_table(film, voi, inverted=inverted), film.pixels)


def halved(pixels: StoredPixels) -> StoredPixels:
    """Pixels (H, W) to (H // 2, W // 2), rounded means of 2 x 2; an odd last row or column falls away."""
    height, width = pixels.shape[0] // 2, pixels.shape[1] // 2
    half = np.empty((height, width), dtype=pixels.dtype)
    for top in range(0, height, _STRIP_ROWS):
        strip = pixels[2 * top : 2 * min(top + _STRIP_ROWS, height), : 2 * width]
        rows = np.add(strip[0::2], strip[1::2], dtype=np.uint32)
        total = rows[:, 0::2] + rows[:, 1::2]
        half[top : top + _STRIP_ROWS] = (total + 2) >> 2
    return half


@dataclass(frozen=True, slots=True, eq=False)
class Pyramid:
    """A film's pixels and their halvings; level k has 1 / 2**k of the film's scale."""

    levels: tuple[StoredPixels, ...]

    @classmethod
    def of(cls, pixels: StoredPixels) -> Pyramid:
        levels = [pixels]
        while max(levels[-1].shape) > _SMALLEST_LEVEL and min(levels[-1].shape) >= 2:
            levels.append(halved(levels[-1]))
        return cls(tuple(levels))

    @classmethod
    def rough(cls, pixels: StoredPixels) -> Pyramid:
        """The same levels by leaving pixels out: views that cost nothing, until the means are there."""
        levels = [pixels]
        while max(levels[-1].shape) > _SMALLEST_LEVEL and min(levels[-1].shape) >= 2:
            rows, columns = (side // 2 * 2 for side in levels[-1].shape)
            levels.append(levels[-1][:rows:2, :columns:2])
        return cls(tuple(levels))

    def level_for(self, scale: float) -> int:
        """The coarsest level with a pixel for each on screen; `scale`: screen pixels per film pixel."""
        wanted = int(np.floor(np.log2(1.0 / scale))) if scale < 1.0 else 0
        return min(wanted, len(self.levels) - 1)
