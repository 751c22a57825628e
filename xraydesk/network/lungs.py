"""Where the lungs lie on a film: a small U-Net (Ronneberger et al. 2015), to say how much of a heatmap lies in them.

It reads what any network here reads, model inputs, and answers on their grid, where the heat lies too.
"""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.ndimage import label
from torch import Tensor, nn
from torch.nn import functional as F

SIDE = 128
_WIDTHS = (8, 16, 32, 64)
# Outlines by hand cover 24 to 56 % of a film; far from that, what was found are no lungs.
_PLAUSIBLE = (0.10, 0.70)
_LEAST_LUNG = 0.2  # of the other lung


def _block(inside: int, outside: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for width in (inside, outside):
        layers += [nn.Conv2d(width, outside, 3, padding=1, bias=False), nn.BatchNorm2d(outside), nn.ReLU()]
    return nn.Sequential(*layers)


class LungNetwork(nn.Module):
    """Grey films (N, 1, 128, 128) in [0, 1] to logits of "lung" (N, 1, 128, 128)."""

    def __init__(self) -> None:
        super().__init__()
        self.down = nn.ModuleList(
            _block(inside, outside) for inside, outside in zip((1, *_WIDTHS), _WIDTHS, strict=False)
        )
        self.up = nn.ModuleList(
            _block(deep + shallow, shallow)
            for deep, shallow in zip(_WIDTHS[:0:-1], _WIDTHS[-2::-1], strict=True)
        )
        self.last = nn.Conv2d(_WIDTHS[0], 1, 1)

    def forward(self, films: Tensor) -> Tensor:
        kept: list[Tensor] = []
        x = films
        for level, block in enumerate(self.down):
            x = block(F.max_pool2d(x, 2) if level else x)
            kept.append(x)
        for block, shallow in zip(self.up, kept[-2::-1], strict=True):
            x = block(torch.cat([F.interpolate(x, scale_factor=2, mode="bilinear"), shallow], 1))
        logits: Tensor = self.last(x)
        return logits


def lung_films(inputs: NDArray[np.uint8]) -> Tensor:
    """Model inputs (N, S, S) of any side to films (N, 1, 128, 128) in [0, 1]."""
    films = torch.from_numpy(np.ascontiguousarray(inputs)).unsqueeze(1).float().div_(255.0)
    return F.interpolate(films, size=(SIDE, SIDE), mode="bilinear", antialias=True)


def two_largest(found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Without small pieces, such as the dark beside an arm: two lungs at most, which may hang together as one."""
    pieces, count = label(found)
    sizes = np.bincount(pieces.ravel(), minlength=count + 1)[1:]
    kept = [piece + 1 for piece in np.argsort(sizes)[-2:] if sizes[piece] >= _LEAST_LUNG * sizes.max()]
    return np.isin(pieces, kept)


class LungFinder:
    """Model inputs to lungs."""

    def __init__(self, network: LungNetwork) -> None:
        self._network = network.eval()

    @torch.inference_mode()
    def __call__(self, inputs: NDArray[np.uint8]) -> list[NDArray[np.bool_] | None]:
        """For each of (N, S, S) its lungs (128, 128), None where what is found cannot be lungs."""
        found = [two_largest(film) for film in self._network(lung_films(inputs)).squeeze(1).numpy() > 0]
        return [lungs if _PLAUSIBLE[0] <= lungs.mean() <= _PLAUSIBLE[1] else None for lungs in found]
