"""What goes wrong with the journal's file, and the remedy, in words."""

from __future__ import annotations

import errno
import os
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from xraydesk.errors import OutputError

_FULL = ("the disk is full", "Free some space, then go on; what was done is kept.")
_READ_ONLY = (
    "its place can only be read",
    "Make its folder writable, or keep things elsewhere (Help, Where things are kept).",
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
    "or keep things elsewhere (Help, Where things are kept).",
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


def is_lost(error: BaseException) -> bool:
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
