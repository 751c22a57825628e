from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QMenu, QSpinBox
from pytestqt.qtbot import QtBot

from tests.ui.batch.batches_for_tests import CLASSES
from xraydesk.journal.records import FilmState, RowQuery, SortKey
from xraydesk.model.prediction import INDETERMINATE
from xraydesk.ui.batch.filters import FilterBar, RowFilter

Drain = Callable[[], None]
# Popups are raised and grab the keyboard, which the platform of the tests cannot do.
OFFSCREEN = pytest.mark.qt_log_ignore("This plugin does not support", extend=True)


@pytest.fixture
def bar(qtbot: QtBot) -> FilterBar:
    made = FilterBar()
    qtbot.addWidget(made)
    made.set_classes(CLASSES)
    made.resize(1000, 40)
    made.show()
    return made


def _box(bar: FilterBar, words: str) -> QCheckBox:
    boxes = bar.labels.panel.findChildren(QCheckBox) + bar.states.panel.findChildren(QCheckBox)
    return next(box for box in boxes if box.text() == words)


def test_without_a_wish_all_films_are_asked_for(bar: FilterBar) -> None:
    assert bar.filter == RowFilter()
    assert bar.filter.narrows == 0
    assert bar.filter.applied_to(RowQuery(3)) == RowQuery(3)


def test_a_filter_says_which_films_and_leaves_their_order() -> None:
    ordered = RowQuery(3, sort=SortKey.SUSPICION, descending=True, compare_with=2, text="old")
    wanted = RowFilter(labels=frozenset({"NORMAL"}), with_warnings=True)
    narrowed = wanted.applied_to(ordered)
    assert narrowed == RowQuery(
        3,
        sort=SortKey.SUSPICION,
        descending=True,
        compare_with=2,
        labels=frozenset({"NORMAL"}),
        with_warnings=True,
    )
    assert {part.name for part in fields(RowFilter)} <= {part.name for part in fields(RowQuery)}


def test_what_is_typed_is_told_once_the_hand_rests(bar: FilterBar, qtbot: QtBot) -> None:
    told = QSignalSpy(bar.changed)
    with qtbot.waitSignal(bar.changed):
        QTest.keyClicks(bar.search, "ward 3 ")
    assert told.count() == 1
    assert told.at(0) == [RowFilter(text="ward 3")]


def test_a_search_begins_with_the_next_key(bar: FilterBar, qtbot: QtBot) -> None:
    bar.show_filter(RowFilter(text="old"))
    bar.activateWindow()
    bar.start_search()
    qtbot.waitUntil(bar.search.hasFocus)
    QTest.keyClicks(bar.search, "new")
    assert bar.filter.text == "new"


def test_enter_does_not_wait(bar: FilterBar) -> None:
    told = QSignalSpy(bar.changed)
    QTest.keyClicks(bar.search, "a")
    QTest.keyClick(bar.search, Qt.Key.Key_Return)
    assert told.count() == 1


def test_escape_empties_the_search(bar: FilterBar, qtbot: QtBot) -> None:
    QTest.keyClicks(bar.search, "a")
    QTest.keyClick(bar.search, Qt.Key.Key_Return)
    with qtbot.waitSignal(bar.changed) as told:
        QTest.keyClick(bar.search, Qt.Key.Key_Escape)
    assert told.args == [RowFilter()]


def test_predictions_and_states_are_ticked(bar: FilterBar) -> None:
    told = QSignalSpy(bar.changed)
    _box(bar, "Pneumonia").click()
    _box(bar, "Indeterminate").click()
    _box(bar, "Could not be read").click()
    assert told.at(told.count() - 1) == [
        RowFilter(labels=frozenset({"PNEUMONIA", INDETERMINATE}), states=frozenset({FilmState.FAILED}))
    ]
    assert bar.labels.text().startswith("2 predictions")
    assert bar.states.accessibleName() == "State: Could not be read"


def test_a_probability_range_is_of_a_class(bar: FilterBar) -> None:
    (chosen,) = bar.range.panel.findChildren(QComboBox)
    least, most = bar.range.panel.findChildren(QSpinBox)
    least.setValue(60)
    assert bar.filter == RowFilter()  # of no class yet
    chosen.setCurrentIndex(3)
    assert bar.filter == RowFilter(probability_class="PNEUMONIA", at_least=0.6)
    assert bar.range.text().startswith("Pneumonia ≥ 60 %")
    most.setValue(20)  # the wrong way round is understood
    assert bar.filter == RowFilter(probability_class="PNEUMONIA", at_least=0.2, at_most=0.6)
    assert bar.range.text().startswith("Pneumonia 20–60 %")


@OFFSCREEN
def test_the_panel_of_a_button_opens_by_key_and_stands_on_its_first_choice(
    bar: FilterBar, qtbot: QtBot
) -> None:
    bar.labels.setFocus()
    QTest.keyClick(bar.labels, Qt.Key.Key_Space)
    assert bar.labels.panel.isVisible()
    first = bar.labels.panel.focusWidget()
    assert isinstance(first, QCheckBox)
    assert first.text() == "COVID-19"
    QTest.keyClick(first, Qt.Key.Key_Space)
    assert bar.filter.labels == frozenset({"COVID19"})
    QTest.keyClick(bar.labels.panel, Qt.Key.Key_Escape)
    assert not bar.labels.panel.isVisible()


def test_clear_shows_all_films_again(bar: FilterBar) -> None:
    wanted = RowFilter(frozenset({"NORMAL"}), frozenset({FilmState.READ}), True, "a", "NORMAL", 0.1, 0.9)
    bar.show_filter(wanted)
    assert bar.filter == wanted
    told = QSignalSpy(bar.changed)
    assert bar.clear_button.isEnabled()
    bar.clear_button.click()
    assert [told.at(0)] == [[RowFilter()]]
    assert not bar.clear_button.isEnabled()


def test_a_class_of_the_strip_is_shown_alone_and_pressed_again_no_longer(bar: FilterBar) -> None:
    bar.toggle_state(FilmState.FAILED)
    assert bar.filter == RowFilter(states=frozenset({FilmState.FAILED}))
    bar.toggle_label("NORMAL")
    assert bar.filter == RowFilter(labels=frozenset({"NORMAL"}))
    bar.toggle_label("PNEUMONIA")
    assert bar.filter == RowFilter(labels=frozenset({"PNEUMONIA"}))
    bar.toggle_label("PNEUMONIA")
    assert bar.filter == RowFilter()


def test_another_models_classes_forget_a_choice_that_is_none_of_them(bar: FilterBar, qtbot: QtBot) -> None:
    bar.show_filter(RowFilter(labels=frozenset({"COVID19", "NORMAL"}), probability_class="COVID19"))
    with qtbot.waitSignal(bar.changed) as told:
        bar.set_classes(("NORMAL", "TB"))
    assert told.args == [RowFilter(labels=frozenset({"NORMAL"}))]


def test_differing_films_are_asked_for_only_beside_another_batch(bar: FilterBar) -> None:
    assert not bar.differing.isVisible()
    bar.set_comparing(True)
    assert bar.differing.isVisible()
    bar.differing.click()
    assert bar.filter == RowFilter(only_differing=True)
    bar.set_comparing(False)
    assert bar.filter == RowFilter()


def test_it_says_how_many_films_are_shown(bar: FilterBar) -> None:
    bar.show_count(312, 3000)
    assert bar.count_text() == "312 of 3,000"


def test_one_line_where_there_is_room_and_folded_where_there_is_not(bar: FilterBar, drain: Drain) -> None:
    bar.show_count(312, 3000)
    menu = QMenu(bar)
    menu.addAction(QAction("Name", menu))
    bar.set_sort_menu(menu)
    bar.resize(700, 40)
    drain()
    assert bar.labels.isVisible()
    assert bar.labels.mapTo(bar, bar.labels.rect().center()).y() < bar.search.geometry().bottom()
    bar.resize(520, 40)
    drain()
    assert not bar.labels.isVisible()
    _box(bar, "Normal").click()
    assert bar.fold.text() == "Filter (1)"
    bar.fold.click()
    drain()
    assert bar.labels.isVisible()
    assert bar.labels.mapTo(bar, bar.labels.rect().center()).y() > bar.search.geometry().bottom()


def test_every_part_is_reached_by_tab_and_has_a_name(bar: FilterBar) -> None:
    parts = (
        bar.search,
        bar.labels,
        bar.states,
        bar.range,
        bar.warnings,
        bar.clear_button,
        bar.sort,
        bar.fold,
    )
    for part in parts:
        assert part.focusPolicy() & Qt.FocusPolicy.TabFocus
        assert part.accessibleName()
