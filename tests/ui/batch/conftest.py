"""A journal that is really there, and rows over it."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.ui.batch.batch_room import Room
from tests.ui.batch.batches_for_tests import CLASSES, BatchOfFilms, new_batch
from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.journal.journal import Journal
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import FilmRecord, RowQuery
from xraydesk.ui.actions import Actions
from xraydesk.ui.batch.rows import BatchRows
from xraydesk.ui.batch.table import BatchTable
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.theme import DARK


@pytest.fixture
def films(tmp_path: Path) -> Iterator[BatchOfFilms]:
    """A batch without films so far."""
    file = tmp_path / "journal.sqlite"
    journal = Journal(file)
    yield new_batch(journal, file)
    journal.close()


@pytest.fixture(scope="session")
def many_films(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BatchOfFilms]:
    """A hundred thousand that wait; made once, and left as they are."""
    file = tmp_path_factory.mktemp("many") / "journal.sqlite"
    journal = Journal(file)
    made = new_batch(journal, file)
    journal.add_films(made.batch, (Path(f"/films/{number:06}.png") for number in range(100_000)))
    yield made
    journal.close()


@pytest.fixture
def many_rows(many_films: BatchOfFilms, qtbot: QtBot) -> Iterator[BatchRows]:
    made = BatchRows(many_films.file)
    with qtbot.waitSignal(made.shown):
        made.show(RowQuery(many_films.batch))
    yield made
    made.close()


@pytest.fixture
def fetches(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The pages that the real journal is asked for, by their lengths."""
    pages: list[int] = []
    fetch = JournalReader.rows

    def counted(reader: JournalReader, ids: array[int], *, compare_with: int = 0) -> list[FilmRecord]:
        pages.append(len(ids))
        return fetch(reader, ids, compare_with=compare_with)

    monkeypatch.setattr(JournalReader, "rows", counted)
    return pages


@pytest.fixture
def rows(films: BatchOfFilms, qtbot: QtBot) -> Iterator[BatchRows]:
    """Refreshed as often as asked."""
    made = BatchRows(films.file, refresh_every_ms=0)
    yield made
    made.close()


@pytest.fixture
def show(rows: BatchRows, qtbot: QtBot) -> Callable[[RowQuery], None]:
    """Waits until these rows are shown."""

    def wait(query: RowQuery) -> None:
        with qtbot.waitSignal(rows.shown):
            rows.show(query)

    return wait


@pytest.fixture
def table(rows: BatchRows, qtbot: QtBot) -> BatchTable:
    made = BatchTable(rows, DARK)
    made.set_classes(CLASSES)
    qtbot.addWidget(made)
    made.resize(520, 400)
    made.show()
    return made


@pytest.fixture
def room(
    runner: JobRunner, engine: ScriptedEngine, actions: Actions, films: BatchOfFilms, qtbot: QtBot
) -> Iterator[Room]:
    made = Room(runner, engine, actions, films.file, qtbot)
    yield made
    made.batch.stop()
    made.reader.stop()
