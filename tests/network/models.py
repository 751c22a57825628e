"""A small installed model with random weights, for tests of what surrounds the network."""

from __future__ import annotations

from pathlib import Path

from xraydesk.model.card import ModelCard, write_card
from xraydesk.model.model_input import Preprocessing
from xraydesk.network.checkpoint import save_weights
from xraydesk.network.dlh_covid import seeded
from xraydesk.registry.registry import CARD, WEIGHTS, file_sha256

CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")


def model_folder(place: Path, model_id: str, *, seed: int = 1, threshold: float = 0.0) -> Path:
    """A whole model folder `place/model_id`."""
    folder = place / model_id
    folder.mkdir(parents=True)
    save_weights(seeded(seed).state_dict(), folder / WEIGHTS, half=True)
    card = ModelCard(
        id=model_id,
        name=f"Model {model_id}",
        version="1",
        architecture="dlh_covid",
        classes=CLASSES,
        preprocessing=Preprocessing(),
        sha256=file_sha256(folder / WEIGHTS),
        threshold=threshold,
    )
    write_card(card, folder / CARD)
    return folder
