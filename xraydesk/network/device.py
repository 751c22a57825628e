"""Which device runs the network: the best that really works, with the CPU always behind it."""

from __future__ import annotations

import os
import platform
from dataclasses import dataclass

import torch
from torch.nn import functional as F

from xraydesk.network.allocator import keep_large_blocks

DEVICES = ("auto", "cpu", "cuda", "mps")


@dataclass(frozen=True, slots=True)
class ChosenDevice:
    """`note` is one plain sentence when the device is not the one that was wanted."""

    device: torch.device
    name: str
    note: str = ""


def _found(kind: str) -> bool:
    return torch.cuda.is_available() if kind == "cuda" else torch.backends.mps.is_available()


def _works(kind: str) -> bool:
    """Whether a real convolution gives the right answer there: a driver may be found and yet unusable."""
    try:
        films = torch.ones(1, 1, 8, 8, device=kind)
        answer = F.conv2d(films, torch.ones(1, 1, 3, 3, device=kind), padding=1)
        return bool(torch.allclose(answer[0, 0, 1:-1, 1:-1].cpu(), torch.full((6, 6), 9.0)))
    except Exception:  # drivers raise whatever they like
        return False


_WORDS = {"cuda": "graphics card (CUDA)", "mps": "graphics card (Apple)"}


def _name(kind: str) -> str:
    if kind == "cuda":
        return torch.cuda.get_device_name()
    return "Apple GPU" if kind == "mps" else f"{platform.machine()} processor"


def choose_device(wanted: str = "auto", *, note: str = "") -> ChosenDevice:
    """The wanted device if it works, else the CPU with a note; `auto` takes the first that works, silently
    where none is found, with a note where one is found but unusable."""
    for kind in ("cuda", "mps") if wanted == "auto" else (wanted,):
        if kind == "cpu":
            break
        if not _found(kind):
            note = note or (
                "" if wanted == "auto" else f"No {_WORDS[kind]} was found, so the processor is used."
            )
        elif _works(kind):
            return ChosenDevice(torch.device(kind), _name(kind))
        else:
            note = f"The {_WORDS[kind]} was found but does not work, so the processor is used."
    prepare_cpu()
    return ChosenDevice(torch.device("cpu"), _name("cpu"), note)


def prepare_cpu() -> None:
    """A thread for each core, unless OMP_NUM_THREADS says otherwise, and large blocks kept."""
    keep_large_blocks()
    if "OMP_NUM_THREADS" not in os.environ:
        torch.set_num_threads(os.cpu_count() or 1)


def is_out_of_memory(error: BaseException) -> bool:
    return (
        isinstance(error, torch.OutOfMemoryError | MemoryError) or "not enough memory" in str(error).lower()
    )
