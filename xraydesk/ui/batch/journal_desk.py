"""Asks the journal without waiting for it: neither a slow disk nor a large batch ever stops the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Qt, Signal, Slot

from xraydesk.journal.reader import JournalReader
from xraydesk.ui.batch.reader_thread import ReaderThread

T = TypeVar("T")

_TOPICS_WAITING = 16


class JournalDesk(QObject):
    """Answers come in the window's thread. `failed` carries a Failure where the journal cannot be read."""

    failed = Signal(object)

    def __init__(self, journal: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._keys: dict[str, int] = {}
        self._wanted: dict[int, tuple[int, Callable[[Any], None]]] = {}  # key -> number asked, who waits
        self._asked = 0
        self._thread = ReaderThread(journal, "journal", keep=_TOPICS_WAITING)
        queued = Qt.ConnectionType.QueuedConnection
        self._thread.voice.answered.connect(self._on_answered, queued)
        self._thread.voice.failed.connect(self._on_failed, queued)

    def ask(self, about: str, ask: Callable[[JournalReader], T], on_answer: Callable[[T], None]) -> None:
        """Of several questions about the same thing only the latest is answered."""
        self._asked += 1
        number = self._asked
        key = self._keys.setdefault(about, len(self._keys) + 1)
        self._wanted[key] = number, on_answer
        self._thread.ask(key, lambda reader: (number, ask(reader)))

    def forget(self, about: str) -> None:
        """What was asked about it is of no interest any more."""
        self._wanted.pop(self._keys.get(about, 0), None)

    def stop(self) -> None:
        """Nothing is answered after this."""
        self._wanted.clear()
        self._thread.stop()

    @Slot(int, object)
    def _on_answered(self, key: int, answer: tuple[int, object]) -> None:
        number, on_answer = self._wanted.get(key, (0, None))
        if on_answer is not None and number == answer[0]:
            del self._wanted[key]
            on_answer(answer[1])

    @Slot(int, object)
    def _on_failed(self, key: int, failure: object) -> None:
        if self._wanted.pop(key, None) is not None:
            self.failed.emit(failure)
