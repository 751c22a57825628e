"""Train a network on a labelled folder."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from xraydesk.errors import UsageError
from xraydesk.jobs import JobContext
from xraydesk.network.checkpoint import load_published, load_weights
from xraydesk.network.device import choose_device
from xraydesk.registry.registry import Registry, require_intact
from xraydesk.training.config import RECOMMENDED, TrainingConfig
from xraydesk.training.events import TrainingDone
from xraydesk.training.labelled_folder import LabelledFolder, read_labelled_folder
from xraydesk.training.run import TrainingRun, cross_validate, train
from xraydesk.training.split import cross_validation, split_80_10_10


@dataclass(frozen=True, slots=True)
class TrainModel:
    """`start`: "scratch", "active" (fine-tune the active model) or a weights file."""

    folder: Path
    out: Path
    manifest: Path | None = None
    config: TrainingConfig = field(default_factory=lambda: RECOMMENDED)
    folds: int = 0
    start: str = "scratch"
    device: str = "auto"
    name: str = "Own model"
    resume: bool = False


@dataclass(frozen=True, slots=True)
class CrossValidated:
    """Figures of each fold, and mean and spread over them."""

    folds: list[dict[str, Any]]
    spread: dict[str, Any]


def train_model(request: TrainModel, ctx: JobContext) -> TrainingDone | CrossValidated:
    """Raises TrainingError, UsageError, Cancelled."""
    if request.config.architecture != "dlh_covid":
        raise UsageError(
            f"XRayDesk cannot train {request.config.architecture} yet.", hint="Use --architecture dlh_covid."
        )
    folder = read_labelled_folder(request.folder, request.manifest)
    if not request.folds:
        split = split_80_10_10(folder, request.config.seed)
        return train(_run(request, folder, split, request.out), ctx, resume=request.resume)
    splits = cross_validation(folder, request.folds, request.config.seed)
    runs = [
        _run(request, folder, split, request.out / f"fold-{number}")
        for number, split in enumerate(splits, start=1)
    ]
    return CrossValidated(*cross_validate(runs, ctx, resume=request.resume))


def _run(request: TrainModel, folder: LabelledFolder, split: Any, out: Path) -> TrainingRun:
    return TrainingRun(
        folder=folder,
        split=split,
        config=request.config,
        out=out,
        cache=request.out / "cache",
        device=choose_device(request.device).device,
        name=request.name,
        start=_starting_weights(request.start),
    )


def _starting_weights(start: str) -> dict[str, Any] | None:
    if start == "scratch":
        return None
    if start == "active":
        model = Registry().active()
        require_intact(model)
        return load_weights(model.weights)
    file = Path(start)
    return load_weights(file) if file.suffix == ".safetensors" else load_published(file)
