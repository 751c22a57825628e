"""The one way from a film to the network's input, for training and for reading alike.

It starts from the film's own VOI: what the reader does to window and level never changes a prediction.
"""

from __future__ import annotations

import math
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xraydesk.film.film import Film
from xraydesk.film.voi import display_values
from xraydesk.model.contrast import adaptively_equalized, equalized, stretched
from xraydesk.model.heatmap import Crop


class Framing(StrEnum):
    """How a film of any shape becomes square."""

    SQUASH = "squash"  # the whole film, both sides scaled apart
    CENTRE_CROP = "centre_crop"  # the paper's: short side scaled, the middle kept


class Contrast(StrEnum):
    NONE = "none"  # the paper's: display values as they are
    STRETCH = "stretch"  # percentile contrast stretching
    EQUALIZE = "equalize"  # histogram equalisation
    CLAHE = "clahe"  # contrast-limited adaptive histogram equalisation (Zuiderveld 1994)


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


# Measured on 25 films, JPEGs and JPEG 2000 from 3000 x 2500 down to 1024 x 1024: decoded at a fraction of their size
# but no smaller than this, the shipped model's probabilities differ by at most 0.0048.
LEAST_SIDE_FOR_INPUT = 512  # of 224 samples
_SAMPLES_MEASURED = 224
_LEAST_FOR_GATE = 256


def least_side(preprocessing: Preprocessing) -> int:
    """How many pixels a side a film must keep, if it is opened at a fraction of its size (`open_film`)."""
    samples = preprocessing.detail or preprocessing.size
    return max(_LEAST_FOR_GATE, math.ceil(LEAST_SIDE_FOR_INPUT * samples / _SAMPLES_MEASURED))


def crop_of(film: Film, preprocessing: Preprocessing) -> Crop:
    """The part of the film that the network sees, in pixels of the file, also of a film opened reduced."""
    width, height = film.full_width, film.full_height
    if preprocessing.framing is Framing.SQUASH:
        return Crop(0, 0, width, height)
    side = min(width, height)
    x0, y0 = (width - side) // 2, (height - side) // 2
    return Crop(x0, y0, x0 + side, y0 + side)


def _box(film: Film, crop: Crop) -> tuple[float, float, float, float]:
    """`crop` in the pixels at hand, the last of which may lie half outside of a film opened reduced."""
    across, down = round(film.full_width / film.width), round(film.full_height / film.height)
    return crop.x0 / across, crop.y0 / down, crop.x1 / across, crop.y1 / down


def _resampled(film: Film, preprocessing: Preprocessing) -> NDArray[np.float32]:
    """Antialiased to (size, size): means of whole blocks first, then a triangle filter of matching width.

    The blocks are those that a JPEG decoded at a fraction of its size is made of (`open_film`), so that it
    gives the same input. By way of `detail` samples a side, where asked for: a film then looks the same
    whether it came large or already reduced.
    """
    size, side = preprocessing.size, preprocessing.detail or preprocessing.size
    image = Image.fromarray(display_values(film))
    block = _block(film, least_side(preprocessing))
    left, top, right, below = (edge / block for edge in _box(film, crop_of(film, preprocessing)))
    small = image.reduce(block) if block > 1 else image
    small = small.resize((side, side), Image.Resampling.BILINEAR, box=(left, top, right, below))
    if side != size:
        small = small.resize((size, size), Image.Resampling.BILINEAR)
    return np.asarray(small, dtype=np.float32)


def _block(film: Film, least: int) -> int:
    """The largest fraction that leaves `least` pixels a side."""
    shorter = min(film.height, film.width)
    return next((block for block in (8, 4, 2) if shorter >= block * least), 1)


def _contrasted(values: NDArray[np.float32], preprocessing: Preprocessing) -> NDArray[np.float32]:
    match preprocessing.contrast:
        case Contrast.NONE:
            return values
        case Contrast.STRETCH:
            return stretched(values, preprocessing.low_percentile, preprocessing.high_percentile)
        case Contrast.EQUALIZE:
            return equalized(values)
        case Contrast.CLAHE:
            return adaptively_equalized(values)


def to_model_input(film: Film, preprocessing: Preprocessing) -> NDArray[np.uint8]:
    """(size, size) uint8, 255 is white; the network is fed this over 255.

    Eight bits, so that a training cache keeps exactly what the network is given.
    """
    values = _contrasted(_resampled(film, preprocessing), preprocessing)
    return np.asarray(np.rint(np.clip(values, 0.0, 1.0) * 255.0), dtype=np.uint8)
