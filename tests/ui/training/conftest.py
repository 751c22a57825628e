from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.scripted_engine import ScriptedEngine
from tests.ui.training.training_room import Room
from xraydesk.ui.job_runner import JobRunner


@pytest.fixture
def room(
    runner: JobRunner, engine: ScriptedEngine, drain: Callable[[], None], qtbot: QtBot, tmp_path: Path
) -> Iterator[Room]:
    made = Room(runner, engine, drain, qtbot, tmp_path / "runs")
    yield made
    made.train.stop()
