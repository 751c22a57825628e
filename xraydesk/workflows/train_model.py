"""Train a network on a labelled folder."""

from __future__ import annotations

import math
from pathlib import Path

from xraydesk import paths
from xraydesk.errors import TrainingError, UsageError
from xraydesk.jobs import JobContext, Remark
from xraydesk.model.architectures import DLH_COVID, architecture_of
from xraydesk.network.device import ChosenDevice, choose_device, is_out_of_memory
from xraydesk.network.together import Together, training_together
from xraydesk.registry.registry import model_in
from xraydesk.training.control import TrainingControl
from xraydesk.training.events import TrainingDone
from xraydesk.training.labelled_folder import LabelledFolder, films_digest
from xraydesk.training.planning import PlannedFilms
from xraydesk.training.run import TrainingRun, cross_validate, train
from xraydesk.training.split import Split
from xraydesk.training.step import Teacher
from xraydesk.workflows.open_model import checked_network
from xraydesk.workflows.plan_split import is_name, plan_films
from xraydesk.workflows.training_start import keep_weights, known_to, loaded, weights_of
from xraydesk.workflows.training_verbs import CrossValidated as CrossValidated  # noqa: PLC0414
from xraydesk.workflows.training_verbs import TrainModel as TrainModel  # noqa: PLC0414


def train_model(
    request: TrainModel, ctx: JobContext, control: TrainingControl | None = None
) -> TrainingDone | CrossValidated:
    """Raises TrainingError, ModelError, OutputError, UsageError, Cancelled."""
    _require_sense(request)
    try:
        chosen = choose_device(request.device)
        with training_together(chosen.device) as together:
            heard = ctx if together.leads else JobContext(is_cancelled=ctx.is_cancelled)
            return _trained(request, heard, control or TrainingControl(), chosen, together)
    except (RuntimeError, MemoryError) as error:
        if is_out_of_memory(error):
            raise TrainingError(
                "There is not enough memory for this training run.", hint="Try a smaller --batch-size."
            ) from error
        raise


def _require_sense(request: TrainModel) -> None:
    """What would fail, or train nothing, is said before hours are spent on it."""
    config = request.config
    architecture, size = architecture_of(config.architecture), config.preprocessing.size
    if size < architecture.least_size or (architecture.fixed_size and size != architecture.input_size):
        raise UsageError(
            f"{architecture.words} cannot be fed films of {size} pixels a side.",
            hint=f"It was made for {architecture.input_size}.",
        )
    demands = (
        (config.epochs >= 1, "Training needs one epoch or more."),
        (config.batch_size >= 2, "A batch needs two films or more."),
        (0 < config.learning_rate < math.inf, "The learning rate must be a positive number."),
        (0 <= config.seed < 2**32, "The seed must be between 0 and 4294967295."),
        (request.folds == 0 or request.folds >= 2, "A cross validation needs two folds or more."),
        (is_name(request.name), "The model's name must be one short line."),
        (
            not config.new_head or request.start != "scratch",
            "A new head needs convolutions to start from: name their model (--start).",
        ),
        (
            not config.new_head or (config.three_scales and config.architecture == DLH_COVID.name),
            "A new head is for DLH_COVID, under another preset than the paper's.",
        ),
    )
    for met, complaint in demands:
        if not met:
            raise UsageError(complaint)


def _trained(
    request: TrainModel,
    ctx: JobContext,
    control: TrainingControl,
    chosen: ChosenDevice,
    together: Together,
) -> TrainingDone | CrossValidated:
    if chosen.note:
        ctx.emit(Remark(chosen.note))
    start = weights_of(request)
    planned = plan_films(request, ctx)
    for note in planned.notes:
        ctx.emit(Remark(note))
    if start is not None and together.leads:
        start = keep_weights(start, request.out)
    if not request.folds:
        run = _run(request, planned, planned.splits[0], request.out, start, chosen, together)
        return train(run, ctx, resume=request.resume, control=control)
    runs = [
        _run(request, planned, split, request.out / f"fold-{number}", start, chosen, together)
        for number, split in enumerate(planned.splits, start=1)
    ]
    return CrossValidated(*cross_validate(runs, ctx, resume=request.resume, control=control))


def _run(
    request: TrainModel,
    planned: PlannedFilms,
    split: Split,
    out: Path,
    start: Path | None,
    chosen: ChosenDevice,
    together: Together,
) -> TrainingRun:
    return TrainingRun(
        folder=planned.folder,
        split=split,
        held_back=planned.held_back_by(split),
        config=request.config,
        out=out,
        cache=paths.user_cache() / "films",
        device=chosen.device,
        name=request.name,
        start=loaded(start) if start is not None else None,
        teacher=_teacher(request, planned.folder, chosen),
        forebears=known_to(start),
        together=together,
    )


def _teacher(request: TrainModel, folder: LabelledFolder, chosen: ChosenDevice) -> Teacher | None:
    """Whoever teaches must know these classes, and must not have seen the films that judge the pupil."""
    if request.teacher is None:
        return None
    model = model_in(request.teacher)
    if model.card.classes != folder.classes:
        raise UsageError(f"{model.card.name} knows other classes: it cannot teach these.")
    if model.card.data.get("films_sha256") != films_digest(folder) or (
        model.card.training.get("seed") != request.config.seed
    ):
        raise UsageError(
            f"{model.card.name} was trained on other films or on another split: it may know the test films.",
            hint="Train the teacher on the same films with the same seed.",
        )
    return Teacher.of(checked_network(model), model.card.preprocessing.size, chosen.device)
