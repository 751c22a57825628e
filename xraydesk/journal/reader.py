"""The journal's readers, in any process: they see what the writer has committed, and write nothing."""

from __future__ import annotations

import array
from collections.abc import Sequence
from pathlib import Path

from xraydesk.journal import opinions, reading, stored
from xraydesk.journal.database import Database, open_reading
from xraydesk.journal.opinions import Opinion
from xraydesk.journal.records import Batch, FilmRecord, RowQuery, SkippedFile
from xraydesk.journal.selection import selection
from xraydesk.model.film_result import FilmResult
from xraydesk.model.heatmap import Crop


class JournalReader:
    """Cheap to open; one for each thread. A file that does not exist yet reads as an empty journal.

    Each call sees one state of the journal. Every call may raise OutputError, in words, and succeeds again
    once what was in its way is gone.
    """

    def __init__(self, file: Path) -> None:
        self._database = Database(file, open_reading)

    def close(self) -> None:
        self._database.close()

    def batches(self) -> list[Batch]:
        """The latest first."""
        with self._database.transaction("BEGIN") as connection:
            found = [reading.batch_of(connection, batch_id) for batch_id in reading.batch_ids(connection)]
        return [batch for batch in found if batch is not None]

    def batch(self, batch_id: int) -> Batch | None:
        with self._database.transaction("BEGIN") as connection:
            return reading.batch_of(connection, batch_id)

    def changes(self, batch_id: int) -> int:
        """A number that grows whenever anything of the batch was written; 0 where there is no such batch."""
        with self._database.transaction("BEGIN") as connection:
            row = connection.execute("SELECT revision FROM kept WHERE id = ?", (batch_id,)).fetchone()
        return 0 if row is None else int(row[0])

    def row_ids(self, query: RowQuery) -> array.array[int]:
        """The ids (typecode "q") of the films asked for, in the order asked."""
        with self._database.transaction("BEGIN") as connection:
            statement, values = selection(query, reading.classes_of(connection, query.batch))
            return array.array("q", [film_id for (film_id,) in connection.execute(statement, values)])

    def rows(self, film_ids: Sequence[int], *, compare_with: int = 0) -> list[FilmRecord]:
        """In the order asked; films that are gone are left out."""
        with self._database.transaction("BEGIN") as connection:
            return reading.films(connection, film_ids, compare_with)

    def find(self, film_id: int) -> FilmRecord | None:
        return next(iter(self.rows([film_id])), None)

    def result(self, film_id: int, crop: Crop) -> FilmResult | None:
        """A finished film as the network gave it, its maps in 8 bits; `crop` is what the network saw of it."""
        with self._database.transaction("BEGIN") as connection:
            return reading.result(connection, film_id, crop)

    def histogram(self, batch_id: int, class_name: str, bins: int = 20) -> list[int]:
        """How many films have the class's probability in each of `bins` equal parts of [0, 1]."""
        with self._database.transaction("BEGIN") as connection:
            return reading.histogram(connection, batch_id, class_name, bins)

    def identified(self, batch_id: int) -> tuple[bool, bool]:
        """Whether any film of the batch says whose it is, and whether any says of which study."""
        with self._database.transaction("BEGIN") as connection:
            return reading.identified(connection, batch_id)

    def skipped(self, batch_id: int, *, limit: int = 1000) -> list[SkippedFile]:
        """In the order found."""
        with self._database.transaction("BEGIN") as connection:
            rows = connection.execute(
                "SELECT path, reason FROM skipped WHERE batch = (SELECT id FROM kept WHERE id = ?) "
                "ORDER BY rowid LIMIT ?",
                (batch_id, limit),
            ).fetchall()
            return [stored.skipped_from(path, reason) for path, reason in rows]

    def done_after(self, batch_id: int, film_id: int, limit: int) -> list[FilmRecord]:
        """Finished films in the order found, at most `limit`, with an id greater than `film_id`."""
        with self._database.transaction("BEGIN") as connection:
            return reading.done_after(connection, batch_id, film_id, limit)

    def opinions(self) -> list[Opinion]:
        """What the reader says of films, one for each, the latest last."""
        with self._database.transaction("BEGIN") as connection:
            return opinions.opinions(connection)

    def opinion_labels(self) -> dict[str, str]:
        """The class that each film was given, by the SHA-256 of its file."""
        with self._database.transaction("BEGIN") as connection:
            return opinions.labels(connection)

    def judged(self) -> list[Opinion]:
        """One for each film and model: the reader's class of today beside what that model had said."""
        with self._database.transaction("BEGIN") as connection:
            return opinions.judged(connection)
