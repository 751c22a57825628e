"""The journal's writer: what it was told is on disk when it returns, whatever happens next."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from datetime import datetime
from pathlib import Path

from xraydesk.errors import OutputError, UsageError
from xraydesk.journal import adding, opinions, reading, stored
from xraydesk.journal.database import Database, make_file, open_writing
from xraydesk.journal.opinions import Opinion
from xraydesk.journal.records import (
    Arrived,
    Batch,
    BatchCounts,
    BatchEnd,
    FinishedFilm,
    NewBatch,
    SkippedFile,
)
from xraydesk.journal.troubles import in_words

_DELETED_AT_ONCE = 500
_DETAILS = ("probability", "heatmap", "thumbnail", "identity")


class Journal:
    """One at a time in the program; any of its threads may use it.

    Each call is one transaction: all of it, or nothing. Every call may raise OutputError, in words, when the
    disk is full or away, and succeeds again once there is room; it raises UsageError for a batch that is gone.
    """

    def __init__(self, file: Path) -> None:
        """Opens or makes the file, and brings an earlier version's to the present one.

        Raises OutputError where the place is read-only or full, and for a file that is damaged, no journal,
        or of a later version: that file stays as it is.
        """
        with in_words(file):
            make_file(file)
        self._database = Database(file, open_writing)
        with self._database.transaction("BEGIN") as connection:
            reading.batch_ids(connection)
        with suppress(OutputError):  # a disk that is full is said when something is to be kept
            self._sweep()

    def close(self) -> None:
        self._database.close()

    # Batches

    def start(self, told: NewBatch) -> int:
        """Notes a batch and gives its id, which no later batch gets again."""
        values = (
            datetime.now().isoformat(timespec="seconds"),
            stored.told_json(told),
            None if told.csv is None else stored.path_bytes(told.csv),
        )
        with self._database.transaction("BEGIN IMMEDIATE") as connection:
            cursor = connection.execute("INSERT INTO batch (started, told, csv) VALUES (?, ?, ?)", values)
            batch_id = int(cursor.lastrowid or 0)
            _add_places(connection, batch_id, told.places)
        return batch_id

    def add_places(self, batch_id: int, places: Iterable[Path]) -> None:
        """More places to search: the batch is open again."""
        with self._changing(batch_id) as connection:
            _add_places(connection, batch_id, places)
            connection.execute(
                "UPDATE batch SET all_found = 0, end = ? WHERE id = ?", (BatchEnd.OPEN, batch_id)
            )

    def set_all_found(self, batch_id: int) -> None:
        with self._changing(batch_id) as connection:
            connection.execute("UPDATE batch SET all_found = 1 WHERE id = ?", (batch_id,))

    def end(self, batch_id: int, end: BatchEnd) -> None:
        with self._changing(batch_id) as connection:
            connection.execute("UPDATE batch SET end = ? WHERE id = ?", (end, batch_id))

    def end_as_done(self, batch_id: int) -> bool:
        """Whether it is: not where a film waits, or places were added that nobody has searched."""
        with self._changing(batch_id) as connection:
            changed = connection.execute(
                "UPDATE batch SET end = ? WHERE id = ? AND all_found = 1 AND NOT EXISTS "
                "(SELECT 1 FROM film INDEXED BY film_waiting WHERE batch = ? AND state = 'waiting')",
                (BatchEnd.DONE, batch_id, batch_id),
            )
            return changed.rowcount == 1

    def batch(self, batch_id: int) -> Batch:
        """Raises UsageError if there is none."""
        with self._database.transaction("BEGIN") as connection:
            batch = reading.batch_of(connection, batch_id)
            if batch is None:
                raise reading.no_such_batch()
        return batch

    def delete(self, batch_id: int) -> None:
        """Everything of it, also what is left of it in the file, which shrinks.

        It is gone for everybody at once; its films follow some at a time, so that a running batch need not
        wait and a full disk is enough. What a power cut leaves of them goes when the journal is next opened.
        """
        with self._changing(batch_id) as connection:
            connection.execute("UPDATE batch SET removed = 1 WHERE id = ?", (batch_id,))
        self._sweep()

    def _sweep(self) -> None:
        while self._delete_some():
            self._database.shrink()

    def _delete_some(self) -> bool:
        """Of what was removed; False where nothing is left of it."""
        with self._database.transaction("BEGIN IMMEDIATE") as connection:
            row = connection.execute("SELECT id FROM batch WHERE removed = 1").fetchone()
            if row is None:
                return False
            for table in ("film", "skipped"):
                some = f"SELECT rowid FROM {table} WHERE batch = ? LIMIT {_DELETED_AT_ONCE}"
                if connection.execute(f"DELETE FROM {table} WHERE rowid IN ({some})", row).rowcount:
                    return True
            connection.execute("DELETE FROM batch WHERE id = ?", row)
            return True

    # Films

    def add_films(self, batch_id: int, paths: Iterable[Path]) -> int:
        """Notes films in the order found, but for those in the batch already; how many were new."""
        return self.add_arrivals(batch_id, (Arrived(path) for path in paths))

    def add_arrivals(self, batch_id: int, films: Iterable[Arrived]) -> int:
        """As `add_films`; but a file that looks otherwise than when its path was last noted is noted again."""
        with self._changing(batch_id) as connection:
            return adding.add_films(connection, batch_id, films)

    def add_skipped(self, batch_id: int, files: Iterable[SkippedFile]) -> None:
        """Files that are no films, each path once."""
        with self._changing(batch_id) as connection:
            adding.add_skipped(connection, batch_id, files)

    def waiting(self, batch_id: int, *, after: int = 0, limit: int = 64) -> list[tuple[int, Path]]:
        """(film id, path) of films to be read, in the order found, with an id greater than `after`."""
        with self._database.transaction("BEGIN") as connection:
            rows = connection.execute(
                "SELECT id, path FROM film INDEXED BY film_waiting "
                "WHERE batch = ? AND state = 'waiting' AND id > ? ORDER BY id LIMIT ?",
                (batch_id, after, limit),
            ).fetchall()
        return [(film_id, stored.path_of(path)) for film_id, path in rows]

    def write(self, batch_id: int, films: Sequence[FinishedFilm]) -> list[FinishedFilm]:
        """What was found of these films; those that are kept.

        A film that was noted twice goes where its content is that of the other row, and takes away what could not be
        read of its path before. Raises UsageError for a film that is not the batch's.
        """
        kept = []
        with self._changing(batch_id) as connection:
            for film in films:
                if adding.settle_doubles(connection, batch_id, film):
                    _write(connection, batch_id, film)
                    kept.append(film)
        return kept

    def counts(self, batch_id: int) -> BatchCounts:
        """All zero where there is no such batch."""
        with self._database.transaction("BEGIN") as connection:
            return reading.counts_of(connection, batch_id, reading.classes_of(connection, batch_id))

    def first_with(self, batch_id: int, sha256: str, *, before: int) -> Path | None:
        """The first film of the batch with this content, among those with a smaller id."""
        with self._database.transaction("BEGIN") as connection:
            row = connection.execute(
                "SELECT path FROM film WHERE batch = ? AND sha256 = ? AND sha256 <> '' AND id < ? "
                "ORDER BY id LIMIT 1",
                (batch_id, stored.plain(sha256), before),
            ).fetchone()
        return None if row is None else stored.path_of(row[0])

    def retry_failed(self, batch_id: int) -> int:
        """Films that could not be read wait again, and if there are any the batch is open; how many."""
        with self._changing(batch_id) as connection:
            failed = "SELECT id FROM film WHERE batch = ? AND state = 'failed'"
            for table in _DETAILS:
                connection.execute(f"DELETE FROM {table} WHERE film IN ({failed})", (batch_id,))
            count = connection.execute(
                "UPDATE film SET state = 'waiting', label = NULL, seconds = NULL, device = '', sha256 = '', "
                "warnings = '', error = '', said = '' WHERE batch = ? AND state = 'failed'",
                (batch_id,),
            ).rowcount
            if count:
                connection.execute("UPDATE batch SET end = ? WHERE id = ?", (BatchEnd.OPEN, batch_id))
        return count

    # What readers say of films

    def give_opinion(self, opinion: Opinion) -> None:
        """In place of what was said of the film before."""
        with self._database.transaction("BEGIN IMMEDIATE") as connection:
            opinions.give(connection, opinion)

    def take_back_opinion(self, sha256: str) -> bool:
        """Whether there was one of the film with this content."""
        with self._database.transaction("BEGIN IMMEDIATE") as connection:
            return opinions.take_back(connection, sha256)

    @contextmanager
    def _changing(self, batch_id: int) -> Iterator[sqlite3.Connection]:
        """A transaction on a batch that is still there; its revision grows."""
        with self._database.transaction("BEGIN IMMEDIATE") as connection:
            told = connection.execute(
                "UPDATE batch SET revision = revision + 1 WHERE id = ? AND removed = 0", (batch_id,)
            )
            if not told.rowcount:
                raise reading.no_such_batch()
            yield connection


def _add_places(connection: sqlite3.Connection, batch_id: int, places: Iterable[Path]) -> None:
    rows = [(batch_id, stored.path_bytes(place)) for place in places]
    connection.executemany("INSERT INTO place (batch, path) VALUES (?, ?)", rows)


def _write(connection: sqlite3.Connection, batch_id: int, film: FinishedFilm) -> None:
    values = (*stored.film_values(film.result), film.film_id, batch_id)
    if not connection.execute(stored.UPDATE_FILM, values).rowcount:
        raise UsageError(f"The journal has no film {film.film_id} in this batch.")
    for table in _DETAILS:  # of an earlier reading
        connection.execute(f"DELETE FROM {table} WHERE film = ?", (film.film_id,))
    connection.executemany("INSERT INTO probability VALUES (?, ?, ?)", stored.probability_values(film))
    connection.executemany("INSERT INTO heatmap VALUES (?, ?, ?, ?, ?, ?, ?)", stored.heatmap_values(film))
    if film.thumbnail:
        connection.execute("INSERT INTO thumbnail VALUES (?, ?)", (film.film_id, film.thumbnail))
    if film.identity is not None:
        values = stored.identity_values(film.film_id, film.identity)
        connection.execute("INSERT INTO identity VALUES (?, ?, ?, ?)", values)
