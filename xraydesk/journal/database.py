"""The journal's file: how it is made and opened, and what goes wrong with it, in words."""

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

BUSY_TIMEOUT_S = 10.0
_SMALLEST = 512  # bytes of a page, and so of a database
_WAL_KEPT_BYTES = 8 * 1024 * 1024

_FULL = ("the disk is full", "Free some space, then go on; what was done is kept.")
_READ_ONLY = (
    "its place can only be read",
    "Make its folder writable, or set XRAYDESK_HOME to a folder on another disk.",
)
_GONE = (
    "its disk or share reports an error",
    "See whether it is connected and has room, then go on; what was done is kept.",
)
_HELD = ("another running program holds it", "Close the other XRayDesk and try again.")
_DAMAGED = (
    "it is damaged, or no journal of XRayDesk",
    "Move it out of its folder: a new journal is begun, and the old one is left as it is.",
)
_CANNOT_OPEN = (
    "it cannot be opened or made in its place",
    "See whether its disk or share is connected and you may write in its folder, "
    "or set XRAYDESK_HOME to another folder.",
)
_TROUBLES = {
    sqlite3.SQLITE_FULL: _FULL,
    sqlite3.SQLITE_READONLY: _READ_ONLY,
    sqlite3.SQLITE_PERM: _READ_ONLY,
    sqlite3.SQLITE_CANTOPEN: _CANNOT_OPEN,
    sqlite3.SQLITE_IOERR: _GONE,
    sqlite3.SQLITE_BUSY: _HELD,
    sqlite3.SQLITE_LOCKED: _HELD,
    sqlite3.SQLITE_PROTOCOL: _HELD,
    sqlite3.SQLITE_CORRUPT: _DAMAGED,
    sqlite3.SQLITE_NOTADB: _DAMAGED,
    sqlite3.SQLITE_ERROR: _DAMAGED,  # a table or a column is missing
    sqlite3.SQLITE_CONSTRAINT: _DAMAGED,  # what is written holds them, so what is there does not
    sqlite3.SQLITE_NOMEM: ("there is not enough memory", "Close other programs and try again."),
}
_TROUBLES_OF_FILES = {
    errno.ENOSPC: _FULL,
    errno.EDQUOT: _FULL,
    errno.EROFS: _READ_ONLY,
    errno.EACCES: _READ_ONLY,
    errno.EPERM: _READ_ONLY,
    errno.ENOTDIR: ("a part of its path is no folder", _CANNOT_OPEN[1]),
    errno.EISDIR: ("there is a folder of that name", _CANNOT_OPEN[1]),
}
# Where these come from, the connection is of no use any more even once the disk is back.
_LOST = {sqlite3.SQLITE_IOERR, sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY}


def _code(error: sqlite3.Error) -> int:
    """SQLite's extended result code; 0 for an error of the Python module itself, or of this room."""
    return int(getattr(error, "sqlite_errorcode", 0))


def _is_lost(error: BaseException) -> bool:
    return isinstance(error, sqlite3.Error) and _code(error) & 0xFF in _LOST


def journal_error(file: Path, error: sqlite3.Error | OSError) -> OutputError:
    """What keeps the journal from being read or written, and the remedy, in words."""
    if isinstance(error, sqlite3.Error):
        reason, hint = _trouble(file, error)
    else:
        known = _TROUBLES_OF_FILES.get(error.errno or 0)
        reason, hint = known or (error.strerror or str(error), _CANNOT_OPEN[1])
    return OutputError(
        f"The journal of batches, {file.name}, could not be used: {reason}.", hint=hint, path=file
    )


def _trouble(file: Path, error: sqlite3.Error) -> tuple[str, str]:
    code = _code(error)
    if code == sqlite3.SQLITE_IOERR_SHMSIZE:  # no room for the index of the log
        return _FULL
    if (
        code & 0xFF == sqlite3.SQLITE_CANTOPEN
        and file.parent.is_dir()
        and not os.access(file.parent, os.W_OK)
    ):
        return _READ_ONLY
    if not code and type(error) is sqlite3.DatabaseError:  # said by this room
        return _DAMAGED
    # Never SQLite's own message: it may repeat what is in a row, and that may be a patient's name.
    said = f"SQLite says {getattr(error, 'sqlite_errorname', type(error).__name__)}"
    return _TROUBLES.get(code & 0xFF) or (said, "Try again; if it stays so, start XRayDesk anew.")


@contextmanager
def in_words(file: Path) -> Iterator[None]:
    """Turns what SQLite and the disk say into an OutputError that names the journal."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        raise journal_error(file, error) from error
    except UnicodeDecodeError:  # of a message of SQLite's that quotes garbage
        raise journal_error(file, sqlite3.DatabaseError("garbage")) from None


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
            hint="Update XRayDesk, or set XRAYDESK_HOME to another folder to begin a new journal.",
            path=file,
        )
    return version


def make_file(file: Path) -> None:
    """An empty file that only its owner may read; SQLite gives its companions the same rights."""
    file.parent.mkdir(parents=True, exist_ok=True)
    with suppress(FileExistsError):
        os.close(os.open(file, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))


def _look_at(file: Path) -> None:
    """Raises sqlite3.DatabaseError for what is no database: SQLite would take a very short file for a new one."""
    with file.open("rb") as opened:
        head = opened.read(_SMALLEST)
    if head and not (head.startswith(b"SQLite format 3\0") and len(head) == _SMALLEST):
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
        if not _is_lost(error) or (log.exists() and log.stat().st_size):
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
        if _is_lost(error) or isinstance(self._connection, StandIn):
            self._drop()

    def _drop(self) -> None:
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
