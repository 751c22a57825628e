"""What can be asked of the engine about training: frozen records, no torch, no pydicom.

Settings and events of a run are those of the training room, named here for whoever may not name that room.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xraydesk.model.model_input import Preprocessing
from xraydesk.training.config import PRESETS as PRESETS  # noqa: PLC0414
from xraydesk.training.config import RECOMMENDED
from xraydesk.training.config import Augmentation as Augmentation  # noqa: PLC0414
from xraydesk.training.config import Backbone as Backbone  # noqa: PLC0414
from xraydesk.training.config import Optimizer as Optimizer  # noqa: PLC0414
from xraydesk.training.config import Precision as Precision  # noqa: PLC0414
from xraydesk.training.config import Schedule as Schedule  # noqa: PLC0414
from xraydesk.training.config import TrainingConfig as TrainingConfig  # noqa: PLC0414
from xraydesk.training.curves import OperatingPoint, at_threshold
from xraydesk.training.events import EpochDone as EpochDone  # noqa: PLC0414
from xraydesk.training.events import Evaluated as Evaluated  # noqa: PLC0414
from xraydesk.training.events import FoldBegun as FoldBegun  # noqa: PLC0414
from xraydesk.training.events import SplitMade as SplitMade  # noqa: PLC0414
from xraydesk.training.events import StepDone as StepDone  # noqa: PLC0414
from xraydesk.training.events import TrainingDone as TrainingDone  # noqa: PLC0414
from xraydesk.training.findings import DoctorFinding as DoctorFinding  # noqa: PLC0414
from xraydesk.training.findings import Severity as Severity  # noqa: PLC0414


@dataclass(frozen=True, slots=True)
class FilmChoice:
    """What a person decided about one film of a labelled folder; the folder itself is never changed."""

    path: Path
    excluded: bool = False
    label: str = ""  # another class; "" keeps the folder's


@dataclass(frozen=True, slots=True)
class ScanFolder:
    """Look through labelled films: read each once, count, find what would spoil a training.

    `patient_pattern`: a regular expression with one group that finds the patient in a file's name.
    Answer: ScannedFolder. Emits Progress.
    """

    folder: Path
    manifest: Path | None = None
    patient_pattern: str = ""
    choices: tuple[FilmChoice, ...] = ()


@dataclass(frozen=True, slots=True)
class ScannedFilm:
    """`group`: films of one patient, or near copies, share a number; it names nobody."""

    path: Path
    label: str
    group: int
    source: str = ""
    problem: str = ""  # why it cannot be read; "" where it can
    excluded: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class ScannedFolder:
    """`thumbnails`: a few films of each class, positions and pixels (N, 96, 96) uint8."""

    folder: Path
    classes: tuple[str, ...]
    films: tuple[ScannedFilm, ...]
    findings: tuple[DoctorFinding, ...]
    patients_known: bool  # groups are patients, not only near copies
    thumbnails: dict[str, tuple[tuple[int, ...], NDArray[np.uint8]]]

    @property
    def may_train(self) -> bool:
        return all(finding.severity is not Severity.REFUSAL for finding in self.findings)


@dataclass(frozen=True, slots=True)
class TrainModel:
    """Train on labelled films. Answer: TrainingDone or CrossValidated.

    `start`: "scratch", "active" (fine-tune the active model) or a file of weights. `test_folder`: labelled films
    that are the test part; else a tenth of `folder`. Emits Progress, SplitMade, FoldBegun, EpochDone,
    StepDone, Evaluated, Remark. `out` is where the run lives, and where it is gone on with (`resume`).
    """

    folder: Path
    out: Path
    manifest: Path | None = None
    config: TrainingConfig = field(default_factory=lambda: RECOMMENDED)
    folds: int = 0
    start: str = "scratch"
    device: str = "auto"
    name: str = "Own model"
    resume: bool = False
    patient_pattern: str = ""
    choices: tuple[FilmChoice, ...] = ()
    test_folder: Path | None = None
    join_near: bool = True  # near copies stay on one side of the split, whatever groups the manifest gives
    teacher: Path | None = None  # the folder of a larger model, trained on the same films with the same seed


@dataclass(frozen=True, slots=True)
class CrossValidated:
    """Figures of each fold, and mean and spread over them."""

    folds: list[dict[str, Any]]
    spread: dict[str, Any]


@dataclass(frozen=True, slots=True)
class PlanSplit:
    """How TrainModel would divide the films. Answer: SplitPlanned."""

    request: TrainModel


@dataclass(frozen=True, slots=True)
class SplitPlanned:
    """Films and groups per part and class: {"train": {"NORMAL": (films, groups)}}; `folds` 0 or their number."""

    parts: dict[str, dict[str, tuple[int, int]]]
    folds: int = 0
    notes: tuple[str, ...] = ()  # in words: what was left out, what is held back for ever


@dataclass(frozen=True, slots=True)
class PreviewAugmentation:
    """How a film looks under augmentation. Answer: AugmentationPreview."""

    path: Path
    augmentation: Augmentation
    preprocessing: Preprocessing
    count: int = 4
    seed: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class AugmentationPreview:
    """`films` (1 + count, S, S) uint8, the plain model input first."""

    films: NDArray[np.uint8]


class Control(StrEnum):
    HOLD = "hold"  # computes nothing until GO_ON; nothing of the epoch is lost
    GO_ON = "go on"
    STOP = "stop"  # ends after the batch in hand, keeps the best epoch and evaluates it


@dataclass(frozen=True, slots=True)
class ControlTraining:
    """Speak to the run that this engine trains. Cancelling its job ends it; its last epoch's checkpoint stays.

    Answer: RunNoted.
    """

    out: Path
    control: Control


@dataclass(frozen=True, slots=True)
class ListRuns:
    """Answer: TrainingRuns."""


@dataclass(frozen=True, slots=True)
class DeleteRun:
    """Take a run and all it made away; installed models and films stay. Answer: TrainingRuns."""

    out: Path


@dataclass(frozen=True, slots=True)
class RunNoted:
    out: Path


@dataclass(frozen=True, slots=True)
class RunSummary:
    """`finished`: its model, or its cross validation, is there. Otherwise it can be gone on with:
    TrainModel(…, resume=True) as `request`. Epochs are those of all folds.
    """

    out: Path
    name: str
    folder: Path
    started: str  # ISO 8601, local time
    epochs_done: int
    epochs: int
    finished: bool
    request: TrainModel


@dataclass(frozen=True, slots=True)
class TrainingRuns:
    runs: tuple[RunSummary, ...]  # the latest first


@dataclass(frozen=True, slots=True)
class OpenEvaluation:
    """How good the model of a finished run is, beside the active one on the very same test films.

    Answer: RunEvaluation. Emits Progress.
    """

    out: Path


@dataclass(frozen=True, slots=True, eq=False)
class TestedModel:
    """`probabilities` (N, K) of the test films, in the order of RunEvaluation.films; `figures` as evaluate's.

    Rows are NaN of films that cannot be read any more, which only the active model needs to.
    """

    name: str
    probabilities: NDArray[np.float64]
    figures: dict[str, Any]


class Comparison(StrEnum):
    BETTER = "better"
    WORSE = "worse"
    NO_DIFFERENCE = "no difference shown"
    NOT_COMPARABLE = "not comparable"  # other classes


@dataclass(frozen=True, slots=True, eq=False)
class RunEvaluation:
    """`labels` (N,) are positions in `classes`. `roc` and `reliability` are curves to draw, those of the new model.

    `compared` tells of the new model against the active one, or, where the new one is in use already, the one
    before it; `p_value` is McNemar's, exact, NaN where they cannot be compared.
    """

    out: Path
    classes: tuple[str, ...]
    films: tuple[Path, ...]
    labels: NDArray[np.int64]
    new: TestedModel
    active: TestedModel | None
    compared: Comparison
    p_value: float
    sentence: str  # the comparison in words
    roc: dict[str, NDArray[np.float64]]  # class → (P, 3): false-positive rate, sensitivity, threshold
    reliability: dict[
        str, NDArray[np.float64]
    ]  # "before", "after" scaling → (B, 3): confidence, accuracy, films
    ece_before: float
    ece_after: float
    folds: tuple[dict[str, Any], ...] = ()  # of a cross validation: the figures of each fold
    spread: dict[str, Any] = field(default_factory=dict)  # and their mean and deviation

    def operating_point(self, class_name: str, threshold: float) -> OperatingPoint:
        """Where films with at least `threshold` for a class are named so."""
        return at_threshold(self.roc[class_name], threshold)


TrainingRequest = (
    ScanFolder
    | TrainModel
    | PlanSplit
    | PreviewAugmentation
    | ControlTraining
    | ListRuns
    | DeleteRun
    | OpenEvaluation
)
TrainingAnswer = (
    ScannedFolder
    | TrainingDone
    | CrossValidated
    | SplitPlanned
    | AugmentationPreview
    | RunNoted
    | TrainingRuns
    | RunEvaluation
)
