"""A 3 × 3 convolution with a quarter of the multiplications, for the processor.

Winograd's minimal filtering F(4 × 4, 3 × 3) (Lavin and Gray 2016): a tile of 6 × 6 places gives 4 × 4 outputs by
36 products a pair of channels instead of 144, and the sums before and after do not grow with the
number of channels they are multiplied with. Exact but for rounding: single precision is left with errors of 1e-5.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

_TILE, _STEP = 6, 4
_AT_ONCE = 4  # films of a step: measured on two cores, 2 to 8 are alike

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
        self._kernel = _spread(weight)

    def __call__(self, x: Tensor) -> Tensor:
        """(4, 4, N, rows, columns, C) to (2, 2, N, rows, columns, O): see `by_phase`."""
        pooled = _pooled(_convolved(x, self._kernel))
        return pooled.add_(self._bias).relu_().view(2, 2, *x.shape[2:5], -1)


def trains_here(x: Tensor) -> bool:
    """Whether `trained_conv` can take these maps: on the processor, not in bfloat16, in whole tiles."""
    mixed = torch.is_autocast_enabled("cpu")
    return x.device.type == "cpu" and not mixed and x.shape[2] % _STEP == 0 == x.shape[3] % _STEP


def trained_conv(conv: nn.Conv2d, x: Tensor) -> Tensor:
    """conv(x) of a 3 x 3 convolution with padding 1, with its gradients: (N, C, H, W) to (N, O, H, W)."""
    convolved: Tensor = _TrainedConv.apply(x, conv.weight, conv.bias)  # type: ignore[no-untyped-call]
    return convolved


class _TrainedConv(torch.autograd.Function):
    """The gradients are of the same kind: each sum's way back, and a product of matrices for each place of a tile.

    A few films at a time, so that their sums stay in the cache; forth and back they are made anew, which
    is faster than to keep them.
    """

    @staticmethod
    def forward(ctx: Any, x: Tensor, weight: Tensor, bias: Tensor) -> Tensor:
        kernel = _spread(weight)
        y = x.new_empty(x.shape[0], x.shape[2], x.shape[3], weight.shape[0])  # (N, H, W, O)
        parts = [by_phase(part).contiguous() for part in x.permute(0, 2, 3, 1).split(_AT_ONCE)]
        for part, convolved in zip(parts, y.split(_AT_ONCE), strict=True):
            outputs = _convolved(part, kernel).add_(bias)
            by_phase(convolved).copy_(outputs.view(_STEP, _STEP, *part.shape[2:5], -1))
        ctx.save_for_backward(kernel, *parts)
        return y.permute(0, 3, 1, 2)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[Tensor | None, Tensor | None, Tensor | None]:
        kernel, *parts = ctx.saved_tensors
        flow = gradients[0].permute(0, 2, 3, 1)  # (N, H, W, O)
        of_x = flow.new_empty(*flow.shape[:3], kernel.shape[1]) if ctx.needs_input_grad[0] else None
        of_kernel, of_bias = torch.zeros_like(kernel), kernel.new_zeros(kernel.shape[2])
        start = 0
        for part, flowing in zip(parts, flow.split(_AT_ONCE), strict=True):
            outputs = by_phase(flowing).contiguous().flatten(2, 4)  # (4, 4, tiles, O)
            of_bias += outputs.flatten(0, 2).sum(0)
            products = _both_ways_back(outputs).flatten(0, 1)  # (36, tiles, O)
            of_kernel.baddbmm_(_sums(part).flatten(2, 4).flatten(0, 1).mT, products)
            if of_x is not None:
                sums = products.bmm(kernel.mT).view(_TILE, _TILE, *part.shape[2:])
                by_phase(of_x[start : start + len(flowing)]).copy_(_sums_back(sums))
            start += len(flowing)
        back = None if of_x is None else of_x.permute(0, 3, 1, 2)
        return back, _gathered(of_kernel), of_bias


def by_phase(x: Tensor, step: int = _STEP) -> Tensor:
    """Films (N, H, W, C) as (step, step, N, H / step, W / step, C): every place of a tile with its likes.

    So the places that a tile shares with its neighbours are read where they lie, not copied.
    """
    films, height, width, channels = x.shape
    return x.reshape(films, height // step, step, width // step, step, channels).permute(2, 4, 0, 1, 3, 5)


def by_place(x: Tensor) -> Tensor:
    """The way back from `by_phase`."""
    return x.permute(2, 3, 0, 4, 1, 5).flatten(3, 4).flatten(1, 2)


def _spread(weight: Tensor) -> Tensor:
    """What the sums of a tile are multiplied with: (36, C, O) of (O, C, 3, 3)."""
    kernel = torch.einsum("ik,jl,ockl->ijco", _KERNEL, _KERNEL, weight.double())
    return kernel.flatten(0, 1).to(weight.dtype).contiguous()


def _gathered(kernel: Tensor) -> Tensor:
    """The way of a gradient back through `_spread`."""
    apart = kernel.double().unflatten(0, (_TILE, _TILE))
    return torch.einsum("ik,jl,ijco->ockl", _KERNEL, _KERNEL, apart).to(kernel.dtype)


def _convolved(x: Tensor, kernel: Tensor) -> Tensor:
    """(4, 4, tiles, O) of (4, 4, N, rows, columns, C), without bias."""
    products = _sums(x).flatten(2, 4).flatten(0, 1).bmm(kernel)  # (36, tiles, O)
    return _both_ways(products.unflatten(0, (_TILE, _TILE)))


def _sums(x: Tensor) -> Tensor:
    """What each tile is multiplied by, zeros around the film: (6, 6, N, rows, columns, C) of (4, 4, …)."""
    down = (_INPUT.to(x) @ x.flatten(1)).view(_TILE, *x.shape[1:])
    down[0, :, :, 1:].add_(x[3, :, :, :-1], alpha=_BEFORE)
    down[5, :, :, :-1].add_(x[0, :, :, 1:])
    across = (_INPUT.to(x) @ down.flatten(2)).view(_TILE, _TILE, *x.shape[2:])
    across[:, 0, :, :, 1:].add_(down[:, 3, :, :, :-1], alpha=_BEFORE)
    across[:, 5, :, :, :-1].add_(down[:, 0, :, :, 1:])
    return across


def _sums_back(sums: Tensor) -> Tensor:
    """The way of a gradient back through `_sums`: (4, 4, N, rows, columns, C) of (6, 6, …)."""
    down = (_INPUT.T.to(sums) @ sums.flatten(2)).view(_TILE, _STEP, *sums.shape[2:])
    down[:, 3, :, :, :-1].add_(sums[:, 0, :, :, 1:], alpha=_BEFORE)
    down[:, 0, :, :, 1:].add_(sums[:, 5, :, :, :-1])
    x = (_INPUT.T.to(sums) @ down.flatten(1)).view(_STEP, *down.shape[1:])
    x[3, :, :, :-1].add_(down[0, :, :, 1:], alpha=_BEFORE)
    x[0, :, :, 1:].add_(down[5, :, :, :-1])
    return x


def _both_ways(products: Tensor) -> Tensor:
    """The convolved tiles (4, 4, tiles, O) of (6, 6, tiles, O)."""
    down = (_OUTPUT.to(products) @ products.flatten(1)).view(_STEP, _TILE, -1)
    return (_OUTPUT.to(down) @ down).view(_STEP, _STEP, *products.shape[2:])


def _both_ways_back(outputs: Tensor) -> Tensor:
    """The way of a gradient back through `_both_ways`: (6, 6, tiles, O) of (4, 4, tiles, O)."""
    down = (_OUTPUT.T.to(outputs) @ outputs.flatten(1)).view(_TILE, _STEP, -1)
    return (_OUTPUT.T.to(down) @ down).view(_TILE, _TILE, *outputs.shape[2:])


def _pooled(outputs: Tensor) -> Tensor:
    """The largest of each 2 × 2 within (4, 4, tiles, O): (2, 2, tiles, O)."""
    down = torch.maximum(outputs[0::2], outputs[1::2])
    return torch.maximum(down[:, 0::2], down[:, 1::2])
