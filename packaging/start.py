"""What the frozen program starts with, and every one of its child processes too."""

from __future__ import annotations

import os
import sys


def _give_streams() -> None:
    """A windowed program on Windows has none; libraries that print, as torch does, expect some."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - for good


_give_streams()

from xraydesk.__main__ import main  # noqa: E402 - not before there are streams

if __name__ == "__main__":
    sys.exit(main())
