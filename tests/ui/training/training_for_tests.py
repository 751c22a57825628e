"""Answers as the engine that trains gives them, made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from xraydesk.workflows.model_verbs import ModelSummary
from xraydesk.workflows.training_verbs import (
    Comparison,
    DoctorFinding,
    EpochDone,
    RunEvaluation,
    RunSummary,
    ScannedFilm,
    ScannedFolder,
    Severity,
    SplitPlanned,
    StepDone,
    TestedModel,
    TrainModel,
)

CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")
FOLDER = Path("/films/clinic")
FEW = DoctorFinding(
    "few",
    Severity.WARNING,
    "COVID-19 has 60 films, fewer than 100.",
    "More films of this class would make the model better.",
    (0, 3, 6),
)
TOO_FEW = DoctorFinding(
    "too_few",
    Severity.REFUSAL,
    "NORMAL has 4 films; a class needs 10.",
    "Add films, or leave the class out.",
    (1, 4),
)
NOTE = DoctorFinding("unreadable", Severity.NOTE, "2 films cannot be read.", "They are left out.", (2, 5))


def scanned(
    findings: tuple[DoctorFinding, ...] = (FEW, NOTE),
    *,
    films: int = 60,
    classes: tuple[str, ...] = CLASSES,
    folder: Path = FOLDER,
) -> ScannedFolder:
    """Film number n is of class n modulo their number, and of patient n // 2."""
    of = tuple(
        ScannedFilm(
            folder / classes[number % len(classes)] / f"film{number:06}.png",
            classes[number % len(classes)],
            number // 2,
            problem="It ends too early." if number in (2, 5) else "",
        )
        for number in range(films)
    )
    rng = np.random.default_rng(0)
    some = {
        name: (
            tuple(range(place, min(films, 24), len(classes))),
            rng.integers(0, 255, (8, 96, 96), dtype=np.uint8),
        )
        for place, name in enumerate(classes)
    }
    return ScannedFolder(folder, classes, of, findings, True, some)


def planned(folds: int = 0, classes: tuple[str, ...] = CLASSES) -> SplitPlanned:
    def part(films: int, groups: int) -> dict[str, tuple[int, int]]:
        return {name: (films + place, groups + place) for place, name in enumerate(classes)}

    parts = {"train": part(460, 400), "validation": part(58, 50), "test": part(58, 51)}
    return SplitPlanned(parts, folds, ("12 films are held back for ever: they were in an earlier test.",))


def step(number: int = 10, epoch: int = 2, remaining_s: float = 754.0) -> StepDone:
    return StepDone(epoch, 14, number, 40, 0.61, 118.0, remaining_s, 1433.6, "cpu")


def epoch_done(number: int, *, best: bool = True, epochs: int = 14) -> EpochDone:
    return EpochDone(
        epoch=number,
        epochs=epochs,
        train_loss=0.9 / number**0.5,
        validation_loss=0.95 / number**0.4 + (0.0 if best else 0.03),
        train_accuracy=1 - 0.5 / number**0.6,
        validation_accuracy=1 - 0.5 / number**0.5,
        learning_rate=6e-4 * (1 - number / (epochs + 1)),
        best=best,
        seconds=12.0,
    )


def figures(shift: float = 0.0, classes: tuple[str, ...] = CLASSES) -> dict[str, Any]:
    """As `evaluate --json` prints them."""

    def around(value: float) -> list[float]:
        return [value - 0.02, value + 0.015]

    main = {"accuracy": 0.967, "precision": 0.965, "recall": 0.957, "f1": 0.961, "ece": 0.021}
    main = {name: value - shift for name, value in main.items()}
    per_class = {
        name: {
            "films": 58 + 100 * place,
            **dict.fromkeys(("precision", "recall", "f1"), 0.95 - shift),
            **{f"{figure}_interval": around(0.95 - shift) for figure in ("precision", "recall", "f1")},
        }
        for place, name in enumerate(classes)
    }
    return {
        "films": 645,
        **main,
        **{f"{name}_interval": around(value) for name, value in main.items()},
        "per_class": per_class,
        "auroc": dict.fromkeys(classes, 0.991),
        "auroc_interval": dict.fromkeys(classes, around(0.991)),
    }


def evaluation(out: Path, classes: tuple[str, ...] = CLASSES, films: int = 90) -> RunEvaluation:
    """Film n is of class n modulo their number; each tenth is read as the next class, and surely."""
    count = len(classes)
    labels = np.arange(films, dtype=np.int64) % count
    probabilities = np.full((films, count), 0.1 / (count - 1))
    read_as = np.where(np.arange(films) % 10 == 7, (labels + 1) % count, labels)
    probabilities[np.arange(films), read_as] = 0.9
    new = TestedModel("clinic", probabilities, figures(classes=classes) | _sources())
    active = TestedModel("DLH_COVID", probabilities, figures(0.05, classes))
    curve = np.array([[0, 0, 1.1], [0.02, 0.7, 0.8], [0.06, 0.93, 0.5], [0.2, 0.98, 0.2], [1, 1, 0.0]])
    bins = np.array([[0.35, 0.25, 4], [0.55, 0.5, 20], [0.75, 0.66, 40], [0.95, 0.9, 500]], dtype=float)
    better = bins * np.array([1.0, 1.06, 1.0])
    return RunEvaluation(
        out=out,
        classes=classes,
        films=tuple(Path(f"/films/test/{number:04}.png") for number in range(films)),
        labels=labels,
        new=new,
        active=active,
        compared=Comparison.BETTER,
        p_value=0.003,
        sentence="Better than the active one: of 645 films it reads 31 rightly that the other does not, misreads 9.",
        roc=dict.fromkeys(classes, curve),
        reliability={"before": bins, "after": better},
        ece_before=0.062,
        ece_after=0.021,
    )


def _sources() -> dict[str, Any]:
    return {"by_source": {"Ward 3": figures(), "Emergency": figures(0.03)}}


def run_summary(out: Path, *, finished: bool = False, name: str = "clinic") -> RunSummary:
    request = TrainModel(FOLDER, out, name=name)
    done = 14 if finished else 3
    return RunSummary(out, name, FOLDER, "2026-07-29T22:14:05", done, 14, finished, request)


def active_model(classes: tuple[str, ...] = CLASSES) -> ModelSummary:
    return ModelSummary("shipped", "DLH_COVID", "1.0", "dlh_covid", classes, True, True)
