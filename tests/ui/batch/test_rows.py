from __future__ import annotations

from array import array
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester, QSignalSpy
from pytestqt.qtbot import QtBot

from tests.ui.batch.batches_for_tests import LATERAL, BatchOfFilms, failed, new_batch, read, refused
from xraydesk.errors import Failure
from xraydesk.film.film import FilmIdentity
from xraydesk.journal.journal import Journal
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import FilmRecord, FilmState, RowQuery, SortKey
from xraydesk.ui.batch.columns import Column
from xraydesk.ui.batch.reader_thread import ReaderThread
from xraydesk.ui.batch.rows import PAGE, RECORD_ROLE, BatchRows

Show = Callable[[RowQuery], None]
TOOL_TIP = Qt.ItemDataRole.ToolTipRole
IN_WORDS = Qt.ItemDataRole.AccessibleTextRole


def _record(rows: BatchRows, row: int, qtbot: QtBot) -> FilmRecord:
    """As the view gets it: asked for, and there a little later."""

    def known() -> bool:
        return rows.index(row, 0).data(RECORD_ROLE) is not None

    qtbot.waitUntil(known)
    record = rows.index(row, 0).data(RECORD_ROLE)
    assert isinstance(record, FilmRecord)
    return record


def _text(rows: BatchRows, row: int, column: Column, qtbot: QtBot, role: int = 0) -> str:
    _record(rows, row, qtbot)
    text = rows.index(row, column).data(role)
    assert isinstance(text, str)
    return text


def _refresh(rows: BatchRows, qtbot: QtBot) -> None:
    with qtbot.waitSignal(rows.shown):
        rows.refresh()


def test_it_is_a_table_in_qts_own_judgement(films: BatchOfFilms, rows: BatchRows, show: Show) -> None:
    tester = QAbstractItemModelTester(rows, QAbstractItemModelTester.FailureReportingMode.Warning)
    assert tester.model() is rows
    films.add(f"{number}.png" for number in range(250))
    show(RowQuery(films.batch))
    films.add(["later.png"])
    films.read(7, (0.9, 0.05, 0.05))
    show(RowQuery(films.batch, sort=SortKey.SUSPICION, descending=True))
    show(RowQuery(films.batch, text="later"))
    assert rows.rowCount() == 1


def test_rows_come_in_the_order_asked(films: BatchOfFilms, rows: BatchRows, show: Show, qtbot: QtBot) -> None:
    films.add(["a.png", "b.png", "c.png"])
    films.read(0, (0.05, 0.90, 0.05))
    films.read(1, (0.90, 0.05, 0.05))
    show(RowQuery(films.batch, sort=SortKey.SUSPICION, descending=True))
    names = [_text(rows, row, Column.FILM, qtbot) for row in range(3)]
    assert names == ["b.png", "a.png", "c.png"]  # what was not read comes last
    assert [rows.film_id_at(row) for row in range(3)] == [films.ids[1], films.ids[0], films.ids[2]]
    assert rows.row_of(films.ids[2]) == 2
    assert rows.row_of(films.ids[2] + 1) == -1
    assert rows.film_id_at(3) == 0


def test_each_cell_says_what_is_known(films: BatchOfFilms, rows: BatchRows, show: Show, qtbot: QtBot) -> None:
    films.add(["ward 3/a.png"])
    person = FilmIdentity("DOE^JANE", "42", study_date="20210715", study_description="Thorax")
    films.read(0, warnings=(LATERAL,), identity=person)
    show(RowQuery(films.batch))
    said = {column: _text(rows, 0, column, qtbot) for column in Column}
    assert said == {
        Column.FILM: "a.png",
        Column.PREDICTION: "Pneumonia",
        Column.PROBABILITIES: "COVID-19 6 %, Normal 3 %, Pneumonia 91 %",
        Column.WARNINGS: "This may be a lateral view.",
        Column.FOLDER: str(Path("/films/ward 3")),
        Column.PATIENT: "DOE, JANE  ·  42",
        Column.STUDY: "2021-07-15  ·  Thorax",
        Column.STATE: "Read",
        Column.SECONDS: "34 ms",
        Column.NUMBER: "1",
    }


@pytest.mark.parametrize(
    ("finish", "words"),
    [
        (None, "a.png, Waiting"),
        (failed, "a.png, Could not be read: The file ends too early."),
        (refused, "a.png, Refused: No chest film: this is a CT slice."),
        (read, "a.png, Pneumonia, COVID-19 6 %, Normal 3 %, Pneumonia 91 %"),
    ],
)
def test_a_row_is_said_in_words(
    finish: Callable[..., object] | None,
    words: str,
    films: BatchOfFilms,
    rows: BatchRows,
    show: Show,
    qtbot: QtBot,
) -> None:
    films.add(["a.png"])
    if finish is not None:
        films.write(finish(films.ids[0], films.paths[0]))  # type: ignore[arg-type]
    show(RowQuery(films.batch))
    assert _text(rows, 0, Column.FILM, qtbot, IN_WORDS) == words


def test_tool_tips_say_path_error_and_remedy_whole(
    films: BatchOfFilms, rows: BatchRows, show: Show, qtbot: QtBot
) -> None:
    films.add(["<b>a.png", "b.png"])
    films.write(failed(films.ids[0], films.paths[0]))
    films.read(1, warnings=(LATERAL,))
    show(RowQuery(films.batch))
    tip = _text(rows, 0, Column.FILM, qtbot, TOOL_TIP)
    assert "&lt;b&gt;a.png" in tip  # a name is a name, not markup
    assert "The file ends too early. Copy it again from where it came from." in tip
    assert "This may be a lateral view. Check the view." in _text(rows, 1, Column.WARNINGS, qtbot, TOOL_TIP)


def test_a_tool_tip_of_one_line_is_rich_text_too(
    films: BatchOfFilms, rows: BatchRows, show: Show, qtbot: QtBot
) -> None:
    films.add(["a & b.png"])
    show(RowQuery(films.batch))
    assert _text(rows, 0, Column.FOLDER, qtbot, TOOL_TIP) == f"<qt>{films.paths[0]}</qt>".replace(
        "&", "&amp;"
    )


def test_hidden_identity_is_shown_nowhere_and_not_searched(
    films: BatchOfFilms, rows: BatchRows, show: Show, qtbot: QtBot
) -> None:
    films.add(["a.png", "b.png"])
    films.read(0, identity=FilmIdentity("DOE^JANE", "4711", study_description="Thorax"))
    show(RowQuery(films.batch, text="4711"))
    assert rows.rowCount() == 1
    with qtbot.waitSignal(rows.shown):
        rows.set_identity_hidden(True)
    assert rows.rowCount() == 0
    show(RowQuery(films.batch))
    for column in Column:
        for role in (Qt.ItemDataRole.DisplayRole, TOOL_TIP, IN_WORDS):
            said = _text(rows, 0, column, qtbot, role)
            assert not any(word in said for word in ("DOE", "4711", "Thorax"))


def test_another_batch_is_compared_with(
    films: BatchOfFilms, rows: BatchRows, show: Show, qtbot: QtBot
) -> None:
    other = new_batch(films.journal, films.file, "VGG16")
    for batch, probabilities in ((films, (0.9, 0.05, 0.05)), (other, (0.05, 0.9, 0.05))):
        batch.add(["a.png"])
        batch.read(0, probabilities, sha256="a" * 64)
    show(RowQuery(films.batch, compare_with=other.batch))
    words = _text(rows, 0, Column.FILM, qtbot, IN_WORDS)
    assert words.endswith("other reading there: Normal, differs")


def test_films_found_later_are_added_and_nothing_else_moves(
    films: BatchOfFilms, rows: BatchRows, show: Show, qtbot: QtBot
) -> None:
    films.add(["a.png", "b.png"])
    show(RowQuery(films.batch))
    inserted, moved, reset = (
        QSignalSpy(signal) for signal in (rows.rowsInserted, rows.layoutChanged, rows.modelReset)
    )
    films.add(["c.png", "d.png"])
    _refresh(rows, qtbot)
    assert [(call[1], call[2]) for call in (inserted.at(0),)] == [(2, 3)]
    assert (inserted.count(), moved.count(), reset.count()) == (1, 0, 0)


def test_a_film_that_was_read_meanwhile_changes_its_row(
    films: BatchOfFilms, rows: BatchRows, show: Show, qtbot: QtBot
) -> None:
    films.add(["a.png"])
    show(RowQuery(films.batch))
    assert _record(rows, 0, qtbot).state is FilmState.WAITING
    films.read(0)
    _refresh(rows, qtbot)
    qtbot.waitUntil(lambda: rows.index(0, 0).data(RECORD_ROLE).state is FilmState.READ)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(shown=st.permutations(range(8)), kept=st.integers(1, 8))
def test_selected_rows_stay_on_their_films(shown: list[int], kept: int, rows: BatchRows) -> None:
    first, then = RowQuery(1), RowQuery(1, descending=True)
    rows._swap(first, array("q", range(1, 9)))
    held = [QPersistentModelIndex(rows.index(row, 2)) for row in range(rows.rowCount())]
    before = [rows.film_id_at(index.row()) for index in held]
    rows._swap(then, array("q", [place + 1 for place in shown[:kept]]))
    for film, index in zip(before, held, strict=True):
        if film - 1 in shown[:kept]:
            assert rows.film_id_at(index.row()) == film
            assert index.column() == 2
        else:
            assert not index.isValid()
    rows._swap(RowQuery(2), array("q"))


def test_of_a_hundred_thousand_rows_only_those_looked_at_are_fetched(
    many_rows: BatchRows, fetches: list[int], qtbot: QtBot
) -> None:
    assert many_rows.rowCount() == 100_000
    assert fetches == []
    assert _text(many_rows, 0, Column.FILM, qtbot) == "000000.png"
    assert _text(many_rows, 99_950, Column.FILM, qtbot) == "099950.png"
    assert _text(many_rows, PAGE - 1, Column.FILM, qtbot) == "000099.png"
    assert fetches == [PAGE, PAGE]


def test_a_row_that_is_gone_is_asked_for_once_until_the_next_refresh(
    films: BatchOfFilms, rows: BatchRows, show: Show, fetches: list[int], qtbot: QtBot
) -> None:
    films.add(["a.png", "b.png", "c.png"])
    show(RowQuery(films.batch))
    first = films.ids[0]
    with films.journal._database.transaction("BEGIN IMMEDIATE") as connection:
        connection.execute("DELETE FROM film WHERE id = ?", (first,))
    for _ in range(5):
        rows.index(0, 0).data(RECORD_ROLE)
        qtbot.wait(50)
    assert len(fetches) == 1


def test_pages_scrolled_past_are_not_kept(many_rows: BatchRows, fetches: list[int], qtbot: QtBot) -> None:
    for first in range(0, 6000, PAGE):
        _record(many_rows, first, qtbot)
    assert len(many_rows._records) == 5000
    fetches.clear()
    _record(many_rows, 5999, qtbot)
    assert fetches == []
    _record(many_rows, 0, qtbot)
    assert fetches == [PAGE]


def test_refreshing_at_every_film_asks_once_at_a_time(
    films: BatchOfFilms, rows: BatchRows, show: Show, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    films.add(["a.png"])
    show(RowQuery(films.batch))
    asked: list[RowQuery] = []
    ask = JournalReader.row_ids

    def counted(reader: JournalReader, query: RowQuery) -> array[int]:
        asked.append(query)
        return ask(reader, query)

    monkeypatch.setattr(JournalReader, "row_ids", counted)
    for _film in range(1000):
        rows.refresh()
    _refresh(rows, qtbot)
    assert len(asked) <= 2


def test_of_questions_in_a_row_the_last_one_is_shown(
    films: BatchOfFilms, rows: BatchRows, qtbot: QtBot
) -> None:
    films.add(["a.png", "ab.png", "abc.png"])
    with qtbot.waitSignal(rows.shown) as shown:
        for typed in ("a", "ab", "abc"):
            rows.show(RowQuery(films.batch, text=typed))
    assert shown.args == [1]
    assert rows.rowCount() == 1


def test_a_journal_that_cannot_be_read_is_said_and_what_was_shown_stays(
    films: BatchOfFilms, rows: BatchRows, show: Show, qtbot: QtBot, tmp_path: Path
) -> None:
    films.add(["a.png"])
    show(RowQuery(films.batch))
    broken = tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database" * 1000)
    damaged = BatchRows(broken)
    with qtbot.waitSignal(damaged.failed) as told:
        damaged.show(RowQuery(1))
    damaged.close()
    assert told.args is not None
    assert isinstance(told.args[0], Failure)
    assert "broken.sqlite" in told.args[0].message
    assert told.args[0].hint


def test_a_failed_refresh_leaves_the_rows(
    films: BatchOfFilms, rows: BatchRows, show: Show, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    films.add(["a.png"])
    show(RowQuery(films.batch))

    def vanished(_reader: JournalReader, _query: RowQuery) -> array[int]:
        raise OSError("the stick is out")

    with monkeypatch.context() as patch, qtbot.waitSignal(rows.failed) as told:
        patch.setattr(JournalReader, "row_ids", vanished)
        rows.refresh()
    assert told.args is not None
    assert "cannot be read" in told.args[0].message
    assert rows.rowCount() == 1
    films.add(["b.png"])
    _refresh(rows, qtbot)
    assert rows.rowCount() == 2  # the stick is in again


def test_the_row_chosen_is_known_at_once(films: BatchOfFilms, rows: BatchRows, show: Show) -> None:
    films.add(["a.png"])
    show(RowQuery(films.batch))
    record = rows.record(0)
    assert record is not None
    assert record.path == films.paths[0]
    assert rows.record(1) is None


def test_another_batch_begins_anew(films: BatchOfFilms, rows: BatchRows, show: Show) -> None:
    films.add(["a.png"])
    other = new_batch(films.journal, films.file)
    other.add(["b.png", "c.png"])
    show(RowQuery(films.batch))
    held = QPersistentModelIndex(rows.index(0, 0))
    show(RowQuery(other.batch))
    assert rows.rowCount() == 2
    assert not held.isValid()


def test_no_journal_yet_is_an_empty_table(tmp_path: Path, qtbot: QtBot) -> None:
    rows = BatchRows(tmp_path / "none.sqlite")
    with qtbot.waitSignal(rows.shown) as shown:
        rows.show(RowQuery(1))
    rows.close()
    assert shown.args == [0]
    assert rows.rowCount(QModelIndex()) == 0


def test_after_closing_nothing_is_told(
    films: BatchOfFilms, rows: BatchRows, drain: Callable[[], None]
) -> None:
    films.add(["a.png"])
    shown = QSignalSpy(rows.shown)
    rows.show(RowQuery(films.batch))
    rows.close()
    drain()
    assert shown.count() == 0


def test_a_thread_forgets_what_was_asked_long_ago(tmp_path: Path, qtbot: QtBot) -> None:
    Journal(tmp_path / "j.sqlite").close()
    thread = ReaderThread(tmp_path / "j.sqlite", "test", keep=2)
    done: list[int] = []
    with thread._bell:  # it cannot begin yet
        dropped = [thread.ask(key, partial(_note, done, key)) for key in range(4)]
    qtbot.waitUntil(lambda: len(done) == 2)
    thread.stop()
    assert dropped == [(), (), (0,), (1,)]
    assert done == [3, 2]  # the latest first


def _note(done: list[int], key: int, _reader: JournalReader) -> None:
    done.append(key)
