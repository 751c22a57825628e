"""The reading place against an engine whose answers come when the test says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.ui.films_for_tests import CLASSES, opened, read, refused
from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.errors import Failure
from xraydesk.model.heatmap import Crop
from xraydesk.ui.actions import Actions
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.reading.controller import ReadingController
from xraydesk.ui.reading.place import ReadingPlace
from xraydesk.ui.theme import DARK
from xraydesk.workflows.model_verbs import ModelSummary
from xraydesk.workflows.verbs import ClassifyFilm, FilmResult, FindLungs, FoundLungs, OpenFilm

EMPTY = Failure("film_empty", "b.png is empty.", "Copy it again.")


class Room:
    """Reading place, controller, and a folder of files to name; their bytes do not matter here."""

    def __init__(self, runner: JobRunner, engine: ScriptedEngine, actions: Actions, folder: Path) -> None:
        self.place = ReadingPlace(actions, DARK)
        self.place.findings.show_classes(CLASSES)
        self.reader = ReadingController(runner, self.place)
        self.engine = engine
        self.films = [folder / f"{name}.png" for name in "abcd"]
        for film in self.films:
            film.write_bytes(b"\x89PNG\r\n\x1a\n")

    def row_words(self, place: int) -> str:
        index = self.place.rows.index(place)
        return str(self.place.rows.data(index, 11)).partition(", ")[2]  # Qt.AccessibleTextRole

    def select(self, place: int) -> None:
        row = self.place.rows.at(place)
        assert row is not None
        self.place.film_list.select(row.key)


@pytest.fixture
def room(
    runner: JobRunner, engine: ScriptedEngine, actions: Actions, tmp_path: Path, qtbot: QtBot
) -> Iterator[Room]:
    made = Room(runner, engine, actions, tmp_path)
    qtbot.addWidget(made.place)
    made.place.resize(1200, 700)
    made.place.show()
    yield made
    made.reader.stop()


@pytest.fixture
def answer(
    room: Room, drain: Callable[[], None]
) -> Callable[[OpenFilm | ClassifyFilm | FindLungs, object], None]:
    def say(request: OpenFilm | ClassifyFilm | FindLungs, what: object) -> None:
        if isinstance(what, Failure):
            room.engine.fail(request, what)
        else:
            room.engine.answer(request, what)  # type: ignore[arg-type]
        drain()

    return say


Answer = Callable[[OpenFilm | ClassifyFilm | FindLungs, object], None]


def _open(room: Room, qtbot: QtBot, *places: int) -> list[Path]:
    films = [room.films[place] for place in places]
    room.reader.open_paths(films)
    qtbot.waitUntil(lambda: room.place.rows.rowCount() == len(films))
    return films


def test_the_film_is_shown_before_its_reading_is_there(room: Room, answer: Answer, qtbot: QtBot) -> None:
    (a,) = _open(room, qtbot, 0)
    answer(OpenFilm(a), opened(a))
    film = room.place.viewer.film_view.film()
    assert film is not None
    assert film.path == a
    assert room.row_words(0) == "Reading…"
    assert room.place.findings.headline().strip() == ""
    answer(ClassifyFilm(a), read(a))
    assert room.place.findings.headline() == "Pneumonia"
    assert room.place.findings.heatmap_class() == 2


def test_what_was_said_of_the_lungs_is_still_there_after_a_look_at_another_place(
    room: Room, answer: Answer, qtbot: QtBot
) -> None:
    (a,) = _open(room, qtbot, 0)
    answer(OpenFilm(a), opened(a))
    answer(ClassifyFilm(a), read(a))
    answer(FindLungs(a, Crop(0, 0, 64, 64)), FoundLungs(np.ones((128, 128), bool)))
    said = room.place.findings.lung_words()
    assert "lies in the lungs" in said
    room.reader.come_to_front(False)
    room.reader.come_to_front(True)
    assert room.place.findings.lung_words() == said


def test_a_reading_that_comes_first_waits_for_its_film(room: Room, answer: Answer, qtbot: QtBot) -> None:
    (a,) = _open(room, qtbot, 0)
    answer(ClassifyFilm(a), read(a))
    assert room.place.findings.headline().strip() == ""
    assert room.row_words(0) == "Pneumonia  91 %"
    answer(OpenFilm(a), opened(a))
    assert room.place.findings.headline() == "Pneumonia"


def in_sight(room: Room) -> tuple[str, str]:
    """Checksums: of the film on screen, and of what the reading beside it was made of."""
    film, result = room.reader.screen.film(), room.reader.screen.result()
    return film.sha256 if film else "", result.sha256 if result else ""


def test_a_film_that_was_replaced_before_it_was_read_is_opened_anew(
    room: Room, answer: Answer, qtbot: QtBot
) -> None:
    (a,) = _open(room, qtbot, 0)
    answer(OpenFilm(a), opened(a, sha256="1"))
    answer(ClassifyFilm(a), replace(read(a), sha256="2"))
    assert in_sight(room) == ("1", "")
    assert room.place.findings.headline().strip() == ""
    answer(OpenFilm(a), opened(a, sha256="2"))
    assert in_sight(room) == ("2", "2")
    assert room.place.findings.headline() == "Pneumonia"


def test_a_film_that_was_replaced_after_it_was_read_is_read_anew_when_it_is_opened_again(
    room: Room, answer: Answer, qtbot: QtBot
) -> None:
    (a,) = _open(room, qtbot, 0)
    answer(OpenFilm(a), opened(a, sha256="1"))
    answer(ClassifyFilm(a), replace(read(a), sha256="1"))
    assert in_sight(room) == ("1", "1")
    room.reader.open_paths([a])
    qtbot.waitUntil(lambda: OpenFilm(a) in room.engine.waiting.values())
    answer(OpenFilm(a), opened(a, sha256="2"))
    assert in_sight(room) == ("2", "")
    answer(ClassifyFilm(a), replace(read(a, (0.9, 0.05, 0.05)), sha256="2"))
    assert in_sight(room) == ("2", "2")
    assert room.place.findings.headline() == "COVID-19"


def test_the_answer_for_a_film_left_behind_does_not_touch_the_one_in_sight(
    room: Room, answer: Answer, qtbot: QtBot
) -> None:
    a, b = _open(room, qtbot, 0, 1)
    room.select(1)
    answer(OpenFilm(a), opened(a))
    answer(ClassifyFilm(a), read(a))
    assert room.place.viewer.film_view.film() is None
    assert room.place.findings.headline().strip() == ""
    answer(OpenFilm(b), opened(b))
    answer(ClassifyFilm(b), read(b, (0.9, 0.05, 0.05)))
    assert room.place.findings.headline() == "COVID-19"
    assert room.row_words(0) == "Pneumonia  91 %"


def test_the_selected_film_goes_before_the_rest(room: Room, answer: Answer, qtbot: QtBot) -> None:
    a, b, c, d = _open(room, qtbot, 0, 1, 2, 3)
    room.select(3)
    answer(ClassifyFilm(a), read(a))
    assert ClassifyFilm(d) in room.engine.waiting.values()
    assert ClassifyFilm(b) not in room.engine.waiting.values()
    answer(ClassifyFilm(d), read(d))
    assert ClassifyFilm(b) in room.engine.waiting.values()
    assert c not in {request.path for request in room.engine.asked if isinstance(request, ClassifyFilm)}


def test_at_most_one_film_is_opened_and_one_read_at_a_time(room: Room, qtbot: QtBot) -> None:
    a, *_ = _open(room, qtbot, 0, 1, 2, 3)
    assert list(room.engine.waiting.values()) == [OpenFilm(a), ClassifyFilm(a)]


def test_a_film_that_cannot_be_opened_leaves_the_last_one_on_screen(
    room: Room, answer: Answer, qtbot: QtBot
) -> None:
    a, b = _open(room, qtbot, 0, 1)
    answer(OpenFilm(a), opened(a))
    answer(ClassifyFilm(a), read(a))
    room.select(1)
    answer(OpenFilm(b), EMPTY)
    film = room.place.viewer.film_view.film()
    assert film is not None
    assert film.path == a
    assert room.place.viewer.is_warned()
    assert room.place.viewer.line() == "Still on screen: a.png"
    assert [note.message for note in room.place.findings.notes()] == ["b.png is empty."]
    assert room.reader.screen.result() is None
    room.select(0)
    assert not room.place.viewer.is_warned()
    assert room.place.findings.headline() == "Pneumonia"


def test_try_again_asks_for_the_film_once_more(room: Room, answer: Answer, qtbot: QtBot) -> None:
    (a,) = _open(room, qtbot, 0)
    answer(OpenFilm(a), Failure("film_empty", "a.png is empty."))
    answer(ClassifyFilm(a), Failure("film_empty", "a.png is empty."))
    assert not room.engine.waiting
    room.place.findings.retry_wanted.emit()
    assert list(room.engine.waiting.values()) == [OpenFilm(a), ClassifyFilm(a)]


def test_a_refused_film_is_read_when_the_reader_insists(room: Room, answer: Answer, qtbot: QtBot) -> None:
    (a,) = _open(room, qtbot, 0)
    answer(OpenFilm(a), opened(a))
    answer(ClassifyFilm(a), refused(a))
    assert room.row_words(0) == "Not read"
    button = next(b for b in room.place.findings.findChildren(QPushButton) if b.text() == "Classify anyway")
    button.setFocus()
    button.click()
    assert room.place.focusWidget() is room.place.film_list.view
    answer(ClassifyFilm(a, override=True), read(a))
    assert room.place.findings.headline() == "Pneumonia"


def test_the_answer_for_a_removed_film_is_dropped(room: Room, answer: Answer, qtbot: QtBot) -> None:
    (a,) = _open(room, qtbot, 0)
    room.reader.remove_selected()
    answer(OpenFilm(a), opened(a))
    answer(ClassifyFilm(a), read(a))
    assert room.place.viewer.film_view.film() is None
    assert room.reader.screen.result() is None
    assert room.place.rows.rowCount() == 0


def test_clearing_the_list_leaves_an_empty_place(room: Room, answer: Answer, qtbot: QtBot) -> None:
    a, _b = _open(room, qtbot, 0, 1)
    answer(OpenFilm(a), opened(a))
    room.reader.clear()
    assert room.place.viewer.film_view.film() is None
    assert room.place.viewer.line() == ""
    assert room.reader.screen.film() is None


def test_next_and_previous_stop_at_the_ends(room: Room, qtbot: QtBot) -> None:
    _open(room, qtbot, 0, 1)
    at = room.place.film_list.view
    assert at.currentIndex().row() == 0
    room.reader.previous_film()
    assert at.currentIndex().row() == 0
    room.reader.next_film()
    room.reader.next_film()
    assert at.currentIndex().row() == 1


def test_rows_in_view_get_thumbnails_without_being_selected(room: Room, answer: Answer, qtbot: QtBot) -> None:
    films = _open(room, qtbot, 0, 1, 2, 3)
    qtbot.waitUntil(lambda: bool(room.engine.waiting))
    with qtbot.waitSignal(room.place.film_list.rows_in_view, raising=False, timeout=500):
        pass
    for film in films:
        answer(OpenFilm(film), opened(film))
    rows = [room.place.rows.at(place) for place in range(4)]
    assert all(row is not None and row.thumbnail is not None for row in rows)
    assert OpenFilm(films[0]) not in room.engine.waiting.values()


def test_another_model_reads_all_films_again(room: Room, answer: Answer, qtbot: QtBot) -> None:
    (a,) = _open(room, qtbot, 0)
    answer(OpenFilm(a), opened(a))
    answer(ClassifyFilm(a), read(a, model_id="old"))
    room.reader.read_by(_model("new"))
    assert room.place.findings.headline().strip() == ""
    answer(ClassifyFilm(a), read(a, (0.9, 0.05, 0.05), model_id="new"))
    assert room.place.findings.headline() == "COVID-19"


def _model(model_id: str) -> ModelSummary:
    return ModelSummary(model_id, model_id, "1", "DLH_COVID", CLASSES, True, False)


@pytest.mark.parametrize("late", [read(Path("a.png"), model_id="old"), EMPTY], ids=["a reading", "a failure"])
def test_a_film_in_hand_while_another_model_is_chosen_is_read_by_that_one(
    room: Room, answer: Answer, qtbot: QtBot, late: FilmResult | Failure
) -> None:
    room.reader.read_by(_model("old"))
    (a,) = _open(room, qtbot, 0)
    room.reader.read_by(_model("new"))
    answer(ClassifyFilm(a), late)
    answer(ClassifyFilm(a), read(a, model_id="new"))
    assert room.row_words(0) == "Pneumonia  91 %"
    assert not any(isinstance(request, ClassifyFilm) for request in room.engine.waiting.values())


def test_a_film_asked_for_before_the_models_are_listed_is_read_once(
    room: Room, answer: Answer, qtbot: QtBot
) -> None:
    (a,) = _open(room, qtbot, 0)
    room.reader.read_by(_model("m"))
    answer(ClassifyFilm(a), read(a, model_id="m"))
    assert [request for request in room.engine.asked if isinstance(request, ClassifyFilm)] == [
        ClassifyFilm(a)
    ]


def test_another_model_may_refuse_a_film_that_was_to_be_read_all_the_same(
    room: Room, answer: Answer, qtbot: QtBot
) -> None:
    room.reader.read_by(_model("old"))
    (a,) = _open(room, qtbot, 0)
    answer(ClassifyFilm(a), refused(a))
    room.place.findings.override_wanted.emit()
    answer(ClassifyFilm(a, override=True), read(a, model_id="old"))
    room.reader.read_by(_model("new"))
    assert ClassifyFilm(a) in room.engine.waiting.values()


def test_what_runs_is_said_and_then_nothing(room: Room, answer: Answer, qtbot: QtBot) -> None:
    said: list[str] = []
    room.reader.activity_changed.connect(said.append)
    a, b = _open(room, qtbot, 0, 1)
    assert said[-1] == "Reading film 1 of 2"
    answer(ClassifyFilm(a), read(a))
    assert said[-1] == "Reading film 2 of 2"
    answer(ClassifyFilm(b), read(b))
    assert said[-1] == ""


def test_a_folder_is_searched_and_its_films_opened(room: Room, qtbot: QtBot, tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("none")
    with qtbot.waitSignal(room.reader.message) as said:
        room.reader.open_paths([tmp_path])
    assert said.args == [f"4 films in {tmp_path.name}. Passed over: Not a film."]
    assert room.place.rows.rowCount() == 4


def test_a_folder_without_films_says_so(room: Room, qtbot: QtBot, tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    with qtbot.waitSignal(room.reader.message) as said:
        room.reader.open_paths([empty])
    assert said.args == ["No films in empty."]


def test_what_was_passed_over_in_a_folder_is_said_with_the_reason(room: Room, qtbot: QtBot) -> None:
    folder = room.films[0].parent
    (folder / "empty.png").touch()
    for name in ("notes.txt", "more.txt"):
        (folder / name).write_text("words", encoding="utf-8")
    with qtbot.waitSignal(room.reader.message) as said:
        room.reader.open_paths([folder])
    assert said.args == [f"4 films in {folder.name}. Passed over: Not a film (2×); The file is empty."]


def test_a_screen_reader_hears_once_how_each_film_was_read(room: Room, answer: Answer, qtbot: QtBot) -> None:
    said: list[str] = []
    room.reader.screen.said.connect(said.append)
    a, b = _open(room, qtbot, 0, 1)
    answer(ClassifyFilm(a), read(a))
    answer(OpenFilm(a), opened(a))
    answer(OpenFilm(b), EMPTY)
    room.select(1)
    assert said == ["a.png: Pneumonia  91 %", f"b.png: {EMPTY}"]
