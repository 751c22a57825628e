"""The training loop: an epoch over drawn films, the schedule, the average of the weights, validation."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from xraydesk.jobs import JobContext
from xraydesk.network.classifier import NetworkOutput, reader_of
from xraydesk.network.film_network import FilmNetwork
from xraydesk.network.together import summed
from xraydesk.training.augmentation import augmented
from xraydesk.training.config import Schedule, TrainingConfig
from xraydesk.training.control import TrainingControl
from xraydesk.training.film_pixels import FilmPixels
from xraydesk.training.state import TrainingState, set_to_train
from xraydesk.training.step import Teacher, take_step
from xraydesk.training.tally import Tally


def _scheduled_rate(config: TrainingConfig, state: TrainingState, step: int, steps: int) -> float:
    """The learning rate of one step of an epoch of `steps`."""
    if config.schedule is not Schedule.COSINE:
        return state.learning_rate * state.factor
    done = (state.epoch + step / steps) / config.epochs
    if done < config.warmup_share:
        return config.learning_rate * state.factor * (done / config.warmup_share) + 1e-8
    angle = math.pi * (done - config.warmup_share) / (1 - config.warmup_share)
    least = config.least_learning_rate
    return least + (config.learning_rate * state.factor - least) * (1 + math.cos(angle)) / 2


def _reduce_on_plateau(config: TrainingConfig, state: TrainingState, loss: float) -> None:
    """The paper's dynamic rate: factor 0.8 once `patience` epochs bring less than the threshold."""
    if loss < state.plateau_loss - config.plateau_threshold:
        state.plateau_loss, state.plateau_epochs = loss, 0
        return
    state.plateau_epochs += 1
    if state.plateau_epochs > config.plateau_patience:
        reduced = state.learning_rate * config.plateau_factor
        state.learning_rate, state.plateau_epochs = max(reduced, config.least_learning_rate), 0


def _batches(order: NDArray[np.int64], size: int, least: int) -> Iterator[NDArray[np.int64]]:
    """Batches of `size`; a last one of fewer than `least` films is left out."""
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        if len(batch) >= least:
            yield batch


def films_as_tensor(inputs: NDArray[np.uint8]) -> Tensor:
    """Model inputs (N, S, S) uint8 to films (N, 1, S, S) float32 in [0, 1]."""
    return torch.from_numpy(np.ascontiguousarray(inputs)).unsqueeze(1).float().div_(255.0)


def _mixed(films: Tensor, target: Tensor, alpha: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """mixup of a batch with its own shuffle; the share comes from a generator-seeded Beta by inverse sampling."""
    seed = int(torch.randint(2**31 - 1, (1,), generator=generator))
    share = float(np.random.default_rng(seed).beta(alpha, alpha))
    other = torch.randperm(len(films), generator=generator)
    return films * share + films[other] * (1 - share), target * share + target[other] * (1 - share)


@dataclass(frozen=True, slots=True, eq=False)
class Material:
    """What an epoch learns from: decoded films, their labels, and how often each is drawn."""

    inputs: FilmPixels  # (N, S, S), all films of the folder
    labels: NDArray[np.int64]  # (N,)
    classes: int
    class_weights: Tensor | None = None  # (K,)
    teacher: Teacher | None = None

    def target(self, batch: NDArray[np.int64]) -> Tensor:
        return F.one_hot(torch.from_numpy(self.labels[batch]), self.classes).float()  # (N, K)


def train_epoch(
    state: TrainingState,
    material: Material,
    order: NDArray[np.int64],
    config: TrainingConfig,
    ctx: JobContext,
    control: TrainingControl,
) -> tuple[float, float]:
    """One epoch over `order`: its mean loss and its accuracy. The same seed and epoch give the same epoch.

    Stopped early, it is an epoch of the batches it had.
    """
    generator = torch.Generator().manual_seed(config.seed * 1000 + state.epoch)
    torch.manual_seed(config.seed * 1000 + state.epoch)  # dropout
    set_to_train(state.network)
    steps = math.ceil(len(order) / config.batch_size)
    tally = Tally(config, state, steps, ctx)
    least = max(2, state.together.size)  # batch normalisation needs two films, and every process one
    for step, batch in enumerate(_batches(order, config.batch_size, least)):
        control.wait_while_held(ctx)
        ctx.check_cancelled()
        if control.is_stopped:
            break
        films, target = _drawn(state, material, batch, config, generator)
        rate = _scheduled_rate(config, state, step, steps)
        loss, likeliest = take_step(
            state, films, target, rate, config, class_weights=material.class_weights, say=tally.remark
        )
        _move_average(state, config, state.epoch * steps + step)
        labels = state.together.share(torch.from_numpy(material.labels[batch]))
        tally.count(loss, int(summed((likeliest == labels).sum())), len(batch))
    state.epoch += 1
    return tally.loss, tally.accuracy


def _drawn(
    state: TrainingState,
    material: Material,
    batch: NDArray[np.int64],
    config: TrainingConfig,
    generator: torch.Generator,
) -> tuple[Tensor, Tensor]:
    """Augmented films (N, 1, S, S) and their target (N, K), on the device of the run.

    The whole batch is drawn, of which this process keeps its share: so it is the same batch however many train it.
    """
    films = augmented(films_as_tensor(material.inputs[batch]), config.augmentation, generator)
    target = material.target(batch)
    if config.augmentation.mixup:
        films, target = _mixed(films, target, config.augmentation.mixup, generator)
    films = state.together.share(films).to(state.device)
    target = state.together.share(target).to(state.device)
    if material.teacher is not None:
        taught = material.teacher.probabilities(films, config.precision)
        target = torch.lerp(target, taught, config.teacher_share)
    return films, target


@torch.no_grad()
def _move_average(state: TrainingState, config: TrainingConfig, step: int) -> None:
    """The average forgets its random start quickly: its decay grows to the one asked for."""
    if state.average is None:
        return
    decay = min(config.average_decay, (1 + step) / (10 + step))
    for slow, fast in zip(
        state.average.state_dict().values(), state.network.state_dict().values(), strict=True
    ):
        if slow.is_floating_point():
            slow.lerp_(fast, 1 - decay)
        else:
            slow.copy_(fast)


def logits_of(
    network: FilmNetwork, inputs: FilmPixels, chosen: NDArray[np.int64], ctx: JobContext
) -> NDArray[np.float64]:
    """Logits (N, K) of the chosen films, in their order, as they are read in use."""
    return np.concatenate([output.logits for output in outputs_of(network, inputs, chosen, ctx)])


def outputs_of(
    network: FilmNetwork, inputs: FilmPixels, chosen: NDArray[np.int64], ctx: JobContext
) -> Iterator[NetworkOutput]:
    """What the network says of the chosen films, some at a time, in their order, as they are read in use."""
    reading = reader_of(network, next(network.parameters()).device)
    for start in range(0, len(chosen), 32):
        ctx.check_cancelled()
        yield reading(inputs[chosen[start : start + 32]], maps=None)
        ctx.progress(min(start + 32, len(chosen)), len(chosen), "evaluating")


def judge(state: TrainingState, config: TrainingConfig, loss: float) -> None:
    """Keep the weights if this epoch's validation loss is the least so far; move the plateau schedule on."""
    if loss < state.best_loss:
        state.best_loss, state.best_epoch = loss, state.epoch
        state.best = {name: value.detach().cpu().clone() for name, value in state.judged.state_dict().items()}
    if config.schedule is Schedule.PLATEAU:
        _reduce_on_plateau(config, state, loss)
