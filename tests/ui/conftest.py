"""What the tests of widgets share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.ui.actions import Actions
from xraydesk.ui.garbage import collect_what_is_due
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.theme import DARK


@pytest.fixture(autouse=True)
def garbage(garbage_is_collected_here: None) -> Iterator[None]:
    yield
    collect_what_is_due()


@pytest.fixture
def engine() -> ScriptedEngine:
    return ScriptedEngine()


@pytest.fixture
def runner(engine: ScriptedEngine, qtbot: QtBot) -> Iterator[JobRunner]:
    made = JobRunner(engine)
    made.start()
    yield made
    made.stop()


@pytest.fixture
def drain(qtbot: QtBot) -> Callable[[], None]:
    """Delivers all that is queued for the window's thread."""

    def deliver() -> None:
        for _ in range(3):
            QCoreApplication.sendPostedEvents()
            QCoreApplication.processEvents()

    return deliver


@pytest.fixture
def actions(qtbot: QtBot) -> Actions:
    window = QWidget()
    qtbot.addWidget(window)
    made = Actions(window, DARK)
    made.window = window  # type: ignore[attr-defined]
    return made
