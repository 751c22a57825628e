"""What is known of a film once the network has read it: what rows, reports and the window are made of."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xraydesk.errors import Failure
from xraydesk.film.film import GateFinding
from xraydesk.model.heatmap import Crop, Heatmap
from xraydesk.model.prediction import Prediction


@dataclass(frozen=True, slots=True, eq=False)
class FilmResult:
    """One film classified, or why not (`error`). `heatmaps`: one per class, in the order of the classes."""

    path: Path
    prediction: Prediction | None = None
    heatmaps: tuple[Heatmap, ...] = ()
    crop: Crop | None = None
    warnings: tuple[GateFinding, ...] = ()
    error: Failure | None = None
    refused: bool = False  # the gate refused; asking again with override=True gives a prediction
    model_id: str = ""
    model_name: str = ""
    model_version: str = ""
    model_sha256: str = ""
    device: str = ""
    seconds: float = 0.0
    sha256: str = ""
