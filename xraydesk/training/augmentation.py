"""Augmentation of whole batches of model inputs, (N, 1, H, W) in [0, 1], seeded by one generator."""

from __future__ import annotations

import math

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn import functional as F

from xraydesk.training.config import Augmentation

_BLUR_SIDES = (72, 96, 112)


def augmented(films: Tensor, how: Augmentation, generator: torch.Generator) -> Tensor:
    """A new batch of the same shape."""
    films = _moved(films, how, generator)
    films = _softened(films, how.gaussian_blur, generator)
    films = _blurred(films, how.blur, generator)
    films = _recontrasted(films, how.contrast, generator)
    return _blackened(films, how.border, generator)


def _spread(n: int, width: float, generator: torch.Generator) -> Tensor:
    """(N,) uniform in [-width, width]."""
    return (torch.rand(n, generator=generator) * 2 - 1) * width


def _moved(films: Tensor, how: Augmentation, generator: torch.Generator) -> Tensor:
    """Rotated, scaled, shifted and flipped in one interpolation."""
    if not any(
        (how.rotation_degrees, how.scale, how.shift, how.horizontal_flip, how.vertical_flip, how.crop)
    ):
        return films
    n = films.shape[0]
    angle = _spread(n, math.radians(how.rotation_degrees), generator)
    scale = 1 + _spread(n, how.scale, generator)
    stretch = 1 + _spread(n, how.scale / 2, generator)
    flip = 1 - 2 * (torch.rand(n, generator=generator) < how.horizontal_flip).float()
    shift = torch.stack([_spread(n, 2 * how.shift, generator), _spread(n, 2 * how.shift, generator)], 1)
    turn = torch.ones(n)
    if how.vertical_flip:
        turn = 1 - 2 * (torch.rand(n, generator=generator) < how.vertical_flip).float()
    if how.crop:
        side, corner = _cropped(n, how.crop, generator)
        scale, shift = scale * side, shift + corner
    cosine, sine = torch.cos(angle), torch.sin(angle)
    rows = [
        torch.stack([flip * cosine * scale * stretch, -turn * sine * scale, shift[:, 0]], 1),
        torch.stack([flip * sine * scale * stretch, turn * cosine * scale, shift[:, 1]], 1),
    ]
    grid = F.affine_grid(torch.stack(rows, 1), list(films.shape), align_corners=False)
    return F.grid_sample(films, grid, mode="bilinear", padding_mode="zeros", align_corners=False)


def _cropped(n: int, probability: float, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Side (N,) and centre (N, 2) of random crops of 80 to 100 % of the area; the whole film for the others."""
    side = (1 - 0.2 * torch.rand(n, generator=generator)).sqrt()
    side[torch.rand(n, generator=generator) >= probability] = 1.0
    room = (1 - side).unsqueeze(1)
    return side, (torch.rand(n, 2, generator=generator) * 2 - 1) * room


def _softened(films: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    """A 3x3 Gaussian of standard deviation 0.8 pixels, as torchvision chooses for that width, on some films."""
    if not probability:
        return films
    side = torch.exp(-torch.tensor([1.0, 0.0, 1.0]) / (2 * 0.8**2))
    kernel = torch.outer(side, side) / side.sum() ** 2
    chosen = torch.rand(len(films), generator=generator) < probability
    if not bool(chosen.any()):
        return films
    films = films.clone()
    padded = F.pad(films[chosen], (1, 1, 1, 1), mode="replicate")
    films[chosen] = F.conv2d(padded, kernel.view(1, 1, 3, 3))
    return films


def augmented_copies(film: NDArray[np.uint8], how: Augmentation, count: int, seed: int) -> NDArray[np.uint8]:
    """`count` augmented copies (count, S, S) of a model input (S, S), as an epoch might draw them."""
    films = torch.from_numpy(film).float().div(255.0).expand(count, 1, -1, -1)
    drawn = augmented(films.contiguous(), how, torch.Generator().manual_seed(seed))
    return np.asarray((drawn.squeeze(1) * 255).round().clamp(0, 255).to(torch.uint8).numpy())


def _blurred(films: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    """Some films down-sampled to a random side and brought back."""
    if not probability:
        return films
    n, _, height, width = films.shape
    side_of = torch.randint(len(_BLUR_SIDES), (n,), generator=generator)
    side_of[torch.rand(n, generator=generator) >= probability] = -1
    films = films.clone()
    for position, side in enumerate(_BLUR_SIDES):
        chosen = (side_of == position).nonzero().flatten()
        if len(chosen):
            small = F.interpolate(films[chosen], size=(side, side), mode="bilinear", antialias=True)
            films[chosen] = F.interpolate(small, size=(height, width), mode="bilinear")
    return films


def _recontrasted(films: Tensor, strength: float, generator: torch.Generator) -> Tensor:
    """Gamma, then a narrower or wider grey range."""
    if not strength:
        return films
    n = films.shape[0]
    gamma = torch.exp(_spread(n, strength, generator)).view(n, 1, 1, 1)
    gain = 1 + _spread(n, strength * 0.6, generator).view(n, 1, 1, 1)
    offset = _spread(n, strength * 0.2, generator).view(n, 1, 1, 1)
    return ((films.clamp(0, 1).pow(gamma) - 0.5) * gain + 0.5 + offset).clamp_(0, 1)


def _blackened(films: Tensor, probability: float, generator: torch.Generator) -> Tensor:
    """On some films a margin or a corner goes black, as collimation does, and takes burnt-in letters along."""
    if not probability:
        return films
    n, _, height, width = films.shape
    films = films.clone()
    for film in (torch.rand(n, generator=generator) < probability).nonzero().flatten().tolist():
        draw = torch.rand(4, generator=generator).tolist()
        down, across = int(height * 0.18 * draw[0]) + 1, int(width * 0.18 * draw[1]) + 1
        rows = slice(0, down) if draw[2] < 0.5 else slice(height - down, height)
        columns = slice(0, across) if draw[3] < 0.5 else slice(width - across, width)
        if draw[0] + draw[1] < 1:
            films[film, :, rows, :] = 0
        else:
            films[film, :, rows, columns] = 0
    return films
