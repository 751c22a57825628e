from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QHelpEvent, QImage
from PySide6.QtTest import QSignalSpy, QTest
from PySide6.QtWidgets import QApplication, QToolTip
from pytestqt.qtbot import QtBot

from tests.ui.batch.batches_for_tests import CLASSES
from xraydesk.journal.records import BatchCounts, FilmState
from xraydesk.model.prediction import INDETERMINATE
from xraydesk.ui.batch.counts_strip import CountsStrip
from xraydesk.ui.batch.filters import RowFilter
from xraydesk.ui.theme import DARK, LIGHT

COUNTS = BatchCounts(812, 2166, 12, 0, 33, (("COVID19", 312), ("NORMAL", 1814), (INDETERMINATE, 40)))


@pytest.fixture
def strip(qtbot: QtBot) -> CountsStrip:
    made = CountsStrip(DARK)
    qtbot.addWidget(made)
    made.resize(1000, 120)
    made.show_counts(COUNTS, CLASSES)
    made.show()
    return made


def test_every_class_and_state_is_counted_in_words(strip: CountsStrip) -> None:
    names = [
        chip.accessibleName() for chip in (*strip.labels.values(), *strip.states.values(), strip.skipped)
    ]
    assert names == [
        "COVID-19: 312 films",
        "Normal: 1,814 films",
        "Pneumonia: 0 films",
        "Indeterminate: 40 films",
        "Read: 2,166 films",
        "Refused: 12 films",
        "Could not be read: 0 films",
        "Waiting: 812 films",
        "Skipped: 33 films",
    ]


def test_pressing_a_count_asks_for_its_films(strip: CountsStrip, qtbot: QtBot) -> None:
    with qtbot.waitSignal(strip.label_clicked) as label:
        strip.labels["NORMAL"].click()
    assert label.args == ["NORMAL"]
    with qtbot.waitSignal(strip.state_clicked) as state:
        QTest.keyClick(strip.states[FilmState.REFUSED], Qt.Key.Key_Space)
    assert state.args == [FilmState.REFUSED]
    with qtbot.waitSignal(strip.skipped_clicked):
        strip.skipped.click()


def test_where_there_are_none_there_is_nothing_to_press(strip: CountsStrip) -> None:
    told = QSignalSpy(strip.label_clicked)
    strip.labels["PNEUMONIA"].click()
    assert told.count() == 0


def test_a_chip_is_ticked_by_the_filter_and_not_by_the_click(strip: CountsStrip) -> None:
    strip.labels["NORMAL"].click()
    assert not strip.labels["NORMAL"].isChecked()
    strip.show_filter(RowFilter(labels=frozenset({"NORMAL"}), states=frozenset({FilmState.READ})))
    ticked = {name for name, chip in strip.labels.items() if chip.isChecked()}
    assert ticked == {"NORMAL"}
    assert strip.states[FilmState.READ].isChecked()


def test_a_ticked_chip_can_be_let_go_when_its_last_film_is_gone(strip: CountsStrip, qtbot: QtBot) -> None:
    strip.show_filter(RowFilter(states=frozenset({FilmState.WAITING})))
    strip.show_counts(BatchCounts(0, 1), CLASSES)
    with qtbot.waitSignal(strip.state_clicked):
        strip.states[FilmState.WAITING].click()


def test_another_model_brings_its_own_classes(strip: CountsStrip) -> None:
    strip.show_counts(BatchCounts(labels=(("TB", 2),)), ("NORMAL", "TB"))
    assert list(strip.labels) == ["NORMAL", "TB", INDETERMINATE]
    assert strip.labels["TB"].count == 2


def _colours(image: QImage) -> set[str]:
    return {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}


def test_a_class_has_its_colour_in_either_theme(strip: CountsStrip) -> None:
    strip.show_histogram([1] * 20, "COVID19")
    assert "#e69f00" in _colours(strip.labels["COVID19"].grab().toImage())
    assert "#e69f00" in _colours(strip.histogram.grab().toImage())
    strip.set_colours(LIGHT)
    assert "#d55e00" in _colours(strip.labels["COVID19"].grab().toImage())
    assert "#d55e00" in _colours(strip.histogram.grab().toImage())


def test_the_histogram_says_of_what_it_is(strip: CountsStrip) -> None:
    strip.show_histogram([0] * 20, "PNEUMONIA")
    assert strip.histogram.accessibleName() == "Histogram: Probability of Pneumonia"
    strip.show_histogram([0] * 20, "")
    assert strip.histogram.accessibleName() == "Histogram: Suspicion (1 – probability of Normal)"


def test_its_bars_are_as_high_as_their_counts_and_one_film_is_seen(strip: CountsStrip) -> None:
    strip.show_histogram([1000, 500, 1, 0], "COVID19")
    image = strip.histogram.grab().toImage()

    def height(bar: int) -> int:
        x = round(image.width() * (bar + 0.5) / 4)
        return sum(image.pixelColor(x, y).name() == "#e69f00" for y in range(image.height()))

    highest, half, one, none = (height(bar) for bar in range(4))
    assert abs(highest - 2 * half) <= 2
    assert 1 <= one <= 2
    assert none == 0


def test_arrow_keys_read_the_histogram_bar_by_bar(strip: CountsStrip) -> None:
    strip.show_histogram([5, *[0] * 18, 12], "PNEUMONIA")
    QTest.keyClick(strip.histogram, Qt.Key.Key_Right)
    assert strip.histogram.accessibleDescription() == "0 to 5 %: 5 films"
    for _bar in range(30):
        QTest.keyClick(strip.histogram, Qt.Key.Key_Right)
    assert strip.histogram.accessibleDescription() == "95 to 100 %: 12 films"
    strip.show_histogram([1, 1], "PNEUMONIA")
    assert strip.histogram.accessibleDescription() == "50 to 100 %: 1 film"


@pytest.mark.qt_log_ignore("This plugin does not support", extend=True)  # raising what pops up
def test_a_bar_says_its_count_under_the_mouse(strip: CountsStrip) -> None:
    strip.show_histogram([5, *[0] * 18, 12], "PNEUMONIA")
    place = QPoint(strip.histogram.width() - 12, 30)
    QApplication.sendEvent(
        strip.histogram, QHelpEvent(QEvent.Type.ToolTip, place, strip.histogram.mapToGlobal(place))
    )
    assert QToolTip.text() == "95 to 100 %: 12 films"
    QToolTip.hideText()


def test_the_histogram_is_beside_the_counts_where_there_is_room(
    strip: CountsStrip, drain: Callable[[], None]
) -> None:
    drain()
    assert strip.histogram.x() > strip.width() // 3
    strip.resize(520, 200)
    drain()
    assert strip.histogram.x() < strip.width() // 10
    last = strip.skipped.mapTo(strip, strip.skipped.rect().bottomRight())
    assert last.x() < strip.width()
    assert last.y() < strip.histogram.y()


@pytest.mark.parametrize("counts", [[], [0, 0, 0]])
def test_no_films_yet_is_said(strip: CountsStrip, counts: list[int]) -> None:
    strip.show_histogram(counts, "COVID19")
    assert "#e69f00" not in _colours(strip.histogram.grab().toImage())


def test_every_part_is_reached_by_tab(strip: CountsStrip) -> None:
    for part in (*strip.labels.values(), *strip.states.values(), strip.skipped, strip.histogram):
        assert part.focusPolicy() & Qt.FocusPolicy.TabFocus
