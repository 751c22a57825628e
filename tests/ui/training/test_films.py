"""Step 1: films are chosen, looked through, left out and called otherwise; the folder stays as it is."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.training.training_for_tests import FEW, FOLDER, NOTE, TOO_FEW, run_summary, scanned
from tests.ui.training.training_room import Room
from xraydesk.errors import Failure
from xraydesk.jobs import Progress
from xraydesk.ui.settings import TRAIN_RECENT
from xraydesk.ui.training.films_desk import pattern_trouble
from xraydesk.ui.training.scan_progress import ScanProgress
from xraydesk.workflows.training_verbs import DeleteRun, FilmChoice, ScanFolder, TrainingRuns


def _path(number: int) -> Path:
    return scanned().films[number].path


def test_progress_of_the_search_is_told(room: Room) -> None:
    room.train.films.take(FOLDER)
    assert room.place.films.progress.words() == "Looking for films…"
    room.engine.progress(room.waiting(ScanFolder), 3210, 10_512)
    room.drain()
    room.engine.tell(room.waiting(ScanFolder), Progress(3210, 10_512))
    room.drain()
    assert room.place.films.progress.words() == "Looked through 3,210 of 10,512 films"


def test_a_long_search_tells_how_long_it_will_take(qtbot: QtBot) -> None:
    now = [100.0]
    shown = ScanProgress(lambda: now[0])
    qtbot.addWidget(shown)
    shown.show_progress(None)
    shown.show_progress(Progress(1000, 100_000, "reading films"))
    now[0] += 10
    shown.show_progress(Progress(3000, 100_000, "reading films"))
    assert shown.words() == "Looked through 3,000 of 100,000 films, 8 min left"
    shown.show_progress(Progress(0, 100_000, "looking for copies"))
    assert shown.words() == "Compared 0 of 100,000 films"
    shown.show_progress(Progress(0, 0, "looking for shortcuts"))
    assert shown.words() == "Looking for shortcuts…"


def test_a_search_is_cancelled(room: Room) -> None:
    room.train.films.take(FOLDER)
    room.place.films.progress.cancel_wanted.emit()
    assert room.place.films.choose.isVisibleTo(room.place)
    assert room.engine.cancelled


def test_a_folder_that_cannot_be_used_is_refused_in_place(room: Room) -> None:
    room.train.films.take(FOLDER)
    room.engine.fail(
        room.waiting(ScanFolder), Failure("labelled_folder", "There is one class only.", "Add one.")
    )
    room.drain()
    assert room.place.films.choose.trouble() == "There is one class only. Add one."


def test_classes_are_counted_without_what_cannot_be_read(room: Room) -> None:
    room.scan()
    assert room.place.films.scanned.summary() == "58 films in 3 classes, 2 left out"


def test_the_gravest_finding_comes_first_and_shows_its_films(room: Room) -> None:
    room.scan(scanned((NOTE, TOO_FEW, FEW)))
    page = room.place.films.scanned
    assert [finding.code for finding in page.findings.findings()] == ["too_few", "few", "unreadable"]
    assert page.films.title() == TOO_FEW.message
    assert [page.films.rows.path(row) for row in range(2)] == [_path(1), _path(4)]


def test_films_are_left_out_and_looked_at_again_with_that_decision(room: Room) -> None:
    room.scan()
    page = room.place.films.scanned
    page.films.view.selectAll()
    page.films._exclude.click()
    assert page.summary() == "55 films in 3 classes, 5 left out"
    assert (room.sentence, room.place.next.isEnabled()) == ("Your changes are looked at…", False)
    room.train.films._look_again()
    assert room.waiting(ScanFolder).choices == tuple(FilmChoice(_path(n), excluded=True) for n in (0, 3, 6))
    room.answer(ScanFolder, scanned())
    assert room.place.next.isEnabled()


def test_a_class_that_all_films_were_taken_out_of_is_none(room: Room) -> None:
    room.scan()
    normal = [film.path for film in scanned().films if film.label == "NORMAL"]
    room.train.films.choices.exclude(normal)
    assert " in 2 classes, " in room.place.films.scanned.summary()
    assert room.train.films.note().endswith(" films, 2 classes")


def test_a_decision_is_undone(room: Room) -> None:
    room.scan()
    page = room.place.films.scanned
    assert not page._undo.isEnabled()
    room.train.films.choices.relabel([_path(0)], "NORMAL")
    assert page._undo.isEnabled()
    page._undo.click()
    assert room.train.films.choices.all() == ()
    assert not page._undo.isEnabled()


def test_a_film_is_counted_under_the_class_it_was_given(room: Room) -> None:
    room.scan()
    room.place.films.scanned.films.relabel_wanted.emit([_path(0)], "PNEUMONIA")
    words = room.place.films.scanned.films.rows.index(0, 1).data()
    remark = room.place.films.scanned.films.rows.index(0, 2).data()
    assert (words, remark) == ("Pneumonia", "Was COVID-19")


def test_left_out_films_are_taken_back_in(room: Room) -> None:
    room.scan()
    films = room.place.films.scanned.films
    films._exclude.click()
    assert films._exclude.text() == "Take back in"
    films._exclude.click()
    assert room.place.films.scanned.summary() == "58 films in 3 classes, 2 left out"


def test_films_of_a_class_are_listed_and_opened(room: Room) -> None:
    room.scan()
    opened: list[list[Path]] = []
    room.train.films_wanted.connect(opened.append)
    room.place.films.scanned.classes.selectRow(1)
    assert room.place.films.scanned.films.title() == "Films of the class Normal"
    room.place.films.scanned.films._open.click()
    assert opened == [[_path(1)]]


def test_the_first_film_is_selected_also_while_shift_is_held(room: Room) -> None:
    QTest.keyPress(room.place, Qt.Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier)
    try:
        room.scan()
        assert room.place.films.scanned.films.selected_rows() == [0]
    finally:
        QTest.keyRelease(room.place, Qt.Key.Key_Shift, Qt.KeyboardModifier.NoModifier)


def test_what_was_trained_on_is_remembered(room: Room) -> None:
    room.scan()
    assert room.settings.get(TRAIN_RECENT) == (str(FOLDER),)
    room.train.films.choose_others()
    room.place.films.choose._shown[0].click()
    assert room.waiting(ScanFolder).folder == FOLDER


def test_a_pattern_finds_the_patient_in_the_name(room: Room) -> None:
    room.scan()
    room.place.films.scanned.pattern_chosen.emit("^(P[0-9]+)_")
    assert room.waiting(ScanFolder).patient_pattern == "^(P[0-9]+)_"


@pytest.mark.parametrize(
    ("pattern", "trouble"),
    [
        ("", ""),
        ("^([A-Z]+)_", ""),
        ("^[A-Z]+_", "The pattern needs one group, in round brackets."),
        ("((", "This is no regular expression."),
    ],
)
def test_a_pattern_that_finds_nobody_is_refused_in_words(pattern: str, trouble: str) -> None:
    assert pattern_trouble(pattern) == trouble


def test_an_earlier_run_is_deleted_when_asked_twice(room: Room, tmp_path: Path) -> None:
    run = run_summary(tmp_path / "1")
    runs = room.place.films.choose.runs
    runs.show_runs((run,))
    runs._delete.click()
    assert not room.is_waiting(DeleteRun)
    runs._delete.click()
    room.answer(DeleteRun, TrainingRuns(()))
    assert runs.chosen() is None


def test_a_hundred_thousand_films_in_twelve_classes_make_no_widget_each(room: Room) -> None:
    names = tuple(f"{letter}_with_a_name_longer_than_any_column" for letter in "abcdefghijkl")
    before = len(room.place.findChildren(QWidget))
    room.scan(scanned(films=100_000, classes=names))
    page = room.place.films.scanned
    page.classes.selectRow(11)
    assert page.films.rows.rowCount() == 8333
    assert page.films.rows.index(8332, 0).data() == "film099995.png"
    assert len(room.place.findChildren(QWidget)) < before + 20
