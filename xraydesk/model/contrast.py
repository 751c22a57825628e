"""Ways to spread the grey values of a model input: (S, S) float32 in, about [0, 1] out; a constant film becomes 0."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

_LEVELS = 256
_TILES = 8  # a side
_CLIP = 2.0  # times the even share: no grey is stretched more than about twice as much

Values = NDArray[np.float32]


def stretched(values: Values, low: float, high: float) -> Values:
    """Values between the two percentiles spread over [0, 1]."""
    darkest, brightest = np.percentile(values, (low, high))
    span = max(float(brightest - darkest), 1e-6)
    return np.asarray((values - np.float32(darkest)) / np.float32(span), dtype=np.float32)


def equalized(values: Values) -> Values:
    """Histogram equalisation: each grey becomes the share of pixels that are darker."""
    levels = _levels(values)
    return _ramp(np.bincount(levels.ravel(), minlength=_LEVELS).astype(np.float64))[levels]


def adaptively_equalized(values: Values) -> Values:
    """CLAHE (Zuiderveld 1994): each of 8 x 8 tiles equalised with its histogram clipped, and blended between tiles."""
    levels = _levels(values)
    ramps = _ramps_of_tiles(levels)  # (T, T, 256)
    rows, columns = (_between_tiles(side) for side in levels.shape)
    (above, below, down), (left, right, across) = rows, columns
    down, across = down[:, None], across[None, :]
    top = _blend(ramps, above, left, right, across, levels)
    bottom = _blend(ramps, below, left, right, across, levels)
    return np.asarray(top * (1 - down) + bottom * down, dtype=np.float32)


def _levels(values: Values) -> NDArray[np.intp]:
    """The film's own range in 256 steps."""
    spread = stretched(values, 0.0, 100.0)
    return np.minimum((spread * _LEVELS).astype(np.intp), _LEVELS - 1)


def _ramp(histogram: NDArray[np.float64]) -> Values:
    """(256,) from level to [0, 1]; the darkest level there is becomes 0."""
    heap = histogram.cumsum()
    darkest = heap[np.flatnonzero(histogram)[0]]
    return np.asarray(np.clip((heap - darkest) / max(heap[-1] - darkest, 1e-6), 0, 1), dtype=np.float32)


def _ramps_of_tiles(levels: NDArray[np.intp]) -> Values:
    tiles = [np.array_split(band, _TILES, axis=1) for band in np.array_split(levels, _TILES, axis=0)]
    return np.stack([[_clipped_ramp(tile) for tile in band] for band in tiles])


def _clipped_ramp(tile: NDArray[np.intp]) -> Values:
    """What is clipped off the histogram is spread evenly, so that flat tiles stay flat."""
    histogram = np.bincount(tile.ravel(), minlength=_LEVELS).astype(np.float64)
    limit = _CLIP * tile.size / _LEVELS
    clipped = np.minimum(histogram, limit)
    clipped += (tile.size - clipped.sum()) / _LEVELS
    return np.asarray(clipped.cumsum() / tile.size, dtype=np.float32)


def _between_tiles(side: int) -> tuple[NDArray[np.intp], NDArray[np.intp], Values]:
    """For each pixel of a side: the tile whose centre lies before it, the one after, and how far it is between."""
    place = (np.arange(side) + 0.5) / side * _TILES - 0.5
    before = np.clip(np.floor(place), 0, _TILES - 1).astype(np.intp)
    after = np.minimum(before + 1, _TILES - 1)
    return before, after, np.clip(place - before, 0, 1).astype(np.float32)


def _blend(
    ramps: Values,
    row: NDArray[np.intp],
    left: NDArray[np.intp],
    right: NDArray[np.intp],
    across: Values,
    levels: NDArray[np.intp],
) -> Values:
    one, other = ramps[row[:, None], left[None, :], levels], ramps[row[:, None], right[None, :], levels]
    return np.asarray(one * (1 - across) + other * across, dtype=np.float32)
