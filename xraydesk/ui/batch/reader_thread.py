"""A thread that reads the journal, so that the window never waits for a disk."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from xraydesk.errors import Failure, XRayDeskError
from xraydesk.journal.reader import JournalReader

Work = Callable[[JournalReader], object]


class Voice(QObject):
    """Speaks for a thread; without a parent, so that it outlives what listened to it."""

    answered = Signal(int, object)  # the key of the work, and what came of it
    failed = Signal(int, object)  # the key, and the Failure


class ReaderThread:
    """Does what it is asked with a journal reader of its own, the latest first."""

    def __init__(self, journal: Path, name: str, *, keep: int) -> None:
        """`keep`: so many pieces of work wait at most; of older ones nobody wants to know any more."""
        self._journal = journal
        self._name = name
        self._keep = keep
        self._waiting: dict[int, Work] = {}
        self._bell = threading.Condition()
        self._stopped = False
        self._thread: threading.Thread | None = None
        self.voice = Voice()

    def ask(self, key: int, work: Work) -> tuple[int, ...]:
        """Work that waits under the same key is replaced. The keys of those dropped for it come back."""
        with self._bell:
            self._waiting.pop(key, None)
            self._waiting[key] = work
            dropped = tuple(self._waiting)[: -self._keep]
            for old in dropped:
                del self._waiting[old]
            self._bell.notify()
        if self._thread is None and not self._stopped:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        return dropped

    def stop(self) -> None:
        """What runs is finished, what waits is dropped, and nothing is told after this."""
        with self._bell:
            self._stopped = True
            self._waiting.clear()
            self._bell.notify()
        if self._thread is not None:
            self._thread.join()

    def _next(self) -> tuple[int, Work] | None:
        with self._bell:
            self._bell.wait_for(lambda: self._waiting or self._stopped)
            return None if self._stopped else self._waiting.popitem()

    def _run(self) -> None:
        reader: JournalReader | None = None
        while (job := self._next()) is not None:
            key, work = job
            try:
                reader = reader or JournalReader(self._journal)
                answer = work(reader)
            except (XRayDeskError, sqlite3.Error, OSError) as fault:
                close_quietly(reader)
                reader = None  # the next one finds out whether the disk is back
                self._tell(self.voice.failed, key, journal_failure(self._journal, fault))
            else:
                self._tell(self.voice.answered, key, answer)
        close_quietly(reader)

    def _tell(self, signal: object, key: int, what: object) -> None:
        if not self._stopped:
            with suppress(RuntimeError):  # the program is ending and Qt's objects are gone
                signal.emit(key, what)  # type: ignore[attr-defined]


def close_quietly(reader: JournalReader | None) -> None:
    """A journal that is gone cannot even be closed, and that is nothing to say twice."""
    if reader is not None:
        with suppress(sqlite3.Error, OSError):
            reader.close()


def journal_failure(journal: Path, fault: Exception) -> Failure:
    """Why the journal cannot be read, in words."""
    if isinstance(fault, XRayDeskError):
        return fault.failure()
    return Failure(
        "journal_unreadable",
        f"The journal of the batches cannot be read: {journal.name}.",
        "Nothing of it is lost by this. Check that its disk is connected, then open the batch again.",
    )
