"""A writer that is killed at any moment leaves every film it was told of, and none by halves."""

from __future__ import annotations

import multiprocessing
import random
import sqlite3
from contextlib import closing
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from tests.journal.films import CLASSES, CROP, SOMEBODY, journal_at, read, reader_of, told, unread
from xraydesk.errors import UsageError
from xraydesk.journal.journal import Journal
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import FilmState, RowQuery, SkippedFile

FILMS = 4000


def write_until_killed(file: Path, batch_id: int, said: Connection) -> None:
    """Finds films and reads them, by eights, and says after each step which are on disk."""
    journal = Journal(file)
    number = journal.batch(batch_id).counts.found
    while number < FILMS:
        journal.add_films(batch_id, [Path(f"/ward/{number + more}") for more in range(12)])
        journal.add_skipped(batch_id, [SkippedFile(Path(f"/ward/{number}.txt"), "a text")])
        number += 12
        films = journal.waiting(batch_id, limit=8)
        journal.write(
            batch_id,
            [
                unread(*film) if film[0] % 5 == 0 else read(*film, identity=SOMEBODY, thumbnail=b"jpeg" * 500)
                for film in films
            ],
        )
        said.send([film_id for film_id, _ in films])
    said.close()


def killed_after(file: Path, batch_id: int, steps: int) -> list[int]:
    """The ids that a writer had on disk when it was killed, some moment after so many steps."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=write_until_killed, args=(file, batch_id, theirs))
    child.start()
    theirs.close()
    told_of = [ours.recv() for _ in range(steps)]
    child.kill()
    child.join()
    while ours.poll():
        try:
            told_of.append(ours.recv())
        except (EOFError, OSError):  # the last word was cut short
            break
    ours.close()
    child.close()
    return [film_id for step in told_of for film_id in step]


def test_a_killed_writer_leaves_every_film_it_wrote_and_none_by_halves(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    with journal_at(file) as journal:
        batch_id = journal.start(told())
    on_disk: list[int] = []
    chance = random.Random(20210715)
    for _ in range(5):
        on_disk += killed_after(file, batch_id, chance.randint(1, 12))
        with reader_of(file) as reader:  # as the window does, before the writer is back
            check_whole(reader, batch_id, on_disk)
    with closing(sqlite3.connect(file)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    with journal_at(file) as journal:
        counts = journal.batch(batch_id).counts
        assert len(journal.waiting(batch_id, limit=FILMS)) == counts.waiting


def check_whole(reader: JournalReader, batch_id: int, on_disk: list[int]) -> None:
    rows = reader.rows(reader.row_ids(RowQuery(batch_id)))
    assert [row.number for row in rows] == list(range(1, len(rows) + 1))
    assert [row.path for row in rows] == [Path(f"/ward/{number}") for number in range(len(rows))]
    done = [row for row in rows if row.state is not FilmState.WAITING]
    assert set(on_disk) <= {row.id for row in done}
    assert len(done) % 8 == 0  # no transaction by halves
    for row in done:
        kept = reader.result(row.id, CROP)
        assert kept is not None
        was_read = row.id % 5 != 0
        assert (kept.prediction is not None, kept.error is None) == (was_read, was_read)
        assert len(kept.heatmaps) == (len(CLASSES) if was_read else 0)
        assert row.identity == (SOMEBODY if was_read else None)
        assert len(row.thumbnail) == (2000 if was_read else 0)
    batch = reader.batch(batch_id)
    assert batch is not None
    assert (batch.counts.found, batch.counts.done) == (len(rows), len(done))
    assert batch.counts.skipped == len(reader.skipped(batch_id, limit=FILMS))


def delete_and_say_so(file: Path, batch_id: int, said: Connection) -> None:
    journal = Journal(file)
    said.send("deleting")
    journal.delete(batch_id)
    said.send("deleted")
    said.close()


def test_a_deletion_cut_short_is_ended_when_the_journal_is_next_opened(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    with journal_at(file) as journal:
        batch_id = journal.start(told())
        journal.add_films(batch_id, [Path(f"/ward/{number}") for number in range(FILMS)])
        films = journal.waiting(batch_id, limit=FILMS)
        journal.write(batch_id, [unread(*film, identity=SOMEBODY) for film in films])
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=delete_and_say_so, args=(file, batch_id, theirs))
    child.start()
    theirs.close()
    with ours, reader_of(file) as reader:
        assert ours.recv() == "deleting"
        while reader.batch(batch_id) is not None and child.is_alive():
            pass
        child.kill()
        child.join()
        child.close()
        assert reader.batches() == []
        assert len(reader.row_ids(RowQuery(batch_id))) == 0
        assert reader.find(films[-1][0]) is None
        assert reader.changes(batch_id) == 0
    with journal_at(file) as journal, pytest.raises(UsageError):
        journal.batch(batch_id)
    assert file.stat().st_size < 200_000
    assert b"Mercy" not in file.read_bytes()
