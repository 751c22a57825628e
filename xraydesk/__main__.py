"""`xraydesk` and `python -m xraydesk`: a verb runs in the terminal, anything else opens the window."""

from __future__ import annotations

import multiprocessing
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
    from xraydesk.app import main as open_window  # noqa: PLC0415 - the command line needs no window

    return open_window(arguments)


if __name__ == "__main__":
    sys.exit(main())
