"""What the data doctor must know of a film, measured in the one decode that also gives its model input.

Everything is measured on the whole film squashed to 224 × 224: near to what a network sees, and alike for a film
that was decoded at a fraction of its size.
"""

from __future__ import annotations

import hashlib
import math
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xraydesk.film.film import Film
from xraydesk.film.gate import gate
from xraydesk.model.model_input import Contrast, Preprocessing, to_model_input

PLAIN = Preprocessing(contrast=Contrast.NONE)
THUMBNAIL_SIDE = 96
_MARGIN = 10 / 255  # rows and columns this near to black or white on average, at the edges, are border
_HASH_SIDE, _HASH_INPUT = 8, 32
_NO_PATIENT = ("anon", "unknown", "none", "deidentified", "de-identified", "removed", "redacted", "xxx")
_NO_ENTRY = ("-", "--", "?", "n/a", "na", "nan", "null")


@dataclass(frozen=True, slots=True)
class FilmFacts:
    """`patient` is a salted hash, "" where the file names nobody; borders are shares of the area."""

    width: int
    height: int
    file_type: str  # "JPEG", "DICOM, JPEG 2000 …"
    black_border: float
    white_border: float
    rim: float  # mean grey of the outermost pixels, 0 to 1
    sharpness: float  # mean step between neighbours over the spread of greys, borders left out
    mean_grey: float
    grey_spread: float
    perceptual_hash: int  # 64 bits; near copies differ in few
    gate: tuple[str, ...] = ()  # codes of the gate's findings, refusals first
    patient: str = ""

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> FilmFacts:
        return cls(**(data | {"gate": tuple(data["gate"])}))


def facts_of(film: Film, salt: bytes) -> tuple[FilmFacts, NDArray[np.uint8]]:
    """The facts, and a thumbnail (96, 96) uint8 of the whole film, squashed."""
    shown = to_model_input(film, PLAIN)
    top, bottom, left, right = film_box(shown)
    inner = shown[top:bottom, left:right]
    black, white = _borders(shown)
    spread = float(inner.std())
    facts = FilmFacts(
        width=film.full_width,
        height=film.full_height,
        file_type=_file_type(film),
        black_border=black,
        white_border=white,
        rim=_rim(shown),
        sharpness=_sharpness(inner, spread),
        mean_grey=round(float(inner.mean()) / 255, 4),
        grey_spread=round(spread / 255, 4),
        perceptual_hash=perceptual_hash(inner),
        gate=tuple(finding.code for finding in gate(film)),
        patient=_patient(film, salt),
    )
    return facts, _resized(shown, THUMBNAIL_SIDE)


def film_box(shown: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """First and last row and column within the black or white border; the whole where nothing else is."""
    top, bottom = _inside(shown.mean(axis=1))
    left, right = _inside(shown[top:bottom].mean(axis=0))
    return top, bottom, left, right


def _inside(means: NDArray[np.float64]) -> tuple[int, int]:
    film = np.flatnonzero(np.abs(means / 255 - 0.5) < 0.5 - _MARGIN)
    return (int(film[0]), int(film[-1]) + 1) if film.size else (0, len(means))


def _borders(shown: NDArray[np.uint8]) -> tuple[float, float]:
    """Shares of the area that are black and white border."""
    top, bottom, left, right = film_box(shown)
    rows, columns = shown.mean(axis=1), shown[top:bottom].mean(axis=0)
    height, width = shown.shape
    rows = np.concatenate([rows[:top], rows[bottom:]])
    columns = np.concatenate([columns[:left], columns[right:]])
    rest = (bottom - top) / height
    shares = [
        float((rows > 127.5).sum() / height + rest * (columns > 127.5).sum() / width),
        float(len(rows) / height + rest * len(columns) / width),
    ]
    return round(shares[1] - shares[0], 5), round(shares[0], 5)


def _rim(shown: NDArray[np.uint8]) -> float:
    edges = (shown[0], shown[-1], shown[1:-1, 0], shown[1:-1, -1])
    return round(float(np.concatenate(edges).mean()) / 255, 4)


def _sharpness(inner: NDArray[np.uint8], spread: float) -> float:
    """Steps are taken two pixels in from the border, whose own edge is no detail of the film."""
    middle = inner[2:-2, 2:-2].astype(np.int16)
    if min(middle.shape) < 3 or spread < 1.0:
        return 0.0
    curvature = (
        4 * middle[1:-1, 1:-1] - middle[:-2, 1:-1] - middle[2:, 1:-1] - middle[1:-1, :-2] - middle[1:-1, 2:]
    )
    return round(float(np.abs(curvature).mean()) / spread, 5)


def _cosines() -> NDArray[np.float64]:
    """(8, 32) the lowest rows of the type II discrete cosine transform."""
    place = (np.arange(_HASH_INPUT) + 0.5) * math.pi / _HASH_INPUT
    return np.cos(np.arange(_HASH_SIDE)[:, None] * place[None, :])


_COSINES = _cosines()


def perceptual_hash(shown: NDArray[np.uint8]) -> int:
    """64 bits: which of the 8 × 8 lowest frequencies are above their median (pHash)."""
    small = _resized(shown, _HASH_INPUT).astype(np.float64)
    waves = (_COSINES @ small @ _COSINES.T).ravel()
    bits = waves > np.median(waves[1:])
    return int.from_bytes(np.packbits(bits).tobytes(), "big")


def _resized(shown: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    return np.asarray(Image.fromarray(shown).resize((side, side), Image.Resampling.BILINEAR))


def _file_type(film: Film) -> str:
    return f"{film.format}, {film.header.transfer_syntax}" if film.header.transfer_syntax else film.format


def names_nobody(identifier: str) -> bool:
    """What anonymising programs and lists write in a patient's stead; ANON-0017 is a patient's pseudonym."""
    name = identifier.strip().lower()
    if not name or name in _NO_ENTRY:
        return True
    return name.startswith(_NO_PATIENT) and not any(digit in name for digit in "123456789")


def _patient(film: Film, salt: bytes) -> str:
    """Nobody's, where the identifier is one that anonymised films share."""
    name = film.identity.patient_id.strip().lower() if film.identity else ""
    if not name.strip("0-. ") or names_nobody(name):
        return ""
    return hashlib.blake2b(name.encode(), key=salt, digest_size=12).hexdigest()
