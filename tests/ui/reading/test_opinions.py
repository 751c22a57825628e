"""The reader agrees with the model or gives the right class, with one key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.ui.films_for_tests import CLASSES, opened, read, refused
from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.errors import Failure
from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.reading.film_on_screen import FilmOnScreen
from xraydesk.ui.reading.film_rows import OPINION_ROLE, FilmRow
from xraydesk.ui.reading.opinion_actions import OpinionActions
from xraydesk.ui.reading.opinion_book import OpinionBook
from xraydesk.ui.reading.place import ReadingPlace
from xraydesk.ui.theme import DARK
from xraydesk.workflows.opinion_verbs import (
    GivenOpinions,
    GiveOpinion,
    ListOpinions,
    Opinion,
    OpinionNoted,
    TakeBackOpinion,
)
from xraydesk.workflows.verbs import FilmResult

SHA = "0" * 64
FULL = Failure("output_failed", "The journal could not be used: the disk is full.", "Free some space.")
SHIFT = Qt.KeyboardModifier.ShiftModifier


class Room:
    """A film can be put on screen; what is said of it goes to an engine that answers when the test says."""

    def __init__(self, runner: JobRunner, engine: ScriptedEngine, actions: Actions) -> None:
        self.engine = engine
        self.actions = actions
        self.place = ReadingPlace(actions, DARK)
        self.screen = FilmOnScreen(self.place)
        self.book = OpinionBook(runner, self.place)
        self.keys = OpinionActions(self.place, self.screen, self.book, actions, self.place)
        self.place.rows.show_opinions(self.book.label_of)
        self.book.changed.connect(self.place.rows.opinions_changed)
        self.keys.show_model(CLASSES)
        self.messages: list[str] = []
        self.said: list[str] = []
        self.book.message.connect(self.messages.append)
        self.keys.message.connect(self.messages.append)
        self.keys.said.connect(self.said.append)
        actions.show_film(True)

    def show(self, result: FilmResult | None = None, *, failure: Failure | None = None) -> FilmRow:
        path = result.path if result else Path("/ward/a.png")
        [key] = self.place.rows.add([path])
        row = self.place.rows.find(key)
        assert row is not None
        row.result, row.read_failure, row.sha256 = result, failure, SHA
        self.screen.show(row, opened(path, sha256=SHA))
        return row

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.place.viewer.film_view, key, modifier)

    @property
    def words(self) -> str:
        return self.place.findings.opinion.words()

    @property
    def asked(self) -> list[object]:
        return [
            request for request in self.engine.asked if isinstance(request, GiveOpinion | TakeBackOpinion)
        ]


@pytest.fixture
def room(runner: JobRunner, engine: ScriptedEngine, actions: Actions, qtbot: QtBot) -> Room:
    made = Room(runner, engine, actions)
    window = actions.window  # type: ignore[attr-defined]
    made.place.setParent(window)
    window.resize(1200, 700)
    window.show()
    made.place.resize(1200, 700)
    made.place.show()
    made.place.viewer.film_view.setFocus()
    return made


A_FILM = replace(
    read(Path("/ward/a.png")), model_id="dlh", model_sha256="ab12", sha256=SHA
)  # read as PNEUMONIA
UNDECIDED = read(Path("/ward/a.png"), (0.3, 0.4, 0.3), undecided=True)


def test_a_agrees_and_a_again_takes_it_back(room: Room) -> None:
    room.show(A_FILM)
    room.press(Qt.Key.Key_A)
    said = Opinion(SHA, A_FILM.path, "PNEUMONIA", A_FILM.prediction, "dlh", "DLH_COVID", "1.0", "ab12")
    assert room.asked == [GiveOpinion(said)]
    assert room.words == "You: agreed"
    assert room.actions[Do.AGREE].isChecked()
    room.press(Qt.Key.Key_A)
    assert room.asked[1:] == [TakeBackOpinion(SHA)]
    assert room.words == "Your opinion"
    assert not room.actions[Do.AGREE].isChecked()
    assert room.said == ["You: agreed", "Opinion taken back"]


def test_shift_and_a_digit_give_the_right_class_and_take_it_back(room: Room) -> None:
    room.show(A_FILM)
    room.press(Qt.Key.Key_2, SHIFT)
    assert room.words == "You: Normal"
    checked = [action.text() for action in room.keys.menu.actions() if action.isChecked()]
    assert checked == ["Normal"]
    room.press(Qt.Key.Key_2, SHIFT)
    assert room.words == "Your opinion"
    room.press(Qt.Key.Key_3, SHIFT)
    assert room.words == "You: agreed"
    room.press(Qt.Key.Key_4, SHIFT)  # there is no fourth class
    assert len(room.asked) == 3


def test_a_refused_film_has_nothing_to_agree_with_but_can_be_given_a_class(room: Room) -> None:
    room.show(refused(Path("/ward/ct.dcm")))
    assert not room.actions[Do.AGREE].isEnabled()
    room.press(Qt.Key.Key_A)
    assert room.asked == []
    room.press(Qt.Key.Key_1, SHIFT)
    [given] = room.asked
    assert isinstance(given, GiveOpinion)
    assert (given.opinion.label, given.opinion.prediction) == ("COVID19", None)
    assert room.words == "You: COVID-19"


def test_an_undecided_film_has_nothing_to_agree_with_but_can_be_given_a_class(room: Room) -> None:
    room.show(UNDECIDED)
    assert not room.actions[Do.AGREE].isEnabled()
    room.press(Qt.Key.Key_2, SHIFT)
    assert room.words == "You: Normal"


def test_a_film_that_is_shown_and_could_not_be_read_can_be_given_a_class(room: Room) -> None:
    room.show(failure=FULL)
    room.press(Qt.Key.Key_2, SHIFT)
    [given] = room.asked
    assert isinstance(given, GiveOpinion)
    assert (given.opinion.label, given.opinion.model_sha256) == ("NORMAL", "")


def test_nothing_is_said_of_a_film_before_its_reading_is_there(room: Room) -> None:
    room.show(A_FILM)
    waiting = room.place.rows.find(room.place.rows.add([Path("/ward/b.png")])[0])
    assert waiting is not None
    room.screen.show(waiting, None)  # the first film is still on the viewer
    room.press(Qt.Key.Key_A)
    room.press(Qt.Key.Key_1, SHIFT)
    room.screen.show_nothing(keep_film=True)
    room.press(Qt.Key.Key_A)
    assert room.asked == []


def test_nothing_is_said_of_a_film_that_has_changed_since_it_was_read(room: Room) -> None:
    room.show(replace(A_FILM, sha256="f" * 64))
    room.press(Qt.Key.Key_A)
    assert room.asked == []


def test_nothing_is_said_of_a_film_out_of_sight(room: Room) -> None:
    room.show(A_FILM)
    room.place.setFocus()
    room.place.give_panel_all_room(True)
    room.actions[Do.AGREE].trigger()
    assert room.asked == []
    assert "out of sight" in room.messages[0]
    assert not room.actions[Do.AGREE].isChecked()


def test_the_line_never_moves_what_stands_below_it(room: Room, qtbot: QtBot) -> None:
    room.show(A_FILM)
    bar = room.place.findings.bars()[0]
    before = bar.mapTo(room.place, bar.rect().topLeft())
    room.press(Qt.Key.Key_2, SHIFT)
    qtbot.wait(1)
    assert bar.mapTo(room.place, bar.rect().topLeft()) == before


def test_what_cannot_be_written_goes_again_and_is_said(room: Room, drain: Callable[[], None]) -> None:
    room.show(A_FILM)
    room.press(Qt.Key.Key_2, SHIFT)
    [first] = room.asked
    room.engine.answer(first, OpinionNoted(SHA, "NORMAL"))  # type: ignore[arg-type]
    drain()
    room.press(Qt.Key.Key_A)
    room.engine.fail(room.asked[1], FULL)  # type: ignore[arg-type]
    drain()
    assert room.words == "You: Normal"
    assert room.messages == [f"Your opinion was not noted. {FULL}"]


def test_a_late_answer_does_not_undo_a_later_word(room: Room, drain: Callable[[], None]) -> None:
    room.show(A_FILM)
    room.press(Qt.Key.Key_2, SHIFT)
    room.press(Qt.Key.Key_1, SHIFT)
    room.engine.answer(room.asked[0], OpinionNoted(SHA, "NORMAL"))  # type: ignore[arg-type]
    drain()
    assert room.words == "You: COVID-19"


def test_opinions_of_earlier_days_are_shown_once_the_journal_was_read(
    room: Room, drain: Callable[[], None]
) -> None:
    row = room.show(A_FILM)
    room.book.start_up()
    room.engine.answer(ListOpinions(), GivenOpinions({SHA: "NORMAL"}))
    drain()
    assert room.words == "You: Normal"
    index = room.place.rows.index(room.place.rows.place_of(row.key))
    assert index.data(OPINION_ROLE) == "→ Normal"
    assert str(index.data(Qt.ItemDataRole.AccessibleTextRole)).endswith(", You: Normal")


def test_a_row_of_the_list_is_marked_where_the_reader_agreed(room: Room) -> None:
    row = room.show(A_FILM)
    index = room.place.rows.index(room.place.rows.place_of(row.key))
    assert index.data(OPINION_ROLE) == ""
    room.press(Qt.Key.Key_A)
    assert index.data(OPINION_ROLE) == "✓"


def test_the_menu_has_every_class_and_keys_for_nine(room: Room) -> None:
    room.keys.show_model(tuple(f"class_{number}" for number in range(12)))
    entries = room.keys.menu.actions()
    assert [entry.text() for entry in entries][::11] == ["Class 0", "Class 11"]
    assert [entry.shortcut().toString() for entry in entries[8:10]] == ["Shift+9", ""]


def test_the_classes_are_those_of_the_model_that_read_the_film(room: Room) -> None:
    room.keys.show_model(("A", "B"))
    assert [entry.text() for entry in room.keys.menu.actions()] == ["A", "B"]
    room.show(A_FILM)
    assert [entry.text() for entry in room.keys.menu.actions()] == ["COVID-19", "Normal", "Pneumonia"]
