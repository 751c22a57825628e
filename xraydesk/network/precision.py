"""Whether this machine computes convolutions faster in bfloat16: tried, since processors of one name differ."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch import Tensor, nn

from xraydesk.network.winograd import trained_conv

_WORTH_IT = 0.8  # of the time in single precision
_TRIALS = 4


def mixed_is_faster(device: torch.device, *, own: bool) -> bool:
    """`own`: for DLH_COVID, whose convolutions learn with fewer multiplications in single precision."""
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and _bfloat16_time() < _WORTH_IT * _single_time(own=own)


def _single_time(*, own: bool) -> float:
    return _best_time(_learning(torch.float32, trained_conv if own else nn.Conv2d.__call__))


def _bfloat16_time() -> float:
    return _best_time(_learning(torch.bfloat16, nn.Conv2d.__call__))


def _learning(kind: torch.dtype, convolve: Callable[[nn.Conv2d, Tensor], Tensor]) -> Callable[[], object]:
    """A convolution forth and back."""
    conv = nn.Conv2d(128, 128, 3, padding=1).to(kind)
    films = torch.ones(8, 128, 28, 28, dtype=kind).to(memory_format=torch.channels_last).requires_grad_()
    flow = torch.ones_like(films)
    return lambda: convolve(conv, films).backward(flow)


def _best_time(run: Callable[[], object]) -> float:
    """Seconds; the first call only prepares."""
    run()
    times = []
    for _ in range(_TRIALS):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)
