"""The convolution with fewer multiplications equals PyTorch's own in double precision."""

from __future__ import annotations

import pytest
import torch
from torch import nn
from torch.nn import functional as F

from xraydesk.network.winograd import PooledConv, by_phase, by_place, trained_conv


@pytest.mark.parametrize(
    ("films", "height", "width", "channels", "outputs"),
    [(1, 56, 56, 128, 128), (2, 28, 28, 128, 256), (3, 4, 12, 5, 7)],
)
def test_it_equals_convolution_pooling_and_relu_in_double_precision(
    films: int, height: int, width: int, channels: int, outputs: int
) -> None:
    generator = torch.Generator().manual_seed(5)
    x = torch.randn(films, channels, height, width, generator=generator).relu()
    weight = torch.randn(outputs, channels, 3, 3, generator=generator) / (3.0 * channels**0.5)
    bias = torch.randn(outputs, generator=generator)
    wanted = F.conv2d(x.double(), weight.double(), bias.double(), padding=1)
    wanted = F.relu(F.max_pool2d(wanted, 2)).permute(0, 2, 3, 1)
    got = by_place(PooledConv(weight, bias)(by_phase(x.permute(0, 2, 3, 1))))
    assert (wanted == 0).any() and (wanted > 1).any()
    torch.testing.assert_close(got.double(), wanted, atol=5e-5, rtol=0)


def test_each_film_is_convolved_apart_from_its_neighbours() -> None:
    conv = PooledConv(torch.ones(1, 1, 3, 3), torch.zeros(1))
    x = torch.stack([torch.zeros(4, 4, 1), torch.ones(4, 4, 1)])
    got = by_place(conv(by_phase(x)))
    torch.testing.assert_close(got[0], torch.zeros(2, 2, 1))
    torch.testing.assert_close(got[1], torch.full((2, 2, 1), 9.0), atol=1e-5, rtol=0)


@pytest.mark.parametrize(
    ("films", "height", "width", "channels", "outputs"),
    [(5, 28, 28, 16, 24), (1, 4, 4, 3, 2), (8, 8, 12, 5, 7)],
)
def test_it_is_trained_as_pytorchs_own(
    films: int, height: int, width: int, channels: int, outputs: int
) -> None:
    generator = torch.Generator().manual_seed(5)
    conv = nn.Conv2d(channels, outputs, 3, padding=1).double()
    x = torch.randn(films, channels, height, width, generator=generator).double().requires_grad_()
    flow = torch.randn(films, outputs, height, width, generator=generator).double()
    assert conv.bias is not None
    inputs = (x, conv.weight, conv.bias)
    wanted = conv(x)
    got = trained_conv(conv, x)
    torch.testing.assert_close(got, wanted)
    for mine, theirs in zip(
        torch.autograd.grad(got, inputs, flow), torch.autograd.grad(wanted, inputs, flow), strict=True
    ):
        torch.testing.assert_close(mine, theirs)
