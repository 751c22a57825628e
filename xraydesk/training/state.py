"""Everything a training run needs to go on, and how it is kept on disk."""

from __future__ import annotations

import math
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from xraydesk.network.film_network import FilmNetwork
from xraydesk.network.three_scales import FEATURE_LAYERS
from xraydesk.network.together import ALONE, Together, normalise_together
from xraydesk.training.config import Optimizer, TrainingConfig
from xraydesk.training.kept import whole

# Of DLH_COVID, with the power of `wide_layer_rate` that scales the learning rate.
_WIDE_LAYERS = {"linear1.weight": 1.0, "middle": 0.5}


@dataclass(slots=True)
class TrainingState:
    """`best` are the weights of the epoch with the least validation loss."""

    network: FilmNetwork
    average: FilmNetwork | None
    optimizer: torch.optim.Optimizer
    epoch: int = 0
    best: dict[str, Tensor] | None = None
    best_loss: float = math.inf
    best_epoch: int = 0
    plateau_loss: float = math.inf  # ReduceLROnPlateau's memory
    plateau_epochs: int = 0
    learning_rate: float = 0.0
    factor: float = 1.0  # of the learning rate: less where the network knew films before
    together: Together = ALONE
    films_at_once: int = 0  # a batch is computed in parts of so many where memory is short; 0: whole

    @property
    def judged(self) -> FilmNetwork:
        """The network that validation looks at and that is kept."""
        return (self.average or self.network).published()

    @property
    def device(self) -> torch.device:
        return next(self.network.parameters()).device


def started(
    network: FilmNetwork, config: TrainingConfig, device: torch.device, together: Together = ALONE
) -> TrainingState:
    normalise_together(network, together)
    network = network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = deepcopy(network).requires_grad_(False) if config.average_decay else None
    state = TrainingState(network, average, _optimizer(network, config), together=together)
    state.learning_rate = config.learning_rate
    return state


def _optimizer(network: FilmNetwork, config: TrainingConfig) -> torch.optim.Optimizer:
    """Weight decay on kernels and matrices only, as usual with batch normalisation; `factor` scales the rate."""
    alike: dict[tuple[float, float], list[nn.Parameter]] = {}
    for name, p in network.named_parameters():
        if p.requires_grad:
            decay = config.weight_decay if p.ndim > 1 else 0.0
            alike.setdefault((decay, _rate_factor(name, config)), []).append(p)
    groups = [
        {"params": some, "weight_decay": decay, "factor": factor} for (decay, factor), some in alike.items()
    ]
    match config.optimizer:
        case Optimizer.SGD:
            return torch.optim.SGD(groups, lr=config.learning_rate, momentum=config.momentum)
        case Optimizer.ADAM:
            return torch.optim.Adam(groups, lr=config.learning_rate)
        case Optimizer.ADAMW:
            return torch.optim.AdamW(groups, lr=config.learning_rate, fused=True)


def _rate_factor(name: str, config: TrainingConfig) -> float:
    """Under a new head, convolutions that were taken over learn as slowly as in fine-tuning."""
    if name in _WIDE_LAYERS:
        return float(config.wide_layer_rate ** _WIDE_LAYERS[name])
    taken_over = config.new_head and name.split(".", maxsplit=1)[0] in FEATURE_LAYERS
    return config.fine_tune_factor if taken_over else 1.0


def set_to_train(network: nn.Module) -> None:
    """Training mode; but normalisation whose weights are frozen keeps the statistics it came with."""
    network.train()
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d) and not module.weight.requires_grad:
            module.eval()


_NUMBERS = ("epoch", "best_loss", "best_epoch", "plateau_loss", "plateau_epochs", "learning_rate")
_NUMBERS_SINCE = ("films_at_once",)  # of checkpoints that came later


def save_checkpoint(state: TrainingState, file: Path) -> None:
    """Tensors and numbers only, so that it loads with weights_only; replaced in one go. Raises OutputError."""
    data: dict[str, Any] = {name: getattr(state, name) for name in (*_NUMBERS, *_NUMBERS_SINCE)}
    data["network"] = state.network.state_dict()
    data["average"] = state.average.state_dict() if state.average is not None else None
    data["optimizer"] = state.optimizer.state_dict()
    data["best"] = state.best
    with whole(file) as temporary:
        torch.save(data, temporary)


def load_checkpoint(state: TrainingState, file: Path) -> None:
    """Go on where `save_checkpoint` was called."""
    data = torch.load(file, map_location="cpu", weights_only=True)
    for name in _NUMBERS:
        setattr(state, name, data[name])
    for name in _NUMBERS_SINCE:
        setattr(state, name, data.get(name, getattr(state, name)))
    state.network.load_state_dict(data["network"])
    if state.average is not None:
        state.average.load_state_dict(data["average"])
    state.optimizer.load_state_dict(data["optimizer"])
    state.best = data["best"]
