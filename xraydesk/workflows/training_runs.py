"""Training runs on disk: what each was asked to do, how far it came, and whether it can be gone on with."""

from __future__ import annotations

import json
import shutil
import time
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from xraydesk import paths
from xraydesk.errors import OutputError, UsageError
from xraydesk.registry.registry import CARD
from xraydesk.training.config import TrainingConfig
from xraydesk.training.history import epochs_of
from xraydesk.training.kept import keep_text
from xraydesk.training.test_results import is_cross_validation
from xraydesk.workflows.training_verbs import FilmChoice, RunSummary, TrainingRuns, TrainModel

_REQUEST = "run.json"
_PATHS = ("folder", "out", "manifest", "test_folder", "teacher")


def write_request(request: TrainModel) -> None:
    """Kept in the run's folder, so that it can be gone on with after any end. Raises OutputError, UsageError."""
    file = request.out / _REQUEST
    if file.exists() and not request.resume:
        raise UsageError(
            f"{request.out} holds a training run already.", hint="Go on with it, or choose another folder."
        )
    if file.exists():
        return
    data = {"started": time.strftime("%Y-%m-%dT%H:%M:%S"), **_plain(request)}
    try:
        request.out.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"{request.out} could not be written: {error.strerror or error}.",
            hint="Free some space or choose another folder.",
        ) from error
    keep_text(file, json.dumps(data, indent=1) + "\n")


def _plain(request: TrainModel) -> dict[str, Any]:
    data = {name: getattr(request, name) for name in request.__slots__}
    data |= {name: data[name] and str(data[name]) for name in _PATHS}
    data["config"] = request.config.as_dict()
    data["choices"] = [asdict(choice) | {"path": str(choice.path)} for choice in request.choices]
    return data


def _request_from(data: dict[str, Any], out: Path) -> TrainModel:
    """As it was asked, to be gone on with; a run that was moved lies where it is found."""
    known = {name: data[name] for name in TrainModel.__slots__ if name in data}
    known |= {name: Path(known[name]) if known.get(name) else None for name in _PATHS}
    known["config"] = TrainingConfig.from_dict(known["config"])
    known["choices"] = tuple(FilmChoice(**{**c, "path": Path(c["path"])}) for c in known["choices"])
    return TrainModel(**(known | {"out": out, "resume": True}))


def list_runs(root: Path | None = None) -> TrainingRuns:
    """The runs in the user's place for them, the latest first; what is no run, or damaged, is left out."""
    found = []
    for file in (root or paths.user_runs()).glob(f"*/{_REQUEST}"):
        with suppress(OSError, ValueError, KeyError, TypeError):
            found.append(_summary(file.parent, json.loads(file.read_text(encoding="utf-8"))))
    return TrainingRuns(tuple(sorted(found, key=lambda run: run.started, reverse=True)))


def _summary(out: Path, data: dict[str, Any]) -> RunSummary:
    request = _request_from(data, out)
    folds = [out / f"fold-{number}" for number in range(1, request.folds + 1)] or [out]
    return RunSummary(
        out=out,
        name=request.name,
        folder=request.folder,
        started=data["started"],
        epochs_done=sum(len(epochs_of(fold)) for fold in folds),
        epochs=request.config.epochs * len(folds),
        finished=is_cross_validation(out) if request.folds else (out / "model" / CARD).is_file(),
        request=request,
    )


def delete_run(out: Path, root: Path | None = None) -> TrainingRuns:
    """Raises UsageError for a folder that is no run of ours, OutputError."""
    place = root or paths.user_runs()
    if out.parent == place and not out.exists():  # taken away by hand, or cancelled before it was written
        return list_runs(place)
    if out.parent != place or not (out / _REQUEST).is_file():
        raise UsageError(f"{out} is no training run of XRayDesk.")
    try:
        shutil.rmtree(out)
    except OSError as error:
        raise OutputError(
            f"{out} could not be deleted: {error.strerror or error}.", hint="Close programs that use it."
        ) from error
    return list_runs(place)
