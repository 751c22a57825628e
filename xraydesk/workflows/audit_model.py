"""What a model goes by, on labelled films: how it does when parts are taken away that no diagnosis needs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xraydesk.errors import FilmError, LabelledFolderError
from xraydesk.film.open import open_film
from xraydesk.jobs import JobContext
from xraydesk.model.model_input import to_model_input
from xraydesk.model.prediction import calibrated_probabilities
from xraydesk.training import audit
from xraydesk.training.evaluation import evaluated
from xraydesk.training.labelled_folder import LabelledFilm
from xraydesk.workflows.classify_film import FilmReader
from xraydesk.workflows.evaluate_model import EvaluateModel, labelled_and_reader
from xraydesk.workflows.film_logits import film_inputs
from xraydesk.workflows.outlines import LUNGS, outline_of, outline_on_input

Change = Callable[[NDArray[np.uint8]], NDArray[np.uint8]]

_AS_THEY_ARE = "as they are"
_CHANGES: dict[str, Change] = {
    _AS_THEY_ARE: lambda inputs: inputs,
    "borders black": audit.without_borders,
    "corners black": audit.without_corners,
}
_FIGURES = ("films", "accuracy", "accuracy_interval", "f1", "f1_interval", "confusion_matrix")


def audit_model(request: EvaluateModel, lungs: Path | None, ctx: JobContext) -> dict[str, Any]:
    """Figures as they are and with parts taken away, and how well the source can be told from the features.

    `lungs`: a folder of outlines, white on black, named as the films and then `__lungs.png`; without it nothing is
    said of lungs. Raises LabelledFolderError, ModelError, Cancelled.
    """
    folder, reader = labelled_and_reader(request, ctx)
    auditor = _Auditor(reader, folder.films, ctx)
    changed = auditor.changed(_CHANGES)
    found: dict[str, Any] = {"model": reader.model.card.id, "changes": changed}
    found["source_from_features"] = auditor.source_probe()
    if lungs is not None:
        found["lungs"] = _Auditor(reader, _outlined(folder.films, lungs), ctx).lungs(lungs)
    return found


def _outlined(films: tuple[LabelledFilm, ...], lungs: Path) -> tuple[LabelledFilm, ...]:
    kept = tuple(film for film in films if outline_of(film.path, lungs, LUNGS).is_file())
    if not kept:
        raise LabelledFolderError(
            f"None of the films has an outline in {lungs.name}.",
            hint="An outline of lungs is named as its film, and then __lungs.png.",
        )
    return kept


class _Auditor:
    def __init__(self, reader: FilmReader, films: tuple[LabelledFilm, ...], ctx: JobContext) -> None:
        self._reader, self._films, self._ctx = reader, films, ctx
        self._read: list[LabelledFilm] = []
        self._features: list[NDArray[np.float32]] = []

    def changed(self, changes: dict[str, Change]) -> dict[str, Any]:
        """Figures of each change; the features of the unchanged films are kept."""
        logits: dict[str, list[NDArray[np.float64]]] = {name: [] for name in changes}
        paths = [film.path for film in self._films]
        for some in film_inputs(paths, self._reader.preprocessing, self._ctx, "auditing"):
            if not some.positions:
                continue
            self._read += [self._films[i] for i in some.positions]
            outputs = {
                name: self._reader.network(change(some.inputs), maps=None) for name, change in changes.items()
            }
            self._features.append(outputs[_AS_THEY_ARE].features)
            for name, output in outputs.items():
                logits[name].append(output.logits)
        return {name: self._figures(np.concatenate(rows)) for name, rows in logits.items() if rows}

    def lungs(self, folder: Path) -> dict[str, Any]:
        """With the lungs taken away, and with nothing else left."""
        pairs = [pair for film in self._films if (pair := self._with_mask(film, folder)) is not None]
        self._read = [film for film, _, _ in pairs]
        inputs, masks = np.stack([x for _, x, _ in pairs]), np.stack([mask for _, _, mask in pairs])
        changes = {
            _AS_THEY_ARE: inputs,
            "lungs taken away": audit.without(inputs, masks),
            "lungs only": audit.only(inputs, masks),
        }
        return {name: self._figures(self._reader.network(x, maps=None).logits) for name, x in changes.items()}

    def _with_mask(
        self, film: LabelledFilm, folder: Path
    ) -> tuple[LabelledFilm, NDArray[np.uint8], NDArray[np.bool_]] | None:
        self._ctx.check_cancelled()
        try:
            opened = open_film(film.path)
        except FilmError:
            return None
        preprocessing = self._reader.preprocessing
        mask = outline_on_input(outline_of(film.path, folder, LUNGS), opened, preprocessing)
        return film, to_model_input(opened, preprocessing), mask

    def source_probe(self) -> dict[str, Any] | None:
        sources = [film.source for film in self._read]
        if not self._features or len(set(sources)) < 2:
            return None
        groups = [film.group for film in self._read]
        probe = audit.source_probe(np.concatenate(self._features), sources, groups)
        return None if probe is None else asdict(probe)

    def _figures(self, logits: NDArray[np.float64]) -> dict[str, Any]:
        card = self._reader.model.card
        labels = np.array([card.classes.index(film.label) for film in self._read], dtype=np.int64)
        probabilities = calibrated_probabilities(logits, card.temperature)
        found = evaluated(probabilities, labels, card.classes, [film.group for film in self._read])
        return {name: found[name] for name in _FIGURES}
