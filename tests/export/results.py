"""Film results with known contents."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from xraydesk.errors import Failure
from xraydesk.film.film import GateFinding, Severity
from xraydesk.model.film_result import FilmResult
from xraydesk.model.heatmap import Crop, Heatmap
from xraydesk.model.prediction import Prediction

CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")
LATERAL = GateFinding("lateral", Severity.WARNING, "This may be a lateral view.", "Look at the film.")


def classified(path: str = "a.png", crop: Crop | None = None) -> FilmResult:
    """0.06, 0.03, 0.91, with a warning; heat everywhere in `crop`."""
    crop = crop or Crop(0, 0, 40, 40)
    heat = np.ones((4, 4), np.float32)
    return FilmResult(
        Path(path),
        Prediction("PNEUMONIA", CLASSES, (0.06, 0.03, 0.91)),
        tuple(Heatmap(name, heat, crop) for name in CLASSES),
        crop,
        warnings=(LATERAL,),
        model_id="dlh-covid-1",
        model_name="DLH_COVID",
        model_version="1.0",
        model_sha256="ab12",
        device="cpu",
        seconds=0.0412,
        sha256="cd34",
    )


def failed(path: str = "b.dcm") -> FilmResult:
    error = Failure("film_truncated", "b.dcm is cut short.", "Copy it again.")
    return FilmResult(Path(path), error=error, model_id="dlh-covid-1")
