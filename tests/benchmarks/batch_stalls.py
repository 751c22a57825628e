"""The longest turn of the window's event loop while a large batch arrives in its table. Prints; never run as a test.

    xvfb-run -a python -m tests.benchmarks.batch_stalls [FILMS]

FILMS films (10,000) of 1024 x 1024, no two of the same content, are classified by the real engine. The reader
first looks on, then steps through the rows, scrolls, sorts and filters, while the rows arrive, and once more
when all are there. Of each phase the longest turns are printed by the clock, which counts only on a machine
that does nothing else, and in processor time of the window's thread. XRAYDESK_STACKS=1 prints where a turn is
when it takes longer than 50 ms.
"""

from __future__ import annotations

import itertools
import os
import random
import sys
import tempfile
import threading
import time
from collections import defaultdict
from functools import partial
from pathlib import Path
from types import FrameType

import numpy as np
from PIL import Image
from PySide6.QtCore import QEventLoop, QObject, QTimer, Slot
from PySide6.QtWidgets import QApplication

from xraydesk.app import application, new_window
from xraydesk.film.phantom import draw_phantom
from xraydesk.journal.records import FilmState, SortKey
from xraydesk.ui.action_table import Do
from xraydesk.ui.batch.run_words import RunState
from xraydesk.ui.garbage import GarbageCollection
from xraydesk.ui.main_window import MainWindow
from xraydesk.ui.settings import Settings

_SIDE = 1024
_DIFFERENT = 20  # pictures; what follows a JPEG's end makes the files differ
_STACK_AFTER_S = 0.05
_STEP_EVERY_MS = 400
_STEPS_AFTERWARDS = 40
_REST_S = 0.0005  # leaves the processor to the engine


def films(folder: Path, count: int) -> Path:
    """`count` JPEG files, as many to a folder as on a hospital's disk."""
    noise = np.random.default_rng(0)
    drawn = draw_phantom(_SIDE, _SIDE) >> 4
    pictures = []
    for number in range(_DIFFERENT):
        picture = folder / f"picture{number}.jpg"
        noisy = np.clip(drawn + noise.normal(0, 3, drawn.shape), 0, 255).astype(np.uint8)
        Image.fromarray(noisy).save(picture, quality=90)
        pictures.append(picture.read_bytes())
    place = folder / "Disk 3"
    for number in range(count):
        film = place / f"{number // 500:03}" / f"{number:05}.jpg"
        film.parent.mkdir(parents=True, exist_ok=True)
        film.write_bytes(pictures[number % _DIFFERENT] + str(number).encode())
    return place


class Turns(QObject):
    """Notes how long each turn of the event loop takes, as (s by the clock, s of computing), by phase."""

    def __init__(self) -> None:
        super().__init__()
        self.of: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self.phase = ""
        self.stack: list[str] = []  # where the turn under way was, if it is a long one
        self._begin()
        self._timer = QTimer(self, interval=0)
        self._timer.timeout.connect(self._turn)
        self._timer.start()

    @Slot()
    def _turn(self) -> None:
        took = time.perf_counter() - self.begun, time.thread_time() - self._computed
        if self.phase:
            self.of[self.phase].append(took)
        if self.stack:
            print(f"{took[0] * 1e3:.0f} ms, {took[1] * 1e3:.0f} of computing", *self.stack, sep="\n")
        time.sleep(_REST_S)
        self._begin()

    def _begin(self) -> None:
        self.stack = []
        self.begun, self._computed = time.perf_counter(), time.thread_time()

    def tell(self) -> None:
        for phase, turns in self.of.items():
            clock, computing = (
                ", ".join(f"{s * 1e3:.0f}" for s in sorted(took, reverse=True)[:3])
                for took in zip(*turns, strict=True)
            )
            print(f"{phase}: longest turns {clock} ms; of computing {computing} ms; {len(turns):,} turns")


def note_stacks(turns: Turns, window_thread: int) -> None:
    """Once in each long turn, until the program ends."""
    while True:
        time.sleep(_STACK_AFTER_S / 5)
        if time.perf_counter() - turns.begun > _STACK_AFTER_S and not turns.stack:
            turns.stack = where_is(window_thread)


def where_is(thread: int) -> list[str]:
    """Lets go of the frames at once: a painter in one that is kept would outlive its paint event, and crash Qt."""
    frame: FrameType | None = sys._current_frames()[thread]
    places = []
    while frame is not None:
        places.append((frame.f_code, frame.f_lineno))
        frame = frame.f_back
    return [f"  {code.co_filename}:{line} {code.co_name}" for code, line in places[:6]]


class Reader:
    """Who sits before the window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._chance = random.Random(0)
        self._acts = itertools.cycle(
            (self._next_film, self._scroll, self._next_film, self._sort, self._filter, self._show_all)
        )

    def act(self) -> None:
        next(self._acts)()

    def _next_film(self) -> None:
        self._window.actions_by_id[Do.NEXT_FILM].trigger()

    def _scroll(self) -> None:
        bar = self._window.batch_panel.table.verticalScrollBar()
        bar.setValue(self._chance.randint(0, bar.maximum()))

    def _sort(self) -> None:
        key = self._chance.choice((SortKey.SUSPICION, SortKey.NAME, SortKey.SECONDS))
        self._window.batch_panel.table.sort_asked.emit(key, self._chance.random() < 0.5, "")

    def _filter(self) -> None:
        self._window.batch_panel.filters.search.setText(str(self._chance.randint(0, 99)))

    def _show_all(self) -> None:
        self._window.batch_panel.filters.clear()
        self._window.batch_panel.filters.toggle_state(FilmState.READ)
        self._window.batch_panel.filters.clear()


class Sitting(QObject):
    """From the first row to the last, and a while after."""

    def __init__(self, window: MainWindow, count: int, loop: QEventLoop) -> None:
        super().__init__()
        self.turns = Turns()
        self._window, self._count, self._loop = window, count, loop
        self._reader = Reader(window)
        self._steps = 0
        self._timer = QTimer(self, interval=_STEP_EVERY_MS)
        self._timer.timeout.connect(self._on_time)
        self._timer.start()

    @Slot()
    def _on_time(self) -> None:
        view = self._window.batch_panel.run_bar.view()
        if view is None:
            return
        if view.state is RunState.DONE:
            self.turns.phase = "all there, looked through"
            self._steps += 1
        elif view.done > self._count // 2:
            self.turns.phase = "rows arrive, looked through"
        else:
            self.turns.phase = "rows arrive"
            return
        self._reader.act()
        if self._steps > _STEPS_AFTERWARDS:
            self._loop.quit()


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as own:
        os.environ["XRAYDESK_HOME"] = str(Path(own) / "home")
        place = films(Path(own), count)
        settings = Settings(Path(own) / "settings.ini")
        application(settings)
        loop = QEventLoop()
        window = new_window(settings)
        GarbageCollection(window)  # as in the program
        window.resize(1600, 1000)
        window.show()
        started = time.perf_counter()
        sitting = Sitting(window, count, loop)
        QTimer.singleShot(0, partial(window.classify_batch, [place]))
        if os.environ.get("XRAYDESK_STACKS"):
            told = (sitting.turns, threading.get_ident())
            threading.Thread(target=note_stacks, args=told, daemon=True).start()
        loop.exec()
        print(f"{count:,} films, {QApplication.platformName()}, {time.perf_counter() - started:.0f} s")
        sitting.turns.tell()
        window.close()


if __name__ == "__main__":
    main()
