"""Outlines drawn on films by hand: pictures, white on black, named as the film and then what they outline."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xraydesk.errors import LabelledFolderError
from xraydesk.film.film import Film
from xraydesk.model.model_input import Preprocessing, crop_of

LUNGS, OPACITY = "lungs", "opacity"


def outline_of(film: Path, folder: Path, what: str) -> Path:
    """Where the outline of a film lies, if there is one."""
    return folder / f"{film.stem}__{what}.png"


def outline_on_input(outline: Path, film: Film, preprocessing: Preprocessing) -> NDArray[np.bool_]:
    """The outline, drawn on the film's own pixels, on the model's input (S, S). Raises LabelledFolderError."""
    crop, side = crop_of(film, preprocessing), preprocessing.size
    with Image.open(outline) as drawn:
        if drawn.size != (film.full_width, film.full_height):
            raise LabelledFolderError(
                f"{outline.name} is not as large as its film.",
                hint="An outline lies on the film pixel for pixel.",
            )
        part = drawn.convert("L").crop((crop.x0, crop.y0, crop.x1, crop.y1))
        return np.asarray(part.resize((side, side), Image.Resampling.BILINEAR)) >= 128
