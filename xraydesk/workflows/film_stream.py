"""Films decoded ahead of the network, and never more than a few: while it computes, others decode."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from types import TracebackType
from typing import Self

from xraydesk.workflows.film_workers import FILM_LIMIT_S, FilmWorkers, Numbered
from xraydesk.workflows.prepare_film import PreparedFilm, Preparing

_READY = 16  # prepared films that wait for the network, 55 kB each
_MOMENT_S = 0.2

Ready = tuple[int, PreparedFilm]


class FilmStream:
    """Use as a context; it leaves no process and no thread behind."""

    def __init__(
        self,
        how: Preparing,
        films: Iterator[Numbered | None],
        *,
        workers: int = 0,
        limit_s: float = FILM_LIMIT_S,
    ) -> None:
        """`films` is asked from another thread; None means none yet."""
        self._films = films
        self._crew = FilmWorkers(how, count=workers, limit_s=limit_s)
        self._ready: queue.Queue[Ready | Exception | None] = queue.Queue(_READY)
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._feed, name="film stream", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._stopping.set()
        self._thread.join()

    def groups(self, size: int) -> Iterator[list[Ready]]:
        """Prepared films in order, up to `size` at a time; an empty group every moment, to look around.

        Raises what the stream of films raises, and EngineError if nothing can be decoded at all.
        """
        group: list[Ready] = []
        while True:
            try:
                item = self._ready.get(timeout=_MOMENT_S)
            except queue.Empty:
                yield group
                group = []
                continue
            if isinstance(item, Exception):
                raise item
            if item is not None:
                group.append(item)
            if group and (item is None or len(group) == size):
                yield group
                group = []
            if item is None:
                return

    def _feed(self) -> None:
        """On the stream's own thread."""
        try:
            with self._crew as crew:
                for film in crew.prepared(self._films):
                    if self._stopping.is_set():
                        return
                    if film is not None:
                        self._put(film)
            self._put(None)
        except Exception as error:  # told to whoever waits for films
            self._put(error)

    def _put(self, item: Ready | Exception | None) -> None:
        while not self._stopping.is_set():
            try:
                self._ready.put(item, timeout=_MOMENT_S)
            except queue.Full:
                continue
            return
