"""How good a model is on labelled films."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from xraydesk.errors import FilmError, LabelledFolderError
from xraydesk.film.open import open_film
from xraydesk.jobs import JobContext
from xraydesk.model.model_input import Preprocessing, to_model_input
from xraydesk.model.prediction import calibrated_probabilities
from xraydesk.training.evaluation import evaluated_by_source
from xraydesk.training.labelled_folder import LabelledFilm, LabelledFolder, read_labelled_folder
from xraydesk.workflows.classify_film import FilmReader
from xraydesk.workflows.open_model import find_model

_BATCH = 32


@dataclass(frozen=True, slots=True)
class EvaluateModel:
    folder: Path
    manifest: Path | None = None
    model: str = ""
    device: str = "auto"


def evaluate_model(request: EvaluateModel, ctx: JobContext) -> dict[str, Any]:
    """Figures as `evaluate --json` prints them; films that cannot be read are listed under `errors`.

    Every readable film counts under its likeliest class: neither the gate nor the threshold keeps one out.
    Raises LabelledFolderError, ModelError, Cancelled.
    """
    folder = read_labelled_folder(request.folder, request.manifest, least=1)
    reader = FilmReader(find_model(request.model), request.device)
    classes = reader.model.card.classes
    strangers = sorted(set(folder.classes) - set(classes))
    if strangers:
        raise LabelledFolderError(
            f"The model does not know the classes {', '.join(strangers)}.",
            hint=f"Its classes are {', '.join(classes)}: name the folders so.",
        )
    films, logits, errors = _logits(folder, reader, ctx)
    if not films:
        raise LabelledFolderError(f"None of the films in {folder.root.name} can be read.")
    figures = evaluated_by_source(
        calibrated_probabilities(logits, reader.model.card.temperature),
        np.array([classes.index(film.label) for film in films], dtype=np.int64),
        classes,
        [film.group for film in films],
        [film.source for film in films],
    )
    return figures | {"model": reader.model.card.id, "device": reader.network.device_kind, "errors": errors}


def _logits(
    folder: LabelledFolder, reader: FilmReader, ctx: JobContext
) -> tuple[list[LabelledFilm], Any, list[dict[str, str]]]:
    """Readable films, their logits (N, K), and what could not be read."""
    films, rows, errors = list[LabelledFilm](), list[Any](), list[dict[str, str]]()
    reader.remark_on_device(ctx)
    prepare = partial(_input_or_error, preprocessing=reader.preprocessing)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for start in range(0, len(folder.films), _BATCH):
            ctx.check_cancelled()
            batch = folder.films[start : start + _BATCH]
            inputs = list(pool.map(prepare, batch))
            errors += [found for found in inputs if isinstance(found, dict)]
            ready = [(film, x) for film, x in zip(batch, inputs, strict=True) if not isinstance(x, dict)]
            if ready:
                films += [film for film, _ in ready]
                rows.append(reader.network(np.stack([x for _, x in ready]), maps=None).logits)
            ctx.progress(start + len(batch), len(folder.films), "evaluating")
    return films, np.concatenate(rows) if rows else None, errors


def _input_or_error(film: LabelledFilm, preprocessing: Preprocessing) -> Any:
    """The model's input (S, S) uint8, or what `errors` says of the film."""
    try:
        return to_model_input(open_film(film.path), preprocessing)
    except FilmError as error:
        return {"path": str(film.path), "code": error.code, "message": error.message, "hint": error.hint}
