"""Coarse activation maps, brought onto the grid of the film they explain."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

MOSTLY = 0.5  # of its heat must lie in the lungs, or a heatmap is said to show something else


@dataclass(frozen=True, slots=True)
class Crop:
    """The part of a film the network saw, in film pixels: x to the right, y down, ends exclusive."""

    x0: int
    y0: int
    x1: int
    y1: int


@dataclass(frozen=True, slots=True, eq=False)
class Heatmap:
    """Where the evidence for one class lies.

    `coarse` (h, w) float32 in [0, 1], 1 at the strongest place, all 0 where nothing speaks for the
    class; it covers `crop` of the film, and nothing is known outside it.
    """

    class_name: str
    coarse: NDArray[np.float32]
    crop: Crop
    method: str = "Grad-CAM"

    def on_grid(self, height: int, width: int, film_height: int, film_width: int) -> NDArray[np.float32]:
        """The heat (height, width) float32 over the whole film drawn at that size; NaN outside the crop."""
        scale_y, scale_x = height / film_height, width / film_width
        y0, y1 = _drawn(self.crop.y0 * scale_y, self.crop.y1 * scale_y, height)
        x0, x1 = _drawn(self.crop.x0 * scale_x, self.crop.x1 * scale_x, width)
        grid = np.full((height, width), np.nan, dtype=np.float32)
        fine = Image.fromarray(self.coarse).resize((x1 - x0, y1 - y0), Image.Resampling.BICUBIC)
        grid[y0:y1, x0:x1] = np.clip(np.asarray(fine), 0.0, 1.0)
        return grid

    def share_within(self, mask: NDArray[np.bool_]) -> float | None:
        """How much of the heat lies in `mask` (H, W), which covers the same crop; None where there is no heat."""
        height, width = mask.shape
        fine = Image.fromarray(self.coarse).resize((width, height), Image.Resampling.BICUBIC)
        heat = np.clip(np.asarray(fine), 0.0, None)
        whole = float(heat.sum())
        return float(heat[mask].sum()) / whole if whole > 0 else None


def _drawn(start: float, end: float, side: int) -> tuple[int, int]:
    """From pixel to pixel of a side; one at least, however narrow the crop is drawn."""
    first = min(round(start), side - 1)
    return first, max(round(end), first + 1)


def normalised_heat(raw: NDArray[np.float32]) -> NDArray[np.float32]:
    """Positive part of a raw map, its maximum scaled to 1 (Selvaraju et al. 2017, eq. 2)."""
    positive = np.maximum(raw, 0.0)
    peak = float(positive.max(initial=0.0))
    return np.asarray(positive / peak if peak > 0 else positive, dtype=np.float32)
