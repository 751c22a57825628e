"""Small films and readings, made by hand."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import numpy as np

from xraydesk.errors import Failure
from xraydesk.film.film import Film, GateFinding, Severity
from xraydesk.model.heatmap import Crop, Heatmap
from xraydesk.model.prediction import INDETERMINATE, Prediction
from xraydesk.workflows.verbs import FilmResult, OpenedFilm

CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")


def content_of(path: Path) -> str:
    """The checksum that the film of this path has in every test."""
    return hashlib.sha256(os.fsencode(path)).hexdigest()


def opened(path: Path, side: int = 64, sha256: str = "") -> OpenedFilm:
    ramp = np.tile(np.arange(side, dtype=np.uint8), (side, 1))
    return OpenedFilm(Film(path, ramp, "PNG"), (), sha256 or content_of(path))


def read(
    path: Path,
    probabilities: tuple[float, float, float] = (0.06, 0.03, 0.91),
    *,
    undecided: bool = False,
    warnings: tuple[GateFinding, ...] = (),
    model_id: str = "m",
) -> FilmResult:
    label = INDETERMINATE if undecided else CLASSES[int(np.argmax(probabilities))]
    crop = Crop(0, 0, 64, 64)
    heat = np.linspace(0, 1, 14 * 14, dtype=np.float32).reshape(14, 14)
    return FilmResult(
        path,
        Prediction(label, CLASSES, probabilities),
        tuple(Heatmap(name, heat, crop) for name in CLASSES),
        crop,
        warnings,
        model_id=model_id,
        model_name="DLH_COVID",
        model_version="1.0",
        device="cpu",
        seconds=0.034,
    )


def refused(path: Path) -> FilmResult:
    return FilmResult(
        path,
        error=Failure("ct", "No chest film: this is a CT slice.", "If it is one all the same, classify it."),
        refused=True,
        model_name="DLH_COVID",
        model_version="1.0",
    )


LATERAL = GateFinding("lateral", Severity.WARNING, "This may be a lateral view.", "Check the view.")
