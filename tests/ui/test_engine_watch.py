from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.engine.client import EngineDied
from xraydesk.errors import Failure
from xraydesk.ui.engine_watch import STARTED_AGAIN, EngineWatch
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.status_line import StatusLine
from xraydesk.ui.theme import DARK
from xraydesk.workflows.model_verbs import InstalledModels, ListModels
from xraydesk.workflows.verbs import EngineState, WarmUp

READY = EngineState("cpu", "2 cores", "", "m", "DLH_COVID", "1.0")


@pytest.fixture
def status(qtbot: QtBot) -> StatusLine:
    line = StatusLine(DARK)
    qtbot.addWidget(line)
    return line


@pytest.fixture
def watch(runner: JobRunner, status: StatusLine) -> EngineWatch:
    return EngineWatch(runner, status)


Drain = Callable[[], None]


def test_it_is_starting_until_the_network_is_warm(
    watch: EngineWatch, status: StatusLine, engine: ScriptedEngine, drain: Drain, qtbot: QtBot
) -> None:
    assert status.engine_words() == "Starting"
    engine.started()
    drain()
    assert status.engine_words() == "Starting"
    with qtbot.waitSignal(watch.settled):
        engine.answer(WarmUp(), READY)
    assert status.words() == "Ready  CPU (2 cores)  DLH_COVID 1.0"


def test_a_card_that_cannot_be_used_is_said_in_one_sentence(
    watch: EngineWatch, status: StatusLine, engine: ScriptedEngine, drain: Drain
) -> None:
    engine.started()
    drain()
    note = "The graphics card cannot be used, so films are read on the CPU."
    engine.answer(WarmUp(), EngineState("cpu", "2 cores", note))
    drain()
    assert status.message() == note


def test_a_death_is_said_and_the_new_engine_warmed_up(
    watch: EngineWatch, status: StatusLine, engine: ScriptedEngine, drain: Drain
) -> None:
    engine.started()
    drain()
    engine.answer(WarmUp(), READY)
    engine.answer(ListModels(), InstalledModels(()))
    drain()
    engine.say(EngineDied("The engine's process ended."))
    drain()
    assert status.engine_words() == "Restarting"
    assert status.message() == STARTED_AGAIN
    engine.started()
    drain()
    engine.answer(WarmUp(), READY)
    drain()
    assert status.engine_words() == "Ready"


def test_without_a_model_it_is_not_ready_and_says_why(
    watch: EngineWatch, status: StatusLine, engine: ScriptedEngine, drain: Drain, qtbot: QtBot
) -> None:
    engine.started()
    drain()
    with qtbot.waitSignal(watch.settled):
        engine.fail(WarmUp(), Failure("model_not_found", "No model is installed.", "Install one."))
    assert status.engine_words() == "Not ready"
    assert status.message() == "No model is installed. Install one."


def test_another_model_is_warmed_up_and_may_be_ready_where_the_one_before_was_not(
    watch: EngineWatch, status: StatusLine, engine: ScriptedEngine, drain: Drain
) -> None:
    watch.models_listed.connect(watch.on_active_changed)  # the first listing names the model in use
    engine.started()
    drain()
    engine.answer(ListModels(), InstalledModels(()))
    engine.fail(WarmUp(), Failure("model_damaged", "The weights are damaged."))
    drain()
    assert engine.asked.count(WarmUp()) == 1
    watch.on_active_changed()
    engine.answer(WarmUp(), READY)
    drain()
    assert status.engine_words() == "Ready"
    assert "CPU (2 cores)" in status.state_words()
