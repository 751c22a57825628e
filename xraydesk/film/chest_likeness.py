"""How much the spread of light over a film is that of a frontal chest film, right way up and not inverted."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

# Left half of the mean frontal film, 8 × 8 blocks, symmetric: dark beside the neck and in the lungs,
# bright along the spine and below the diaphragm. Mean of 1,900 adult and child films, five sources alike.
_HALF = np.array(
    [
        [-26, -21, -13, 1],
        [-8, -2, -8, 0],
        [-3, -1, -14, 1],
        [-4, -2, -12, 7],
        [-6, -3, -4, 14],
        [-9, 0, 6, 19],
        [-11, 8, 17, 23],
        [-11, 14, 22, 25],
    ],
    dtype=np.float64,
)
_BLOCKS = 8
_MARGIN = 0.04  # rows and columns this near to black or white on average, at the edges, are no film


def chest_likeness(shown: NDArray[np.float32]) -> float:
    """Correlation in [-1, 1] of display values (H, W) with the mean frontal chest film.

    An inverted film has minus the value of the film; 0 for films that are blank or under 8 pixels.
    """
    shown = _without_margins(shown)
    if min(shown.shape) < _BLOCKS:
        return 0.0
    blocks = _block_means(shown)
    mean_film = np.hstack([_HALF, _HALF[:, ::-1]])
    blocks, mean_film = blocks - blocks.mean(), mean_film - mean_film.mean()
    norm = float(np.linalg.norm(blocks) * np.linalg.norm(mean_film))
    return float((blocks * mean_film).sum()) / norm if norm > 1e-9 else 0.0


def _without_margins(shown: NDArray[np.float32]) -> NDArray[np.float32]:
    """Without the black or white frame around films that were pasted on a larger sheet."""
    for _ in range(2):  # rows, then columns
        means = shown.mean(axis=1, dtype=np.float64)
        film = np.flatnonzero(np.abs(means - 0.5) < 0.5 - _MARGIN)
        if film.size:
            shown = shown[film[0] : film[-1] + 1]
        shown = shown.T
    return shown


def _block_means(shown: NDArray[np.float32]) -> NDArray[np.float64]:
    """(8, 8) means; the few rows and columns beyond a multiple of 8 are left out at the end."""
    rows, columns = shown.shape[0] // _BLOCKS, shown.shape[1] // _BLOCKS
    trimmed = shown[: rows * _BLOCKS, : columns * _BLOCKS]
    blocks = trimmed.reshape(_BLOCKS, rows, _BLOCKS, columns)
    return np.asarray(blocks.mean(axis=(1, 3), dtype=np.float64))
