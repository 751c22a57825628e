"""A model's folder made of one file: a package, or a state dict as the authors of DLH_COVID publish it."""

from __future__ import annotations

from pathlib import Path

from xraydesk.errors import ModelDamaged
from xraydesk.model.card import ModelCard, write_card
from xraydesk.model.model_input import PAPER_PREPROCESSING
from xraydesk.network.checkpoint import load_published, network_from, save_weights
from xraydesk.registry.package import unpack
from xraydesk.registry.registry import CARD, WEIGHTS, file_sha256

PAPER_CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")
_STATE_DICTS = (".pth", ".pt")


def write_model_folder(file: Path, folder: Path) -> None:
    """Card and weights into `folder`. Raises ModelDamaged, OutputError."""
    if file.suffix.lower() in _STATE_DICTS:
        _from_state_dict(file, folder)
    else:
        unpack(file, folder)


def _from_state_dict(file: Path, folder: Path) -> None:
    """The authors' checkpoint: the paper's classes and preprocessing, never measured here."""
    network = network_from(load_published(file), file)
    if network.classes != len(PAPER_CLASSES):
        raise ModelDamaged(
            f"{file.name} knows {network.classes} classes; the published network knows three.",
            hint="Export it from the XRayDesk it was trained with.",
            path=file,
        )
    save_weights(network.state_dict(), folder / WEIGHTS)
    sha256 = file_sha256(folder / WEIGHTS)
    origin = "".join(letter for letter in file.stem if letter.isprintable())[:80]
    card = ModelCard(
        id=f"dlh-covid-{sha256[:8]}",
        name=f"DLH_COVID ({origin})",
        version="as published",
        architecture="dlh_covid",
        classes=PAPER_CLASSES,
        preprocessing=PAPER_PREPROCESSING,
        sha256=sha256,
        description=f"Installed from {origin}: not calibrated, and never measured here.",
    )
    write_card(card, folder / CARD)
