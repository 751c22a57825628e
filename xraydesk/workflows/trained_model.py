"""The model of a finished training run, under the name that its owner gives it."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from xraydesk.errors import OutputError
from xraydesk.model.card import write_card
from xraydesk.registry.package import pack
from xraydesk.registry.registry import CARD, WEIGHTS, Registry, is_intact, model_in
from xraydesk.workflows.model_verbs import ExportTrained, InstallTrained


def install_trained(request: InstallTrained, registry: Registry) -> None:
    """Raises ModelError, OutputError, UsageError."""
    card = model_in(request.model).card
    there = next(
        (
            m
            for m in registry.models()
            if m.card.id == card.id and m.card.sha256 == card.sha256 and is_intact(m)
        ),
        None,
    )  # a damaged one is replaced
    if there is None:
        with _named(request.model, request.name) as folder:
            registry.add(folder)
    elif there.card.name != request.name and not there.shipped:
        registry.rename(card.id, request.name)
    if request.activate:
        registry.activate(card.id)


def export_trained(request: ExportTrained) -> None:
    """Raises ModelError, OutputError."""
    with _named(request.model, request.name) as folder:
        pack(model_in(folder), request.file)


@contextmanager
def _named(model: Path, name: str) -> Iterator[Path]:
    """A folder with this model, called so; the run's own stays as it is."""
    card = model_in(model).card
    if card.name == name:
        yield model
        return
    with tempfile.TemporaryDirectory() as place:
        folder = Path(place)
        try:
            shutil.copyfile(model / WEIGHTS, folder / WEIGHTS)
            write_card(replace(card, name=name), folder / CARD)
        except OSError as error:
            raise OutputError(
                f"The model could not be copied: {error.strerror or error}.", hint="Make room and try again."
            ) from error
        yield folder
