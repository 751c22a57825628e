"""Install a model: a folder, a package, or a state dict as the authors of DLH_COVID publish it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from xraydesk.errors import ModelNotFound
from xraydesk.registry.registry import CARD, WEIGHTS, InstalledModel, Registry, model_in
from xraydesk.workflows.model_file import write_model_folder
from xraydesk.workflows.open_model import checked_network


def install_model(source: Path, registry: Registry | None = None) -> InstalledModel:
    """Check `source` and copy it among the user's models. Raises ModelError, UsageError, OutputError.

    Card or weights of a model's folder stand for the folder: a dialog lets nobody choose that itself.
    """
    registry = registry or Registry()
    if source.name in (CARD, WEIGHTS) and source.is_file():
        source = source.parent
    if source.is_dir():
        return _checked_in(source, registry)
    if not source.is_file():
        raise ModelNotFound(f"{source.name} was not found.", hint="Check the path.", path=source)
    with tempfile.TemporaryDirectory(prefix="xraydesk-") as folder:
        place = Path(folder) / source.name  # what is refused is called as it was chosen
        place.mkdir()
        write_model_folder(source, place)
        return _checked_in(place, registry)


def _checked_in(folder: Path, registry: Registry) -> InstalledModel:
    """What could never read is not installed."""
    checked_network(model_in(folder))
    return registry.add(folder)
