"""How the films of a training are divided."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from xraydesk import paths
from xraydesk.errors import LabelledFolderError
from xraydesk.jobs import JobContext
from xraydesk.model.card import is_one_line
from xraydesk.model.film_hashes import KnownFilms
from xraydesk.model.prediction import INDETERMINATE
from xraydesk.presentation.wording import count_words
from xraydesk.training.labelled_folder import LabelledFolder, not_seen_words, read_labelled_folder
from xraydesk.training.planning import PlannedFilms, Planning, held_back_of, plan
from xraydesk.workflows.scan_folder import as_choices
from xraydesk.workflows.training_start import card_beside, known_to, weights_of
from xraydesk.workflows.training_verbs import PlanSplit, SplitPlanned, TrainModel

_LONGEST_NAME = 120


def plan_split(request: PlanSplit, ctx: JobContext) -> SplitPlanned:
    """Raises LabelledFolderError, ModelError, UsageError, OutputError, Cancelled."""
    planned = plan_films(request.request, ctx)
    notes = planned.notes
    if request.request.folds:
        notes = ("This is the first fold; the others are divided alike, each with its own test part.", *notes)
    folds = len(planned.splits) if request.request.folds else 0
    return SplitPlanned(planned.counts(planned.splits[0]), folds, notes)


def plan_films(request: TrainModel, ctx: JobContext) -> PlannedFilms:
    """The films that take part in a training, and its split or folds. Raises as `plan_split`."""
    start = weights_of(request)
    choices = as_choices(request.choices)
    folder = read_labelled_folder(
        request.folder, request.manifest, patient_pattern=request.patient_pattern, choices=choices
    )
    _require_names(folder)
    test = None
    if request.test_folder is not None:
        test = read_labelled_folder(
            request.test_folder, least=1, patient_pattern=request.patient_pattern, choices=choices
        )
    asked = Planning(request.folds, request.config.seed, test, _held_back(start), request.join_near)
    planned = plan(folder, asked, request.config.preprocessing, paths.user_cache() / "films", ctx)
    not_seen = (not_seen_words(each) for each in (folder, test) if each is not None)
    notes = (*filter(None, not_seen), *planned.notes, *_flattering(planned, known_to(start)))
    return replace(planned, notes=notes)


def is_name(text: str) -> bool:
    """Of a model or a class, as a card holds it."""
    return bool(text.strip()) and is_one_line(text) and len(text) <= _LONGEST_NAME


def _require_names(folder: LabelledFolder) -> None:
    """What no card can say is said before the films are read."""
    if odd := [name for name in folder.classes if not is_name(name)]:
        raise LabelledFolderError(
            f"The class {odd[0]!r} must be one short line.", hint="Give its folder a shorter name."
        )
    if INDETERMINATE in folder.classes:
        raise LabelledFolderError(
            f"{INDETERMINATE} is what films of no class are called, and cannot be a class.",
            hint="Leave these films out, or give their folder another name.",
        )


def _flattering(planned: PlannedFilms, known: KnownFilms) -> Iterator[str]:
    tested = {planned.contents[i] for split in planned.splits for i in split.test.tolist()} - {""}
    if count := sum(known.knows(content) for content in tested):
        yield (
            f"{count_words(count, 'film')} of the test were learned from by the model that the training starts "
            "from: the figures will flatter it. Start from nothing to see what the films alone teach."
        )


def _held_back(start: Path | None) -> frozenset[str]:
    """Films that tested the model which the training starts from; none where no card tells."""
    card = card_beside(start)
    return held_back_of(card.data) if card is not None else frozenset()
