"""Install a model: a folder, a package, or a state dict as the authors of DLH_COVID publish it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from xraydesk.errors import ModelDamaged, ModelNotFound
from xraydesk.model.card import ModelCard, write_card
from xraydesk.model.model_input import PAPER_PREPROCESSING
from xraydesk.registry.package import unpack
from xraydesk.registry.registry import CARD, WEIGHTS, InstalledModel, Registry, file_sha256

PAPER_CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")
_STATE_DICTS = (".pth", ".pt")


def install_model(source: Path, registry: Registry | None = None) -> InstalledModel:
    """Check `source` and copy it among the user's models. Raises ModelError, UsageError, OutputError."""
    registry = registry or Registry()
    if source.is_dir():
        return registry.add(source)
    if not source.is_file():
        raise ModelNotFound(f"{source.name} was not found.", hint="Check the path.", path=source)
    with tempfile.TemporaryDirectory(prefix="xraydesk-") as folder:
        place = Path(folder)
        if source.suffix.lower() in _STATE_DICTS:
            _from_state_dict(source, place)
        else:
            unpack(source, place)
        return registry.add(place)


def _from_state_dict(source: Path, place: Path) -> None:
    """The authors' checkpoint: the paper's classes and preprocessing, never measured here."""
    from xraydesk.network.checkpoint import (  # noqa: PLC0415 - torch only for state dicts
        load_published,
        network_from,
        save_weights,
    )

    state = load_published(source)
    network = network_from(state, source)
    if network.linear2.out_features != len(PAPER_CLASSES):
        raise ModelDamaged(
            f"{source.name} knows {network.linear2.out_features} classes; the published network knows three.",
            hint="Export it from the XRayDesk it was trained with.",
            path=source,
        )
    save_weights(state, place / WEIGHTS)
    sha256 = file_sha256(place / WEIGHTS)
    card = ModelCard(
        id=f"dlh-covid-{sha256[:8]}",
        name=f"DLH_COVID ({source.stem})",
        version="as published",
        architecture="dlh_covid",
        classes=PAPER_CLASSES,
        preprocessing=PAPER_PREPROCESSING,
        sha256=sha256,
        description=f"Installed from {source.name}: not calibrated, and never measured here.",
    )
    write_card(card, place / CARD)
