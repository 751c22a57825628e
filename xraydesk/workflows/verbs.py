"""What can be asked of the engine and what it answers: frozen records, no torch, no pydicom.

The window imports this module; the functions that do the work live beside it and are named, not
imported, by `engine.process`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xraydesk.film.film import Film, GateFinding

# Kept in a lower room, because export writes its rows.
from xraydesk.model.film_result import FilmResult as FilmResult  # noqa: PLC0414
from xraydesk.model.heatmap import Crop
from xraydesk.workflows.model_verbs import ActivateModel as ActivateModel  # noqa: PLC0414
from xraydesk.workflows.model_verbs import InstalledModels as InstalledModels  # noqa: PLC0414
from xraydesk.workflows.model_verbs import InstallModel as InstallModel  # noqa: PLC0414
from xraydesk.workflows.model_verbs import ModelAnswer, ModelRequest
from xraydesk.workflows.opinion_verbs import OpinionAnswer, OpinionRequest
from xraydesk.workflows.training_verbs import TrainingAnswer, TrainingRequest


@dataclass(frozen=True, slots=True)
class OpenFilm:
    """Decode one film for display. Answer: OpenedFilm."""

    path: Path


@dataclass(frozen=True, slots=True, eq=False)
class OpenedFilm:
    film: Film
    findings: tuple[GateFinding, ...]
    sha256: str


@dataclass(frozen=True, slots=True)
class ClassifyFilm:
    """Classify one film. `override` classifies a film that the gate refuses. Answer: FilmResult."""

    path: Path
    override: bool = False


@dataclass(frozen=True, slots=True)
class FindLungs:
    """Find the lungs on the part of a film that a network saw. Answer: FoundLungs."""

    path: Path
    crop: Crop


@dataclass(frozen=True, slots=True, eq=False)
class FoundLungs:
    """`lungs` (128, 128) over the crop asked for; None where none could be told."""

    lungs: NDArray[np.bool_] | None


@dataclass(frozen=True, slots=True)
class WarmUp:
    """Import torch, probe the device, load the active model. Answer: EngineState."""


@dataclass(frozen=True, slots=True)
class EngineState:
    device: str  # "cpu", "cuda", "mps"
    device_name: str  # in words
    note: str = ""  # one plain sentence when the wanted device could not be used
    model_id: str = ""
    model_name: str = ""
    model_version: str = ""


@dataclass(frozen=True, slots=True)
class StartBatch:
    """Note a batch of what is in these places, for the active model. Answer: BatchNoted. RunBatch runs it.

    `csv`: a table written as it goes. `watch`: films that come later are classified as they arrive.
    """

    places: tuple[Path, ...]
    override: bool = False
    watch: bool = False
    csv: Path | None = None


@dataclass(frozen=True, slots=True)
class AddToBatch:
    """More places for a batch that has not ended, whether it runs or not. Answer: BatchNoted."""

    batch_id: int
    places: tuple[Path, ...]


@dataclass(frozen=True, slots=True)
class CancelBatch:
    """End a batch for good; what is done stays. Answer: BatchNoted."""

    batch_id: int


@dataclass(frozen=True, slots=True)
class RetryFailed:
    """Films that could not be read wait again, and a batch that had ended is open again. Answer: BatchNoted."""

    batch_id: int


@dataclass(frozen=True, slots=True)
class DeleteBatch:
    """Take a batch out of the journal; films and exports stay. Answer: BatchNoted."""

    batch_id: int


@dataclass(frozen=True, slots=True)
class BatchNoted:
    batch_id: int


@dataclass(frozen=True, slots=True)
class RunBatch:
    """Go on with a batch until it is done; cancelling the job pauses it. Answer: BatchRan.

    Emits BatchProgress, a few a second.
    """

    batch_id: int


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """`remaining_s` is negative while it cannot be known. `positives`: film ids read since the last one told."""

    batch_id: int
    found: int
    done: int
    all_found: bool
    films_per_s: float = 0.0
    remaining_s: float = -1.0
    positives: tuple[int, ...] = ()
    note: str = ""  # one plain sentence: the device, or what is waited for


@dataclass(frozen=True, slots=True)
class BatchRan:
    """`finished`: nothing is left. Otherwise it was paused, and `reason` says why if nobody asked for it."""

    batch_id: int
    finished: bool
    reason: str = ""


class ExportKind(StrEnum):
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"
    HEATMAPS = "heatmaps"  # a folder of PNGs
    COPY = "copy"  # films into a folder for each class
    MOVE = "move"


@dataclass(frozen=True, slots=True)
class ExportBatch:
    """Hand on a batch, or of it the films of `film_ids`. `target`: a file, or a folder for the last three kinds.

    `identity`: with patient and study. Emits Progress. Answer: BatchExported.
    """

    batch_id: int
    kind: ExportKind
    target: Path
    film_ids: tuple[int, ...] = ()
    identity: bool = False
    thumbnails: bool = False


@dataclass(frozen=True, slots=True)
class UndoSorting:
    """Bring films back that COPY or MOVE took, by the list it left. Answer: BatchExported."""

    undo_list: Path


@dataclass(frozen=True, slots=True)
class BatchExported:
    """`message` says in words what was written and what was left out."""

    target: Path
    message: str


Request = (
    OpenFilm
    | ClassifyFilm
    | FindLungs
    | ModelRequest
    | InstallModel
    | WarmUp
    | StartBatch
    | AddToBatch
    | CancelBatch
    | RetryFailed
    | DeleteBatch
    | RunBatch
    | ExportBatch
    | UndoSorting
    | OpinionRequest
    | TrainingRequest
)
Answer = (
    OpenedFilm
    | FilmResult
    | FoundLungs
    | ModelAnswer
    | EngineState
    | BatchNoted
    | BatchRan
    | BatchExported
    | OpinionAnswer
    | TrainingAnswer
)
