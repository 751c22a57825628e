from __future__ import annotations

from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.films_for_tests import opened, read
from xraydesk.errors import Failure
from xraydesk.ui.reading.film_rows import FilmRow, FilmRows
from xraydesk.ui.reading.reading_queue import OpenFilms, ReadingQueue

FILMS = [Path(f"/films/{number}.png") for number in range(6)]


class Desk:
    def __init__(self) -> None:
        self.rows = FilmRows()
        self.films = OpenFilms()
        self.queue = ReadingQueue(self.rows, self.films)
        self.keys = self.rows.add(FILMS)

    def row(self, place: int) -> FilmRow:
        row = self.rows.at(place)
        assert row is not None
        return row

    def opens(self) -> int:
        """The place of the next film to open; -1 for none."""
        row = self.queue.next_to_open()
        return -1 if row is None else self.rows.place_of(row.key)

    def reads(self) -> int:
        row = self.queue.next_to_read()
        return -1 if row is None else self.rows.place_of(row.key)


@pytest.fixture
def desk(qtbot: QtBot) -> Desk:
    return Desk()


def test_opened_are_the_selected_film_then_its_neighbours(desk: Desk) -> None:
    desk.queue.selected = desk.keys[3]
    order = []
    while (place := desk.opens()) >= 0:
        order.append(place)
        desk.films.keep(desk.keys[place], opened(FILMS[place]))
    assert order == [3, 4, 2]


def test_then_rows_in_view_that_have_no_thumbnail(desk: Desk) -> None:
    desk.queue.selected = desk.keys[0]
    for place in (0, 1):
        desk.films.keep(desk.keys[place], opened(FILMS[place]))
        desk.row(place).thumbnail = object()  # type: ignore[assignment]
    desk.queue.in_view = (0, 3)
    assert desk.opens() == 2
    desk.row(2).open_failure = Failure("x", "Damaged.")
    assert desk.opens() == 3


def test_a_film_that_cannot_be_opened_is_not_tried_for_ever(desk: Desk) -> None:
    desk.queue.selected = desk.keys[5]
    desk.row(5).open_failure = Failure("x", "Damaged.")
    assert desk.opens() == 4


def test_read_are_the_selected_film_then_the_rest_in_order(desk: Desk) -> None:
    desk.queue.selected = desk.keys[4]
    order = []
    while (place := desk.reads()) >= 0:
        order.append(place)
        desk.row(place).result = read(FILMS[place])
    assert order == [4, 0, 1, 2, 3, 5]


def test_a_film_that_could_not_be_read_is_passed_over(desk: Desk) -> None:
    desk.row(0).read_failure = Failure("x", "No model.")
    assert desk.reads() == 1


def test_what_is_to_be_read_again_is_found_again(desk: Desk) -> None:
    for place in range(6):
        desk.row(place).result = read(FILMS[place])
    assert desk.reads() == -1
    desk.row(2).forget_reading()
    desk.queue.start_over()
    assert desk.reads() == 2


def test_the_film_used_longest_ago_leaves_memory_first() -> None:
    films = OpenFilms(kept=2)
    for key in (1, 2):
        films.keep(key, opened(Path(f"{key}.png")))
    assert films.get(1) is not None
    films.keep(3, opened(Path("3.png")))
    assert 2 not in films
    assert 1 in films
    assert len(films) == 2
