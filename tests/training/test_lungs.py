"""A network learns to find lungs from a few outlines."""

from __future__ import annotations

import numpy as np
import torch

from xraydesk.network.lungs import SIDE
from xraydesk.training.lungs import dice, trained_on


def drawn_films(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Two dark ellipses on grey, somewhat elsewhere on each film, and where they are."""
    rng = np.random.default_rng(0)
    down, across = np.mgrid[:SIDE, :SIDE] / SIDE
    lungs = []
    for _ in range(count):
        y, x, size = rng.uniform(0.45, 0.55), rng.uniform(0.2, 0.24), rng.uniform(0.1, 0.13)
        sides = [
            ((across - centre) / size) ** 2 + ((down - y) / 0.3) ** 2 < 1 for centre in (0.5 - x, 0.5 + x)
        ]
        lungs.append(sides[0] | sides[1])
    outlines = torch.from_numpy(np.stack(lungs)).float().unsqueeze(1)
    return 0.7 - 0.5 * outlines, outlines


def test_twice_the_common_part_by_what_both_cover() -> None:
    one = torch.zeros(2, 4, 4, dtype=torch.bool)
    other = one.clone()
    one[0, :2], other[0, 1:3] = True, True  # 8 and 8 pixels, 4 in common
    one[1, :1], other[1, :1] = True, True
    torch.testing.assert_close(dice(one, other), torch.tensor([0.5, 1.0]))


def test_it_learns_what_is_outlined() -> None:
    films, lungs = drawn_films(12)
    network = trained_on(films[:8], lungs[:8], steps=30, seed=1)
    with torch.inference_mode():
        found = network(films[8:]) > 0
    assert dice(found, lungs[8:] > 0).mean() > 0.7


def test_the_same_seed_gives_the_same_network() -> None:
    films, lungs = drawn_films(4)
    one, other = (trained_on(films, lungs, steps=2, seed=7).state_dict() for _ in range(2))
    assert all(torch.equal(one[name], other[name]) for name in one)
