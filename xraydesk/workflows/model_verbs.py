"""What can be asked of the engine about installed models: frozen records."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xraydesk.presentation.card_page import CardPage
from xraydesk.presentation.model_comparison import ModelComparison


@dataclass(frozen=True, slots=True)
class ListModels:
    """Answer: InstalledModels."""


@dataclass(frozen=True, slots=True)
class ModelSummary:
    """What the window shows of an installed model; `figures` are (name, value in words) from its card."""

    model_id: str
    name: str
    version: str
    architecture: str
    classes: tuple[str, ...]
    active: bool
    shipped: bool
    figures: tuple[tuple[str, str], ...] = ()
    description: str = ""


@dataclass(frozen=True, slots=True)
class InstalledModels:
    """`previous`: name and version of the model that RollBack lets read again, "" where there is none."""

    models: tuple[ModelSummary, ...]
    previous: str = ""


@dataclass(frozen=True, slots=True)
class ActivateModel:
    """Make a model the one that reads. Answer: InstalledModels."""

    model_id: str


@dataclass(frozen=True, slots=True)
class RollBack:
    """Let the model before the active one read again. Answer: InstalledModels."""


@dataclass(frozen=True, slots=True)
class InstallModel:
    """Install a model from a file or folder. Answer: InstalledModels."""

    source: Path


@dataclass(frozen=True, slots=True)
class RemoveModel:
    """Delete one of the user's own models that is not in use. Answer: InstalledModels."""

    model_id: str


@dataclass(frozen=True, slots=True)
class ExportModel:
    """Write a model as one file for another computer. Answer: ModelExported."""

    model_id: str
    file: Path


@dataclass(frozen=True, slots=True)
class ShowCard:
    """Answer: CardShown."""

    model_id: str


@dataclass(frozen=True, slots=True)
class ExportCard:
    """Write a model's card as a PDF. Answer: ModelExported."""

    model_id: str
    file: Path


@dataclass(frozen=True, slots=True)
class CompareModels:
    """Answer: ModelsCompared."""

    first: str
    second: str


@dataclass(frozen=True, slots=True)
class InstallTrained:
    """Put the model of a finished training run (TrainingDone.model) among the installed ones. Answer: InstalledModels.

    One that is there already stays as it is. `activate`: it reads from now on.
    """

    model: Path
    name: str
    activate: bool = False


@dataclass(frozen=True, slots=True)
class ExportTrained:
    """Write the model of a finished training run as one file for another computer. Answer: ModelExported."""

    model: Path
    name: str
    file: Path


@dataclass(frozen=True, slots=True)
class CardShown:
    model_id: str
    page: CardPage


@dataclass(frozen=True, slots=True)
class ModelExported:
    file: Path


@dataclass(frozen=True, slots=True)
class ModelsCompared:
    comparison: ModelComparison


ModelRequest = (
    ListModels
    | ActivateModel
    | RollBack
    | RemoveModel
    | ExportModel
    | ShowCard
    | ExportCard
    | CompareModels
    | InstallTrained
    | ExportTrained
)
ModelAnswer = InstalledModels | CardShown | ModelExported | ModelsCompared
