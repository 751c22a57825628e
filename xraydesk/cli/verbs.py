"""Each verb of the command line: options to a request, a workflow's events to lines.

Workflows are imported where they run: `xraydesk models list` needs no torch.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
import json
import threading
from dataclasses import replace
from typing import TYPE_CHECKING

from xraydesk.cli import terminal
from xraydesk.errors import UsageError
from xraydesk.jobs import JobContext, Progress

if TYPE_CHECKING:
    from xraydesk.training.config import TrainingConfig


def train(options: argparse.Namespace, stop: threading.Event) -> int:
    from xraydesk.training.events import EpochDone, Evaluated, SplitMade, TrainingDone
    from xraydesk.workflows.train_model import CrossValidated, TrainModel, train_model

    bar = terminal.ProgressBar()
    kinds = {EpochDone: "epoch", Evaluated: "evaluation", SplitMade: "split", TrainingDone: "done"}

    def tell(event: object) -> None:
        if isinstance(event, Progress):
            bar.show(event)
            return
        bar.clear()
        if options.json:
            data = terminal.plain(event)
            assert isinstance(data, dict)
            terminal.result(json.dumps({"event": kinds[type(event)], **data}))
        else:
            terminal.result(_in_words(event))

    request = TrainModel(
        folder=options.folder,
        out=options.out,
        manifest=options.manifest,
        config=_config(options),
        folds=options.folds,
        start=options.start,
        device=options.device,
        name=options.name,
        resume=options.resume,
    )
    done = train_model(request, JobContext(tell, stop.is_set))
    if isinstance(done, CrossValidated):
        terminal.result(json.dumps({"event": "done", "spread": done.spread}))
    else:
        tell(done)
    return 0


def _config(options: argparse.Namespace) -> TrainingConfig:
    from xraydesk.training.config import PRESETS, Optimizer, Schedule

    changes = {
        "epochs": options.epochs,
        "learning_rate": options.learning_rate,
        "optimizer": Optimizer(options.optimizer) if options.optimizer else None,
        "schedule": Schedule(options.schedule) if options.schedule else None,
        "batch_size": options.batch_size,
        "seed": options.seed,
        "architecture": options.architecture,
    }
    try:
        return replace(PRESETS[options.preset], **{k: v for k, v in changes.items() if v is not None})
    except ValueError as error:
        raise UsageError(str(error)) from error


def _in_words(event: object) -> str:
    from xraydesk.training.events import EpochDone, Evaluated, SplitMade, TrainingDone

    match event:
        case SplitMade():
            rows = (
                f"{part}: " + ", ".join(f"{n} {c}" for c, n in row.items())
                for part, row in event.counts.items()
            )
            return "\n".join([*rows, f"unreadable: {event.unreadable}"])
        case EpochDone():
            return (
                f"epoch {event.epoch}/{event.epochs}: loss {event.train_loss:.4f}, validation "
                f"{event.validation_loss:.4f}, accuracy {event.validation_accuracy:.4f}, "
                f"{event.seconds:.0f} s{', best' if event.best else ''}"
            )
        case Evaluated():
            figures = event.figures
            return (
                f"{event.part}: accuracy {figures['accuracy']:.4f}, precision {figures['precision']:.4f}, "
                f"recall {figures['recall']:.4f}, F1 {figures['f1']:.4f}, ECE {figures['ece']:.4f}"
            )
        case TrainingDone():
            return f"model of epoch {event.best_epoch} in {event.model}"
    return ""


def classify(options: argparse.Namespace, stop: threading.Event) -> int:
    raise NotImplementedError


def evaluate(options: argparse.Namespace, stop: threading.Event) -> int:
    raise NotImplementedError


def models(options: argparse.Namespace, stop: threading.Event) -> int:
    raise NotImplementedError


def selftest(options: argparse.Namespace, stop: threading.Event) -> int:
    raise NotImplementedError
