"""How good a model is on labelled films."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from xraydesk.errors import LabelledFolderError
from xraydesk.jobs import JobContext, Remark
from xraydesk.model.prediction import calibrated_probabilities
from xraydesk.training.evaluation import evaluated_by_source
from xraydesk.training.labelled_folder import LabelledFolder, not_seen_words, read_labelled_folder
from xraydesk.workflows.classify_film import FilmReader
from xraydesk.workflows.film_logits import film_logits
from xraydesk.workflows.open_model import find_model


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
    folder, reader = labelled_and_reader(request, ctx)
    classes = reader.model.card.classes
    found = film_logits([film.path for film in folder.films], reader, ctx, "evaluating")
    films = [folder.films[i] for i in found.read]
    if not films:
        raise LabelledFolderError(f"None of the films in {folder.root.name} can be read.")
    figures = evaluated_by_source(
        calibrated_probabilities(found.logits, reader.model.card.temperature),
        np.array([classes.index(film.label) for film in films], dtype=np.int64),
        classes,
        [film.group for film in films],
        [film.source for film in films],
    )
    return figures | {
        "model": reader.model.card.id,
        "device": reader.network.device_kind,
        "errors": found.errors,
    }


def labelled_and_reader(request: EvaluateModel, ctx: JobContext) -> tuple[LabelledFolder, FilmReader]:
    """The films and who reads them; they know the same classes. Raises LabelledFolderError, ModelError."""
    folder = read_labelled_folder(request.folder, request.manifest, least=1)
    reader = FilmReader(find_model(request.model), request.device)
    strangers = sorted(set(folder.classes) - set(reader.model.card.classes))
    if strangers:
        raise LabelledFolderError(
            f"The model does not know the classes {', '.join(strangers)}.",
            hint=f"Its classes are {', '.join(reader.model.card.classes)}: name the folders so.",
        )
    if words := not_seen_words(folder):
        ctx.emit(Remark(words))
    reader.remark_on_device(ctx)
    return folder, reader
