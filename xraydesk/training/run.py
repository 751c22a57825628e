"""A training run from a labelled folder to an evaluated model; stopped at any epoch, it can be gone on with."""

from __future__ import annotations

import gc
import json
import math
import time
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from xraydesk.errors import TrainingError, UsageError
from xraydesk.jobs import JobContext, Remark
from xraydesk.model.architectures import DLH_COVID, architecture_of
from xraydesk.model.card import write_card
from xraydesk.model.familiarity import UNFAMILIAR, Familiarity
from xraydesk.model.film_hashes import KnownFilms
from xraydesk.model.prediction import calibrated_probabilities
from xraydesk.network.allocator import give_blocks_back
from xraydesk.network.classifier import NetworkOutput
from xraydesk.network.dlh_covid import GreyDLHCovid
from xraydesk.network.film_network import FilmNetwork
from xraydesk.network.precision import mixed_is_faster
from xraydesk.network.three_scales import to_learn
from xraydesk.network.together import ALONE, Together, summed
from xraydesk.network.zoo import freeze_all_but_last, seeded_network, take_over
from xraydesk.registry.registry import CARD, WEIGHTS, file_sha256
from xraydesk.training.best_weights import kept_and_read, with_offsets
from xraydesk.training.calibration import fitted_offsets, fitted_temperature
from xraydesk.training.config import PAPER, Backbone, Precision, TrainingConfig
from xraydesk.training.control import TrainingControl
from xraydesk.training.dataset import ModelInputs, class_weights, drawing_weights, drawn_epoch, model_inputs
from xraydesk.training.evaluation import evaluated_by_source
from xraydesk.training.events import EpochDone, Evaluated, FoldBegun, SplitMade, TrainingDone
from xraydesk.training.history import epochs_of, keep_epochs
from xraydesk.training.kept import keep_text, output_error
from xraydesk.training.labelled_folder import LabelledFolder, films_digest
from xraydesk.training.loop import Material, judge, logits_of, outputs_of, train_epoch
from xraydesk.training.memory import films_at_once, free_memory
from xraydesk.training.run_card import card_of
from xraydesk.training.split import Split
from xraydesk.training.state import TrainingState, load_checkpoint, save_checkpoint, started
from xraydesk.training.step import Teacher, in_parts
from xraydesk.training.test_results import judged_films, write_cross_validation, write_test_results

_KNOWN_BY = 8192  # training films at most, by which it is told what films the model knows
_KEPT_STILL = {Backbone.WHOLE: 0, Backbone.LAST_STAGE: 2, Backbone.FROZEN: 3}  # of DLH_COVID's convolutions
CONFIG, CHECKPOINT, FILMS = "config.json", "checkpoint.pt", "films.sha256"


@dataclass(frozen=True, slots=True, eq=False)
class TrainingRun:
    """`out` receives the config, the checkpoint, and at the end `model/` (card and weights)."""

    folder: LabelledFolder
    split: Split
    config: TrainingConfig
    out: Path
    cache: Path  # decoded films, shared by the folds of a cross validation
    device: torch.device
    name: str = "Own model"
    start: dict[str, Tensor] | None = None  # weights to fine-tune; None: from scratch
    teacher: Teacher | None = None
    held_back: tuple[
        str, ...
    ] = ()  # films that must never train what is trained from this (planning.HELD_BACK)
    forebears: KnownFilms = KnownFilms()  # noqa: RUF009 - frozen; what the weights in `start` were trained on
    together: Together = ALONE  # with other processes, of which the first writes and speaks


def _labels(folder: LabelledFolder) -> NDArray[np.int64]:
    position = {name: k for k, name in enumerate(folder.classes)}
    return np.array([position[film.label] for film in folder.films], dtype=np.int64)


def _readable(part: NDArray[np.int64], inputs: ModelInputs) -> NDArray[np.int64]:
    return np.array([i for i in part if int(i) not in inputs.unreadable], dtype=np.int64)


def _readable_split(run: TrainingRun, inputs: ModelInputs, ctx: JobContext) -> Split:
    parts = {name: _readable(getattr(run.split, name), inputs) for name in ("train", "validation", "test")}
    films = run.folder.films
    counts = {
        name: {label: Counter(films[i].label for i in part)[label] for label in run.folder.classes}
        for name, part in parts.items()
    }
    ctx.emit(SplitMade(counts, len(inputs.unreadable)))
    lacking = [name for name, part in counts.items() if not all(part.values())]
    if lacking:
        raise TrainingError(
            f"The {lacking[0]} part has no film of some class.", hint="Add films of the rarest class."
        )
    return Split(**parts)


def _begun(run: TrainingRun, *, resume: bool) -> TrainingState:
    """A fresh state, or that of the checkpoint; a run is gone on with only under its own config and films."""
    checkpoint = run.out / CHECKPOINT
    state = started(_new_network(run), run.config, run.device, run.together)
    state.factor = 1.0 if _head_starts_anew(run) else run.config.fine_tune_factor
    if checkpoint.exists():
        if not resume:
            raise UsageError(
                f"{run.out} holds a training run already.",
                hint="Go on with it (--resume) or choose another folder.",
            )
        if _kept_config(run.out) != run.config.as_dict():
            raise UsageError(f"{run.out} was started with other settings.", hint="Use the same ones again.")
        _require_same_films(run)
        _go_on(state, checkpoint)
    elif run.together.leads:
        keep_text(run.out / FILMS, _films_and_parts(run))
        keep_text(run.out / CONFIG, json.dumps(run.config.as_dict(), indent=1) + "\n")
    if run.device.type == "cpu" and run.together.size == 1 and not checkpoint.exists():
        size, batch = run.config.preprocessing.size, run.config.batch_size
        state.films_at_once = films_at_once(state.network, size, batch, free=free_memory())
    return state


def _kept_config(out: Path) -> dict[str, Any]:
    try:
        kept = json.loads((out / CONFIG).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise TrainingError(
            f"{out / CONFIG} is damaged: the run cannot be gone on with.",
            hint="Start again in another folder.",
        ) from error
    return dict(kept)


def _settled(run: TrainingRun) -> TrainingRun:
    """With the precision that this machine computes fastest in; a run that goes on keeps its own."""
    if run.config.precision is not Precision.AUTO:
        return run
    if (run.out / CHECKPOINT).exists():
        precision = Precision(_kept_config(run.out).get("precision", Precision.FULL))
    else:
        mixed = summed(torch.tensor(run.together.leads and _mixed_is_faster(run), dtype=torch.int32))
        precision = Precision.MIXED if bool(mixed) else Precision.FULL
    return replace(run, config=replace(run.config, precision=precision))


def _mixed_is_faster(run: TrainingRun) -> bool:
    return mixed_is_faster(run.device, own=run.config.architecture == DLH_COVID.name)


def _new_network(run: TrainingRun) -> FilmNetwork:
    config = run.config
    network = seeded_network(config.architecture, config.seed, len(run.folder.classes))
    if run.start is not None and (why_not := take_over(network, run.start)):
        raise UsageError(
            f"The weights to start from do not belong to {architecture_of(config.architecture).words}: "
            f"{why_not}.",
            hint="Choose weights of the same network, or start from scratch.",
        )
    if isinstance(network, GreyDLHCovid) and config.three_scales and _head_starts_anew(run):
        learning = to_learn(network, config.seed)
        if config.new_head:
            learning.freeze(_KEPT_STILL[config.backbone])
        return learning
    if config.backbone is Backbone.FROZEN and config.architecture != DLH_COVID.name:
        freeze_all_but_last(network)
    return network


def _head_starts_anew(run: TrainingRun) -> bool:
    return run.start is None or run.config.new_head


def _require_same_films(run: TrainingRun) -> None:
    """Under another split, films that were trained on could end in the test part."""
    file = run.out / FILMS
    if file.exists() and file.read_text(encoding="utf-8") != _films_and_parts(run):
        raise UsageError(
            f"{run.out} was started with other films, or with these divided otherwise.",
            hint="Go on with the same films and labels, or start again in another folder.",
        )


def _films_and_parts(run: TrainingRun) -> str:
    """Changes with the films, their labels and groups, and with the part that any of them is in."""
    parts = (run.split.train, run.split.validation, run.split.test)
    divided = sha256(b"".join(len(part).to_bytes(8, "big") + part.tobytes() for part in parts)).hexdigest()
    return f"{films_digest(run.folder)}\n{divided}\n"


def _go_on(state: TrainingState, checkpoint: Path) -> None:
    try:
        load_checkpoint(state, checkpoint)
    except (RuntimeError, ValueError, KeyError, TypeError, EOFError, UnpicklingError) as error:
        raise TrainingError(
            f"{checkpoint} is damaged: the run cannot be gone on with.", hint="Start again in another folder."
        ) from error


def _should_stop(state: TrainingState, config: TrainingConfig) -> bool:
    idle = state.epoch - state.best_epoch
    return state.epoch >= config.epochs or bool(config.stop_after and idle >= config.stop_after)


def _epoch(
    run: TrainingRun,
    state: TrainingState,
    material: Material,
    split: Split,
    ctx: JobContext,
    control: TrainingControl,
) -> EpochDone:
    started_at, config = time.monotonic(), run.config
    weights = drawing_weights([run.folder.films[i] for i in split.train], config.balance)
    rng = np.random.default_rng([config.seed, state.epoch])
    order = split.train[drawn_epoch(weights, rng, replace=config.balance > 0)]
    loss, accuracy = train_epoch(state, material, order, config, ctx, control)
    logits = logits_of(state.judged, material.inputs, split.validation, ctx)
    truth = material.labels[split.validation]
    validation_loss = float(F.cross_entropy(torch.from_numpy(logits), torch.from_numpy(truth)))
    if not (math.isfinite(loss) and math.isfinite(validation_loss)):
        raise TrainingError(
            f"Training diverged in epoch {state.epoch}: the loss is no longer a number.",
            hint="Start again in another folder with a lower learning rate.",
        )
    judge(state, config, validation_loss)
    return EpochDone(
        epoch=state.epoch,
        epochs=config.epochs,
        train_loss=loss,
        validation_loss=validation_loss,
        train_accuracy=accuracy,
        validation_accuracy=float((logits.argmax(1) == truth).mean()),
        learning_rate=_rate(state),
        best=state.best_epoch == state.epoch,
        seconds=time.monotonic() - started_at,
    )


def _rate(state: TrainingState) -> float:
    """Without the factors of single layers."""
    group = state.optimizer.param_groups[0]
    return float(group["lr"] / group["factor"])


def train(
    run: TrainingRun, ctx: JobContext, *, resume: bool = False, control: TrainingControl | None = None
) -> TrainingDone:
    """Train until the schedule or early stopping ends it, then evaluate the best epoch on the test part, once.

    Raises TrainingError, UsageError, Cancelled (the last epoch's checkpoint stays).
    """
    try:
        return _trained(run, ctx, control or TrainingControl(), resume=resume)
    finally:
        gc.collect()  # torch's optimizers lie in reference cycles: a quarter of a gigabyte that Python lets lie
        give_blocks_back()


def _trained(run: TrainingRun, ctx: JobContext, control: TrainingControl, *, resume: bool) -> TrainingDone:
    run.out.mkdir(parents=True, exist_ok=True)
    run = _settled(run)
    if not run.together.leads:
        run.together.wait_for_all()  # the first one decodes
    inputs = model_inputs(run.folder, run.config.preprocessing, run.cache, ctx)
    if run.together.leads:
        run.together.wait_for_all()
    labels = _labels(run.folder)
    split = _readable_split(run, inputs, ctx)
    state = _begun(run, resume=resume)
    if state.films_at_once:
        ctx.emit(Remark(in_parts(run.config.batch_size, state.films_at_once)))
    material = _material(run, inputs, labels, split)
    history = epochs_of(run.out)[: state.epoch]
    for epoch in history:
        ctx.emit(epoch)
    while not (_should_stop(state, run.config) or (control.is_stopped and state.best is not None)):
        history.append(_epoch(run, state, material, split, ctx, control))
        if run.together.leads:
            # First the epochs: what is told of one beyond the checkpoint is told anew.
            keep_epochs(history, run.out)
            save_checkpoint(state, run.out / CHECKPOINT)
        ctx.emit(history[-1])
    if not run.together.leads:
        return TrainingDone(run.out / "model", state.best_epoch, {})
    return _finished(run, state, inputs, labels, split, ctx)


def _material(run: TrainingRun, inputs: ModelInputs, labels: NDArray[np.int64], split: Split) -> Material:
    classes = len(run.folder.classes)
    weights = None
    if run.config.class_weighting:
        weights = torch.from_numpy(class_weights(labels[split.train], classes)).to(run.device)
    return Material(inputs.inputs, labels, classes, weights, run.teacher)


def _finished(
    run: TrainingRun,
    state: TrainingState,
    inputs: ModelInputs,
    labels: NDArray[np.int64],
    split: Split,
    ctx: JobContext,
) -> TrainingDone:
    """Weights as they will be read, in half precision on disk; calibrated on validation, judged on test.

    Augmented films in other proportions than they occur in leave a network that names some class too rarely: offsets
    in its last bias make up for that. The paper's preset stays the paper's.
    """
    if state.best is None:
        raise TrainingError("Training brought no usable weights.", hint="Try a lower learning rate.")
    model = run.out / "model"
    model.mkdir(exist_ok=True)
    network = kept_and_read(state.best, model / WEIGHTS, run.config.architecture).to(run.device)
    validation, truth = (
        list(outputs_of(network, inputs.inputs, split.validation, ctx)),
        labels[split.validation],
    )
    logits = np.concatenate([output.logits for output in validation])
    if run.config.preset != PAPER.preset:
        offsets = fitted_offsets(logits, truth)
        best = with_offsets(state.best, network, offsets)
        network = kept_and_read(best, model / WEIGHTS, run.config.architecture).to(run.device)
        logits = logits + offsets
    temperature = fitted_temperature(logits, truth)
    some = np.random.default_rng(run.config.seed).permutation(split.train)[:_KNOWN_BY]
    trained = _features(outputs_of(network, inputs.inputs, some, ctx))
    known = Familiarity.fitted(trained, _features(validation))
    tested = list(outputs_of(network, inputs.inputs, split.test, ctx))
    logits = np.concatenate([output.logits for output in tested])
    figures = _test_figures(run, calibrated_probabilities(logits, temperature), labels, split)
    if known is not None:  # the share of good films that would be refused in use
        figures[UNFAMILIAR] = float((known.distances(_features(tested)) > 1).mean())
    ctx.emit(Evaluated("test", figures))
    write_test_results(run.out, judged_films(run.folder, split.test, logits, temperature, run.config.seed))
    card = card_of(run, state, split, temperature, figures, file_sha256(model / WEIGHTS), inputs.contents)
    card = replace(card, familiarity=known.as_dict() if known else {})
    try:
        write_card(card, model / CARD)
    except OSError as error:
        raise output_error(model / CARD, error) from error
    return TrainingDone(model, state.best_epoch, figures)


def _features(outputs: Iterable[NetworkOutput]) -> NDArray[np.float32]:
    return np.concatenate([output.features for output in outputs])


def _test_figures(
    run: TrainingRun, probabilities: NDArray[np.float64], labels: NDArray[np.int64], split: Split
) -> dict[str, Any]:
    films = [run.folder.films[i] for i in split.test]
    return evaluated_by_source(
        probabilities,
        labels[split.test],
        run.folder.classes,
        [film.group for film in films],
        [film.source for film in films],
        seed=run.config.seed,
    )


def cross_validate(
    runs: list[TrainingRun],
    ctx: JobContext,
    *,
    resume: bool = False,
    control: TrainingControl | None = None,
) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """Each fold from fresh weights (the paper's 5-fold): the folds' figures, and their mean and spread."""
    folds = []
    for number, run in enumerate(runs, start=1):
        ctx.emit(FoldBegun(number, len(runs)))
        done = train(run, ctx, resume=resume, control=control)
        if control is not None and control.is_stopped and number < len(runs):
            raise TrainingError(
                f"Stopped in fold {number} of {len(runs)}: a cross validation needs all its folds.",
                hint="Go on with it when you like; what was done is kept.",
            )
        ctx.emit(Evaluated(f"fold {number}", done.figures))
        folds.append(done.figures)
    if not all(run.together.leads for run in runs):
        return folds, {}
    names = ("accuracy", "precision", "recall", "f1", "ece")
    values = {name: np.array([fold[name] for fold in folds]) for name in names}
    spread = {
        name: {"mean": float(v.mean()), "standard_deviation": float(v.std(ddof=1))}
        for name, v in values.items()
    }
    write_cross_validation(runs[0].out.parent, folds, spread)
    return folds, spread
