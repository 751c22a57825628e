"""DLH_COVID's first stage (convolution, batch normalisation, 4x4 pooling) trained without its largest tensors.

conv1 turns a grey film into 128 maps of 224 x 224; batch normalisation and pooling then read and write
these 25.7 MB a film several times over, forth and back. Two facts make most of that needless:

- conv1's output is linear in the 3 x 3 patches of the film, so its mean and variance over a batch follow
  from the patches' mean (9) and covariance (9 x 9), and normalisation folds into the kernel;
- the gradient reaches conv1 only through the places that won their pooling window, one of sixteen.

Both are exact up to rounding; the tests hold values, gradients and running statistics against PyTorch's own.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xraydesk.network.together import summed

_POOL = 4
_TAPS = 9
_BLOCKS = 4  # parts of a film, so that what reaches its places stays in the cache


def _patch_statistics(films: Tensor) -> tuple[Tensor, Tensor, int]:
    """Mean (9,) and covariance (9, 9) of all zero-padded 3x3 patches of films (N, 1, H, W), float64; how many.

    Where several processes train one model, those of all their films.
    """
    patches = F.unfold(films, 3, padding=1)  # (N, 9, H*W)
    count = summed(torch.tensor(patches.shape[0] * patches.shape[2]))
    mean = summed(patches.sum(2).double().sum(0)) / count
    patches -= mean.to(films.dtype).view(1, _TAPS, 1)
    covariance = summed(torch.bmm(patches, patches.transpose(1, 2)).double().sum(0)) / count
    return mean, covariance, int(count)


class _PooledConvolution(torch.autograd.Function):
    """max_pool2d(conv2d(films, kernel, bias, padding=1), 4); films get no gradient.

    Film by film, so that the maps stay in the processor's cache.
    """

    @staticmethod
    def forward(ctx: Any, films: Tensor, kernel: Tensor, bias: Tensor) -> Tensor:
        kernel = kernel.to(memory_format=torch.channels_last)
        pooled, winners = [], []
        for film in films.to(memory_format=torch.channels_last).split(1):
            maps = F.conv2d(film, kernel, bias, padding=1)  # (1, C, H, W)
            values, places = F.max_pool2d(maps, _POOL, return_indices=True)  # (1, C, H/4, W/4)
            pooled.append(values)
            winners.append(places)
        ctx.save_for_backward(films, torch.cat(winners))
        return torch.cat(pooled)

    @staticmethod
    def backward(ctx: Any, *gradients: Tensor) -> tuple[None, Tensor, Tensor]:
        films, winners = ctx.saved_tensors
        flow = gradients[0].to(films.dtype).permute(0, 2, 3, 1).flatten(1, 2)  # (N, windows, C)
        channels, width = flow.shape[2], films.shape[3]
        corners = (
            torch.arange(films.shape[2] * width).view(films.shape[2], width)[::_POOL, ::_POOL].reshape(-1, 1)
        )
        of_taps = flow.new_zeros(_TAPS, channels)
        reaching = flow.new_empty(flow.shape[1] // _BLOCKS, _POOL**2, channels)
        for film, places, flowing in zip(films, winners, flow, strict=True):
            within = places.permute(1, 2, 0).flatten(0, 1) - corners  # (windows, C): row * width + column
            row = torch.div(within, width, rounding_mode="floor")
            number = within.sub_(row, alpha=width - _POOL).unsqueeze(1)  # of the sixteen places of the window
            for seen, number_here, flowing_here in zip(
                _patches(film).chunk(_BLOCKS), number.chunk(_BLOCKS), flowing.chunk(_BLOCKS), strict=True
            ):
                reaching.zero_().scatter_(1, number_here, flowing_here.unsqueeze(1))
                of_taps.addmm_(seen.reshape(-1, _TAPS).t(), reaching.flatten(0, 1))
        return None, of_taps.t().reshape(channels, 1, 3, 3), flow.sum((0, 1))


def _patches(film: Tensor) -> Tensor:
    """What conv1 sees at each of the sixteen places of each pooling window of (1, H, W): (windows, 16, 9)."""
    rows, columns, width = film.shape[1] // _POOL, film.shape[2] // _POOL, film.shape[2] + 2
    shape = (rows, columns, _POOL, _POOL, 3, 3)
    strides = (_POOL * width, _POOL, width, 1, width, 1)
    return F.pad(film, (1, 1, 1, 1)).as_strided(shape, strides).reshape(rows * columns, _POOL**2, _TAPS)


def _update_running(bn: nn.BatchNorm2d, mean: Tensor, variance: Tensor, count: int) -> None:
    """As nn.BatchNorm2d does: exponential average, unbiased variance."""
    assert bn.running_mean is not None and bn.running_var is not None and bn.num_batches_tracked is not None
    momentum = 0.1 if bn.momentum is None else bn.momentum
    with torch.no_grad():
        bn.running_mean.lerp_(mean.to(bn.running_mean.dtype), momentum)
        unbiased = (variance * (count / (count - 1))).to(bn.running_var.dtype)
        bn.running_var.lerp_(unbiased, momentum)
        bn.num_batches_tracked += 1


def trained_first_stage(conv: nn.Conv2d, bn: nn.BatchNorm2d, films: Tensor) -> Tensor:
    """max_pool2d(bn(conv(films repeated in every channel)), 4) in training mode: (N, C, H/4, W/4)."""
    assert conv.bias is not None
    mean, covariance, count = _patch_statistics(films)
    kernel = conv.weight.sum(1).flatten(1).double()  # (C, 9)
    map_mean = kernel @ mean
    variance = ((kernel @ covariance) * kernel).sum(1)
    _update_running(bn, map_mean + conv.bias, variance, count)
    scale = bn.weight / (variance + bn.eps).sqrt()
    folded = (kernel * scale.unsqueeze(1)).to(films.dtype).view(-1, 1, 3, 3)
    shift = (bn.bias - map_mean * scale).to(films.dtype)
    # conv's bias is taken away again by the normalisation: it is kept in the graph with gradient zero
    pooled: Tensor = _PooledConvolution.apply(films, folded, shift + 0.0 * conv.bias)  # type: ignore[no-untyped-call]
    return pooled
