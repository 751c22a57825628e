"""The longest pause of the window's event loop in a reader's first minute. Prints; never run as a test.

    QT_QPA_PLATFORM=xcb python -m tests.benchmarks.window_stalls [FILM]

A timer without delay notes how long each turn of the loop takes while the window is painted, the engine
starts, loads torch and the model, a 12-bit 3000 x 2500 film opens, is classified, and its heatmap is
laid over it. Without FILM the film is the phantom, with quantum noise, as raw DICOM.
"""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEventLoop, QObject, QTimer, Slot

from tests.film.dicom_files import data_set, write
from xraydesk.app import application, new_window
from xraydesk.film.phantom import draw_phantom
from xraydesk.ui.settings import Settings

_LIMIT_MS = 120_000
_AFTERWARDS_MS = 2_000


class LoopWatch(QObject):
    """Notes the pauses between turns of the event loop, longest first in `pauses`."""

    def __init__(self) -> None:
        super().__init__()
        self.pauses: list[tuple[float, str]] = []
        self.phase = "window is built and painted"
        self._last = time.perf_counter()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._turn)
        self._timer.start()

    @Slot()
    def first_film(self) -> None:
        """From the next turn on it is the engine's start and the film that may stall the loop."""
        QTimer.singleShot(0, self._begin_first_film)

    @Slot()
    def _begin_first_film(self) -> None:
        self.phase = "engine starts, film opens, heatmap appears"

    @Slot()
    def _turn(self) -> None:
        now = time.perf_counter()
        self.pauses.append(((now - self._last) * 1e3, self.phase))
        self._last = now
        time.sleep(0.0005)  # leave the processor to the engine


def large_film(folder: Path) -> Path:
    drawn = draw_phantom(3000, 2500).astype(np.float64)
    noise = np.random.default_rng(0).normal(0, 12, drawn.shape)
    pixels = np.clip(drawn + noise, 0, 4095).astype(np.uint16)
    return write(folder / "large.dcm", data_set(pixels))


def main(films: list[Path]) -> None:
    with tempfile.TemporaryDirectory() as own:
        film = films[0] if films else large_film(Path(own))
        settings = Settings(Path(own) / "settings.ini")
        qt = application(settings)
        watch, loop = LoopWatch(), QEventLoop()
        window = new_window(settings)

        def when_read(result: object) -> None:
            if result is not None:
                loop.quit()

        window.reader.screen.result_shown.connect(when_read)
        window.resize(1600, 1000)
        window.show()
        window.first_painted.connect(watch.first_film)
        QTimer.singleShot(0, lambda: window.open_paths([film]))
        QTimer.singleShot(_LIMIT_MS, loop.quit)
        loop.exec()
        QTimer.singleShot(_AFTERWARDS_MS, loop.quit)
        loop.exec()
        for phase in dict.fromkeys(phase for _, phase in watch.pauses):
            longest = sorted((ms for ms, p in watch.pauses if p == phase), reverse=True)[:3]
            print(f"{phase}: longest turns {', '.join(f'{ms:.0f}' for ms in longest)} ms")
        window.close()
        qt.processEvents()


if __name__ == "__main__":
    main([Path(name) for name in sys.argv[1:]])
