"""What the frozen program starts with, and every one of its child processes too."""

from __future__ import annotations

import json
import os
import sys

_REMEDY = "A part of the program is missing or was damaged. Install XRayDesk again, or unpack it again."


def _give_streams() -> None:
    """A windowed program on Windows has none; libraries that print, as torch does, expect some."""
    for name in ("stdin", "stdout", "stderr"):
        if getattr(sys, name) is None:
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: PTH123, SIM115 - for good


def _tell(error: ImportError) -> None:
    """A part that everything needs is gone: words where somebody may read them."""
    words = f"XRayDesk cannot start: {error.msg}. {_REMEDY}"
    if sys.argv[1:2] == ["selftest"] and "--json" in sys.argv:
        check = {"name": f"start: {error.name or 'a library'}", "passed": False, "detail": error.msg}
        sys.stdout.write(json.dumps({"passed": False, "checks": [check]}) + "\n")
    sys.stderr.write(words + "\n")
    if sys.platform == "win32" and "xraydesk-cli" not in sys.executable.lower():
        import ctypes

        ctypes.windll.user32.MessageBoxW(None, words, "XRayDesk", 0x10)


def main() -> int:
    _give_streams()
    try:
        from xraydesk.__main__ import main as run

        return run()
    except ImportError as error:
        _tell(error)
        return 1


if __name__ == "__main__":
    sys.exit(main())
