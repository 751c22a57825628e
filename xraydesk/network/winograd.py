"""A 3 × 3 convolution with a quarter of the multiplications, for the processor.

Winograd's minimal filtering F(4 × 4, 3 × 3) (Lavin and Gray 2016): a tile of 6 × 6 places gives 4 × 4 outputs by
36 products a pair of channels instead of 144, and the sums before and after do not grow with the
number of channels they are multiplied with. Exact but for rounding: single precision is left with errors of 1e-5.
"""

from __future__ import annotations

import torch
from torch import Tensor

_TILE, _STEP = 6, 4

# of the six places of a tile, those in the middle; the outer two count in one sum each, by _BEFORE and by 1
_INPUT = torch.tensor(
    [[0, -5, 0, 1], [-4, -4, 1, 1], [4, -4, -1, 1], [-2, -1, 2, 1], [2, -1, -2, 1], [4, 0, -5, 0]],
    dtype=torch.float32,
)
_BEFORE = 4.0
_OUTPUT = torch.tensor(
    [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]],
    dtype=torch.float32,
)
_KERNEL = torch.tensor(
    [[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]], dtype=torch.float64
).div(24)


class PooledConv:
    """relu(max_pool2d(conv2d(x, weight, bias, padding=1), 2)) of films by phase."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        """`weight` (O, C, 3, 3), `bias` (O)."""
        self._bias = bias
        kernel = torch.einsum("ik,jl,ockl->ijco", _KERNEL, _KERNEL, weight.double())
        self._kernel = kernel.flatten(0, 1).to(weight.dtype).contiguous()  # (36, C, O)

    def __call__(self, x: Tensor) -> Tensor:
        """(4, 4, N, rows, columns, C) to (2, 2, N, rows, columns, O): see `by_phase`."""
        products = _sums(x).flatten(2, 4).flatten(0, 1).bmm(self._kernel)  # (36, tiles, O)
        pooled = _pooled(_both_ways(products.unflatten(0, (_TILE, _TILE))))
        return pooled.add_(self._bias).relu_().view(2, 2, *x.shape[2:5], -1)


def by_phase(x: Tensor, step: int = _STEP) -> Tensor:
    """Films (N, H, W, C) as (step, step, N, H / step, W / step, C): every place of a tile with its likes.

    So the places that a tile shares with its neighbours are read where they lie, not copied.
    """
    films, height, width, channels = x.shape
    return x.reshape(films, height // step, step, width // step, step, channels).permute(2, 4, 0, 1, 3, 5)


def by_place(x: Tensor) -> Tensor:
    """The way back from `by_phase`."""
    return x.permute(2, 3, 0, 4, 1, 5).flatten(3, 4).flatten(1, 2)


def _sums(x: Tensor) -> Tensor:
    """What each tile is multiplied by, zeros around the film: (6, 6, N, rows, columns, C) of (4, 4, …)."""
    down = (_INPUT @ x.flatten(1)).view(_TILE, *x.shape[1:])
    down[0, :, :, 1:].add_(x[3, :, :, :-1], alpha=_BEFORE)
    down[5, :, :, :-1].add_(x[0, :, :, 1:])
    across = (_INPUT @ down.flatten(2)).view(_TILE, _TILE, *x.shape[2:])
    across[:, 0, :, :, 1:].add_(down[:, 3, :, :, :-1], alpha=_BEFORE)
    across[:, 5, :, :, :-1].add_(down[:, 0, :, :, 1:])
    return across


def _both_ways(products: Tensor) -> Tensor:
    """The convolved tiles (4, 4, tiles, O) of (6, 6, tiles, O)."""
    down = (_OUTPUT @ products.flatten(1)).view(_STEP, _TILE, -1)
    return (_OUTPUT @ down).view(_STEP, _STEP, *products.shape[2:])


def _pooled(outputs: Tensor) -> Tensor:
    """The largest of each 2 × 2 within (4, 4, tiles, O): (2, 2, tiles, O)."""
    down = torch.maximum(outputs[0::2], outputs[1::2])
    return torch.maximum(down[:, 0::2], down[:, 1::2])
