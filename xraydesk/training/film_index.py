"""Which films are known, and where their pixels lie: one SQLite file and segment files beside it.

Nothing in it is precious: what is damaged is thrown away and made again. A film is known by the SHA-256 of its
file's content, so that a renamed or copied film is known too; neither path nor patient is kept, only hashes.
Pixels are only ever added to segments; to make room, whole segments go. So whoever has one mapped reads what
was there when it was opened.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import sqlite3
import threading
import time
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
from numpy.typing import NDArray

from xraydesk.errors import OutputError
from xraydesk.training.film_facts import FilmFacts
from xraydesk.training.film_pixels import Slot

THUMBNAIL = "thumbnail"  # the kind of pixels that every film has
_VERSION = 2  # of the tables and of what is measured; another one begins anew
_SEGMENT_BYTES = 1 << 30
_BUSY_TIMEOUT_S = 60.0
_TABLES = """
    CREATE TABLE salt (value BLOB NOT NULL);
    CREATE TABLE file (
        place BLOB PRIMARY KEY, size INTEGER NOT NULL, modified INTEGER NOT NULL, content BLOB NOT NULL
    ) WITHOUT ROWID;
    CREATE TABLE film (content BLOB PRIMARY KEY, facts TEXT NOT NULL) WITHOUT ROWID;
    CREATE TABLE segment (
        id INTEGER PRIMARY KEY AUTOINCREMENT,
        kind TEXT NOT NULL, row_bytes INTEGER NOT NULL, rows INTEGER NOT NULL DEFAULT 0, used REAL NOT NULL
    );
    CREATE TABLE pixels (
        content BLOB NOT NULL, kind TEXT NOT NULL,
        segment INTEGER NOT NULL REFERENCES segment ON DELETE CASCADE,
        row INTEGER NOT NULL, checksum INTEGER NOT NULL,
        PRIMARY KEY (content, kind)
    ) WITHOUT ROWID;
    CREATE INDEX pixels_of_segment ON pixels (segment);
"""

_STORED = f"""
    SELECT film.content, film.facts, own.segment, own.row, own.checksum, small.segment, small.row, small.checksum
    FROM film
    JOIN pixels AS own ON own.content = film.content AND own.kind = ?
    JOIN pixels AS small ON small.content = film.content AND small.kind = '{THUMBNAIL}'
"""


@dataclass(frozen=True, slots=True)
class FileState:
    """What tells that a file is still the one that was read."""

    size: int
    modified: int  # ns


@dataclass(frozen=True, slots=True, eq=False)
class NewFilm:
    """`pixels`: kind → (S, S) uint8. `facts` None: known already."""

    content: bytes
    facts: FilmFacts | None
    pixels: dict[str, NDArray[np.uint8]]


@dataclass(frozen=True, slots=True)
class StoredFilm:
    """A film that is known, and where its model input and its thumbnail lie."""

    content: bytes
    facts: FilmFacts
    model_input: Slot
    thumbnail: Slot


class DamagedIndexError(Exception):
    """Nobody's trouble but the cache's own: whoever meets it throws the folder's contents away and begins anew."""


class FilmIndex:
    """Use as a context; threads and other processes may use the same folder.

    Raises OutputError where the disk is full or cannot be written, DamagedIndexError.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._file = folder / "films.sqlite"
        self._lock = threading.RLock()
        with self._in_words():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            self._connection = self._opened()
            self.salt = bytes(self._connection.execute("SELECT value FROM salt").fetchone()[0])

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        self._connection.close()

    def at(self, path: Path, state: FileState, kind: str) -> StoredFilm | None:
        """Of a file that was read before and has not changed since: its film, with pixels of this kind."""
        return self._found(
            "JOIN file ON file.content = film.content WHERE file.place = ? AND file.size = ? AND file.modified = ?",
            (kind, _place(path), state.size, state.modified),
        )

    def holding(self, content: bytes, kind: str) -> StoredFilm | None:
        """The film of this SHA-256, with pixels of this kind."""
        return self._found("WHERE film.content = ?", (kind, content))

    def _found(self, where: str, told: tuple[object, ...]) -> StoredFilm | None:
        with self._in_words():
            row = self._connection.execute(f"{_STORED} {where}", told).fetchone()
        if row is None:
            return None
        try:
            facts = FilmFacts.from_dict(json.loads(row[1]))
        except (ValueError, TypeError, KeyError):  # damaged: measured again
            return None
        return StoredFilm(bytes(row[0]), facts, Slot(*row[2:5]), Slot(*row[5:8]))

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Many questions are answered faster within it, and all from the same state."""
        with self._in_words():
            self._connection.execute("BEGIN")
        try:
            yield
        finally:
            with self._in_words():
                self._connection.execute("COMMIT")

    def segment_file(self, segment: int) -> Path:
        return self.folder / f"pixels-{segment}.u8"

    def note_files(self, files: Sequence[tuple[Path, FileState, bytes]]) -> None:
        with self._transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO file VALUES (?, ?, ?, ?)",
                [(_place(path), state.size, state.modified, content) for path, state, content in files],
            )

    def add(self, films: Sequence[NewFilm]) -> None:
        """All of them or none. Bytes that a killed process leaves are referred to by nobody, and written over."""
        with self._transaction() as connection:
            connection.executemany(
                "INSERT OR REPLACE INTO film VALUES (?, ?)",
                [(film.content, json.dumps(film.facts.as_dict())) for film in films if film.facts],
            )
            for kind in sorted({kind for film in films for kind in film.pixels}):
                found = {film.content: film.pixels[kind] for film in films if kind in film.pixels}
                self._append(connection, kind, found)

    def _append(
        self, connection: sqlite3.Connection, kind: str, films: dict[bytes, NDArray[np.uint8]]
    ) -> None:
        segment, first = self._segment_for(connection, kind, next(iter(films.values())).nbytes)
        file = self.segment_file(segment)
        rows = [np.ascontiguousarray(pixels).data for pixels in films.values()]
        with os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as data:
            data.seek(first * rows[0].nbytes)
            data.writelines(rows)
        connection.execute("UPDATE segment SET rows = ? WHERE id = ?", (first + len(rows), segment))
        connection.executemany(
            "INSERT OR REPLACE INTO pixels VALUES (?, ?, ?, ?, ?)",
            [
                (content, kind, segment, first + number, zlib.crc32(pixels))
                for number, (content, pixels) in enumerate(zip(films, rows, strict=True))
            ],
        )

    def _segment_for(self, connection: sqlite3.Connection, kind: str, row_bytes: int) -> tuple[int, int]:
        """The segment that is not full yet, or a new one, and its first free row."""
        found = connection.execute(
            "SELECT id, rows FROM segment WHERE kind = ? ORDER BY id DESC LIMIT 1", (kind,)
        ).fetchone()
        if found and found[1] * row_bytes < _SEGMENT_BYTES:
            return int(found[0]), int(found[1])
        added = connection.execute(
            "INSERT INTO segment (kind, row_bytes, used) VALUES (?, ?, ?)", (kind, row_bytes, time.time())
        )
        return int(added.lastrowid or 0), 0

    def damaged_segments(self) -> set[int]:
        """Those whose file is gone or shorter than what was written."""
        with self._in_words():
            rows = self._connection.execute("SELECT id, rows * row_bytes FROM segment").fetchall()
        return {segment for segment, size in rows if _size(self.segment_file(segment)) < size}

    def touch(self, segments: set[int]) -> None:
        """Used just now: the last to go when room is made."""
        with self._transaction() as connection:
            connection.executemany(
                "UPDATE segment SET used = ? WHERE id = ?", [(time.time(), segment) for segment in segments]
            )

    def forget(self, segments: set[int]) -> None:
        """Segments whose file is gone or damaged."""
        with self._transaction() as connection:
            connection.executemany("DELETE FROM segment WHERE id = ?", [(segment,) for segment in segments])

    def make_room(self, limit_bytes: int, spared: set[int]) -> None:
        """Segments unused for longest go until the rest is within the limit; with them what is known of their films."""
        with self._transaction() as connection:
            sizes = connection.execute(
                "SELECT id, rows * row_bytes FROM segment ORDER BY used, id"
            ).fetchall()
            excess = sum(size for _, size in sizes) - limit_bytes
            for segment, size in sizes:
                if excess > 0 and segment not in spared:
                    connection.execute("DELETE FROM segment WHERE id = ?", (segment,))
                    excess -= size
            if self._remove_stray_files(connection):
                connection.execute("DELETE FROM film WHERE content NOT IN (SELECT content FROM pixels)")
                connection.execute("DELETE FROM file WHERE content NOT IN (SELECT content FROM film)")

    def _remove_stray_files(self, connection: sqlite3.Connection) -> int:
        """How many segment files that the index does not know were removed; one that is in use may stay for now."""
        known = {
            self.segment_file(row[0]).name for row in connection.execute("SELECT id FROM segment").fetchall()
        }
        removed = 0
        for file in self.folder.glob("pixels-*.u8"):
            if file.name not in known:
                with suppress(OSError):
                    file.unlink()
                    removed += 1
        return removed

    def _opened(self) -> sqlite3.Connection:
        with suppress(FileExistsError):
            os.close(os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
        connection = sqlite3.connect(
            self._file, isolation_level=None, timeout=_BUSY_TIMEOUT_S, check_same_thread=False
        )
        try:
            connection.execute("PRAGMA journal_mode = WAL").fetchone()
            connection.execute("PRAGMA synchronous = NORMAL")
            connection.execute("PRAGMA foreign_keys = ON")
            self._make_tables(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    @staticmethod
    def _make_tables(connection: sqlite3.Connection) -> None:
        """Raises sqlite3.DatabaseError for a file of another version."""
        connection.execute("BEGIN IMMEDIATE")
        try:
            version = connection.execute("PRAGMA user_version").fetchone()[0]
            if version not in (0, _VERSION):
                raise sqlite3.DatabaseError("another version")
            if version == 0:
                for statement in _TABLES.split(";"):
                    connection.execute(statement)
                connection.execute("INSERT INTO salt VALUES (?)", (secrets.token_bytes(32),))
                connection.execute(f"PRAGMA user_version = {_VERSION}")
            connection.execute("COMMIT")
        except BaseException:
            if connection.in_transaction:
                connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._in_words():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException:
                if self._connection.in_transaction:
                    with suppress(sqlite3.Error):  # SQLite has undone it already where it could
                        self._connection.execute("ROLLBACK")
                raise

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        with self._lock:
            try:
                yield
            except (sqlite3.Error, OSError) as error:
                if isinstance(error, sqlite3.DatabaseError) and not isinstance(
                    error, sqlite3.OperationalError
                ):
                    raise DamagedIndexError from error
                raise _trouble(self.folder, error) from error


def _place(path: Path) -> bytes:
    return hashlib.blake2b(os.fsencode(path.absolute()), digest_size=16).digest()


def _size(file: Path) -> int:
    try:
        return file.stat().st_size
    except OSError:
        return -1


def throw_away(folder: Path) -> None:
    """All that a FilmIndex made in this folder."""
    for file in (*folder.glob("films.sqlite*"), *folder.glob("pixels-*.u8")):
        with suppress(OSError):
            file.unlink()


def _trouble(folder: Path, error: sqlite3.Error | OSError) -> OutputError:
    reason, hint = "", "Free some space, or keep things elsewhere (Help, Where things are kept)."
    if isinstance(error, OSError):
        reason = (error.strerror or str(error)).lower()
    elif getattr(error, "sqlite_errorcode", 0) & 0xFF == sqlite3.SQLITE_FULL:
        reason = "the disk is full"
    elif getattr(error, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
        reason, hint = "another running program holds it", "Close the other XRayDesk and try again."
    else:
        reason = f"SQLite says {getattr(error, 'sqlite_errorname', type(error).__name__)}"
    return OutputError(f"The decoded films could not be kept in {folder}: {reason}.", hint=hint, path=folder)
