"""How good the model of a finished run is on its test part, beside the model in use on the very same films."""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xraydesk.errors import ModelError
from xraydesk.jobs import JobContext
from xraydesk.model.prediction import calibrated_probabilities
from xraydesk.presentation.comparison_words import (
    FILMS_GONE,
    NOBODY_ELSE,
    SIGNIFICANT,
    knowledge_words,
    other_classes_words,
    verdict_words,
)
from xraydesk.registry.registry import InstalledModel, Registry, model_in
from xraydesk.training.comparison import Paired, paired
from xraydesk.training.curves import reliability, roc_curve
from xraydesk.training.evaluation import evaluated_by_source
from xraydesk.training.metrics import expected_calibration_error
from xraydesk.training.test_results import (
    JudgedFilms,
    is_cross_validation,
    pooled,
    read_cross_validation,
    read_test_results,
)
from xraydesk.workflows.active_reading import ActiveReading, active_reading
from xraydesk.workflows.training_verbs import Comparison, OpenEvaluation, RunEvaluation, TestedModel


@dataclass(frozen=True, slots=True)
class _Told:
    compared: Comparison
    sentence: str
    p_value: float = math.nan
    other: TestedModel | None = None


def open_evaluation(
    request: OpenEvaluation, ctx: JobContext, registry: Registry | None = None, device: str = "auto"
) -> RunEvaluation:
    """Reads the test films by the model in use once, and keeps what it said beside the run.

    Of a cross validation every film counts as the fold read it that had not seen it. Raises TrainingError,
    ModelDamaged, OutputError, Cancelled.
    """
    judged, name, folds, spread = _judged(request.out)
    new = TestedModel(name, judged.probabilities, _figures(judged, judged.probabilities))
    told = _compared(request.out, judged, registry or Registry(), device, ctx)
    return RunEvaluation(
        out=request.out,
        classes=judged.classes,
        films=judged.paths,
        labels=judged.labels,
        new=new,
        active=told.other,
        compared=told.compared,
        p_value=told.p_value,
        sentence=told.sentence,
        **_curves(judged),
        folds=folds,
        spread=spread,
    )


def _judged(out: Path) -> tuple[JudgedFilms, str, tuple[dict[str, Any], ...], dict[str, Any]]:
    """The test films with what the new model, or each fold's, says of them; a name; the folds and their spread."""
    if not is_cross_validation(out):
        return read_test_results(out), model_in(out / "model").card.name, (), {}
    folds, spread = read_cross_validation(out)
    parts = [read_test_results(out / f"fold-{number}") for number in range(1, len(folds) + 1)]
    return pooled(parts), f"{len(folds)}-fold cross validation", tuple(folds), spread


def _figures(
    judged: JudgedFilms, probabilities: NDArray[np.float64], read: NDArray[np.int64] | None = None
) -> dict[str, Any]:
    """On all films, or on those at the positions `read`."""
    chosen = np.arange(len(judged.films)) if read is None else read
    return evaluated_by_source(
        probabilities[chosen],
        judged.labels[chosen],
        judged.classes,
        [int(group) for group in judged.groups[chosen]],
        [judged.sources[i] for i in chosen],
        seed=judged.seed,
    )


def _curves(judged: JudgedFilms) -> dict[str, Any]:
    after, before = judged.probabilities, calibrated_probabilities(judged.logits, 1.0)
    return {
        "roc": {name: roc_curve(after[:, k], judged.labels == k) for k, name in enumerate(judged.classes)},
        "reliability": {
            "before": reliability(before, judged.labels),
            "after": reliability(after, judged.labels),
        },
        "ece_before": expected_calibration_error(before, judged.labels),
        "ece_after": expected_calibration_error(after, judged.labels),
    }


def _compared(out: Path, judged: JudgedFilms, registry: Registry, device: str, ctx: JobContext) -> _Told:
    other, called = _other_model(out, registry)
    if other is None:
        return _Told(Comparison.NOT_COMPARABLE, NOBODY_ELSE)
    places = _places_of(judged.classes, other.card.classes)
    if places is None:
        return _Told(Comparison.NOT_COMPARABLE, other_classes_words(called, other.card.classes))
    try:
        reading = active_reading(out, judged, other, device, ctx)
    except ModelError as error:
        return _Told(Comparison.NOT_COMPARABLE, f"Not comparable: {error.message}")
    if not len(reading.read):
        return _Told(Comparison.NOT_COMPARABLE, FILMS_GONE.format(other=called))
    return _told(judged, other, called, reading, places)


def _other_model(out: Path, registry: Registry) -> tuple[InstalledModel | None, str]:
    """The model in use; where that is the run's own, the one before it."""
    own = "" if is_cross_validation(out) else model_in(out / "model").card.sha256
    try:
        active = registry.active()
    except ModelError:
        return None, ""
    if active.card.sha256 != own:
        return active, "the active one"
    return registry.previous(), "the one in use before it"


def _places_of(classes: tuple[str, ...], theirs: tuple[str, ...]) -> list[int] | None:
    """Where each class stands among theirs, in whatever case it is written; None unless they are the same."""
    folded = [name.casefold() for name in theirs]
    wanted = [name.casefold() for name in classes]
    if len(set(folded)) != len(folded) or sorted(folded) != sorted(wanted):
        return None
    return [folded.index(name) for name in wanted]


def _told(
    judged: JudgedFilms, other: InstalledModel, called: str, reading: ActiveReading, places: list[int]
) -> _Told:
    probabilities = np.full(judged.logits.shape, np.nan)
    scaled = calibrated_probabilities(reading.logits, other.card.temperature)
    probabilities[reading.read] = scaled[:, places]
    right = [
        p[reading.read].argmax(1) == judged.labels[reading.read]
        for p in (judged.probabilities, probabilities)
    ]
    found = paired(right[0], right[1], judged.groups[reading.read])
    verdict = _verdict(found)
    sentence = " ".join(
        (
            verdict_words(
                verdict, found.films, found.gained, found.lost, found.p_value, called, by_group=found.by_group
            ),
            knowledge_words(reading.known, found.films, called),
        )
    )
    tested = TestedModel(other.card.name, probabilities, _figures(judged, probabilities, reading.read))
    return _Told(verdict, sentence, found.p_value, tested)


def _verdict(found: Paired) -> Comparison:
    if found.p_value >= SIGNIFICANT:
        return Comparison.NO_DIFFERENCE
    return Comparison.BETTER if found.gained > found.lost else Comparison.WORSE
