"""One step down the gradient: in parts where memory is short, in bfloat16, with a teacher, where asked for."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional as F

from xraydesk.network.device import is_out_of_memory
from xraydesk.network.film_network import FilmNetwork
from xraydesk.network.together import summed
from xraydesk.training.config import Precision, TrainingConfig
from xraydesk.training.state import TrainingState


@dataclass(frozen=True, slots=True, eq=False)
class Teacher:
    """A larger network, trained on the same split; its probabilities are a part of the target (Hinton et al. 2015)."""

    network: FilmNetwork  # on the device of the run, in evaluation mode
    size: int

    @classmethod
    def of(cls, network: FilmNetwork, size: int, device: torch.device) -> Teacher:
        network.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        return cls(network.eval().requires_grad_(False), size)

    @torch.inference_mode()
    def probabilities(self, films: Tensor, precision: Precision) -> Tensor:
        """(N, K) of the augmented films (N, 1, S, S) as they are: teacher and student see the same."""
        if films.shape[-1] != self.size:
            films = F.interpolate(films, size=(self.size, self.size), mode="bilinear", antialias=True)
        with computing(films.device, precision):
            logits: Tensor = self.network(films)
        return logits.float().softmax(1)


def computing(device: torch.device, precision: Precision) -> torch.autocast:
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision is Precision.MIXED)


def take_step(
    state: TrainingState,
    films: Tensor,
    target: Tensor,
    rate: float,
    config: TrainingConfig,
    *,
    class_weights: Tensor | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> tuple[float, Tensor]:
    """This process's share of a batch: the loss of the whole batch, and each own film's likeliest class (N,).

    Out of memory halves what is computed at once, and says so."""
    while True:
        try:
            return _step(state, films, target, rate, config, class_weights)
        except (RuntimeError, MemoryError) as error:
            at_once = state.films_at_once or len(films)
            if not is_out_of_memory(error) or at_once < 4 or state.together.size > 1:
                raise
            state.films_at_once = (at_once + 1) // 2
            say(in_parts(len(films), state.films_at_once))


def in_parts(batch: int, at_once: int) -> str:
    return f"Memory is short: batches of {batch} films are computed {at_once} at a time."


def _step(
    state: TrainingState,
    films: Tensor,
    target: Tensor,
    rate: float,
    config: TrainingConfig,
    class_weights: Tensor | None,
) -> tuple[float, Tensor]:
    for group in state.optimizer.param_groups:
        group["lr"] = rate * group["factor"]
    state.optimizer.zero_grad(set_to_none=True)
    batch = int(summed(torch.tensor(len(films))))
    total, likeliest = 0.0, []
    for some, wanted in _parts(films, target, state.films_at_once):
        with computing(films.device, config.precision):
            logits = state.network(some)
        loss = F.cross_entropy(
            logits.float(),
            wanted,
            weight=class_weights,
            label_smoothing=config.label_smoothing,
        )
        share = len(some) / batch
        (loss * share).backward()
        total += float(loss.detach()) * share
        likeliest.append(logits.detach().argmax(1).cpu())
    state.together.sum_gradients(state.network)
    state.optimizer.step()
    return float(summed(torch.tensor(total, device=films.device))), torch.cat(likeliest)


def _parts(films: Tensor, target: Tensor, at_once: int) -> list[tuple[Tensor, Tensor]]:
    """Parts of `at_once` films at most; but of two at least, since batch normalisation needs them."""
    if not at_once or at_once >= len(films):
        return [(films, target)]
    count = max(min(math.ceil(len(films) / at_once), len(films) // 2), 1)
    return list(zip(films.tensor_split(count), target.tensor_split(count), strict=True))
