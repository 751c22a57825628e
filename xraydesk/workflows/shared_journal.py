"""The one journal that this process writes, for whoever needs it: without torch, so that opinions are noted at once."""

from __future__ import annotations

import threading

from xraydesk import paths
from xraydesk.journal.journal import Journal


class SharedJournal:
    """Opened when it is first asked for; raises OutputError where it cannot be."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._journal: Journal | None = None

    def __call__(self) -> Journal:
        with self._lock:
            self._journal = self._journal or Journal(paths.user_journal())
            return self._journal

    def close(self) -> None:
        if self._journal is not None:
            self._journal.close()
