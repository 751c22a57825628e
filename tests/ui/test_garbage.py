"""Cycles of Qt's objects are destroyed on the window's thread, whichever thread made Python want to collect."""

from __future__ import annotations

import gc
import threading
import weakref

from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot

from xraydesk.ui.garbage import GarbageCollection, collect_what_is_due


class _InACycle(QObject):
    def __init__(self, destroyed_by: list[int]) -> None:
        super().__init__()
        self.itself = self
        weakref.finalize(self, lambda: destroyed_by.append(threading.get_ident()))


def test_a_thread_that_allocates_collects_nothing_of_qt(qtbot: QtBot) -> None:
    destroyed_by: list[int] = []
    owner = QObject()
    gc.enable()  # as Python starts
    collection = GarbageCollection(owner)
    try:
        _InACycle(destroyed_by)
        kept: list[list[int]] = []
        busy = threading.Thread(target=lambda: kept.extend([number] for number in range(100_000)))
        busy.start()
        busy.join()
        assert destroyed_by == []
        qtbot.waitUntil(lambda: destroyed_by == [threading.get_ident()])
    finally:
        gc.unfreeze()
    assert collection.parent() is owner


def test_the_oldest_generation_that_is_due_is_collected() -> None:
    for _ in range((gc.get_threshold()[1] + 1) * (gc.get_threshold()[2] + 1)):
        kept = [[number] for number in range(gc.get_threshold()[0] + 100)]
        collect_what_is_due()
        del kept
    assert gc.get_count()[2] <= gc.get_threshold()[2]
    assert gc.get_count()[1] <= gc.get_threshold()[1]
