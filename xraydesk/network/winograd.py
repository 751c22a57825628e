"""A 3 × 3 convolution with a quarter of the multiplications, for the processor.

Winograd's minimal filtering F(4 × 4, 3 × 3) (Lavin and Gray 2016): a tile of 6 × 6 places gives 4 × 4 outputs by
36 products a pair of channels instead of 144, and the sums before and after do not grow with the
number of channels they are multiplied with. Exact but for rounding: single precision is left with errors of 1e-5.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

_TILE, _STEP = 6, 4

_INPUT = torch.tensor(
    [
        [4, 0, -5, 0, 1, 0],
        [0, -4, -4, 1, 1, 0],
        [0, 4, -4, -1, 1, 0],
        [0, -2, -1, 2, 1, 0],
        [0, 2, -1, -2, 1, 0],
        [0, 4, 0, -5, 0, 1],
    ],
    dtype=torch.float32,
)
_OUTPUT = torch.tensor(
    [[1, 1, 1, 1, 1, 0], [0, 1, -1, 2, -2, 0], [0, 1, 1, 4, 4, 0], [0, 1, -1, 8, -8, 1]],
    dtype=torch.float32,
)
_KERNEL = torch.tensor(
    [[6, 0, 0], [-4, -4, -4], [-4, 4, -4], [1, 2, 4], [1, -2, 4], [0, 0, 24]], dtype=torch.float64
).div(24)


class PooledConv:
    """relu(max_pool2d(conv2d(x, weight, bias, padding=1), 2)) of films whose channels lie innermost."""

    def __init__(self, weight: Tensor, bias: Tensor) -> None:
        """`weight` (O, C, 3, 3), `bias` (O)."""
        self._bias = bias
        kernel = torch.einsum("ik,jl,ockl->ijco", _KERNEL, _KERNEL, weight.double())
        self._kernel = kernel.flatten(0, 1).to(weight.dtype).contiguous()  # (36, C, O)

    def __call__(self, x: Tensor) -> Tensor:
        """(N, H, W, C) to (N, H / 2, W / 2, O), H and W multiples of 4."""
        films, rows, columns = len(x), x.shape[1] // _STEP, x.shape[2] // _STEP
        products = _both_ways(_INPUT, _tiles(x)).flatten(0, 1).bmm(self._kernel)  # (36, tiles, O)
        outputs = _both_ways(_OUTPUT, products.unflatten(0, (_TILE, _TILE)))  # (4, 4, tiles, O)
        pooled = _pooled(outputs).view(2, 2, films, rows, columns, -1)
        placed = pooled.permute(2, 3, 0, 4, 1, 5).reshape(films, 2 * rows, 2 * columns, -1)
        return placed.add_(self._bias).relu_()


def _tiles(x: Tensor) -> Tensor:
    """Every 4 places a tile of 6 × 6, zeros around the film: (6, 6, tiles, C)."""
    padded = F.pad(x, (0, 0, 1, 1, 1, 1))
    tiles = padded.unfold(1, _TILE, _STEP).unfold(2, _TILE, _STEP)  # (N, rows, columns, C, 6, 6)
    return tiles.permute(4, 5, 0, 1, 2, 3).flatten(2, 4)


def _both_ways(matrix: Tensor, x: Tensor) -> Tensor:
    """`matrix` along the first two axes of (6, 6, tiles, C)."""
    down = (matrix @ x.flatten(1)).view(len(matrix), _TILE, -1)
    return (matrix @ down).view(len(matrix), len(matrix), *x.shape[2:])


def _pooled(outputs: Tensor) -> Tensor:
    """The largest of each 2 × 2 within (4, 4, tiles, O): (2, 2, tiles, O)."""
    down = torch.maximum(outputs[0::2], outputs[1::2])
    return torch.maximum(down[:, 0::2], down[:, 1::2])
