"""`xraydesk` and `python -m xraydesk`: a verb runs in the terminal, anything else opens the window.

Each import waits until it is needed: something is on screen before the window's modules are read from the disk.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys

from xraydesk import paths

VERBS = ("classify", "evaluate", "train", "models", "selftest", "-h", "--help", "--version")


def main() -> int:
    multiprocessing.freeze_support()  # first, so that a frozen program's engine is not a second window
    paths.settle_home()
    arguments = sys.argv[1:]
    if arguments and arguments[0] in VERBS:
        from xraydesk.cli.main import main as run_verb  # noqa: PLC0415 - the window needs no command line

        return run_verb(arguments)
    return open_window(arguments)


def open_window(arguments: list[str]) -> int:
    """Where the user has a window open already, that one is asked to open the films, and this start ends."""
    gc.disable()  # until the window collects on its own thread (ui/garbage.py); importing is a sixth faster
    from xraydesk.ui.asked import FIRST_SIGHT, WINDOW, asked  # noqa: PLC0415

    wish = asked(arguments)
    if wish.headless:
        from xraydesk.app import run_headless  # noqa: PLC0415

        return run_headless(wish.wanted.films, wish.picture)
    from PySide6.QtWidgets import QApplication  # noqa: PLC0415

    from xraydesk.ui.first_sight import FirstSight  # noqa: PLC0415
    from xraydesk.ui.one_window import OneWindow  # noqa: PLC0415

    qt = QApplication(sys.argv[:1])
    qt.setApplicationName("XRayDesk")
    one = OneWindow()
    if not one.is_first() and one.hand_over(wish.wanted):
        return 0
    first_sight = FirstSight()
    first_sight.show_now()
    if wish.until == FIRST_SIGHT:
        _leave()
    from xraydesk.app import run_window  # noqa: PLC0415

    return run_window(wish.wanted, one, first_sight, on_painted=_leave if wish.until == WINDOW else None)


def _leave() -> None:
    """For the benchmark, which waits for this word."""
    sys.stdout.write("painted\n")
    sys.stdout.flush()
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
