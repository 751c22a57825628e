"""Finds films in what was opened, on a thread of its own: a network drive never stops the window."""

from __future__ import annotations

import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal, Slot

_TELL_EVERY_S = 0.2


@dataclass(frozen=True, slots=True)
class SearchEnd:
    """What came of a search: the paths asked for, films found, why other files were passed over, how often."""

    asked: tuple[Path, ...]
    films: int
    skipped: tuple[tuple[str, int], ...] = ()


class FilmSearch(QObject):
    """`found` carries films as they are found, the first at once; `ended` a SearchEnd."""

    found = Signal(object)
    ended = Signal(object)
    _batch = Signal(object)
    _end = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._under_way: set[threading.Thread] = set()
        self._stopped = threading.Event()
        self._batch.connect(self._on_batch, Qt.ConnectionType.QueuedConnection)
        self._end.connect(self._on_end, Qt.ConnectionType.QueuedConnection)

    def start(self, paths: tuple[Path, ...]) -> None:
        thread = threading.Thread(target=self._search, args=(paths,), name="film search", daemon=True)
        self._under_way = {known for known in self._under_way if known.is_alive()} | {thread}
        thread.start()

    def stop(self) -> None:
        """Nothing is reported after this."""
        self._stopped.set()
        for thread in self._under_way:
            thread.join(timeout=2)

    def _search(self, paths: tuple[Path, ...]) -> None:
        """On the search's own thread."""
        from xraydesk.film.folder import find_films  # noqa: PLC0415 - the window opens without it

        batch: list[Path] = []
        films = 0
        skipped = Counter[str]()
        told = 0.0
        for file in find_films(paths):
            if self._stopped.is_set():
                return
            if file.is_film:
                films += 1
                batch.append(file.path)
            else:
                skipped[file.skipped] += 1
            if batch and time.monotonic() - told > _TELL_EVERY_S:
                told = time.monotonic()
                self._batch.emit(tuple(batch))
                batch.clear()
        self._batch.emit(tuple(batch))
        self._end.emit(SearchEnd(paths, films, tuple(skipped.most_common())))

    @Slot(object)
    def _on_batch(self, films: tuple[Path, ...]) -> None:
        if films and not self._stopped.is_set():
            self.found.emit(films)

    @Slot(object)
    def _on_end(self, end: SearchEnd) -> None:
        if not self._stopped.is_set():
            self.ended.emit(end)
