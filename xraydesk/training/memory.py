"""What memory a training run holds, and how much of a batch the computer's memory can hold at once.

A graphics card refuses what it cannot hold, and `step` then halves it. The computer's own memory refuses nothing: a run
that wants more than there is makes everything else crawl, or is ended by the system. So there it is
found out before the first step how much a film takes.
"""

from __future__ import annotations

from copy import deepcopy

import psutil
import torch
from torch import Tensor

from xraydesk.network.film_network import FilmNetwork
from xraydesk.training.state import set_to_train

_FREE_SHARE = 0.7  # of what is free; the rest is for the films, and for whoever works here meanwhile
_OF_KEPT = 1.5  # a step's peak over what it keeps for the gradient: measured 0.5 to 1.44 for seven networks
_COPIES = 4  # of the weights: their gradient, two moments of Adam, the best epoch's
_LEAST = 4  # batch normalisation over fewer films learns nothing of use
_TRIED = 2, 4  # films


def memory_mb(device: torch.device) -> float:
    """What training holds: on the graphics card, or of the computer's memory."""
    if device.type == "cuda":
        return torch.cuda.memory_allocated(device) / 2**20
    return float(psutil.Process().memory_info().rss) / 2**20


def free_memory() -> int:
    """Bytes that this computer can still give without taking them from anybody."""
    return int(psutil.virtual_memory().available)


def films_at_once(network: FilmNetwork, size: int, batch: int, *, free: int) -> int:
    """How many of a batch's films (1, size, size) to compute at once in `free` bytes; 0 for all of them."""
    fitting = batch
    weights = sum(parameter.nbytes for parameter in network.parameters())
    room = (_FREE_SHARE * free - _COPIES * weights) / (_OF_KEPT * bytes_kept(network, size))
    while fitting > max(room, _LEAST):
        fitting = (fitting + 1) // 2
    return fitting if fitting < batch else 0


def bytes_kept(network: FilmNetwork, size: int) -> float:
    """What a film (1, size, size) leaves in memory until its gradient is computed. The network stays as it is."""
    tried = deepcopy(network)
    set_to_train(tried)
    few, many = (_kept_of(tried, size, films) for films in _TRIED)
    return (many - few) / (_TRIED[1] - _TRIED[0])


def _kept_of(network: FilmNetwork, size: int, films: int) -> int:
    kept: dict[int, int] = {}

    def note(tensor: Tensor) -> Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = storage.nbytes()
        return tensor.detach()  # itself, it would keep the network, and that it, for ever

    device = next(network.parameters()).device
    with torch.random.fork_rng(devices=[]), torch.autograd.graph.saved_tensors_hooks(note, lambda x: x):
        logits = network(torch.zeros(films, 1, size, size, device=device))
    assert logits.requires_grad  # so that nothing that is kept was let go before it was counted
    return sum(kept.values())
