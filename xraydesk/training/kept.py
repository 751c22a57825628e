"""What a run writes into its folder: each file whole or as it was, and nothing left beside it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from xraydesk.errors import OutputError


@contextmanager
def whole(file: Path) -> Iterator[Path]:
    """A sibling to write into; it becomes `file` once it is on the disk itself, so that a power cut costs neither.

    Raises OutputError.
    """
    temporary = file.with_suffix(".tmp")
    try:
        yield temporary
        with temporary.open("rb+") as written:
            os.fsync(written.fileno())
        temporary.replace(file)
    except BaseException as error:
        with suppress(OSError):
            temporary.unlink()
        if isinstance(error, OSError | RuntimeError):  # torch has no errors of its own for a full disk
            raise output_error(file, error) from error
        raise


def output_error(file: Path, error: Exception) -> OutputError:
    why = f": {error.strerror}" if isinstance(error, OSError) and error.strerror else ""
    return OutputError(
        f"{file.name} could not be written into {file.parent}{why}.",
        hint="Free some space, then go on with the run (--resume).",
        path=file,
    )


def keep_text(file: Path, text: str) -> None:
    """Raises OutputError."""
    with whole(file) as temporary:
        temporary.write_text(text, encoding="utf-8")
