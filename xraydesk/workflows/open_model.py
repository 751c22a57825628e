"""Find, check and load a model."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from xraydesk import paths
from xraydesk.errors import ModelDamaged, ModelNotFound, OutputError
from xraydesk.network.checkpoint import load_weights, network_from
from xraydesk.network.classifier import Classifier
from xraydesk.network.device import choose_device
from xraydesk.network.dlh_covid import INPUT_SIZE, DLHCovid
from xraydesk.registry.registry import CARD, InstalledModel, Registry, file_sha256, model_in, require_intact
from xraydesk.workflows.model_file import write_model_folder


def find_model(wanted: str = "", registry: Registry | None = None) -> InstalledModel:
    """The active model, an installed one by its id, or one in a folder, a package or a state dict.

    An id goes before a file of the same name, which `./name` means. Raises ModelError, OutputError.
    """
    registry = registry or Registry()
    if not wanted:
        return registry.active()
    place = Path(wanted)
    if any(model.card.id == wanted for model in registry.models()):
        return registry.find(wanted)
    if (place / CARD).is_file():
        return model_in(place)
    if place.is_file():
        return model_in(_unpacked(place))
    return registry.find(wanted)


def _unpacked(file: Path) -> Path:
    """The folder of a model that came as one file, kept in the cache under the file's checksum."""
    place = paths.user_cache() / "models" / file_sha256(file)[:32]
    if _is_whole(place):
        return place
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=".", dir=place.parent, ignore_cleanup_errors=True) as part:
            model = Path(part) / "model"
            model.mkdir()
            write_model_folder(file, model)
            shutil.rmtree(place, ignore_errors=True)
            model.replace(place)
    except OSError as error:
        raise OutputError(
            f"{file.name} could not be unpacked into {place.parent}: {error.strerror or error}.",
            hint="Make room and try again.",
        ) from error
    return place


def _is_whole(folder: Path) -> bool:
    try:
        require_intact(model_in(folder))
    except ModelDamaged:
        return False
    return True


def checked_network(model: InstalledModel) -> DLHCovid:
    """The model's network, if its card and its weights belong together. Raises ModelError."""
    if model.card.architecture != "dlh_covid":
        raise ModelNotFound(
            f"{model.card.name} needs the network {model.card.architecture}, which this version cannot run."
        )
    require_intact(model)
    network = network_from(load_weights(model.weights), model.weights)
    known, named = network.linear2.out_features, len(model.card.classes)
    if known != named or model.card.preprocessing.size != INPUT_SIZE:
        why = (
            f"names {named} classes, but its weights know {known}"
            if known != named
            else f"wants films of side {model.card.preprocessing.size}, but its network sees {INPUT_SIZE}"
        )
        raise ModelDamaged(f"{model.card.name} {why}.", hint="Install another model.")
    return network


def open_network(model: InstalledModel, device: str = "auto") -> Classifier:
    """The model's network on the best device that works. Raises ModelError."""
    return Classifier(checked_network(model), choose_device(device))
