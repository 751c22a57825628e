"""To one grey channel of unsigned integers, from colour and from wide or signed numbers."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xraydesk.film.film import ModalityTransform, StoredPixels

_COLOUR_SAMPLE = 256  # colour is measured on about this many pixels a side


def luminance(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(H, W, 3) to (H, W), ITU-R BT.601 as in DICOM PS3.3 C.7.6.3.1.2."""
    return np.asarray(Image.fromarray(np.ascontiguousarray(rgb)).convert("L"))


def colourfulness(rgb: NDArray[np.uint8]) -> float:
    """Mean of the largest minus the smallest channel, in [0, 1]; 0 for a grey film."""
    step = max(1, min(rgb.shape[:2]) // _COLOUR_SAMPLE)
    sample = rgb[::step, ::step]
    return float((sample.max(axis=2) - sample.min(axis=2)).mean() / 255.0)


def to_stored(
    values: NDArray[Any], apart: NDArray[np.bool_] | None = None
) -> tuple[StoredPixels, int, ModalityTransform]:
    """Any real numbers (H, W) as uint16, their bits, and slope and intercept that lead back.

    Integers that fit are only offset; wider ranges and fractions are spread over 16 bits.
    What is not finite counts as the smallest value. What `apart` (H, W) marks, if anything, becomes 0 and
    has no part in the range, and nothing else becomes 0.
    """
    least = 0
    if apart is not None and apart.any():
        values, least = values.copy(), 1
        values[apart] = 0 if apart.all() else values[~apart][0]
    pixels, bits, back = _spread(values, least)
    if apart is not None:
        pixels[apart] = 0
    return pixels, bits, back


def _spread(values: NDArray[Any], least: int) -> tuple[NDArray[np.uint16], int, ModalityTransform]:
    """As `to_stored`, into `least`..65535."""
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 0.0)
    if values.dtype.kind in "iu" and high - low <= 65535 - least:
        zero = min(low, 0.0) if high <= 65535 - least else low
        pixels = (values - int(zero) + least).astype(np.uint16)
        bits = max(8, math.ceil(math.log2(high - zero + least + 1)))
        return pixels, bits, ModalityTransform(1.0, zero - least)
    slope = (high - low) / (65535.0 - least)
    if not (math.isfinite(slope) and slope > 0.0):
        return np.full(values.shape, least, np.uint16), 16, ModalityTransform(1.0, low - least)
    scaled = (np.nan_to_num(values.astype(np.float64), nan=low, posinf=high, neginf=low) - low) / slope
    return (np.rint(scaled) + least).astype(np.uint16), 16, ModalityTransform(slope, low - least * slope)
