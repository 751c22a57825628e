"""Find, check and load a model."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from xraydesk import paths
from xraydesk.errors import ModelDamaged, ModelNotFound, OutputError
from xraydesk.model.architectures import ARCHITECTURES
from xraydesk.model.card import ModelCard
from xraydesk.network.checkpoint import load_weights, network_from
from xraydesk.network.classifier import Classifier
from xraydesk.network.device import choose_device
from xraydesk.network.film_network import FilmNetwork
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


def checked_network(model: InstalledModel) -> FilmNetwork:
    """The model's network, if its card and its weights belong together. Raises ModelError."""
    card = model.card
    if card.architecture not in ARCHITECTURES:
        raise ModelNotFound(
            f"{card.name} needs the network {card.architecture}, which this version cannot run."
        )
    require_intact(model)
    network = network_from(load_weights(model.weights), model.weights, card.architecture)
    if why := _disagreement(card, network):
        raise ModelDamaged(f"{card.name} {why}.", hint="Install another model.")
    return network


def _disagreement(card: ModelCard, network: FilmNetwork) -> str:
    """What the card says and the network cannot keep, in words; "" where they agree."""
    known, named = network.classes, len(card.classes)
    if known != named:
        return f"names {named} classes, but its weights know {known}"
    architecture, size = ARCHITECTURES[card.architecture], card.preprocessing.size
    if architecture.fixed_size and size != architecture.input_size:
        return f"wants films of side {size}, but its network sees {architecture.input_size}"
    if size < architecture.least_size:
        return f"wants films of side {size}, but its network needs {architecture.least_size}"
    return ""


def open_network(model: InstalledModel, device: str = "auto") -> Classifier:
    """The model's network on the best device that works. Raises ModelError."""
    return Classifier(checked_network(model), choose_device(device))
