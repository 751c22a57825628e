"""Where the lungs lie on a film that is looked at, so that its heatmaps can be held against them."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xraydesk import paths
from xraydesk.errors import ModelDamaged
from xraydesk.film.film import Film
from xraydesk.model.heatmap import Crop
from xraydesk.model.model_input import Framing, Preprocessing, crop_of, to_model_input
from xraydesk.network.checkpoint import load_weights
from xraydesk.network.lungs import LungFinder, LungNetwork
from xraydesk.registry.registry import MANIFEST, file_sha256

WEIGHTS = "lungs.safetensors"


def lung_finder() -> LungFinder:
    """With the weights that came with the program. Raises ModelDamaged."""
    file = paths.shipped_weights() / WEIGHTS
    network = LungNetwork()
    try:
        if file_sha256(file) != _checksum(file):
            raise ValueError("not the file that was shipped")
        network.load_state_dict(load_weights(file))
    except (OSError, ValueError, KeyError, StopIteration, RuntimeError) as error:
        raise ModelDamaged(
            f"{file.name} is missing or damaged: lungs are not looked for.",
            hint="Install XRayDesk again.",
            path=file,
        ) from error
    return LungFinder(network)


def _checksum(file: Path) -> str:
    """As the list of shipped weights has it. Raises OSError, ValueError, KeyError, StopIteration."""
    helpers = json.loads((file.parent / MANIFEST).read_text(encoding="utf-8"))["helpers"]
    return str(next(entry["sha256"] for entry in helpers if entry["file"] == file.name))


def lungs_within(film: Film, crop: Crop, finder: LungFinder) -> NDArray[np.bool_] | None:
    """(128, 128) over `crop`, which is what some model saw of the film; None where no lungs can be told."""
    whole = Preprocessing(framing=Framing.SQUASH)
    seen = whole if crop == crop_of(film, whole) else Preprocessing(framing=Framing.CENTRE_CROP)
    return finder(to_model_input(film, seen)[None])[0]
