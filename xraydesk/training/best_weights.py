"""The best weights of a training as they will be read: kept in half precision, and read again."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from xraydesk.network.checkpoint import load_weights, network_from, save_weights
from xraydesk.network.film_network import FilmNetwork


def kept_and_read(weights: dict[str, Tensor], file: Path, architecture: str) -> FilmNetwork:
    """Raises OutputError."""
    save_weights(weights, file, half=True)
    return network_from(load_weights(file), file, architecture)


def with_offsets(
    weights: dict[str, Tensor], network: FilmNetwork, offsets: NDArray[np.float64]
) -> dict[str, Tensor]:
    """Weights of that network whose logits are larger by `offsets` (K,)."""
    bias = f"{network.last}.bias"
    return weights | {bias: weights[bias] + torch.from_numpy(offsets).to(weights[bias])}
