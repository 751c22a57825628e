"""What runs, and what is asked of the engine in which order."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.engine.client import EngineDied
from xraydesk.errors import Failure
from xraydesk.ui.batch.running import BatchRun
from xraydesk.ui.job_runner import JobRunner
from xraydesk.workflows.verbs import (
    AddToBatch,
    BatchNoted,
    BatchProgress,
    BatchRan,
    CancelBatch,
    DeleteBatch,
    Request,
    RetryFailed,
    RunBatch,
    StartBatch,
)

DISK = (Path("/disk"),)
START, WATCH = StartBatch(DISK), StartBatch(DISK, watch=True)
CANCELLED = Failure("cancelled", "Cancelled.")
FULL = "The disk is full. Free some space."


class Desk:
    """A run, the engine behind it, and what it told."""

    def __init__(self, runner: JobRunner, engine: ScriptedEngine, drain: Callable[[], None]) -> None:
        self.run = BatchRun(runner)
        self.engine = engine
        self.drain = drain
        self.ended: list[BatchRan] = []
        self.failed: list[Failure] = []
        self.run.ended.connect(self.ended.append)
        self.run.failed.connect(self.failed.append)

    def waiting(self) -> list[Request]:
        return list(self.engine.waiting.values())

    def answer(self, request: Request, answer: BatchNoted | BatchRan) -> None:
        self.engine.answer(request, answer)
        self.drain()

    def tell(self, batch_id: int, done: int, found: int = 100) -> None:
        self.engine.tell(RunBatch(batch_id), BatchProgress(batch_id, found, done, all_found=True))
        self.drain()

    def fail(self, request: Request, failure: Failure) -> None:
        self.engine.fail(request, failure)
        self.drain()

    def die(self) -> None:
        self.engine.die()
        self.drain()


@pytest.fixture
def desk(runner: JobRunner, engine: ScriptedEngine, drain: Callable[[], None]) -> Desk:
    return Desk(runner, engine, drain)


def test_a_batch_that_was_noted_runs(desk: Desk) -> None:
    desk.run.start(DISK)
    assert desk.waiting() == [START]
    desk.answer(START, BatchNoted(7))
    assert desk.waiting() == [RunBatch(7)]
    assert desk.run.is_running(7)


def test_a_batch_that_cannot_be_noted_says_why(desk: Desk) -> None:
    desk.run.start(DISK)
    failure = Failure("output_failed", "The journal could not be written: the disk is full.")
    desk.fail(START, failure)
    assert desk.failed == [failure]
    assert desk.run.current is None


def test_what_runs_has_told_how_far_it_is(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.tell(7, 3)
    assert desk.run.current is not None
    assert desk.run.current.progress is not None
    assert desk.run.current.progress.done == 3


@pytest.mark.parametrize("as_failure", [True, False])
def test_a_paused_batch_has_stopped_without_a_reason(desk: Desk, as_failure: bool) -> None:
    desk.run.go_on(7)
    desk.run.pause()
    assert desk.engine.cancelled == [1]
    assert desk.run.is_running(7), "until it has stopped"
    if as_failure:
        desk.fail(RunBatch(7), CANCELLED)
    else:
        desk.answer(RunBatch(7), BatchRan(7, finished=False))
    assert desk.ended == [BatchRan(7, finished=False)]
    assert desk.run.current is None
    assert desk.run.reason(7) == ""


def test_why_a_batch_stopped_is_kept_until_it_goes_on(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.answer(RunBatch(7), BatchRan(7, finished=False, reason=FULL))
    assert desk.run.reason(7) == FULL
    desk.run.go_on(7)
    assert desk.run.reason(7) == ""


def test_a_batch_whose_model_is_gone_says_so(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.fail(RunBatch(7), Failure("model_not_found", "The model is not installed.", "Install it."))
    assert desk.run.reason(7) == "The model is not installed. Install it."


def test_a_second_batch_waits_its_turn(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.run.go_on(8)
    assert desk.waiting() == [RunBatch(7)]
    assert desk.run.is_waiting(8)
    desk.answer(RunBatch(7), BatchRan(7, finished=True))
    assert desk.waiting() == [RunBatch(8)]
    assert not desk.run.is_waiting(8)


def test_a_batch_that_waits_does_not_begin_because_the_one_before_it_is_paused(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.run.go_on(8)
    desk.run.pause()
    desk.answer(RunBatch(7), BatchRan(7, finished=False))
    assert desk.waiting() == []
    desk.run.go_on(7)
    desk.answer(RunBatch(7), BatchRan(7, finished=True))
    assert desk.waiting() == [RunBatch(8)]


def test_a_watched_folder_makes_room_for_a_batch_and_is_watched_again_after_it(desk: Desk) -> None:
    desk.run.start(DISK, watch=True)
    desk.answer(WATCH, BatchNoted(3))
    desk.run.go_on(8)
    assert desk.engine.cancelled == [2]
    desk.answer(RunBatch(3), BatchRan(3, finished=False))
    assert desk.waiting() == [RunBatch(8)]
    assert desk.run.is_waiting(3)
    desk.answer(RunBatch(8), BatchRan(8, finished=True))
    assert desk.waiting() == [RunBatch(3)]
    assert desk.run.current is not None
    assert desk.run.current.watch


def test_places_are_added_to_a_batch_without_stopping_it(desk: Desk) -> None:
    noted: list[tuple[object, int]] = []
    desk.run.noted.connect(lambda request, batch_id: noted.append((request, batch_id)))
    desk.run.go_on(7)
    desk.run.add(7, DISK)
    assert desk.engine.cancelled == []
    desk.answer(AddToBatch(7, DISK), BatchNoted(7))
    assert noted == [(AddToBatch(7, DISK), 7)]
    assert desk.waiting() == [RunBatch(7)]


def test_a_batch_that_runs_is_stopped_before_it_is_cancelled(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.run.cancel(7)
    assert desk.waiting() == [RunBatch(7)]
    desk.answer(RunBatch(7), BatchRan(7, finished=False))
    assert desk.waiting() == [CancelBatch(7)]
    desk.answer(CancelBatch(7), BatchNoted(7))
    assert desk.run.current is None


def test_after_a_batch_that_was_cancelled_comes_the_next(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.run.go_on(8)
    desk.run.cancel(7)
    desk.answer(RunBatch(7), BatchRan(7, finished=False))
    desk.answer(CancelBatch(7), BatchNoted(7))
    assert desk.waiting() == [RunBatch(8)]


def test_a_batch_that_waits_its_turn_can_be_cancelled(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.run.go_on(8)
    desk.run.cancel(8)
    assert not desk.run.is_waiting(8)
    assert desk.waiting() == [RunBatch(7), CancelBatch(8)]


def test_failed_films_are_tried_again(desk: Desk) -> None:
    desk.run.retry_failed(7)
    desk.answer(RetryFailed(7), BatchNoted(7))
    assert desk.waiting() == [RunBatch(7)]


def test_a_batch_that_runs_is_stopped_before_it_is_deleted(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.run.delete(7)
    desk.answer(RunBatch(7), BatchRan(7, finished=False))
    assert desk.waiting() == [DeleteBatch(7)]


def test_after_the_engine_died_the_batch_goes_on_by_itself(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.tell(7, 5)
    desk.die()
    assert desk.waiting() == [RunBatch(7)]
    assert desk.ended == []
    assert desk.run.current is not None
    assert desk.run.current.progress is not None
    assert desk.run.current.progress.done == 5


def test_an_engine_that_dies_three_times_without_a_film_done_stops_the_batch(desk: Desk) -> None:
    desk.run.go_on(7)
    for _ in range(3):
        desk.die()
    assert desk.waiting() == []
    assert desk.run.reason(7) == "The engine stopped 3 times in a row without getting further."


def test_a_batch_that_gets_further_each_time_outlives_any_number_of_deaths(desk: Desk) -> None:
    desk.run.go_on(7)
    for done in range(1, 6):
        desk.tell(7, done)
        desk.die()
    assert desk.waiting() == [RunBatch(7)]


def test_a_batch_can_be_paused_while_the_engine_is_started_again(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.engine.die_without_return()
    desk.drain()
    assert desk.run.is_running(7)
    desk.run.pause()
    assert desk.ended == [BatchRan(7, finished=False)]
    desk.engine.started()
    desk.drain()
    assert desk.waiting() == []


def test_an_engine_that_does_not_come_up_leaves_the_batch_paused_with_the_reason(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.engine.die_without_return()
    for _ in range(2):
        desk.engine.say(EngineDied("The engine's process ended."))
    desk.drain()
    assert desk.run.current is None
    assert desk.run.reason(7).startswith("The engine cannot be started.")


def test_a_batch_in_trouble_does_not_hold_up_those_behind_it(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.run.go_on(8)
    desk.run.go_on(9)
    desk.answer(RunBatch(7), BatchRan(7, finished=False, reason=FULL))
    assert desk.waiting() == [RunBatch(8)]
    desk.fail(RunBatch(8), Failure("model_not_found", "The model is not installed.", "Install it."))
    assert desk.waiting() == [RunBatch(9)]


def test_a_batch_that_waits_behind_a_paused_one_goes_on_when_asked(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.run.go_on(8)
    desk.run.pause()
    desk.answer(RunBatch(7), BatchRan(7, finished=False))
    desk.run.go_on(8)
    assert desk.waiting() == [RunBatch(8)]
    assert not desk.run.is_waiting(8)


def test_places_added_to_a_batch_that_ended_just_then_are_read(desk: Desk) -> None:
    desk.run.go_on(7)
    desk.run.add(7, DISK)
    desk.answer(RunBatch(7), BatchRan(7, finished=True))
    desk.answer(AddToBatch(7, DISK), BatchNoted(7))
    assert desk.waiting() == [RunBatch(7)]
