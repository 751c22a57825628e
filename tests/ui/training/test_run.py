"""Step 4: a run is followed, held, stopped, cancelled, and gone on with."""

from __future__ import annotations

import math

import pytest
from PySide6.QtWidgets import QWidget

from tests.ui.training.training_for_tests import epoch_done, step
from tests.ui.training.training_room import Room
from xraydesk.errors import Failure
from xraydesk.jobs import Progress, Remark
from xraydesk.ui.settings import TRAIN_SPEED
from xraydesk.ui.training.epochs import EpochLog
from xraydesk.ui.training.run_state import RunState
from xraydesk.workflows.training_verbs import (
    Control,
    ControlTraining,
    CrossValidated,
    DeleteRun,
    FoldBegun,
    OpenEvaluation,
    RunNoted,
    TrainingDone,
    TrainingRuns,
    TrainModel,
)

CANCELLED = Failure("cancelled", "Cancelled.")


def _control(room: Room, control: Control) -> None:
    out = room.waiting(TrainModel).out
    assert room.waiting(ControlTraining) == ControlTraining(out, control)
    room.answer(ControlTraining, RunNoted(out))


def test_films_are_prepared_before_the_first_epoch(room: Room) -> None:
    room.start()
    assert room.place.training.words() == "Getting ready…"
    room.tell(TrainModel, Progress(120, 600, "decoding films"))
    assert room.place.training.words() == "Decoding films: 120 of 600"


def test_batches_and_epochs_are_followed(room: Room) -> None:
    said: list[str] = []
    room.train.activity_changed.connect(said.append)
    room.start()
    room.tell(TrainModel, step(10, 2))
    page = room.place.training
    assert page.words() == "Epoch 2 of 14, batch 10 of 40"
    assert page.figures() == {
        "Remaining": "12 min 34 s",
        "Films a second": "118",
        "Memory": "1.4 GB",
        "Device": "CPU",
    }
    assert said[-1] == "Training 9 %"  # 1.25 of 14 epochs
    assert room.settings.get(TRAIN_SPEED) == 118.0


def test_a_time_that_nobody_knows_yet_is_left_open(room: Room) -> None:
    room.start()
    room.tell(TrainModel, step(remaining_s=-1.0))
    assert room.place.training.figures()["Remaining"] == "–"


def test_after_the_last_batch_no_time_is_told(room: Room) -> None:
    room.start()
    room.tell(TrainModel, step(40, 14, 0.0))
    assert room.place.training.figures()["Remaining"] == "–"


def test_curves_tell_their_latest_values(room: Room) -> None:
    room.start()
    room.tell(TrainModel, epoch_done(1), epoch_done(2), epoch_done(3, best=False))
    assert room.place.training.accuracy.accessibleDescription() == "training 74 %, validation 71 %"
    assert room.train.run._log.best == 2


def test_a_run_is_held_and_goes_on(room: Room) -> None:
    room.start()
    room.tell(TrainModel, step())
    room.place.training._hold.click()
    _control(room, Control.HOLD)
    assert room.place.training.words().startswith("Held.")
    room.place.training._hold.click()
    _control(room, Control.GO_ON)
    assert room.place.training.state is RunState.RUNNING


def test_a_run_is_stopped_and_keeps_the_best(room: Room) -> None:
    room.start()
    room.tell(TrainModel, step())
    room.place.training._stop.click()
    _control(room, Control.STOP)
    assert room.place.training.state is RunState.STOPPING
    assert not room.place.training._hold.isEnabled()


def test_a_cancelled_run_leaves_nothing_behind(room: Room) -> None:
    request = room.start()
    room.tell(TrainModel, step())
    room.place.training._cancel.click()
    assert room.train.run.state is RunState.RUNNING  # asks first
    room.place.training._cancel.click()
    assert room.engine.cancelled
    room.engine.fail(request, CANCELLED)
    room.drain()
    assert room.waiting(DeleteRun) == DeleteRun(request.out)
    room.answer(DeleteRun, TrainingRuns(()))
    assert room.place.training.words() == "Cancelled. Nothing was kept."
    assert room.place.next.text() == "Start training"


def test_a_run_cancelled_in_its_last_moment_leaves_nothing_behind_either(room: Room) -> None:
    request = room.start()
    room.tell(TrainModel, step())
    room.train.run.cancel()
    room.answer(TrainModel, TrainingDone(request.out / "model", 5, {}))
    assert room.waiting(DeleteRun) == DeleteRun(request.out)
    assert not room.is_waiting(OpenEvaluation)
    assert room.train.run.state is RunState.CANCELLED


def test_a_run_whose_engine_died_goes_on_with_its_curves(room: Room) -> None:
    request = room.start()
    room.tell(TrainModel, epoch_done(1), step(3, 2))
    room.engine.die()
    room.drain()
    assert room.place.training.state is RunState.FAILED
    assert room.place.training.note().startswith("The engine stopped")
    room.answer_lists()
    room.next()
    again = room.waiting(TrainModel)
    assert (again.out, again.resume) == (request.out, True)
    room.tell(TrainModel, epoch_done(2))
    assert room.train.run._log.values("train_loss")[0] == pytest.approx(0.9)


def test_what_happens_on_the_way_is_said(room: Room) -> None:
    room.start()
    room.tell(TrainModel, step(), Remark("The batch was halved to 16 films."))
    assert room.place.training.note() == "The batch was halved to 16 films."


def test_closing_asks_only_while_it_trains(room: Room) -> None:
    asked: list[bool] = []

    def stay(_parent: QWidget) -> bool:
        asked.append(True)
        return False

    room.train.asks = stay
    assert room.train.may_close()
    room.start()
    assert not room.train.may_close()
    assert asked == [True]


def test_films_of_a_running_training_are_not_looked_through_again(room: Room) -> None:
    room.start()
    room.train.take(room.waiting(TrainModel).folder)
    assert room.train.run.is_under_way()
    assert len([request for request in room.engine.asked if type(request).__name__ == "ScanFolder"]) == 1


def test_a_cross_validation_says_which_fold_it_is_at_and_how_far_of_all(room: Room) -> None:
    said: list[str] = []
    room.train.activity_changed.connect(said.append)
    room.start()
    page = room.place.training
    room.tell(TrainModel, FoldBegun(1, 4), step(10, 2), epoch_done(1), FoldBegun(2, 4))
    assert room.train.run._log.done == []
    room.tell(TrainModel, step(20, 7, remaining_s=100.0))  # for 300 batches; two folds more have 1,120
    assert page.words() == "Fold 2 of 4, epoch 7 of 14, batch 20 of 40"
    assert said[-1] == "Training 37 %"  # 1 + 6.5 / 14 of 4 folds
    assert page.figures()["Remaining"] == "7 min 53 s"
    room.tell(TrainModel, FoldBegun(4, 4), step(40, 14, remaining_s=0.0))
    room.answer(TrainModel, CrossValidated([], {}))
    assert page.words() == "Trained, 4 folds."


def test_an_epoch_done_again_after_going_on_counts_once() -> None:
    log = EpochLog()
    for number in (1, 2, 3, 2):
        log.add(epoch_done(number))
    assert [epoch.epoch for epoch in log.done] == [1, 2]


def test_curves_of_a_run_gone_on_with_leave_open_what_was_before() -> None:
    log = EpochLog()
    log.add(epoch_done(4))
    values = log.values("train_loss")
    assert [math.isnan(value) for value in values] == [True, True, True, False]


def test_hold_answered_after_cancel_does_not_undo_it(room: Room) -> None:
    request = room.start()
    room.tell(TrainModel, step())
    room.place.training._hold.click()
    room.place.training._cancel.click()
    room.place.training._cancel.click()
    room.answer(ControlTraining, RunNoted(request.out))
    assert room.train.run.state is RunState.CANCELLING
    room.engine.fail(request, CANCELLED)
    room.drain()
    assert room.waiting(DeleteRun) == DeleteRun(request.out)
