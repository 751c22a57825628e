"""One film copied or moved, so that at no moment it is in neither place and nothing is overwritten."""

from __future__ import annotations

import errno
import hashlib
import os
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from xraydesk.errors import FilmError, FilmNotFound, OutputError
from xraydesk.export.atomic import naming_failures
from xraydesk.export.undo_list import TakenFilm, sync_folder
from xraydesk.film.archive import member_place
from xraydesk.film.open import read_film_bytes
from xraydesk.presentation.wording import film_name

_CHUNK = 1 << 20
# A film that cannot be renamed away for one of these can still be copied.
_COPY_INSTEAD = (errno.EXDEV, errno.EACCES, errno.EPERM, errno.EROFS, errno.EBUSY, errno.EINVAL)


def is_in_archive(path: Path) -> bool:
    """Whether the film lies within a zip, under a virtual path."""
    return member_place(path) is not None


def size_of(path: Path) -> int:
    """Bytes of a film on disk or in an archive. Raises FilmError."""
    if is_in_archive(path):
        return len(read_film_bytes(path))
    try:
        return path.stat().st_size
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def take(film: TakenFilm) -> bool:
    """Brings the film to its new place, where nothing may lie yet; whether its old place is empty now.

    Raises FileExistsError if something lies there, FilmError for trouble with the film, OutputError for
    trouble with its new place; then all is as it was.
    """
    if film.move and not film.source.is_symlink() and not is_in_archive(film.source):
        return moved(film.source, film.place, film.part_in(film.place.parent))
    copied(film.source, film.place, film.part_in(film.place.parent))
    return False


def moved(source: Path, place: Path, part: Path) -> bool:
    """False where the film was copied and its source could not be taken away. Raises as `take`."""
    if _renamed(source, place):
        return True
    copied(source, place, part)
    try:
        source.unlink()
    except OSError:  # a CD, or a folder that only others may change
        return False
    return True


def _renamed(source: Path, place: Path) -> bool:
    """The way within one disk: at once, or not at all."""
    _reserve(place)
    try:
        source.replace(place)
    except OSError as error:
        place.unlink()
        if error.errno in _COPY_INSTEAD:
            return False
        raise _unreadable(source, error) from error
    return True


def copied(source: Path, place: Path, part: Path) -> None:
    """A copy that was read back and found equal, on disk when this returns. Raises as `take`."""
    try:
        with naming_failures(place):
            written = _write_part(source, part)
        if digest(part) != written:
            raise OutputError(
                f"{place.name} could not be written: the disk gave back something else than was written.",
                hint="Choose another disk; this one may be failing.",
                path=place,
            )
        _reserve(place)
        with naming_failures(place):
            part.replace(place)
    except BaseException:
        with suppress(OSError):
            part.unlink()
        raise
    sync_folder(place.parent)


def _write_part(source: Path, part: Path) -> str:
    summed = hashlib.sha256()
    with part.open("xb") as file:
        for chunk in _chunks(source):
            summed.update(chunk)
            file.write(chunk)
        file.flush()
        os.fsync(file.fileno())
    with suppress(OSError):  # when a film was taken matters less than the film
        status = source.stat()
        os.utime(part, ns=(status.st_atime_ns, status.st_mtime_ns))
    return summed.hexdigest()


def _reserve(place: Path) -> None:
    """Makes `place` ours, empty, if nothing lies there; a rename onto it then overwrites nothing of others."""
    try:
        os.close(os.open(place, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o666))
    except FileExistsError:
        raise
    except OSError:
        with naming_failures(place):
            raise


def changed_since_read(path: Path) -> FilmError:
    """What lies there now is another film than the one that was classified."""
    return FilmError(f"“{film_name(path)}” has changed since it was read.", path=path)


def digest(path: Path) -> str:
    """SHA-256 of a film on disk or in an archive. Raises FilmError."""
    summed = hashlib.sha256()
    for chunk in _chunks(path):
        summed.update(chunk)
    return summed.hexdigest()


def _chunks(path: Path) -> Iterator[bytes]:
    if is_in_archive(path):
        yield read_film_bytes(path)
        return
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: OSError | ValueError) -> FilmError:
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        return FilmNotFound(f"“{path.name}” was not found.", path=path)
    if isinstance(error, PermissionError):
        return FilmError(f"“{path.name}” may not be read by you.", path=path)
    return FilmError(f"“{path.name}” could not be read from its drive.", path=path)
