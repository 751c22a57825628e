"""Step 5 and 6: what the model gets right and wrong, where, and how it is put to use."""

from __future__ import annotations

import math
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from tests.ui.training.training_for_tests import active_model, evaluation, figures
from tests.ui.training.training_room import Room
from xraydesk.errors import Failure
from xraydesk.ui.training.figure_words import class_rows, interval_words, number_words, with_interval
from xraydesk.ui.training.misread import FilmsByCell
from xraydesk.ui.training.plot import ticks
from xraydesk.workflows.model_verbs import (
    ExportTrained,
    InstalledModels,
    InstallTrained,
    ModelExported,
    RollBack,
)
from xraydesk.workflows.training_verbs import FilmChoice, OpenEvaluation, TrainingDone, TrainModel

OUT = Path("/runs/1")


@pytest.fixture
def tested(room: Room) -> Room:
    room.finish()
    room.next()
    return room


# -- right and wrong --------------------------------------------------------------------------------


def test_the_comparison_stands_on_top_with_the_figures_side_by_side(tested: Room) -> None:
    page = tested.place.evaluation
    assert page.sentence().startswith("Better than the active one")
    assert page.figures.words("accuracy") == ("0.967", "0.947 to 0.982", "in use: 0.917")


def test_a_cell_lists_its_films_the_surest_first() -> None:
    films = FilmsByCell.of(evaluation(OUT, films=30))
    assert films.counts() == [[9, 1, 0], [0, 9, 1], [1, 0, 9]]
    assert films.cell(0, 1) == [27]
    assert films.title(0, 1) == "COVID-19, read as Normal"
    assert films.title(1, 1) == "Normal, read rightly"


def test_the_worst_cell_is_shown_first_and_a_click_shows_another(tested: Room) -> None:
    page = tested.place.evaluation
    assert page.films.title() == "COVID-19, read as Normal (3)"
    page.confusion.choose(0, 0)
    assert page.films.title() == "COVID-19, read rightly (27)"


def test_a_cell_says_in_words_what_it_counts(tested: Room) -> None:
    index = tested.place.evaluation.confusion.model().index(0, 1)
    assert (
        index.data(Qt.ItemDataRole.AccessibleTextRole) == "3 films of COVID-19 read as Normal, 10 % of them"
    )


def test_misread_films_are_opened_and_decided_about_for_later(tested: Room) -> None:
    opened: list[list[Path]] = []
    tested.train.films_wanted.connect(opened.append)
    films = tested.place.evaluation.films
    films._open.click()
    assert opened == [[Path("/films/test/0027.png")]]
    films.relabel_wanted.emit(opened[0], "NORMAL")
    assert films.rows.index(0, 2).data() == "is Normal"
    assert tested.train.films.choices.all() == (FilmChoice(opened[0][0], label="NORMAL"),)
    assert tested.train.evaluation.is_done()


def test_without_another_model_only_the_new_one_is_shown(room: Room) -> None:
    request = room.start()
    room.answer(TrainModel, TrainingDone(request.out / "model", 5, {}))
    room.answer(OpenEvaluation, replace(evaluation(request.out), active=None))
    assert room.place.evaluation.figures.words("f1")[2] == ""


# -- figures in words -------------------------------------------------------------------------------


def test_figures_are_written_with_their_intervals() -> None:
    told = {"accuracy": 0.9, "accuracy_interval": [0.85, 0.94], "f1": None}
    assert with_interval(told, "accuracy") == "0.900 (0.850 to 0.940)"
    assert (with_interval(told, "f1"), interval_words(told, "f1")) == ("–", "")
    assert number_words(None) == "–"


def test_a_class_that_is_absent_has_a_dash() -> None:
    told = figures()
    told["auroc"]["NORMAL"] = None
    told["auroc_interval"]["NORMAL"] = None
    assert [row[5] for row in class_rows(told)] == ["0.991 (0.971 to 1.006)", "–", "0.991 (0.971 to 1.006)"]


def test_sources_have_a_page_where_they_are_known(tested: Room) -> None:
    page = tested.place.evaluation
    assert [row[0] for row in page.sources.words()] == ["Ward 3", "Emergency"]
    assert page.tabs.isTabVisible(page.tabs.indexOf(page.sources))
    assert not page.tabs.isTabVisible(page.tabs.indexOf(page.folds))


# -- threshold and calibration ----------------------------------------------------------------------


def test_the_threshold_begins_at_one_half_and_moves_with_the_arrow_keys(tested: Room) -> None:
    roc = tested.place.evaluation.roc
    assert roc.sensitivity() == "93.0 %"
    assert "from a probability of 50.0 %" in roc.words()
    QTest.keyClick(roc.plot, Qt.Key.Key_Right)
    assert roc.sensitivity() == "98.0 %"
    assert "of 100 films with it 98 are found, of 100 without it 20 are false alarms" in roc.words()


def test_the_threshold_is_dragged_along_the_curve(tested: Room) -> None:
    tested.place.evaluation.tabs.setCurrentWidget(tested.place.evaluation.roc)
    tested.drain()
    plot = tested.place.evaluation.roc.plot
    corner = plot._axes().point(0.02, 0.7).toPoint()
    QTest.mousePress(plot, Qt.MouseButton.LeftButton, pos=corner)
    assert plot.point() == (0.02, 0.7, 0.8)


def test_a_class_without_test_films_has_no_curve(room: Room) -> None:
    told = evaluation(OUT)
    nothing = np.array([[0.0, math.nan, math.inf], [1.0, math.nan, 0.2]])
    room.place.evaluation.show_evaluation(replace(told, roc={"COVID19": nothing}), {})
    assert room.place.evaluation.roc.sensitivity() == "–"


def test_calibration_is_told_before_and_after_scaling(tested: Room) -> None:
    assert tested.place.evaluation.reliability.errors() == ("0.062", "0.021")


@pytest.mark.parametrize(
    ("low", "high", "count", "expected"),
    [
        (0.0, 1.0, 4, [0.0, 0.5, 1.0]),
        (0.31, 0.98, 4, [0.4, 0.6, 0.8]),
        (1, 14, 8, [2, 4, 6, 8, 10, 12, 14]),
        (5.0, 5.0, 4, [5.0]),
    ],
)
def test_ticks_are_round_numbers(low: float, high: float, count: int, expected: list[float]) -> None:
    assert ticks(low, high, count) == pytest.approx(expected)


# -- into use ---------------------------------------------------------------------------------------


@pytest.fixture
def at_use(tested: Room) -> Room:
    tested.next()
    return tested


def _installed(active: str) -> InstalledModels:
    new = replace(active_model(), model_id="clinic", name="clinic", active=active == "clinic", shipped=False)
    return InstalledModels((replace(active_model(), active=active == "shipped"), new))


def _latest(room: Room, kind: type[object]) -> object:
    return [request for request in room.reading.waiting.values() if isinstance(request, kind)][-1]


def test_a_model_in_use_is_rolled_back(at_use: Room) -> None:
    listed: list[InstalledModels] = []
    at_use.train.models_listed.connect(listed.append)
    page = at_use.place.use
    assert page.name() == "clinic"
    page._use.click()
    at_use.reading.answer(_latest(at_use, InstallTrained), _installed("clinic"))  # type: ignore[arg-type]
    at_use.drain()
    assert page.state_words() == "In use: it reads from now on."
    page._roll_back.click()
    at_use.reading.answer(RollBack(), _installed("shipped"))
    at_use.drain()
    assert page.state_words() == "DLH_COVID reads again. The new model stays installed, under Models."
    assert len(listed) == 2


def test_a_model_is_only_installed(at_use: Room) -> None:
    at_use.place.use._install.click()
    asked = _latest(at_use, InstallTrained)
    assert isinstance(asked, InstallTrained) and not asked.activate
    at_use.reading.answer(asked, _installed("shipped"))
    at_use.drain()
    assert at_use.place.use.state_words() == "Installed. It is listed under Models."
    assert not at_use.place.use._roll_back.isVisibleTo(at_use.place)


def test_a_model_is_exported_under_its_name(at_use: Room) -> None:
    at_use.train.use.export_to("Ward 3", Path("/stick/ward.xraymodel"))
    asked = _latest(at_use, ExportTrained)
    assert isinstance(asked, ExportTrained) and asked.name == "Ward 3"
    at_use.reading.answer(asked, ModelExported(asked.file))
    at_use.drain()
    assert at_use.place.use.state_words().startswith("Written: ward.xraymodel.")
    assert at_use.place.use._use.isEnabled()


def test_what_could_not_be_installed_is_said_and_can_be_tried_again(at_use: Room) -> None:
    at_use.place.use._use.click()
    at_use.reading.fail(_latest(at_use, InstallTrained), Failure("output_failed", "Disk full.", "Make room."))  # type: ignore[arg-type]
    at_use.drain()
    assert at_use.place.use.state_words() == "Disk full. Make room."
    assert at_use.place.use._use.isEnabled()


def test_a_model_without_a_name_is_not_installed(at_use: Room) -> None:
    page = at_use.place.use
    page._name.selectAll()
    QTest.keyClick(page._name, Qt.Key.Key_Delete)
    assert not page._use.isEnabled()
    assert at_use.sentence == "The model needs a name."


def test_figures_of_all_classes_are_in_a_table(tested: Room) -> None:
    assert [row[0] for row in tested.place.evaluation.classes.words()] == ["COVID-19", "Normal", "Pneumonia"]
