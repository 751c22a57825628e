from __future__ import annotations

from array import array
from collections.abc import Callable

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, Qt
from PySide6.QtGui import QAction, QImage, QKeyEvent, QKeySequence
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.ui.batch.batches_for_tests import BatchOfFilms, failed, new_batch, picture
from xraydesk.journal.records import FilmState, RowQuery, SortKey
from xraydesk.ui.batch.cells import ROW_HEIGHT
from xraydesk.ui.batch.columns import Column
from xraydesk.ui.batch.rows import RECORD_ROLE, BatchRows
from xraydesk.ui.batch.table import BatchTable
from xraydesk.ui.theme import DARK, LIGHT

Show = Callable[[RowQuery], None]
Drain = Callable[[], None]
SHIFT = Qt.KeyboardModifier.ShiftModifier


def _ten(films: BatchOfFilms, show: Show) -> None:
    films.add(f"{number}.png" for number in range(10))
    show(RowQuery(films.batch))


def _select(table: BatchTable, *rows: int) -> None:
    table.clearSelection()
    how = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
    for row in rows:
        table.selectionModel().select(table.rows.index(row, 0), how)


def _wait_for_row(table: BatchTable, row: int, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: table.rows.index(row, 0).data(RECORD_ROLE) is not None)


# -- which film ---------------------------------------------------------------------------------------


def test_the_current_row_is_the_film_chosen(
    films: BatchOfFilms, table: BatchTable, show: Show, qtbot: QtBot
) -> None:
    _ten(films, show)
    with qtbot.waitSignal(table.film_chosen) as chosen:
        table.step(1)
    assert chosen.args == [films.ids[0]]
    assert table.choose(films.ids[4])
    with qtbot.waitSignal(table.film_chosen) as chosen:
        table.step(1)
    assert chosen.args == [films.ids[5]]
    assert table.chosen_id() == films.ids[5]
    assert not table.choose(films.ids[9] + 1)


def test_a_key_held_down_is_told_once_it_rests(
    films: BatchOfFilms, table: BatchTable, show: Show, drain: Drain
) -> None:
    _ten(films, show)
    told = QSignalSpy(table.film_chosen)
    for _repeat in range(8):
        QApplication.sendEvent(table, _down())
    drain()
    assert told.count() == 1
    assert told.at(0) == [films.ids[7]]


def _down(modifiers: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> QKeyEvent:
    return QKeyEvent(QEvent.Type.KeyPress, Qt.Key.Key_Down, modifiers)


def test_home_and_end_go_to_the_first_and_the_last_film(
    films: BatchOfFilms, table: BatchTable, show: Show
) -> None:
    _ten(films, show)
    table.choose(films.ids[4])
    QTest.keyClick(table, Qt.Key.Key_End)
    assert table.chosen_id() == films.ids[9]
    assert table.horizontalScrollBar().value() == 0
    QTest.keyClick(table, Qt.Key.Key_Home, SHIFT)
    assert table.chosen_id() == films.ids[0]
    assert table.selected_ids() == tuple(films.ids[:10])


def test_enter_and_a_double_click_open_the_film(
    films: BatchOfFilms, table: BatchTable, show: Show, qtbot: QtBot
) -> None:
    _ten(films, show)
    table.choose(films.ids[2])
    with qtbot.waitSignal(table.film_activated) as opened:
        QTest.keyClick(table, Qt.Key.Key_Return)
    assert opened.args == [films.ids[2]]
    place = table.visualRect(table.rows.index(3, 0)).center()
    QTest.mouseClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    with qtbot.waitSignal(table.film_activated) as opened:
        QTest.mouseDClick(table.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert opened.args == [films.ids[3]]


def test_the_film_that_took_the_place_of_one_filtered_away_is_the_next(
    films: BatchOfFilms, table: BatchTable, show: Show, drain: Drain
) -> None:
    _ten(films, show)
    table.choose(films.ids[4])
    drain()
    films.read(4)
    told = QSignalSpy(table.film_chosen)
    show(RowQuery(films.batch, states=frozenset({FilmState.WAITING})))
    drain()
    assert told.count() == 0  # nothing is opened that nobody chose
    table.step(1)
    assert table.chosen_id() == films.ids[5]


def test_the_ends_of_the_table_are_ends(films: BatchOfFilms, table: BatchTable, show: Show) -> None:
    _ten(films, show)
    table.choose(films.ids[9])
    table.step(1)
    assert table.chosen_id() == films.ids[9]
    table.choose(films.ids[0])
    table.step(-1)
    assert table.chosen_id() == films.ids[0]


def test_another_batch_has_no_film_chosen(
    films: BatchOfFilms, table: BatchTable, show: Show, qtbot: QtBot, drain: Drain
) -> None:
    _ten(films, show)
    table.choose(films.ids[0])
    drain()
    other = new_batch(films.journal, films.file)
    with qtbot.waitSignal(table.film_chosen) as chosen:
        show(RowQuery(other.batch))
    assert chosen.args == [0]


# -- several ------------------------------------------------------------------------------------------


def test_selected_films_come_in_the_order_of_the_table(
    films: BatchOfFilms, table: BatchTable, show: Show
) -> None:
    _ten(films, show)
    _select(table, 7, 2, 3)
    assert table.selected_ids() == (films.ids[2], films.ids[3], films.ids[7])


def test_the_selection_stays_on_its_films_when_they_move(
    films: BatchOfFilms, table: BatchTable, show: Show, drain: Drain
) -> None:
    _ten(films, show)
    table.choose(films.ids[2])
    _select(table, 2, 8)
    drain()
    told = QSignalSpy(table.film_chosen)
    show(RowQuery(films.batch, descending=True))
    drain()
    assert table.selected_ids() == (films.ids[8], films.ids[2])
    assert table.chosen_id() == films.ids[2]
    assert told.count() == 0


def test_shift_and_arrows_select_though_the_window_has_other_use_for_them(
    films: BatchOfFilms, table: BatchTable, show: Show, qtbot: QtBot
) -> None:
    _ten(films, show)
    used = QAction(table.window())
    used.setShortcuts([QKeySequence("Shift+Down"), QKeySequence("Down")])
    table.window().addAction(used)
    taken = QSignalSpy(used.triggered)
    table.activateWindow()
    table.setFocus()
    qtbot.waitUntil(table.hasFocus)
    table.choose(films.ids[1])
    QTest.keyClick(table, Qt.Key.Key_Down, SHIFT)
    assert table.selected_ids() == (films.ids[1], films.ids[2])
    assert taken.count() == 0


def test_a_selection_of_fifty_thousand_films_survives_another_order(
    films: BatchOfFilms, table: BatchTable
) -> None:
    ids = array("q", range(1, 100_001))
    table.rows._swap(RowQuery(1), ids)
    first, last = table.rows.index(0, 0), table.rows.index(49_999, len(Column) - 1)
    table.setCurrentIndex(first)
    how = QItemSelectionModel.SelectionFlag.ClearAndSelect
    table.selectionModel().select(QItemSelection(first, last), how)
    table.rows._swap(RowQuery(1), ids[::-1])
    assert table.selected_ids() == tuple(range(50_000, 0, -1))
    assert table.chosen_id() == 1
    table.rows._swap(RowQuery(2), array("q"))


# -- thousands of rows --------------------------------------------------------------------------------


def test_a_hundred_thousand_rows_are_scrolled_by_the_page(
    many_films: BatchOfFilms, many_rows: BatchRows, fetches: list[int], qtbot: QtBot, drain: Drain
) -> None:
    table = BatchTable(many_rows, DARK)
    qtbot.addWidget(table)
    table.resize(520, 400)
    table.show()
    _wait_for_row(table, 0, qtbot)
    bar = table.verticalScrollBar()
    assert bar.maximum() > 99_000 * ROW_HEIGHT
    for place in range(0, bar.maximum(), bar.maximum() // 15):
        bar.setValue(place)
        drain()
    table.scrollToBottom()
    _wait_for_row(table, 99_999, qtbot)
    with qtbot.waitSignal(many_rows.shown):
        many_rows.show(RowQuery(many_films.batch, descending=True))
    _wait_for_row(table, 99_999, qtbot)
    assert sum(fetches) <= 100 * 2 * 20  # at most the two pages that each place can touch


def test_a_letter_looks_through_no_rows(
    many_rows: BatchRows, fetches: list[int], qtbot: QtBot, drain: Drain
) -> None:
    table = BatchTable(many_rows, DARK)
    qtbot.addWidget(table)
    table.resize(520, 400)
    table.show()
    _wait_for_row(table, 0, qtbot)
    QTest.keyClicks(table, "0999")
    drain()
    assert fetches == [100]
    assert not table.currentIndex().isValid()


def test_the_film_looked_at_stays_where_it_is_while_others_come_before_it(
    films: BatchOfFilms, table: BatchTable, show: Show, drain: Drain
) -> None:
    films.add(f"{number:03}.png" for number in range(200))
    show(RowQuery(films.batch, sort=SortKey.SUSPICION, descending=True))
    table.choose(films.ids[100])
    drain()
    before = table.rowViewportPosition(100)
    for place in range(150, 160):
        films.read(place)
    show(RowQuery(films.batch, sort=SortKey.SUSPICION, descending=True))
    drain()
    assert table.currentIndex().row() == 110
    assert table.rowViewportPosition(110) == before


def test_another_order_begins_at_its_first_row(
    films: BatchOfFilms, table: BatchTable, show: Show, drain: Drain
) -> None:
    films.add(f"{number:03}.png" for number in range(200))
    show(RowQuery(films.batch))
    table.scrollToBottom()
    table.header.sort_asked.emit(SortKey.NAME, True, "")
    show(RowQuery(films.batch, sort=SortKey.NAME, descending=True))
    drain()
    assert table.verticalScrollBar().value() == 0


# -- what is to be seen -------------------------------------------------------------------------------


def _colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_row_shows_its_class_and_its_film(
    films: BatchOfFilms, table: BatchTable, show: Show, qtbot: QtBot
) -> None:
    films.add(["a.png"])
    films.read(0, thumbnail=picture())
    show(RowQuery(films.batch))
    _wait_for_row(table, 0, qtbot)
    table.resize(520, ROW_HEIGHT + 2 * table.header.height())
    colours = _colours(table.viewport().grab().toImage())
    assert "#cc79a7" in colours  # Okabe and Ito's reddish purple: the third class
    assert "#bebebe" in colours  # the film's brightest grey
    table.set_colours(LIGHT)
    assert "#b0558a" in _colours(table.viewport().grab().toImage())


def test_why_a_film_could_not_be_read_is_in_its_row(
    films: BatchOfFilms, table: BatchTable, show: Show, qtbot: QtBot
) -> None:
    films.add(["a.png", "b.png"])
    films.write(failed(films.ids[0], films.paths[0]))
    show(RowQuery(films.batch))
    _wait_for_row(table, 0, qtbot)
    both = table.visualRect(table.rows.index(0, Column.PREDICTION)).united(
        table.visualRect(table.rows.index(0, Column.PROBABILITIES))
    )
    assert DARK.quiet in _colours(table.viewport().grab(both).toImage())
    waits = both.translated(0, ROW_HEIGHT)
    assert DARK.quiet not in _colours(table.viewport().grab(waits).toImage())


def test_an_empty_table_says_what_to_do(table: BatchTable, drain: Drain) -> None:
    table.set_empty_text("No batch yet. Drop a folder here.")
    drain()
    assert DARK.quiet in _colours(table.viewport().grab().toImage())
    assert table.accessibleDescription() == "No batch yet. Drop a folder here."
