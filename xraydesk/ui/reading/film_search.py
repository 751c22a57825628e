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
    """`found` carries films as they are found, the first at once, and whether they are the first of what
    was asked for last; `ended` a SearchEnd. Searches are numbered, since several may be under way.
    """

    found = Signal(object, bool)
    ended = Signal(object)
    _batch = Signal(int, object)
    _end = Signal(int, object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._under_way: set[threading.Thread] = set()
        self._last = 0
        self._awaited = 0  # the last one, until it has found something
        self._dropped = 0  # of this one and those before it nothing is wanted any more
        self._stopped = threading.Event()
        self._batch.connect(self._on_batch, Qt.ConnectionType.QueuedConnection)
        self._end.connect(self._on_end, Qt.ConnectionType.QueuedConnection)

    def start(self, paths: tuple[Path, ...]) -> None:
        self._last += 1
        self._awaited = self._last
        thread = threading.Thread(
            target=self._search, args=(self._last, paths), name="film search", daemon=True
        )
        self._under_way = {known for known in self._under_way if known.is_alive()} | {thread}
        thread.start()

    def drop(self) -> None:
        """Nothing more is reported of the searches under way."""
        self._dropped = self._last

    def stop(self) -> None:
        """Nothing is reported after this."""
        self._stopped.set()
        for thread in self._under_way:
            thread.join(timeout=2)

    def _is_dropped(self, number: int) -> bool:
        return self._stopped.is_set() or number <= self._dropped

    def _search(self, number: int, paths: tuple[Path, ...]) -> None:
        """On the search's own thread."""
        from xraydesk.film.folder import find_films  # noqa: PLC0415 - the window opens without it

        batch: list[Path] = []
        films = 0
        skipped = Counter[str]()
        told = 0.0
        for file in find_films(paths):
            if self._is_dropped(number):
                return
            if file.is_film:
                films += 1
                batch.append(file.path)
            else:
                skipped[file.skipped] += 1
            if batch and time.monotonic() - told > _TELL_EVERY_S:
                told = time.monotonic()
                self._batch.emit(number, tuple(batch))
                batch.clear()
        self._batch.emit(number, tuple(batch))
        self._end.emit(number, SearchEnd(paths, films, tuple(skipped.most_common())))

    @Slot(int, object)
    def _on_batch(self, number: int, films: tuple[Path, ...]) -> None:
        if films and not self._is_dropped(number):
            first = number == self._awaited
            if first:
                self._awaited = 0
            self.found.emit(films, first)

    @Slot(int, object)
    def _on_end(self, number: int, end: SearchEnd) -> None:
        if not self._is_dropped(number):
            self.ended.emit(end)
