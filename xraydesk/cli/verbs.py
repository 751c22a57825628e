"""Each verb of the command line: options to a request, a workflow's events to lines.

Workflows are imported where they run: `xraydesk models list` needs no torch.
"""
# ruff: noqa: PLC0415

from __future__ import annotations

import argparse
import json
import os
import threading
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from xraydesk.cli import terminal
from xraydesk.jobs import JobContext, Progress, Remark
from xraydesk.presentation.wording import RESEARCH_USE, class_words, percent_words, prediction_words

if TYPE_CHECKING:
    from xraydesk.model.film_result import FilmResult
    from xraydesk.registry.registry import Registry
    from xraydesk.training.config import TrainingConfig
    from xraydesk.workflows.evaluate_model import EvaluateModel


def train(options: argparse.Namespace, stop: threading.Event) -> int:
    from xraydesk.training.events import EpochDone, Evaluated, FoldBegun, SplitMade, StepDone, TrainingDone
    from xraydesk.workflows.train_model import CrossValidated, TrainModel, train_model

    bar = terminal.ProgressBar()
    kinds = {FoldBegun: "fold", EpochDone: "epoch", Evaluated: "evaluation"}
    kinds |= {SplitMade: "split", TrainingDone: "done"}

    def tell(event: object) -> None:
        if isinstance(event, Progress):
            bar.show(event)
            return
        if isinstance(event, StepDone):  # the bar has told it
            return
        bar.clear()
        if isinstance(event, Remark):
            terminal.message(event.text)
        elif options.json:
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
        join_near=not options.groups_as_given,
        teacher=options.teacher,
    )
    done = train_model(request, JobContext(tell, stop.is_set))
    if os.environ.get("RANK", "0") != "0":  # one of several (torchrun): the first one speaks
        return 0
    if not isinstance(done, CrossValidated):
        tell(done)
    elif options.json:
        terminal.result(json.dumps({"event": "done", "spread": done.spread}))
    else:
        terminal.result(_spread_in_words(done.spread))
    return 0


def _spread_in_words(spread: dict[str, Any]) -> str:
    return "\n".join(
        f"{name:<10} {values['mean']:.4f} ± {values['standard_deviation']:.4f}"
        for name, values in spread.items()
    )


def _config(options: argparse.Namespace) -> TrainingConfig:
    """The preset, changed by what was asked for. Raises UsageError."""
    from xraydesk.model.architectures import architecture_of
    from xraydesk.training.config import PRESETS, Backbone, Optimizer, Precision, Schedule

    preset = PRESETS[options.preset]
    size = options.size or architecture_of(options.architecture).input_size
    changes = {
        "epochs": options.epochs,
        "learning_rate": options.learning_rate,
        "optimizer": options.optimizer and Optimizer(options.optimizer),
        "schedule": options.schedule and Schedule(options.schedule),
        "backbone": options.backbone and Backbone(options.backbone),
        "precision": options.precision and Precision(options.precision),
        "batch_size": options.batch_size,
        "new_head": options.new_head,
        "seed": options.seed,
        "architecture": options.architecture,
        "preprocessing": replace(preset.preprocessing, size=size),
        "teacher_share": options.teacher_share if options.teacher_share is not None else _teaching(options),
    }
    return replace(preset, **{name: value for name, value in changes.items() if value is not None})


def _teaching(options: argparse.Namespace) -> float | None:
    return 0.7 if options.teacher else None


def _in_words(event: object) -> str:
    from xraydesk.training.events import EpochDone, Evaluated, FoldBegun, SplitMade, TrainingDone

    match event:
        case FoldBegun():
            return f"fold {event.fold} of {event.folds}"
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
    from xraydesk.export.table import json_line
    from xraydesk.model.film_result import FilmResult
    from xraydesk.workflows.classify_folder import ClassifyFolder, Skipped, classify_folder

    bar = terminal.ProgressBar()

    def tell(event: object) -> None:
        match event:
            case Progress():
                bar.show(event)
            case FilmResult():
                bar.clear()
                if options.json:
                    terminal.result(json_line(event))
                elif options.csv is None:
                    terminal.result(_film_in_words(event))
            case Skipped():
                bar.clear()
                terminal.message(f"skipped {event.path}: {event.reason}")
            case Remark():
                bar.clear()
                terminal.message(event.text)

    request = ClassifyFolder(
        paths=tuple(options.paths),
        model=options.model,
        device=options.device,
        override=options.override,
        csv=options.csv,
        heatmaps=options.heatmaps,
        resume=options.resume,
    )
    done = classify_folder(request, JobContext(tell, stop.is_set))
    bar.clear()
    earlier = f", {done.resumed} done before" if done.resumed else ""
    if done.resumed_failed:
        earlier += (
            f" ({done.resumed_failed} of them without a prediction; without --resume they are read again)"
        )
    terminal.message(
        f"{done.films} films, {done.failed} without a prediction, {done.skipped} skipped{earlier}. {RESEARCH_USE}"
    )
    return 3 if done.failed or done.resumed_failed else 0


def _film_in_words(result: FilmResult) -> str:
    if result.prediction is None:
        return f"{result.path}: {result.error}"
    shares = zip(result.prediction.classes, result.prediction.probabilities, strict=True)
    figures = ", ".join(f"{class_words(name)} {percent_words(share)}" for name, share in shares)
    notes = "".join(f"\n  {finding.message}" for finding in result.warnings)
    return f"{result.path}: {prediction_words(result.prediction.label)} ({figures}){notes}"


def evaluate(options: argparse.Namespace, stop: threading.Event) -> int:
    from xraydesk.workflows.evaluate_model import EvaluateModel, evaluate_model

    bar = terminal.ProgressBar()

    def tell(event: object) -> None:
        if isinstance(event, Progress):
            bar.show(event)
        elif isinstance(event, Remark):
            bar.clear()
            terminal.message(event.text)

    request = EvaluateModel(options.folder, options.manifest, options.model, options.device)
    if options.audit:
        return _audit(request, options, JobContext(tell, stop.is_set), bar)
    figures = evaluate_model(request, JobContext(tell, stop.is_set))
    bar.clear()
    terminal.result(json.dumps(figures) if options.json else _figures_in_words(figures))
    return 3 if figures["errors"] else 0


def _audit(
    request: EvaluateModel, options: argparse.Namespace, ctx: JobContext, bar: terminal.ProgressBar
) -> int:
    from xraydesk.workflows.audit_model import audit_model

    found = audit_model(request, options.lungs, ctx)
    bar.clear()
    terminal.result(json.dumps(found) if options.json else _audit_in_words(found))
    return 0


def _audit_in_words(found: dict[str, Any]) -> str:
    lines = [f"model {found['model']}"]
    for title, part in (("all films", found["changes"]), ("films with outlines", found.get("lungs", {}))):
        for name, figures in part.items():
            low, high = figures["accuracy_interval"]
            lines.append(
                f"{title}, {name}: {figures['films']} films, accuracy {figures['accuracy']:.3f} "
                f"(95 % {low:.3f} to {high:.3f}), F1 {figures['f1']:.3f}"
            )
    probe = found["source_from_features"]
    if probe is not None:
        lines.append(
            f"the source of a film can be told from the features in {probe['accuracy']:.3f} of the films, "
            f"by chance in {probe['chance']:.3f}"
        )
    return "\n".join([*lines, RESEARCH_USE])


def _figures_in_words(figures: dict[str, Any]) -> str:
    lines = [f"{figures['films']} films, model {figures['model']}"]
    for name in ("accuracy", "precision", "recall", "f1", "ece"):
        low, high = figures[f"{name}_interval"]
        lines.append(f"{name:<10} {figures[name]:.4f}  (95 % {low:.4f} to {high:.4f})")
    lines.append("confusion matrix, rows actual: " + ", ".join(figures["classes"]))
    lines += [" ".join(f"{count:6d}" for count in row) for row in figures["confusion_matrix"]]
    for source, part in figures.get("by_source", {}).items():
        lines.append(f"{source}: {part['films']} films, accuracy {part['accuracy']:.4f}, F1 {part['f1']:.4f}")
    lines += [f"not read: {error['path']}: {error['message']}" for error in figures["errors"]]
    return "\n".join([*lines, RESEARCH_USE])


def models(options: argparse.Namespace, _stop: threading.Event) -> int:
    from xraydesk.registry.package import pack
    from xraydesk.registry.registry import Registry
    from xraydesk.workflows.model_desk import answer_about_models
    from xraydesk.workflows.model_verbs import ExportCard

    registry = Registry()
    match options.action:
        case "list":
            _list_models(registry)
        case "show":
            terminal.result(
                json.dumps(registry.find(options.id).card.as_dict(), indent=1, ensure_ascii=False)
            )
        case "activate":
            registry.activate(options.id)
            terminal.message(f"{options.id} reads from now on.")
        case "rollback":
            terminal.message(f"{registry.rollback()} reads again.")
        case "remove":
            registry.remove(options.id)
            terminal.message(f"{options.id} was removed.")
        case "export":
            pack(registry.find(options.id), options.file)
            terminal.message(f"{options.id} was written to {options.file}.")
        case "card":
            answer_about_models(ExportCard(options.id, options.file), registry)
            terminal.message(f"The card of {options.id} was written to {options.file}.")
        case "compare":
            _compare_models(options, registry)
        case "install":
            from xraydesk.workflows.install_model import install_model

            terminal.message(f"{install_model(options.file, registry).card.id} was installed.")
    return 0


def _compare_models(options: argparse.Namespace, registry: Registry) -> None:
    from xraydesk.presentation.model_comparison import compared

    found = compared(registry.find(options.id).card, registry.find(options.other).card)
    for what, first, second in (("", *found.names), *found.rows):
        terminal.result(f"{what:<26}{first or 'not known':<30}{second or 'not known'}".rstrip())
    for remark in found.remarks:
        terminal.result(remark)


def _list_models(registry: Registry) -> None:
    from xraydesk.workflows.describe_models import described

    for model in described(registry):
        figures = ", ".join(f"{name} {value}" for name, value in model.figures[:2])
        mark = "*" if model.active else " "
        terminal.result(f"{mark} {model.model_id}  {model.name} {model.version}  {figures}".rstrip())


def selftest(options: argparse.Namespace, stop: threading.Event) -> int:
    from xraydesk.engine.selfcheck import engine_restarts
    from xraydesk.workflows.selftest import selftest as run

    checks = run(JobContext(is_cancelled=stop.is_set), ("engine", engine_restarts))
    whole = all(check.passed for check in checks)
    if options.json:
        terminal.result(json.dumps({"passed": whole, "checks": [terminal.plain(check) for check in checks]}))
    else:
        for check in checks:
            terminal.result(f"{'ok    ' if check.passed else 'FAILED'}  {check.name}: {check.detail}")
        terminal.result("This installation is whole." if whole else "This installation is not whole.")
    return 0 if whole else 1
