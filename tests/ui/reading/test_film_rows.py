from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester
from pytestqt.qtbot import QtBot

from tests.ui.films_for_tests import read, refused
from xraydesk.errors import Failure
from xraydesk.ui.plain_tip import plain_tip
from xraydesk.ui.reading.film_rows import FilmRow, FilmRows, RowState, state_words

A, B, C = (Path("/films") / name for name in ("a.png", "b.png", "c.png"))


def test_the_model_keeps_qts_rules(qtbot: QtBot) -> None:
    rows = FilmRows()
    tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Warning)
    keys = rows.add([A, B, C])
    rows.remove(keys[1])
    rows.add([B])
    rows.clear()
    assert tester.model() is rows


def test_a_film_opened_twice_is_in_the_list_once(qtbot: QtBot) -> None:
    rows = FilmRows()
    first = rows.add([A, B])
    again = rows.add([B, C, B])
    assert rows.rowCount() == 3
    assert again[0] == first[1]
    assert len(again) == 2


def test_a_removed_films_key_finds_nobody_even_if_the_film_comes_back(qtbot: QtBot) -> None:
    rows = FilmRows()
    key, other = rows.add([A, B])
    rows.remove(key)
    (anew,) = rows.add([A])
    assert rows.find(key) is None
    assert rows.place_of(other) == 0
    assert rows.place_of(anew) == 1


def test_a_screen_reader_hears_name_and_state(qtbot: QtBot) -> None:
    rows = FilmRows()
    (key,) = rows.add([A])
    row = rows.find(key)
    assert row is not None
    row.result = read(A)
    heard = rows.data(rows.index(0), Qt.ItemDataRole.AccessibleTextRole)
    assert heard == "a.png, Pneumonia  91 %"


def test_the_tool_tip_is_the_whole_path_and_never_rich_text(qtbot: QtBot) -> None:
    rows = FilmRows()
    rows.add([A, Path("/films/<b>DOE\ud800.png")])
    tips = [rows.data(rows.index(place), Qt.ItemDataRole.ToolTipRole) for place in (0, 1)]
    assert tips == [str(A), plain_tip("/films/<b>DOE?.png")]


def _row() -> FilmRow:
    return FilmRow(1, A)


def test_states_of_a_row_in_words() -> None:
    row = _row()
    assert (row.state, state_words(row)) == (RowState.WAITING, "Waiting")
    row.reading = True
    assert (row.state, state_words(row)) == (RowState.READING, "Reading…")
    row.reading = False
    row.result = read(A, undecided=True)
    assert (row.state, state_words(row)) == (RowState.READ, "Indeterminate  91 %")
    row.result = refused(A)
    assert (row.state, state_words(row)) == (RowState.REFUSED, "Not read")


def test_a_row_tells_what_could_not_be_done() -> None:
    row = _row()
    row.read_failure = Failure("x", "No model.")
    assert state_words(row) == "Could not be read"
    assert row.can_be_opened
    row.open_failure = Failure("y", "Empty.")
    assert state_words(row) == "Could not be opened"
    assert not row.can_be_opened


def test_the_number_of_films_still_to_be_read_follows_every_change(qtbot: QtBot) -> None:
    rows = FilmRows()
    keys = rows.add([A, B, C])
    assert rows.unread() == 3
    row = rows.find(keys[0])
    assert row is not None
    row.result = read(A)
    rows.changed(row)
    rows.remove(keys[1])
    assert rows.unread() == 1
    row.forget_reading()
    rows.all_changed()
    assert rows.unread() == 2
    rows.clear()
    assert rows.unread() == 0
