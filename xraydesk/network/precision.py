"""Whether this machine computes convolutions faster in bfloat16: tried, since processors of one name differ."""

from __future__ import annotations

import time
from collections.abc import Callable

import torch
from torch.nn import functional as F

_WORTH_IT = 0.8  # of the time in single precision
_TRIALS = 4


def mixed_is_faster(device: torch.device) -> bool:
    if device.type == "cuda":
        return bool(torch.cuda.is_bf16_supported(including_emulation=False))
    return device.type == "cpu" and _bfloat16_time() < _WORTH_IT * _single_time()


def _single_time() -> float:
    return _best_time(_convolution(torch.float32))


def _bfloat16_time() -> float:
    return _best_time(_convolution(torch.bfloat16))


def _convolution(kind: torch.dtype) -> Callable[[], object]:
    films = torch.ones(8, 128, 28, 28, dtype=kind).to(memory_format=torch.channels_last)
    kernel = torch.ones(128, 128, 3, 3, dtype=kind).to(memory_format=torch.channels_last)
    return lambda: F.conv2d(films, kernel, padding=1)


@torch.inference_mode()
def _best_time(run: Callable[[], object]) -> float:
    """Seconds; the first call only prepares."""
    run()
    times = []
    for _ in range(_TRIALS):
        started = time.perf_counter()
        run()
        times.append(time.perf_counter() - started)
    return min(times)
