"""Files that are whole or not there: written beside their place, then put into it."""

from __future__ import annotations

import errno
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from xraydesk.errors import OutputError

_REMEDIES = {
    errno.ENOSPC: ("the disk is full", "Free some space or choose another disk."),
    errno.EDQUOT: ("your share of the disk is used up", "Free some space or choose another disk."),
    errno.EACCES: ("you may not write there", "Close it in other programs, or choose another folder."),
    errno.EPERM: ("you may not write there", "Close it in other programs, or choose another folder."),
    errno.EROFS: ("the disk can only be read", "Choose a folder on another disk."),
    errno.ENOENT: ("the folder does not exist", "Choose another folder, or make this one first."),
    errno.ENOTDIR: ("a part of its path is no folder", "Choose another folder."),
    errno.EISDIR: ("there is a folder of that name", "Choose another name."),
    errno.EEXIST: ("there is a file of that name", "Choose another name."),
    errno.ENAMETOOLONG: ("the name is too long", "Choose a shorter name."),
    errno.EFBIG: ("the disk takes no file of that size", "Choose another disk."),
    errno.EBUSY: ("another program holds it", "Close it there and try again."),
}


def output_error(path: Path, error: OSError) -> OutputError:
    """What kept a file from being written, and the remedy, in words."""
    reason, hint = _REMEDIES.get(
        error.errno or 0, (error.strerror or "the disk reports an error", "Choose another folder.")
    )
    return OutputError(f"{path.name or path} could not be written: {reason}.", hint=hint, path=path)


@contextmanager
def naming_failures(path: Path) -> Iterator[None]:
    """Turns an OSError of writing `path` into an OutputError that names it."""
    try:
        yield
    except OSError as error:
        raise output_error(path, error) from error


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """A temporary sibling to write into; it becomes `path` at the end, and goes if anything fails.

    Raises OutputError.
    """
    with naming_failures(path):
        if not path.name:  # "." or nothing
            raise IsADirectoryError(errno.EISDIR, "")
        part = path.with_name(f".{path.name[:40]}.{secrets.token_hex(4)}.part")
        part.touch(exist_ok=False)
        try:
            yield part
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise
