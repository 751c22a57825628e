"""What the journal keeps of a batch and of each film, as frozen records."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from xraydesk.errors import Failure
from xraydesk.film.film import FilmIdentity, GateFinding
from xraydesk.model.film_result import FilmResult
from xraydesk.model.model_input import Preprocessing
from xraydesk.model.prediction import Prediction


class FilmState(StrEnum):
    WAITING = "waiting"
    READ = "read"  # there is a prediction
    REFUSED = "refused"  # by the gate; a human may override
    FAILED = "failed"  # could not be read; the error says why


class BatchEnd(StrEnum):
    OPEN = ""  # films wait, or may still be found: it runs, or can go on
    DONE = "done"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class NewBatch:
    """What a batch is told at its start. `csv`: a table written as it goes; `watch`: new films are waited for."""

    places: tuple[Path, ...]
    name: str
    model_id: str
    model_name: str
    model_version: str
    model_sha256: str
    classes: tuple[str, ...]
    preprocessing: Preprocessing
    override: bool = False
    watch: bool = False
    csv: Path | None = None


@dataclass(frozen=True, slots=True)
class BatchCounts:
    """How many files are in which state; `labels` counts predictions, INDETERMINATE among them."""

    waiting: int = 0
    read: int = 0
    refused: int = 0
    failed: int = 0
    skipped: int = 0  # files that are no films
    labels: tuple[tuple[str, int], ...] = ()

    @property
    def found(self) -> int:
        return self.waiting + self.done

    @property
    def done(self) -> int:
        return self.read + self.refused + self.failed


@dataclass(frozen=True, slots=True)
class Batch:
    """`started` is local time, ISO 8601, to the second. `all_found`: the search of its places has ended."""

    id: int
    started: str
    told: NewBatch
    all_found: bool
    end: BatchEnd
    counts: BatchCounts


@dataclass(frozen=True, slots=True, eq=False)
class FinishedFilm:
    """What is written of a film that was read or could not be: all of it, or nothing.

    `thumbnail` is a small JPEG, empty where there is none. The result's heatmaps are kept coarse, in 8 bits.
    """

    film_id: int
    result: FilmResult
    identity: FilmIdentity | None = field(default=None, repr=False)
    thumbnail: bytes = b""


@dataclass(frozen=True, slots=True)
class Arrived:
    """A film that was found. `looked`: how its file looked, empty where nobody watches it."""

    path: Path
    looked: str = ""


@dataclass(frozen=True, slots=True)
class SkippedFile:
    path: Path
    reason: str


@dataclass(frozen=True, slots=True, eq=False)
class FilmRecord:
    """One row of the table. `number` counts from 1 in the order found; `identity` is for the screen only.

    `other` is the prediction of the batch this one is compared with, for the same content.
    """

    id: int
    number: int
    path: Path
    state: FilmState
    prediction: Prediction | None = None
    warnings: tuple[GateFinding, ...] = ()
    error: Failure | None = None
    device: str = ""
    seconds: float = 0.0
    sha256: str = ""
    identity: FilmIdentity | None = field(default=None, repr=False)
    thumbnail: bytes = b""
    other: Prediction | None = None


class SortKey(StrEnum):
    NUMBER = "number"
    SUSPICION = "suspicion"  # 1 - P(the first normal class); films without a prediction last, either way
    NAME = "name"
    FOLDER = "folder"
    PATIENT = "patient"
    STUDY = "study"
    PREDICTION = "prediction"
    PROBABILITY = "probability"  # of `RowQuery.sort_class`
    WARNINGS = "warnings"
    STATE = "state"
    SECONDS = "seconds"


@dataclass(frozen=True, slots=True)
class RowQuery:
    """Which rows of a batch, in which order; every part that is set narrows it further."""

    batch: int
    sort: SortKey = SortKey.NUMBER
    descending: bool = False
    sort_class: str = ""
    labels: frozenset[str] = frozenset()  # predictions to show; empty: all
    states: frozenset[FilmState] = frozenset()
    with_warnings: bool = False
    text: str = ""  # in name, folder, warning, error; in patient and study unless identity is hidden
    search_identity: bool = True
    probability_class: str = ""
    at_least: float = 0.0
    at_most: float = 1.0
    compare_with: int = 0  # another batch
    only_differing: bool = False
