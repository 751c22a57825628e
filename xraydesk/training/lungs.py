"""Teaches the small network that finds lungs, on a few films with outlines drawn by hand.

Few outlines, and all of one source: what carries over to other films is taught by change. Films are turned, stretched,
moved, mirrored, blurred, darkened, brightened and cut by margins far more than films differ within the source.
"""

from __future__ import annotations

import math

import torch
from torch import Tensor
from torch.nn import functional as F

from xraydesk.network.lungs import SIDE, LungNetwork

_BATCH = 16
_RATE = 3e-3
_TURN = math.radians(15)
_SCALE, _STRETCH, _SHIFT = 0.28, 0.12, 0.15  # the first two as logarithms, the third of half the side
_GAMMA, _GREY = 0.7, 0.25
_BLURRED, _CUT = 0.4, 0.3  # probabilities


def _between(n: int, width: float, generator: torch.Generator) -> Tensor:
    return (torch.rand(n, generator=generator) * 2 - 1) * width


def _moved(films: Tensor, lungs: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """Film and outline turned, scaled, stretched, shifted and mirrored alike."""
    n = len(films)
    turn = _between(n, _TURN, generator)
    scale, stretch = _between(n, _SCALE, generator).exp(), _between(n, _STRETCH, generator).exp()
    mirror = torch.where(torch.rand(n, generator=generator) < 0.5, -1.0, 1.0)
    transform = torch.zeros(n, 2, 3)
    transform[:, 0, 0] = scale * stretch * turn.cos() * mirror
    transform[:, 0, 1] = -scale * turn.sin()
    transform[:, 1, 0] = scale * turn.sin() * mirror
    transform[:, 1, 1] = scale / stretch * turn.cos()
    transform[:, :, 2] = torch.stack([_between(n, _SHIFT, generator), _between(n, _SHIFT, generator)], 1)
    grid = F.affine_grid(transform, [n, 1, SIDE, SIDE], align_corners=False)
    return F.grid_sample(films, grid, align_corners=False), F.grid_sample(lungs, grid, align_corners=False)


def _changed(film: Tensor, lungs: Tensor, generator: torch.Generator) -> tuple[Tensor, Tensor]:
    """One film (1, S, S): blurred, of another contrast, with margins, a mark in a corner, and noise."""
    chance = torch.rand(8, generator=generator).tolist()
    if chance[0] < _BLURRED:
        small = F.interpolate(
            film[None], size=(int(24 + chance[1] * 72),) * 2, mode="bilinear", antialias=True
        )
        film = F.interpolate(small, size=(SIDE, SIDE), mode="bilinear")[0]
    darkest = chance[3] * _GREY
    film = (
        film.clamp(0, 1) ** math.exp((chance[2] * 2 - 1) * _GAMMA) * (1 - darkest - chance[4] * _GREY)
        + darkest
    )
    if chance[5] < _CUT:
        margin = int(4 + chance[6] * 16)
        if chance[7] < 0.5:
            inside = torch.zeros(SIDE, SIDE)
            inside[margin:-margin, margin:-margin] = 1
            film, lungs = film * inside, lungs * inside
        else:
            film[:, :margin, : 2 * margin] = 1
    noise = torch.randn(film.shape, generator=generator) * 0.03 * chance[1]
    return (film + noise).clamp(0, 1), lungs


def _loss(logits: Tensor, lungs: Tensor) -> Tensor:
    """Cross entropy of the pixels, and what the films' overlap (Dice) lacks."""
    found = logits.sigmoid()
    common = 2 * (found * lungs).sum((1, 2, 3)) + 1
    lacking = 1 - common / (found.sum((1, 2, 3)) + lungs.sum((1, 2, 3)) + 1)
    return F.binary_cross_entropy_with_logits(logits, lungs) + lacking.mean()


def trained_on(films: Tensor, lungs: Tensor, steps: int, seed: int) -> LungNetwork:
    """From films (N, 1, 128, 128) in [0, 1] and their outlines, 0 or 1. The same seed gives the same network."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        network = LungNetwork().train()
    generator = torch.Generator().manual_seed(seed)
    optimizer = torch.optim.AdamW(network.parameters(), _RATE, weight_decay=1e-2)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimizer, _RATE, total_steps=steps)
    for _ in range(steps):
        drawn = torch.randint(len(films), (_BATCH,), generator=generator)
        moved = _moved(films[drawn], lungs[drawn], generator)
        pairs = [_changed(film, outline, generator) for film, outline in zip(*moved, strict=True)]
        batch, target = (torch.stack(part) for part in zip(*pairs, strict=True))
        optimizer.zero_grad()
        _loss(network(batch), (target > 0.5).float()).backward()
        optimizer.step()
        schedule.step()
    return network.eval()


def dice(found: Tensor, lungs: Tensor) -> Tensor:
    """(N,) overlap of two masks (N, ...): twice what they share, by what they cover together (Dice 1945)."""
    both = (found & lungs).flatten(1).sum(1)
    return 2 * both / (found.flatten(1).sum(1) + lungs.flatten(1).sum(1))
