"""What readers say of films, in the journal: one opinion of a film counts, the ones before it are kept."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from xraydesk.errors import UsageError
from xraydesk.journal import stored
from xraydesk.model.prediction import Prediction

_COLUMNS = (
    "sha256, path, label, model_id, model_name, model_version, model_sha256, predicted, probabilities, given"
)
# What the reader says of a film now, beside what each model had said of it when it was last judged.
_JUDGED = """
    SELECT said.sha256, said.path, now.label, said.model_id, said.model_name, said.model_version,
           said.model_sha256, said.predicted, said.probabilities, said.given
    FROM opinion AS now JOIN opinion AS said ON said.sha256 = now.sha256
    WHERE now.counts = 1 AND said.id = (
        SELECT max(id) FROM opinion WHERE sha256 = said.sha256 AND model_sha256 = said.model_sha256
    )
    ORDER BY said.id
"""


@dataclass(frozen=True, slots=True)
class Opinion:
    """The class a reader gives a film, and what a model had said of it; it names nobody.

    `sha256`: of the film's file; `path`: where it lay then. `prediction` is None for a film that was not read,
    the model's names empty where there was no model. `given`: local time, ISO 8601, to the second.
    """

    sha256: str
    path: Path
    label: str
    prediction: Prediction | None = None
    model_id: str = ""
    model_name: str = ""
    model_version: str = ""
    model_sha256: str = ""
    given: str = ""

    def __post_init__(self) -> None:
        if not self.sha256 or not self.label:
            raise UsageError("An opinion needs a film and a class.")

    @property
    def predicted(self) -> str:
        """The model's class or INDETERMINATE; empty where it did not read the film."""
        return "" if self.prediction is None else self.prediction.label


def give(connection: sqlite3.Connection, opinion: Opinion) -> None:
    """In place of what was said of the film before. `given` is now, unless it is told."""
    take_back(connection, opinion.sha256)
    given = opinion.given or datetime.now().isoformat(timespec="seconds")
    values = (*_values(opinion), given)
    marks = ", ".join("?" * len(values))
    connection.execute(f"INSERT INTO opinion ({_COLUMNS}) VALUES ({marks})", values)


def take_back(connection: sqlite3.Connection, sha256: str) -> bool:
    """Whether there was one. Where the film lay is forgotten, what was said is kept."""
    taken = connection.execute(
        "UPDATE opinion SET counts = 0, path = x'' WHERE sha256 = ? AND counts = 1", (stored.plain(sha256),)
    )
    return taken.rowcount > 0


def labels(connection: sqlite3.Connection) -> dict[str, str]:
    """The class of each film with an opinion, by its SHA-256."""
    return dict(connection.execute("SELECT sha256, label FROM opinion WHERE counts = 1"))


def opinions(connection: sqlite3.Connection) -> list[Opinion]:
    """One for each film, the latest last."""
    rows = connection.execute(f"SELECT {_COLUMNS} FROM opinion WHERE counts = 1 ORDER BY id")
    return [_opinion(row) for row in rows]


def judged(connection: sqlite3.Connection) -> list[Opinion]:
    """One for each film and model: the reader's class of today beside what that model had said."""
    return [_opinion(row) for row in connection.execute(_JUDGED)]


def _values(opinion: Opinion) -> tuple[str | bytes | None, ...]:
    prediction = opinion.prediction
    names = (opinion.model_id, opinion.model_name, opinion.model_version, opinion.model_sha256)
    return (
        stored.plain(opinion.sha256),
        stored.path_bytes(opinion.path),
        stored.plain(opinion.label),
        *(stored.plain(name) for name in names),
        None if prediction is None else stored.plain(prediction.label),
        "" if prediction is None else json.dumps([prediction.classes, prediction.probabilities]),
    )


def _opinion(row: tuple[Any, ...]) -> Opinion:
    sha256, path, label, model_id, model_name, model_version, model_sha256, predicted, shares, given = row
    with stored.as_damage():
        prediction = None
        if predicted is not None:
            classes, probabilities = json.loads(shares)
            prediction = Prediction(predicted, tuple(classes), tuple(probabilities))
        return Opinion(
            sha256,
            stored.path_of(path),
            label,
            prediction,
            model_id,
            model_name,
            model_version,
            model_sha256,
            given,
        )
