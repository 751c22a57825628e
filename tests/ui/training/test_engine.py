"""The process that trains is closed when nobody needs it, and is there again when somebody does."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.ui.job_runner import Job, JobRunner
from xraydesk.ui.training.engine import TrainingEngine
from xraydesk.workflows.training_verbs import ListRuns, TrainingRuns


class Desk:
    """Each start of the process is an engine of its own."""

    def __init__(self) -> None:
        self.started: list[ScriptedEngine] = []
        self.answers: list[object] = []
        self.training = TrainingEngine(self._new_runner, rest_after_ms=1)

    def _new_runner(self) -> JobRunner:
        self.started.append(ScriptedEngine())
        return JobRunner(self.started[-1])

    def ask(self) -> Job:
        return self.training.ask(ListRuns(), self.answers.append, self.answers.append)

    def rests(self) -> bool:
        return self.started[-1].stopped


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk()


def test_after_the_last_answer_the_process_is_closed_and_the_next_question_starts_another(
    desk: Desk, qtbot: QtBot, drain: Callable[[], None]
) -> None:
    desk.ask()
    desk.started[0].answer(ListRuns(), TrainingRuns(()))
    qtbot.waitUntil(desk.rests)
    assert desk.answers == [TrainingRuns(())]
    desk.ask()
    assert len(desk.started) == 2 and not desk.rests()
    desk.started[1].answer(ListRuns(), TrainingRuns(()))
    qtbot.waitUntil(desk.rests)


def test_while_one_answer_is_awaited_the_process_stays(
    desk: Desk, qtbot: QtBot, drain: Callable[[], None]
) -> None:
    first, _second = desk.ask(), desk.ask()
    desk.started[0].answer(ListRuns(), TrainingRuns(()))
    drain()
    assert not desk.rests()
    assert not desk.training._rest.isActive()
    assert first not in desk.training._asked and len(desk.training._asked) == 1
    desk.started[0].answer(ListRuns(), TrainingRuns(()))
    qtbot.waitUntil(desk.rests)


def test_what_nobody_waits_for_does_not_keep_the_process(desk: Desk, qtbot: QtBot) -> None:
    desk.training.abandon(desk.ask())
    qtbot.waitUntil(desk.rests)
