"""Seconds from the start of the program until something is on screen, against those of a bare PySide6 window.

    python -m tests.benchmarks.first_paint [repeats [PROGRAM [BARE PROGRAM]]]

The first sight, the whole window, and the bare one in turns, best and median of the repeats: read the ratios. PROGRAM
is the bundle's, BARE PROGRAM that of `bare_window` bundled in the same way; without them both are started from
this checkout. Under a display (xvfb-run) it is what users wait for; without one Qt draws offscreen.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

_BARE_NAME = "a bare window"
_BARE = Path(__file__).with_name("bare_window.py")


def seconds_to_paint(program: list[str], home: str) -> float:
    """Until it says that it has painted."""
    environment = os.environ | {"XRAYDESK_HOME": home, "XDG_RUNTIME_DIR": home}
    started = time.perf_counter()
    with subprocess.Popen(
        program, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env=environment
    ) as process:
        assert process.stdout is not None
        said = process.stdout.readline()
        taken = time.perf_counter() - started
    assert said == b"painted\n", f"{program[0]} said {said!r}"
    return taken


def main(repeats: int, programs: list[str]) -> None:
    if not os.environ.get("DISPLAY"):
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    ours = [programs[0]] if programs else [sys.executable, "-m", "xraydesk"]
    bare = [programs[1]] if len(programs) > 1 else [sys.executable, str(_BARE)]
    kinds = {
        _BARE_NAME: bare,
        "first sight": [*ours, "--until", "first-sight"],
        "the whole window": [*ours, "--until", "window"],
    }
    times: dict[str, list[float]] = {name: [] for name in kinds}
    with tempfile.TemporaryDirectory() as home:
        for round_ in range(repeats + 1):
            for name, program in kinds.items():
                taken = seconds_to_paint(program, home)
                if round_:  # the first reads the files from the disk
                    times[name].append(taken)
    for name, taken_s in times.items():
        best, median = (kind(taken_s) / kind(times[_BARE_NAME]) for kind in (min, statistics.median))
        print(
            f"{name:<17} best {min(taken_s):5.2f} s, median {statistics.median(taken_s):5.2f} s;"
            f" of the bare one's {best:5.2f} and {median:5.2f}"
        )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 7, sys.argv[2:])
