"""Something is on screen before the window's modules are read from the disk."""

from __future__ import annotations

import os
import subprocess
import sys

from pytestqt.qtbot import QtBot

from xraydesk.ui.first_sight import FirstSight

_LOADED_BY_FIRST_SIGHT = """
import sys
from xraydesk import __main__
def leave():
    print(*{name for name in sys.modules if name.startswith(("xraydesk.", "numpy", "PIL", "torch"))})
    raise SystemExit
__main__._leave = leave
__main__.open_window(["--until", "first-sight"])
"""


def test_the_first_sight_paints_itself(qtbot: QtBot) -> None:
    sight = FirstSight()
    qtbot.addWidget(sight)
    sight.show_now()
    assert sight.painted
    picture = sight.grab().toImage()
    assert len({picture.pixelColor(x, picture.height() // 2).name() for x in range(picture.width())}) > 2


def test_nothing_heavy_is_loaded_before_it() -> None:
    done = subprocess.run(
        [sys.executable, "-c", _LOADED_BY_FIRST_SIGHT],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    loaded = set(done.stdout.split())
    assert "xraydesk.ui.first_sight" in loaded
    assert not {name for name in loaded if name.startswith(("numpy", "PIL", "torch", "xraydesk.ui.main"))}


def test_the_benchmark_hears_when_the_whole_window_is_painted() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "xraydesk", "--until", "window"],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        check=True,
        timeout=120,
    )
    assert done.stdout == "painted\n"
