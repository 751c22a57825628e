"""The one way from a film to the network's input, for training and for reading alike.

It starts from the film's own VOI: what the reader does to window and level never changes a prediction.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xraydesk.film.film import Film
from xraydesk.film.voi import display_values
from xraydesk.model.heatmap import Crop


class Framing(StrEnum):
    """How a film of any shape becomes square."""

    SQUASH = "squash"  # the whole film, both sides scaled apart
    CENTRE_CROP = "centre_crop"  # the paper's: short side scaled, the middle kept


class Contrast(StrEnum):
    NONE = "none"  # the paper's: display values as they are
    STRETCH = "stretch"  # percentile contrast stretching


@dataclass(frozen=True, slots=True)
class Preprocessing:
    """Kept in the model's card: a network is only as good as the input it was trained on."""

    size: int = 224
    detail: int = 0  # films are reduced to so many samples a side before anything else; 0 keeps all there is
    framing: Framing = Framing.SQUASH
    contrast: Contrast = Contrast.STRETCH
    low_percentile: float = 1.0
    high_percentile: float = 99.0

    def as_dict(self) -> dict[str, Any]:
        return {
            key: str(value) if isinstance(value, StrEnum) else value for key, value in asdict(self).items()
        }

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Preprocessing:
        known = dict(data)
        known["framing"] = Framing(known.get("framing", Framing.SQUASH))
        known["contrast"] = Contrast(known.get("contrast", Contrast.STRETCH))
        return cls(**known)


PAPER_PREPROCESSING = Preprocessing(framing=Framing.CENTRE_CROP, contrast=Contrast.NONE)


def crop_of(film: Film, preprocessing: Preprocessing) -> Crop:
    """The part of the film that the network sees."""
    if preprocessing.framing is Framing.SQUASH:
        return Crop(0, 0, film.width, film.height)
    side = min(film.width, film.height)
    x0, y0 = (film.width - side) // 2, (film.height - side) // 2
    return Crop(x0, y0, x0 + side, y0 + side)


def _resampled(values: NDArray[np.float32], crop: Crop, preprocessing: Preprocessing) -> NDArray[np.float32]:
    """Antialiased to (size, size): a box reduction first, then a triangle filter of matching width.

    By way of `detail` samples a side, where asked for: a film then looks the same whether it came large or
    already reduced.
    """
    size, side = preprocessing.size, preprocessing.detail or preprocessing.size
    image = Image.fromarray(values)
    box = (crop.x0, crop.y0, crop.x1, crop.y1)
    small = image.resize((side, side), Image.Resampling.BILINEAR, box=box, reducing_gap=3.0)
    if side != size:
        small = small.resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(small, dtype=np.float32)


def _stretched(values: NDArray[np.float32], low: float, high: float) -> NDArray[np.float32]:
    """Values between the two percentiles spread over [0, 1]; a constant film becomes 0."""
    darkest, brightest = np.percentile(values, (low, high))
    span = max(float(brightest - darkest), 1e-6)
    return np.asarray((values - np.float32(darkest)) / np.float32(span), dtype=np.float32)


def to_model_input(film: Film, preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """(size, size) uint8, 255 is white; the network is fed this over 255.

    Eight bits, so that a film read from the training cache and one read from its file are the same
    to the last bit.
    """
    values = _resampled(display_values(film), crop_of(film, preprocessing), preprocessing)
    if preprocessing.contrast is Contrast.STRETCH:
        values = _stretched(values, preprocessing.low_percentile, preprocessing.high_percentile)
    return np.asarray(np.rint(np.clip(values, 0.0, 1.0) * 255.0), dtype=np.uint8)
