"""One at a time at the network, and a film that somebody waits for before the films of a batch."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager


class Turns:
    def __init__(self) -> None:
        self._free = threading.Condition()
        self._taken = False
        self._waited_for = 0

    @contextmanager
    def first(self) -> Iterator[None]:
        """As soon as whoever is at the network leaves it."""
        with self._free:
            self._waited_for += 1
            self._free.wait_for(lambda: not self._taken)
            self._waited_for -= 1
            self._taken = True
        yield from self._held()

    @contextmanager
    def when_nobody_waits(self) -> Iterator[None]:
        with self._free:
            self._free.wait_for(lambda: not self._taken and not self._waited_for)
            self._taken = True
        yield from self._held()

    def _held(self) -> Iterator[None]:
        try:
            yield
        finally:
            with self._free:
                self._taken = False
                self._free.notify_all()
