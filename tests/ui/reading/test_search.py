"""Films that are found slowly, as on a network drive, while the reader goes on."""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from xraydesk.film import folder
from xraydesk.film.folder import FoundFile
from xraydesk.ui.actions import Actions
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.reading.controller import ReadingController
from xraydesk.ui.reading.place import ReadingPlace
from xraydesk.ui.theme import DARK

A, B, C = (Path("/films") / name for name in ("a.png", "b.png", "c.png"))


class Drive:
    """A folder in which films are found only when the test says so; other folders are searched at once."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path = path
        self._films = queue.SimpleQueue[Path | None]()
        at_once = folder.find_films

        def find_films(paths: tuple[Path, ...]) -> Iterator[FoundFile]:
            if paths != (self.path,):
                yield from at_once(paths)
                return
            while (film := self._films.get(timeout=60)) is not None:
                yield FoundFile(film)

        monkeypatch.setattr(folder, "find_films", find_films)

    def finds(self, *films: Path | None) -> None:
        """None: there are no more."""
        for film in films:
            self._films.put(film)


@pytest.fixture
def drive(monkeypatch: pytest.MonkeyPatch) -> Drive:
    return Drive(Path("/drive"), monkeypatch)


@pytest.fixture
def place(actions: Actions, qtbot: QtBot) -> ReadingPlace:
    made = ReadingPlace(actions, DARK)
    qtbot.addWidget(made)
    return made


@pytest.fixture
def reader(runner: JobRunner, place: ReadingPlace) -> Iterator[ReadingController]:
    made = ReadingController(runner, place)
    yield made
    made.stop()


def listed(place: ReadingPlace) -> list[Path]:
    return [row.path for row in place.rows]


def selected(place: ReadingPlace) -> Path | None:
    row = place.rows.find(place.film_list.selected_key())
    return row.path if row else None


def searching() -> bool:
    return any(thread.name == "film search" for thread in threading.enumerate())


@pytest.fixture
def other_drive(drive: Drive, monkeypatch: pytest.MonkeyPatch) -> Drive:
    return Drive(Path("/other drive"), monkeypatch)


def test_what_was_opened_last_is_shown_though_an_earlier_search_still_finds_more(
    reader: ReadingController, place: ReadingPlace, drive: Drive, other_drive: Drive, qtbot: QtBot
) -> None:
    reader.open_paths([drive.path])
    drive.finds(A)
    qtbot.waitUntil(lambda: listed(place) == [A])
    reader.open_paths([other_drive.path])
    drive.finds(B, None)
    qtbot.waitUntil(lambda: listed(place) == [A, B])
    assert selected(place) == A
    other_drive.finds(C, None)
    qtbot.waitUntil(lambda: listed(place) == [A, B, C])
    assert selected(place) == C


def test_an_earlier_search_that_finds_its_first_film_late_leaves_the_newer_one_in_sight(
    reader: ReadingController, place: ReadingPlace, drive: Drive, other_drive: Drive, qtbot: QtBot
) -> None:
    reader.open_paths([drive.path])
    reader.open_paths([other_drive.path])
    other_drive.finds(C, None)
    qtbot.waitUntil(lambda: listed(place) == [C])
    drive.finds(A, None)
    qtbot.waitUntil(lambda: listed(place) == [C, A])
    assert selected(place) == C


def test_where_nothing_is_selected_the_first_film_found_is(
    reader: ReadingController, place: ReadingPlace, drive: Drive, qtbot: QtBot, tmp_path: Path
) -> None:
    reader.open_paths([drive.path])
    with qtbot.waitSignal(reader.message):
        reader.open_paths([tmp_path])  # an empty folder
    drive.finds(A, None)
    qtbot.waitUntil(lambda: listed(place) == [A])
    assert selected(place) == A


def test_a_list_that_was_cleared_stays_clear_of_what_an_earlier_search_finds(
    reader: ReadingController,
    place: ReadingPlace,
    drive: Drive,
    qtbot: QtBot,
    drain: Callable[[], None],
) -> None:
    reader.open_paths([drive.path])
    drive.finds(A)
    qtbot.waitUntil(lambda: listed(place) == [A])
    reader.clear()
    drive.finds(B, C, None)
    qtbot.waitUntil(lambda: not searching())
    drain()
    assert listed(place) == []
