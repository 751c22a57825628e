from __future__ import annotations

import json
from collections.abc import Callable

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from xraydesk.journal.records import SortKey
from xraydesk.ui.batch.columns import Column
from xraydesk.ui.batch.rows import BatchRows
from xraydesk.ui.batch.table import BatchTable
from xraydesk.ui.batch.table_header import TableHeader
from xraydesk.ui.theme import DARK

Drain = Callable[[], None]


def _press_header(table: BatchTable, column: Column) -> None:
    header = table.header
    place = QPoint(header.sectionViewportPosition(column) + 12, header.height() // 2)
    QTest.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)


def test_pressing_a_header_sorts_and_pressing_it_again_turns_round(table: BatchTable, qtbot: QtBot) -> None:
    with qtbot.waitSignal(table.sort_asked) as asked:
        _press_header(table, Column.FILM)
    assert asked.args == [SortKey.NAME, False, ""]
    with qtbot.waitSignal(table.sort_asked) as asked:
        _press_header(table, Column.FILM)
    assert asked.args == [SortKey.NAME, True, ""]
    table.hideColumn(Column.PREDICTION)
    table.hideColumn(Column.PROBABILITIES)
    with qtbot.waitSignal(table.sort_asked) as asked:
        _press_header(table, Column.WARNINGS)
    assert asked.args == [SortKey.WARNINGS, True, ""]  # those with most first


def _sorts(table: BatchTable) -> dict[str, QAction]:
    menu = table.header.sort_menu
    menu.aboutToShow.emit()
    return {action.text(): action for action in menu.actions()}


def test_by_which_class_is_chosen_from_the_menu(table: BatchTable, qtbot: QtBot) -> None:
    assert _sorts(table)["Most suspicious first"].isChecked()
    with qtbot.waitSignal(table.sort_asked) as asked:
        _sorts(table)["Pneumonia, highest first"].trigger()
    assert asked.args == [SortKey.PROBABILITY, True, "PNEUMONIA"]
    assert _sorts(table)["Pneumonia, highest first"].isChecked()
    with qtbot.waitSignal(table.sort_asked) as asked:
        _sorts(table)["The other way round"].trigger()
    assert asked.args == [SortKey.PROBABILITY, False, "PNEUMONIA"]
    with qtbot.waitSignal(table.sort_asked) as asked:
        _sorts(table)["Order found"].trigger()
    assert asked.args == [SortKey.NUMBER, False, ""]


def _hidden(table: BatchTable) -> set[Column]:
    return {column for column in Column if table.isColumnHidden(column)}


def test_hidden_columns_and_widths_are_remembered(table: BatchTable, rows: BatchRows, qtbot: QtBot) -> None:
    menu = table.header.columns_menu
    menu.aboutToShow.emit()
    (folder,) = (action for action in menu.actions() if action.text() == "Folder")
    folder.trigger()
    table.setColumnWidth(Column.FILM, 333)
    again = BatchTable(rows, DARK)
    qtbot.addWidget(again)
    again.restore_state(table.save_state())
    assert _hidden(again) == {Column.FOLDER}
    assert again.columnWidth(Column.FILM) == 333


def test_the_film_itself_cannot_be_hidden(table: BatchTable) -> None:
    table.header.hide_column(Column.FILM, True)
    table.restore_state(json.dumps({"hidden": ["FILM", "STATE"]}).encode())
    assert _hidden(table) == {Column.STATE}


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    state=st.binary(max_size=40)
    | st.recursive(
        st.none() | st.integers() | st.text(max_size=5) | st.sampled_from(list(Column.__members__)),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["hidden", "widths", "FILM"]), inner, max_size=3)
        ),
    ).map(lambda told: json.dumps(told).encode())
)
def test_settings_that_cannot_be_read_are_passed_over(state: bytes, table: BatchTable) -> None:
    table.restore_state(state)
    assert not table.isColumnHidden(Column.FILM)
    assert all(0 < table.columnWidth(column) <= 4000 for column in Column if column not in _hidden(table))


def test_patient_and_study_are_hidden_with_the_identity(table: BatchTable) -> None:
    table.header.hide_column(Column.STUDY, True)
    table.rows.set_identity_hidden(True)
    assert _hidden(table) == {Column.PATIENT, Column.STUDY}
    table.rows.set_identity_hidden(False)
    assert _hidden(table) == {Column.STUDY}  # who hid it himself finds it hidden


def test_columns_that_say_nothing_take_no_room(table: BatchTable) -> None:
    table.header.set_empty(frozenset({Column.PATIENT, Column.STUDY}))
    assert _hidden(table) == {Column.PATIENT, Column.STUDY}
    table.header.columns_menu.aboutToShow.emit()
    offered = {action.text() for action in table.header.columns_menu.actions() if action.isEnabled()}
    assert offered.isdisjoint({"Patient", "Study"}) and "Folder" in offered
    table.header.set_empty(frozenset({Column.STUDY}))
    assert _hidden(table) == {Column.STUDY}


def test_a_wide_table_leaves_no_width_over(table: BatchTable, drain: Drain) -> None:
    table.resize(2000, 400)
    drain()
    assert table.header.length() == table.viewport().width()
    table.setColumnWidth(Column.FILM, 100)
    table.resize(1800, 400)
    drain()
    assert table.columnWidth(Column.FILM) == 100  # set by hand, it stays


def test_the_header_knows_every_column(qtbot: QtBot, table: BatchTable) -> None:
    assert isinstance(table.horizontalHeader(), TableHeader)
    titles = [table.rows.headerData(column, Qt.Orientation.Horizontal) for column in Column]
    assert all(titles)
    assert len(set(titles)) == len(Column)
