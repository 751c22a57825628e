"""Small films with known pixels."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from xraydesk.film.film import Film, VoiFunction, Window

WHOLE = Window(2047.5, 4095.0, VoiFunction.LINEAR_EXACT)  # 0 black, 4095 white


def film_of(pixels: Any, **fields: Any) -> Film:
    """A 12-bit film of these pixels, shown from 0 to 4095 unless `fields` say otherwise."""
    stored = np.asarray(pixels, dtype=np.uint16)
    return replace(Film(Path("film.dcm"), stored, "DICOM", bits_stored=12, voi=(WHOLE,)), **fields)
