"""Open a film: the content decides what it is, and every failure says what to do."""

from __future__ import annotations

import errno
import stat
import warnings
from pathlib import Path

from xraydesk.errors import (
    FilmEmpty,
    FilmEncrypted,
    FilmError,
    FilmNotFound,
    FilmUnknownFormat,
)
from xraydesk.film.failures import damaged, too_large
from xraydesk.film.film import Film
from xraydesk.film.signature import HEAD_BYTES, is_encrypted, kind_in_words, signature

MAX_PIXELS = 100_000_000  # a 35 x 43 cm film at 50 µm has 60 million
MAX_FILE_BYTES = 1 << 30

_OPENS = "XRayDesk opens DICOM, PNG, JPEG, TIFF and BMP films."


def open_film(path: Path, *, max_pixels: int = MAX_PIXELS) -> Film:
    """The film in the file at `path`; of several frames the first.

    Decides by content, never by name; reads regular files only, once; writes nothing.
    Raises FilmError or one of its kinds, and nothing else.
    """
    data = read_film_bytes(path)
    kind = signature(data[:HEAD_BYTES])
    if not kind:
        raise _no_film(path, data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # libraries talk to programmers; the reader gets FilmError
            return _decode(path, data, kind, max_pixels)
    except FilmError:
        raise
    except MemoryError as error:
        raise too_large(path) from error
    except Exception as error:  # a decoder met bytes its authors did not think of
        raise damaged(path) from error


def _decode(path: Path, data: bytes, kind: str, max_pixels: int) -> Film:
    if kind == "DICOM":
        from xraydesk.film.dicom import open_dicom  # noqa: PLC0415 - pydicom takes 0.4 s to import

        return open_dicom(path, data, max_pixels=max_pixels)
    from xraydesk.film.raster import open_raster  # noqa: PLC0415 - a DICOM reader needs no Pillow

    return open_raster(path, data, kind, max_pixels=max_pixels)


def read_film_bytes(path: Path) -> bytes:
    """All bytes of the regular file at `path`. Raises FilmError."""
    try:
        status = path.stat()
        if stat.S_ISDIR(status.st_mode):
            raise FilmError(f"“{path.name}” is a folder, not a film.", hint="Open it as a folder.", path=path)
        if not stat.S_ISREG(status.st_mode):
            raise FilmUnknownFormat(f"“{path.name}” is a device, not a film.", hint=_OPENS, path=path)
        if status.st_size > MAX_FILE_BYTES:
            raise too_large(path)
        data = path.read_bytes()
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        raise _unreachable(path, error) from error
    if not data:
        raise FilmEmpty(
            f"“{path.name}” is empty (0 bytes).", hint="Copy it again from where it came from.", path=path
        )
    return data


def _unreachable(path: Path, error: OSError | ValueError) -> FilmError:
    if isinstance(error, FileNotFoundError | NotADirectoryError | ValueError):
        hint = "It may have been moved or renamed, or its drive is not connected."
        return FilmNotFound(f"“{path.name}” was not found.", hint=hint, path=path)
    if isinstance(error, PermissionError):
        hint = "Ask for the right to read it, or copy it to a folder of your own."
        return FilmError(f"“{path.name}” may not be read by you.", hint=hint, path=path)
    if error.errno == errno.ELOOP:
        hint = "Open the film itself instead of the link."
        return FilmNotFound(f"“{path.name}” is a link that leads back to itself.", hint=hint, path=path)
    hint = "Check the drive or network connection, then open it again."
    return FilmError(f"“{path.name}” could not be read from its drive.", hint=hint, path=path)


def _no_film(path: Path, data: bytes) -> FilmError:
    what = kind_in_words(data[:HEAD_BYTES])
    if is_encrypted(data):
        return FilmEncrypted(
            f"“{path.name}” is locked with a password or key.",
            hint="Unlock it with the program it was locked with and open the film inside.",
            path=path,
        )
    if "archive" in what:
        hint = "Unpack it first and open the films inside."
        return FilmUnknownFormat(f"“{path.name}” is {what}, not a film.", hint=hint, path=path)
    if not any(data[:4096]):
        hint = "Copy it again from where it came from."
        return FilmEmpty(f"“{path.name}” holds nothing but zeros.", hint=hint, path=path)
    words = f"is {what}, not a film" if what else "is not in a film format"
    return FilmUnknownFormat(f"“{path.name}” {words}.", hint=_OPENS, path=path)
