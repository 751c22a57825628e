"""Reference cycles are collected on the window's thread alone, where Qt's objects belong.

Python collects on whichever thread happens to allocate. A thread that reads the journal would then destroy Qt objects
that lie among the garbage while the window destroys others; each holds a lock that the other waits for, and the window
stands still for ever.
"""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_LOOK_EVERY_MS = 500


class GarbageCollection(QObject):
    """Takes over from Python's own for as long as the process lives; made on the window's thread.

    What lives by then (modules, the window) stays, and is not looked through again: that took 40 ms each time.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        gc.disable()
        gc.freeze()
        self._timer = QTimer(self, interval=_LOOK_EVERY_MS)
        self._timer.timeout.connect(collect_what_is_due)
        self._timer.start()


def collect_what_is_due() -> None:
    """The oldest generation that Python itself would collect by now, on this thread."""
    due = [
        generation
        for generation, (count, most) in enumerate(zip(gc.get_count(), gc.get_threshold(), strict=True))
        if count > most
    ]
    if due:
        gc.collect(due[-1])
