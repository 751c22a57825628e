"""Many films on the processor: each core on films of its own.

One product of matrices shared by all cores has them wait for each other after every step, and beside processes that
decode that costs a fifth of a batch. A core on its own waits for nobody, and rounds the same on every machine.
"""

from __future__ import annotations

import contextlib
import os
import sys
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from functools import cache

import torch
from torch import Tensor

CREW = "film crew"  # how its threads are named
_BELOW_NORMAL = 10


def each_on_a_core(work: Callable[[Tensor], Tensor], parts: Iterable[Tensor]) -> list[Tensor]:
    """`work` on each part, in order; by torch's threads, each on one core and without gradients."""

    def alone(part: Tensor) -> Tensor:
        with torch.inference_mode():  # a thread's own
            return work(part)

    return list(_crew(torch.get_num_threads()).map(alone, parts))


@cache
def _crew(count: int) -> ThreadPoolExecutor:
    """`count` threads in which torch uses one."""
    all_there = threading.Barrier(count + 1)
    crew = ThreadPoolExecutor(count, CREW, initializer=_use_one_core)
    for _ in range(count):
        crew.submit(all_there.wait)
    all_there.wait()
    torch.set_num_threads(count)  # what threads that come later begin with
    return crew


def _use_one_core() -> None:
    if sys.platform == "linux":  # where a thread has a priority of its own: the window goes first
        with contextlib.suppress(OSError):
            os.nice(_BELOW_NORMAL)
    torch.get_num_threads()  # the first call in a thread takes over the number of the others
    torch.set_num_threads(1)
