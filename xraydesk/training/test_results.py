"""What the test part of a finished run said, film by film: kept beside the model, so that it need not be asked again.

One JSON file in the run's folder. Groups are numbers there: a patient's number stays where it was.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xraydesk.errors import TrainingError
from xraydesk.model.prediction import calibrated_probabilities
from xraydesk.training.kept import keep_text
from xraydesk.training.labelled_folder import LabelledFolder

FILE, SPREAD_FILE = "evaluation.json", "cross_validation.json"
_FORMAT = 1


@dataclass(frozen=True, slots=True, eq=False)
class JudgedFilms:
    """`films` are paths from `root`. `logits` (N, K) are not scaled yet by `temperatures` (N,), the model's.

    `groups`: films of one patient, or near copies, share a number. `seed` is the run's.
    """

    root: Path
    classes: tuple[str, ...]
    films: tuple[str, ...]
    labels: NDArray[np.int64]
    groups: NDArray[np.int64]
    sources: tuple[str, ...]
    logits: NDArray[np.float64]
    temperatures: NDArray[np.float64]
    seed: int = 0

    def __post_init__(self) -> None:
        count = len(self.films)
        columns = (self.labels, self.groups, self.sources, self.logits, self.temperatures)
        if any(len(column) != count for column in columns):
            raise ValueError("as many labels, groups, sources, logits and temperatures as films")
        if self.logits.shape != (count, len(self.classes)) or not np.isfinite(self.logits).all():
            raise ValueError("one finite number for each film and class")
        if count == 0 or self.labels.min() < 0 or self.labels.max() >= len(self.classes):
            raise ValueError("each label is one of the classes")
        if not (self.temperatures > 0).all():
            raise ValueError("positive temperatures")

    @property
    def probabilities(self) -> NDArray[np.float64]:
        return calibrated_probabilities(self.logits / self.temperatures[:, None], 1.0)

    @property
    def paths(self) -> tuple[Path, ...]:
        return tuple(Path(os.path.normpath(self.root / film)) for film in self.films)


def judged_films(
    folder: LabelledFolder,
    test: NDArray[np.int64],
    logits: NDArray[np.float64],
    temperature: float,
    seed: int,
) -> JudgedFilms:
    """Of the films at the positions `test`, in that order."""
    films = [folder.films[i] for i in test]
    _, groups = np.unique(np.array([film.group for film in films]), return_inverse=True)
    return JudgedFilms(
        root=folder.root.absolute(),
        classes=folder.classes,
        films=tuple(_from(film.path, folder.root) for film in films),
        labels=np.array([folder.classes.index(film.label) for film in films], dtype=np.int64),
        groups=groups.astype(np.int64),
        sources=tuple(film.source for film in films),
        logits=np.asarray(logits, dtype=np.float64),
        temperatures=np.full(len(films), temperature),
        seed=seed,
    )


def _from(path: Path, root: Path) -> str:
    try:
        return Path(os.path.relpath(path, root)).as_posix()
    except ValueError:  # on another drive of Windows
        return str(path.absolute())


def write_test_results(out: Path, results: JudgedFilms) -> None:
    """Raises OutputError."""
    films = [
        {"film": film, "label": int(label), "group": int(group), "source": source, "logits": row.tolist()}
        for film, label, group, source, row in zip(
            results.films, results.labels, results.groups, results.sources, results.logits, strict=True
        )
    ]
    head = {
        "format": _FORMAT,
        "root": str(results.root),
        "classes": list(results.classes),
        "temperature": float(results.temperatures[0]),
        "seed": results.seed,
    }
    _write(out / FILE, {**head, "films": films})


def read_test_results(out: Path) -> JudgedFilms:
    """Raises TrainingError where there are none, or where they are damaged."""
    data = _read(out / FILE)
    try:
        if data["format"] != _FORMAT:
            raise ValueError("written by another version")
        films = data["films"]
        return JudgedFilms(
            root=Path(data["root"]),
            classes=tuple(str(name) for name in data["classes"]),
            films=tuple(str(film["film"]) for film in films),
            labels=np.array([film["label"] for film in films], dtype=np.int64),
            groups=np.array([film["group"] for film in films], dtype=np.int64),
            sources=tuple(str(film["source"]) for film in films),
            logits=np.array([film["logits"] for film in films], dtype=np.float64),
            temperatures=np.full(len(films), float(data["temperature"])),
            seed=int(data["seed"]),
        )
    except (ValueError, KeyError, TypeError, OverflowError) as error:
        raise _damaged(out / FILE) from error


def pooled(folds: list[JudgedFilms]) -> JudgedFilms:
    """The folds of a cross validation as one: each film as that fold's model read it that had not seen it."""
    first = folds[0]
    if any(fold.classes != first.classes for fold in folds):
        raise ValueError("folds of the same classes")
    starts = np.cumsum([0, *(int(fold.groups.max()) + 1 for fold in folds[:-1])])
    return JudgedFilms(
        root=first.root,
        classes=first.classes,
        films=tuple(film for fold in folds for film in fold.films),
        labels=np.concatenate([fold.labels for fold in folds]),
        groups=np.concatenate([fold.groups + start for fold, start in zip(folds, starts, strict=True)]),
        sources=tuple(source for fold in folds for source in fold.sources),
        logits=np.concatenate([fold.logits for fold in folds]),
        temperatures=np.concatenate([fold.temperatures for fold in folds]),
        seed=first.seed,
    )


def write_cross_validation(out: Path, folds: list[dict[str, Any]], spread: dict[str, Any]) -> None:
    """The folds' figures, and their mean and spread. Raises OutputError."""
    _write(out / SPREAD_FILE, {"format": _FORMAT, "folds": folds, "spread": spread})


def read_cross_validation(out: Path) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Raises TrainingError where there is none, or where it is damaged."""
    data = _read(out / SPREAD_FILE)
    folds, spread = data.get("folds"), data.get("spread")
    if not (isinstance(folds, list) and len(folds) >= 2 and isinstance(spread, dict)):
        raise _damaged(out / SPREAD_FILE)
    return folds, spread


def is_cross_validation(out: Path) -> bool:
    return (out / SPREAD_FILE).is_file()


def _write(file: Path, data: dict[str, Any]) -> None:
    keep_text(file, json.dumps(data) + "\n")


def _read(file: Path) -> dict[str, Any]:
    if not file.is_file():
        raise TrainingError(
            f"{file.parent.name} has no evaluation: its run is not finished, or an earlier version made it.",
            hint="Go on with the run, or evaluate its model on labelled films.",
            path=file,
        )
    try:
        data = json.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise _damaged(file) from error
    if not isinstance(data, dict):
        raise _damaged(file)
    return data


def _damaged(file: Path) -> TrainingError:
    return TrainingError(
        f"{file.name} of {file.parent.name} is damaged.",
        hint="Go on with the run: it is then evaluated anew.",
        path=file,
    )
