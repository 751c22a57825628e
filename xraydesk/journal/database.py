"""The journal's file: how it is made, opened and shared by threads."""

from __future__ import annotations

import errno
import os
import sqlite3
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from urllib.parse import quote_from_bytes

from xraydesk.errors import OutputError
from xraydesk.journal.schema import VERSION, migrate, version_of
from xraydesk.journal.troubles import in_words, is_lost

BUSY_TIMEOUT_S = 10.0
_SMALLEST = 512  # bytes of a page, and so of a database
_WAL_KEPT_BYTES = 8 * 1024 * 1024


def _uri(file: Path, options: str) -> str:
    """Any path, also one on a Windows share or one that is no text, as SQLite's URI."""
    path = os.fsencode(file.absolute().as_posix())
    slash = b"" if path.startswith(b"/") else b"/"
    return f"file://{quote_from_bytes(slash + path, safe='/:')}?{options}"


def _known_version(connection: sqlite3.Connection, file: Path) -> int:
    """Of the schema. Raises OutputError for a later one than this program knows."""
    version = version_of(connection)
    if version > VERSION:
        raise OutputError(
            f"The journal of batches, {file.name}, was written by a later version of XRayDesk.",
            hint="Update XRayDesk, or keep things in another folder (Help, Where things are kept).",
            path=file,
        )
    return version


def make_file(file: Path) -> None:
    """An empty file that only its owner may read; SQLite gives its companions the same rights."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _look_at(file: Path) -> None:
    """Raises OSError for a folder, and sqlite3.DatabaseError for a file so short that SQLite would take it for new.

    It is not opened: closing it would end the locks that SQLite holds on it elsewhere in this process.
    """
    if file.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(file))
    if 0 < file.stat().st_size < _SMALLEST:
        raise sqlite3.DatabaseError("no database")


def open_writing(file: Path) -> sqlite3.Connection:
    """The journal, brought to the present version; never made here, where its disk may only be away.

    Raises OutputError, sqlite3.Error, OSError.
    """
    _look_at(file)
    connection = _connect(_uri(file, "mode=rw"))
    try:
        _known_version(connection, file)  # before anything is written into a file that may be no journal
        connection.execute("PRAGMA auto_vacuum = INCREMENTAL")
        in_wal = connection.execute("PRAGMA journal_mode = WAL").fetchone()[0] == "wal"
        # Some network shares cannot have a write-ahead log: then the journal file's end is synced as well.
        connection.execute(f"PRAGMA synchronous = {'FULL' if in_wal else 'EXTRA'}")
        connection.execute(f"PRAGMA journal_size_limit = {_WAL_KEPT_BYTES}")
        connection.execute("PRAGMA foreign_keys = ON")
        connection.execute("PRAGMA secure_delete = ON")
        migrate(connection)
        connection.execute("BEGIN IMMEDIATE")  # says now, not at the first film, that the place is read-only
        connection.execute("ROLLBACK")
    except BaseException:
        connection.close()
        raise
    return connection


class StandIn(sqlite3.Connection):
    """An empty journal in memory, for as long as there is no file."""


def open_reading(file: Path) -> sqlite3.Connection:
    """The journal for reading only; a StandIn where there is none yet.

    An earlier version is first brought to the present one. Raises OutputError, sqlite3.Error, OSError.
    """
    if not file.exists():
        return _stand_in()
    _look_at(file)
    connection = _connect_reading(file)
    try:
        version = _known_version(connection, file)
        if version == VERSION:
            return connection
    except BaseException:
        connection.close()
        raise
    connection.close()
    if version == 0:  # the writer is just making it
        return _stand_in()
    open_writing(file).close()
    return _connect_reading(file)


def _stand_in() -> sqlite3.Connection:
    connection = _connect(":memory:", StandIn)
    migrate(connection)
    return connection


def _connect_reading(file: Path) -> sqlite3.Connection:
    """A file in a place that cannot be written is read as it stands, if no log of changes lies beside it."""
    connection = _connect(_uri(file, "mode=ro"))
    try:
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
        return connection
    except BaseException as error:
        connection.close()
        log = file.with_name(f"{file.name}-wal")
        if not is_lost(error) or (log.exists() and log.stat().st_size):
            raise
    return _connect(_uri(file, "mode=ro&immutable=1"))


def _connect(uri: str, kind: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    """Without Python's own transactions; any thread may use it, one at a time."""
    connection = sqlite3.connect(
        uri, uri=True, isolation_level=None, timeout=BUSY_TIMEOUT_S, check_same_thread=False, factory=kind
    )
    connection.text_factory = _text
    return connection


def _text(kept: bytes) -> str:
    """Text that is none is damage; the error does not repeat it, since it may be a patient's name."""
    try:
        return kept.decode("utf-8")
    except UnicodeDecodeError:
        raise sqlite3.DatabaseError("a text cannot be decoded") from None


class Database:
    """One connection for many threads, one at a time; opened anew after its disk was away."""

    def __init__(self, file: Path, connect: Callable[[Path], sqlite3.Connection]) -> None:
        self.file = file
        self._connect = connect
        self._lock = threading.Lock()
        self._connection: sqlite3.Connection | None = None
        self._closed = False

    def close(self) -> None:
        """For good; waits for what other threads are doing."""
        with self._lock:
            self._closed = True
            self._drop()

    @contextmanager
    def transaction(self, begin: str) -> Iterator[sqlite3.Connection]:
        """All of what is done within it, or nothing. Raises OutputError."""
        with self._lock, in_words(self.file):
            if self._closed:
                raise OutputError("The journal of batches is closed.", hint="Start XRayDesk anew.")
            if self._connection is None:
                self._connection = self._connect(self.file)
            try:
                self._connection.execute(begin)
                yield self._connection
                self._connection.execute("COMMIT")
            except BaseException as error:
                self._undo(error)
                raise
            if isinstance(self._connection, StandIn):
                self._drop()

    def shrink(self) -> None:
        """Gives free pages back to the disk, and empties the log. Raises OutputError."""
        with self._lock, in_words(self.file):
            if self._connection is not None:
                self._connection.executescript("PRAGMA incremental_vacuum")  # `execute` would free one page
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()

    def _undo(self, error: BaseException) -> None:
        assert self._connection is not None
        if self._connection.in_transaction:
            with suppress(sqlite3.Error):  # SQLite has undone it already where it could
                self._connection.execute("ROLLBACK")
        if is_lost(error) or isinstance(self._connection, StandIn):
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
