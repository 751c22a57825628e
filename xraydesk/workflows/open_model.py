"""Find, check and load a model."""

from __future__ import annotations

import tempfile
from pathlib import Path

from xraydesk.errors import ModelDamaged, ModelNotFound
from xraydesk.network.checkpoint import load_weights, network_from
from xraydesk.network.classifier import Classifier
from xraydesk.network.device import choose_device
from xraydesk.registry.package import unpack
from xraydesk.registry.registry import CARD, InstalledModel, Registry, model_in, require_intact


def find_model(wanted: str = "", registry: Registry | None = None) -> InstalledModel:
    """The active model, an installed one by its id, or one in a folder or a package file. Raises ModelError."""
    registry = registry or Registry()
    if not wanted:
        return registry.active()
    place = Path(wanted)
    if (place / CARD).is_file():
        return model_in(place)
    if place.is_file():
        return model_in(unpack(place, Path(tempfile.mkdtemp(prefix="xraydesk-model-"))))
    return registry.find(wanted)


def open_network(model: InstalledModel, device: str = "auto") -> Classifier:
    """The model's network on the best device that works. Raises ModelError."""
    if model.card.architecture != "dlh_covid":
        raise ModelNotFound(
            f"{model.card.name} needs the network {model.card.architecture}, which this version cannot run."
        )
    require_intact(model)
    network = network_from(load_weights(model.weights), model.weights)
    if network.linear2.out_features != len(model.card.classes):
        raise ModelDamaged(
            f"{model.card.name} names {len(model.card.classes)} classes, but its weights know "
            f"{network.linear2.out_features}.",
            hint="Install the model again.",
        )
    return Classifier(network, choose_device(device))
