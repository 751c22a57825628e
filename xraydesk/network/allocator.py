"""Keep large blocks with the C library instead of giving them back to the system after each film.

A film's first activation is 25.7 MB. By default glibc maps such a block anew each time, and the kernel
clears its pages: measured, that is more than half of the time of a forward pass. Linux with glibc only;
elsewhere, and when it cannot be set, nothing happens.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys

_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4  # malloc.h


def keep_large_blocks(*, top_pad_mib: int = 64) -> bool:
    """Whether the setting took."""
    if not sys.platform.startswith("linux"):
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # musl and others
        return False
    return bool(
        mallopt(_M_MMAP_MAX, 0)
        and mallopt(_M_TRIM_THRESHOLD, -1)  # never give back (mallopt(3))
        and mallopt(_M_TOP_PAD, top_pad_mib << 20)
    )


def give_blocks_back() -> None:
    """What was kept and is free, after work that needed far more than what comes next."""
    if sys.platform.startswith("linux"):
        with contextlib.suppress(OSError, AttributeError):
            ctypes.CDLL(None).malloc_trim(0)
