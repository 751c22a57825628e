"""What a person may tell a run while it trains, from another thread."""

from __future__ import annotations

import threading
import time

from xraydesk.jobs import JobContext

_LOOK_EVERY_S = 0.05


class TrainingControl:
    """Held: it computes nothing until it may go on. Stopped: it ends early and keeps the best it has."""

    def __init__(self) -> None:
        self._held = threading.Event()
        self._stopped = threading.Event()

    def hold(self) -> None:
        self._held.set()

    def go_on(self) -> None:
        self._held.clear()

    def stop(self) -> None:
        self._stopped.set()
        self._held.clear()

    @property
    def is_stopped(self) -> bool:
        return self._stopped.is_set()

    def wait_while_held(self, ctx: JobContext) -> None:
        """Raises Cancelled when the job is cancelled meanwhile."""
        while self._held.is_set():
            ctx.check_cancelled()
            time.sleep(_LOOK_EVERY_S)
