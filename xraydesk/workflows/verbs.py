"""What can be asked of the engine and what it answers: frozen records, no torch, no pydicom.

The window imports this module; the functions that do the work live beside it and are named, not
imported, by `engine.process`.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xraydesk.film.film import Film, GateFinding

# Kept in a lower room, because export writes its rows.
from xraydesk.model.film_result import FilmResult as FilmResult  # noqa: PLC0414


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
    models: tuple[ModelSummary, ...]


@dataclass(frozen=True, slots=True)
class ActivateModel:
    """Make a model the one that reads. Answer: InstalledModels."""

    model_id: str


@dataclass(frozen=True, slots=True)
class InstallModel:
    """Install a model from a file or folder. Answer: InstalledModels."""

    source: Path


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


Request = OpenFilm | ClassifyFilm | ListModels | ActivateModel | InstallModel | WarmUp
Answer = OpenedFilm | FilmResult | InstalledModels | EngineState
