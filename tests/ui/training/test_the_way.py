"""From a folder to a model in use, without knowing anything of training."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QComboBox, QLineEdit, QPushButton, QSpinBox, QTableView

from tests.ui.training.training_for_tests import (
    FOLDER,
    TOO_FEW,
    active_model,
    evaluation,
    planned,
    run_summary,
    scanned,
)
from tests.ui.training.training_room import Room
from xraydesk.errors import Failure
from xraydesk.ui.training.steps import Mark, Step
from xraydesk.workflows.model_verbs import InstalledModels, InstallTrained
from xraydesk.workflows.training_verbs import (
    PRESETS,
    CrossValidated,
    ListRuns,
    OpenEvaluation,
    PlanSplit,
    ScanFolder,
    TrainingDone,
    TrainingRuns,
    TrainModel,
)


def _marks(room: Room) -> list[Mark]:
    return [button.mark() for button in room.place.steps.buttons.values()]


def test_next_next_next_start_trains_by_the_recommended_recipe(room: Room) -> None:
    request = room.start()
    assert request.folder == FOLDER
    assert request.config == PRESETS["recommended"]
    assert request.start == "scratch"
    assert (request.folds, request.resume, request.choices) == (0, False, ())
    assert request.name == "clinic"
    assert request.out.name == "2026-07-30 19-14-05"


def test_each_step_says_what_comes_next_or_why_not(room: Room) -> None:
    assert (room.sentence, room.place.next.isEnabled()) == ("Choose the films first.", False)
    room.scan()
    assert room.sentence.startswith("Next: ")
    room.next()
    assert (room.sentence, room.place.next.isEnabled()) == ("The films are divided…", False)
    room.answer(PlanSplit, planned())
    room.next()
    assert room.at(Step.NETWORK)
    room.next()
    assert room.place.next.text() == "Start training"


def test_films_that_cannot_be_trained_on_stop_the_way_in_words(room: Room) -> None:
    room.scan(scanned((TOO_FEW,)))
    assert not room.place.next.isEnabled()
    assert room.sentence == "These films cannot be trained on yet: NORMAL has 4 films; a class needs 10."


def test_steps_are_done_now_or_not_yet_in_words(room: Room) -> None:
    assert _marks(room) == [Mark.NOW, *[Mark.LATER] * 5]
    room.go_to_training()
    assert _marks(room) == [Mark.DONE, Mark.DONE, Mark.DONE, Mark.NOW, Mark.LATER, Mark.LATER]
    films, training = (room.place.steps.buttons[step] for step in (Step.FILMS, Step.TRAINING))
    assert films.accessibleName() == "Step 1, Films, done, 58 films, 3 classes"
    assert training.accessibleName().startswith("Step 4, Training, now")


def test_a_click_on_a_step_that_is_done_leads_back(room: Room) -> None:
    room.go_to_training()
    room.place.steps.buttons[Step.SPLIT].click()
    assert room.at(Step.SPLIT)
    assert not room.place.steps.buttons[Step.EVALUATION].isEnabled()
    room.place.back.click()
    assert room.at(Step.FILMS)


def test_the_model_that_was_trained_is_put_to_use(room: Room) -> None:
    request = room.finish()
    room.next()
    assert room.at(Step.EVALUATION)
    room.next()
    assert room.at(Step.INTO_USE)
    room.place.use.install_wanted.emit("Ward 3", True)
    asked = InstallTrained(request.out / "model", "Ward 3", activate=True)
    assert asked in room.reading.waiting.values()
    room.reading.answer(asked, InstalledModels((active_model(),)))
    room.drain()
    assert "The new model reads." in room.sentence


def test_what_is_trained_on_cannot_be_changed_meanwhile(room: Room) -> None:
    room.start()
    room.place.steps.buttons[Step.FILMS].click()
    assert not room.place.films.isEnabled()
    assert room.sentence == "These choices are being trained on. Cancel the run to change them."
    room.next()
    assert room.at(Step.TRAINING)


def test_a_recipe_changed_after_a_training_is_trained_anew(room: Room) -> None:
    room.finish()
    room.place.steps.buttons[Step.NETWORK].click()
    room.place.network.recipe_chosen.emit("quick")
    room.next()
    assert room.place.next.text() == "Start training"
    room.next()
    assert room.waiting(TrainModel).config.preset == "quick"


def test_a_cross_validation_leads_to_the_training_of_one_model(room: Room) -> None:
    room.scan()
    room.next()
    room.answer(PlanSplit, planned())
    room.place.split._folded.click()
    room.drain()
    assert room.waiting(PlanSplit).request.folds == 5
    room.answer(PlanSplit, planned(folds=5))
    room.next()
    room.next()
    room.next()
    request = room.waiting(TrainModel)
    folds = [{"films": 20, "accuracy": 0.9}] * 5
    room.answer(TrainModel, CrossValidated(folds, {}))
    room.answer(OpenEvaluation, replace(evaluation(request.out), folds=tuple(folds)))
    room.next()
    rows = room.place.evaluation.folds.words()
    assert [row[0] for row in rows] == ["Mean ± deviation", *[f"Fold {number}" for number in range(1, 6)]]
    room.next()
    assert room.at(Step.SPLIT)
    assert room.waiting(PlanSplit).request.folds == 0


def test_a_run_that_broke_off_goes_on(room: Room) -> None:
    summary = run_summary(room.train._runs / "1")
    room.train.earlier.ask()
    room.answer(ListRuns, TrainingRuns((summary,)))
    room.place.films.choose.runs._open.click()
    room.drain()
    request = room.waiting(TrainModel)
    assert (request.out, request.resume) == (summary.out, True)
    assert room.at(Step.TRAINING)


def test_a_finished_run_is_looked_at_and_put_to_use(room: Room) -> None:
    summary = run_summary(room.train._runs / "1", finished=True, name="Ward 3")
    room.train.look_at(summary)
    room.answer(OpenEvaluation, evaluation(summary.out))
    assert room.at(Step.EVALUATION)
    room.next()
    assert room.place.use.name() == "Ward 3"


def test_an_evaluation_that_failed_is_tried_again(room: Room) -> None:
    request = room.start()
    room.answer(TrainModel, TrainingDone(request.out / "model", 5, {}))
    room.engine.fail(
        OpenEvaluation(request.out), Failure("film_not_found", "The films are gone.", "Plug it in.")
    )
    room.drain()
    room.next()
    assert room.place.evaluation.waiting_words() == "The films are gone. Plug it in."
    room.place.evaluation._again.click()
    assert room.is_waiting(OpenEvaluation)


def test_a_new_training_begins_with_the_films(room: Room) -> None:
    room.finish()
    room.next()
    room.next()
    room.next()
    assert room.at(Step.FILMS)
    assert _marks(room) == [Mark.NOW, *[Mark.LATER] * 5]


def test_the_keyboard_stays_with_next_while_it_waits(room: Room) -> None:
    room.scan()
    room.place.activateWindow()
    room.place.next.setFocus()
    QTest.keyClick(room.place.next, Qt.Key.Key_Return)
    room.drain()
    assert room.at(Step.SPLIT)
    assert room.place.focusWidget() is room.place.steps.buttons[Step.SPLIT]
    room.answer(PlanSplit, planned())
    assert room.place.focusWidget() is room.place.next


def test_a_model_installed_late_is_not_said_to_be_the_one_looked_at(room: Room) -> None:
    room.finish()
    room.next()
    room.place.use.install_wanted.emit("Ward 3", True)
    [asked] = [request for request in room.reading.waiting.values() if isinstance(request, InstallTrained)]
    other = run_summary(FOLDER.parent / "other", finished=True)
    room.train.look_at(other)
    room.answer(OpenEvaluation, evaluation(other.out))
    room.reading.answer(asked, InstalledModels((active_model(),)))
    room.drain()
    assert room.train.use.note() == ""


def test_two_runs_of_one_second_have_folders_of_their_own(room: Room) -> None:
    runs = room.start().out.parent
    (runs / "2026-07-30 19-14-05").mkdir(parents=True)
    (runs / "2026-07-30 19-14-05 (2)").mkdir()
    assert room.train._draft().out.name == "2026-07-30 19-14-05 (3)"  # type: ignore[union-attr]


def test_a_pattern_of_other_films_is_not_applied_to_these(room: Room) -> None:
    room.scan()
    room.place.films.scanned.pattern_chosen.emit("^([A-Z]+)_")
    room.answer(ScanFolder, scanned())
    room.train.films.take(FOLDER / "others")
    assert room.waiting(ScanFolder).patient_pattern == ""


def test_a_new_training_forgets_test_films_and_start_of_the_last(room: Room) -> None:
    request = replace(run_summary(FOLDER.parent / "run").request, test_folder=FOLDER, start="/weights.pth")
    room.train.look_at(replace(run_summary(FOLDER.parent / "run", finished=True), request=request))
    room.answer(OpenEvaluation, evaluation(request.out))
    room.train._begin_anew()
    room.scan()
    draft = room.train._draft()
    assert draft is not None and (draft.test_folder, draft.start) == (None, "scratch")


def test_films_that_cannot_be_looked_at_again_hold_the_way_in_words(room: Room) -> None:
    room.scan()
    room.train.films._look_again()
    room.engine.fail(room.waiting(ScanFolder), Failure("labelled_folder", "/films/clinic is no folder.", ""))
    room.drain()
    assert (room.sentence, room.place.next.isEnabled()) == ("/films/clinic is no folder.", False)
    room.train.films._look_again()
    room.answer(ScanFolder, scanned())
    assert room.place.next.isEnabled()


@pytest.mark.parametrize("name", ["films.csv", "films.tsv", "Films.TXT"])
def test_a_dropped_list_is_looked_through(room: Room, name: str) -> None:
    room.train.take(FOLDER / name)
    assert room.waiting(ScanFolder) == ScanFolder(FOLDER, FOLDER / name)


def test_whatever_takes_the_keyboard_has_a_name(room: Room) -> None:
    kinds = (QPushButton, QLineEdit, QComboBox, QSpinBox, QTableView)
    nameless = [
        widget
        for kind in kinds
        for widget in room.place.findChildren(kind)
        if widget.objectName() != "qt_spinbox_lineedit" and not (widget.accessibleName() or _text(widget))
    ]
    assert nameless == []


def _text(widget: object) -> str:
    return widget.text() if isinstance(widget, QPushButton) else ""
