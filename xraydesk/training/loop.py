"""The training loop: epochs, validation, the average of the weights, and checkpoints to go on from."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import suppress
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from xraydesk.errors import OutputError
from xraydesk.jobs import JobContext
from xraydesk.network.classifier import FastDLHCovid
from xraydesk.network.dlh_covid import DLHCovid
from xraydesk.training.augmentation import augmented
from xraydesk.training.config import Optimizer, Schedule, TrainingConfig


@dataclass(slots=True)
class TrainingState:
    """Everything a run needs to go on; `best` are the weights of the epoch with the least validation loss."""

    network: DLHCovid
    average: DLHCovid | None
    optimizer: torch.optim.Optimizer
    epoch: int = 0
    best: dict[str, Tensor] | None = None
    best_loss: float = math.inf
    best_epoch: int = 0
    plateau_loss: float = math.inf  # ReduceLROnPlateau's memory
    plateau_epochs: int = 0
    learning_rate: float = 0.0

    @property
    def judged(self) -> DLHCovid:
        """The network that validation looks at and that is kept."""
        return self.average or self.network


def started(network: DLHCovid, config: TrainingConfig, device: torch.device) -> TrainingState:
    network = network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = deepcopy(network).requires_grad_(False) if config.average_decay else None
    state = TrainingState(network, average, _optimizer(network, config))
    state.learning_rate = config.learning_rate
    return state


def _optimizer(network: DLHCovid, config: TrainingConfig) -> torch.optim.Optimizer:
    """Weight decay on kernels and matrices only, as usual with batch normalisation; `factor` scales the rate."""
    wide = [network.linear1.weight]
    kernels = [p for p in network.parameters() if p.requires_grad and p.ndim > 1 and p is not wide[0]]
    others = [p for p in network.parameters() if p.requires_grad and p.ndim <= 1]
    groups = [
        {"params": wide, "weight_decay": config.weight_decay, "factor": config.wide_layer_rate},
        {"params": kernels, "weight_decay": config.weight_decay, "factor": 1.0},
        {"params": others, "weight_decay": 0.0, "factor": 1.0},
    ]
    match config.optimizer:
        case Optimizer.SGD:
            return torch.optim.SGD(groups, lr=config.learning_rate, momentum=config.momentum)
        case Optimizer.ADAM:
            return torch.optim.Adam(groups, lr=config.learning_rate)
        case Optimizer.ADAMW:
            return torch.optim.AdamW(groups, lr=config.learning_rate, fused=True)


def _scheduled_rate(config: TrainingConfig, state: TrainingState, step: int, steps: int) -> float:
    """The learning rate of one step of an epoch of `steps`."""
    if config.schedule is not Schedule.COSINE:
        return state.learning_rate
    done = (state.epoch + step / steps) / config.epochs
    if done < config.warmup_share:
        return config.learning_rate * (done / config.warmup_share) + 1e-8
    angle = math.pi * (done - config.warmup_share) / (1 - config.warmup_share)
    least = config.least_learning_rate
    return least + (config.learning_rate - least) * (1 + math.cos(angle)) / 2


def _reduce_on_plateau(config: TrainingConfig, state: TrainingState, loss: float) -> None:
    """The paper's dynamic rate: factor 0.8 once `patience` epochs bring less than the threshold."""
    if loss < state.plateau_loss - config.plateau_threshold:
        state.plateau_loss, state.plateau_epochs = loss, 0
        return
    state.plateau_epochs += 1
    if state.plateau_epochs > config.plateau_patience:
        reduced = state.learning_rate * config.plateau_factor
        state.learning_rate, state.plateau_epochs = max(reduced, config.least_learning_rate), 0


def _batches(order: NDArray[np.int64], size: int) -> Iterator[NDArray[np.int64]]:
    """Batches of `size`; a last one of a single film is left out, since batch normalisation needs two."""
    for start in range(0, len(order), size):
        batch = order[start : start + size]
        if len(batch) > 1:
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


def train_epoch(
    state: TrainingState,
    inputs: NDArray[np.uint8],
    labels: NDArray[np.int64],
    order: NDArray[np.int64],
    config: TrainingConfig,
    classes: int,
    ctx: JobContext,
) -> tuple[float, float]:
    """One epoch over `order`: its mean loss and its accuracy. The same seed and epoch give the same epoch."""
    device = next(state.network.parameters()).device
    generator = torch.Generator().manual_seed(config.seed * 1000 + state.epoch)
    torch.manual_seed(config.seed * 1000 + state.epoch)  # dropout
    state.network.train()
    steps, total, right = math.ceil(len(order) / config.batch_size), 0.0, 0
    for step, batch in enumerate(_batches(order, config.batch_size)):
        ctx.check_cancelled()
        films = augmented(films_as_tensor(inputs[batch]), config.augmentation, generator)
        target = F.one_hot(torch.from_numpy(labels[batch]), classes).float()
        if config.augmentation.mixup:
            films, target = _mixed(films, target, config.augmentation.mixup, generator)
        rate = _scheduled_rate(config, state, step, steps)
        loss, likeliest = _step(state, films.to(device), target.to(device), rate, config)
        _move_average(state, config, state.epoch * steps + step)
        total += loss * len(batch)
        right += int((likeliest == torch.from_numpy(labels[batch])).sum())
        ctx.progress(step + 1, steps, f"epoch {state.epoch + 1} of {config.epochs}")
    state.epoch += 1
    return total / len(order), right / len(order)


def _step(
    state: TrainingState, films: Tensor, target: Tensor, rate: float, config: TrainingConfig
) -> tuple[float, Tensor]:
    """The loss, and each film's likeliest class (N,)."""
    for group in state.optimizer.param_groups:
        group["lr"] = rate * group["factor"]
    logits = state.network(films)
    loss = F.cross_entropy(logits, target, label_smoothing=config.label_smoothing)
    state.optimizer.zero_grad(set_to_none=True)
    loss.backward()
    state.optimizer.step()
    return float(loss.detach()), logits.detach().argmax(1).cpu()


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
    network: DLHCovid, inputs: NDArray[np.uint8], chosen: NDArray[np.int64], ctx: JobContext
) -> NDArray[np.float64]:
    """Logits (N, K) of the chosen films, in their order, as they are read in use."""
    reading = FastDLHCovid(network, next(network.parameters()).device)
    rows = []
    for start in range(0, len(chosen), 32):
        ctx.check_cancelled()
        rows.append(reading(inputs[chosen[start : start + 32]], maps=None).logits)
        ctx.progress(min(start + 32, len(chosen)), len(chosen), "evaluating")
    return np.concatenate(rows)


def judge(state: TrainingState, config: TrainingConfig, loss: float) -> None:
    """Keep the weights if this epoch's validation loss is the least so far; move the plateau schedule on."""
    if loss < state.best_loss:
        state.best_loss, state.best_epoch = loss, state.epoch
        state.best = {name: value.detach().cpu().clone() for name, value in state.judged.state_dict().items()}
    if config.schedule is Schedule.PLATEAU:
        _reduce_on_plateau(config, state, loss)


_NUMBERS = ("epoch", "best_loss", "best_epoch", "plateau_loss", "plateau_epochs", "learning_rate")


def save_checkpoint(state: TrainingState, file: Path) -> None:
    """Tensors and numbers only, so that it loads with weights_only; replaced in one go. Raises OutputError."""
    data: dict[str, Any] = {name: getattr(state, name) for name in _NUMBERS}
    data["network"] = state.network.state_dict()
    data["average"] = state.average.state_dict() if state.average is not None else None
    data["optimizer"] = state.optimizer.state_dict()
    data["best"] = state.best
    temporary = file.with_suffix(".tmp")
    try:
        torch.save(data, temporary)
        temporary.replace(file)
    except (OSError, RuntimeError) as error:  # torch has no errors of its own for a full disk
        with suppress(OSError):
            temporary.unlink()
        raise OutputError(
            f"{file} could not be written.", hint="Free some space, then go on with --resume."
        ) from error


def load_checkpoint(state: TrainingState, file: Path) -> None:
    """Go on where `save_checkpoint` was called."""
    data = torch.load(file, map_location="cpu", weights_only=True)
    for name in _NUMBERS:
        setattr(state, name, data[name])
    state.network.load_state_dict(data["network"])
    if state.average is not None:
        state.average.load_state_dict(data["average"])
    state.optimizer.load_state_dict(data["optimizer"])
    state.best = data["best"]
