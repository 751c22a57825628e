"""Open a film: the content decides what it is, and every failure says what to do."""

from __future__ import annotations

import errno
import hashlib
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
from xraydesk.film.archive import member_place, read_member
from xraydesk.film.codec_plugins import before_pydicom
from xraydesk.film.failures import damaged, too_large
from xraydesk.film.film import Film
from xraydesk.film.signature import HEAD_BYTES, is_encrypted, kind_in_words, signature

MAX_PIXELS = 100_000_000  # a 35 x 43 cm film at 50 µm has 60 million
MAX_FILE_BYTES = 1 << 30

_OPENS = "XRayDesk opens DICOM, PNG, JPEG, TIFF and BMP films."


def open_film(path: Path, *, max_pixels: int = MAX_PIXELS, least_side: int = 0) -> Film:
    """The film in the file at `path`; of several frames the first.

    Decides by content, never by name; reads regular files and members of ZIP archives (`film.archive`)
    only, once; writes nothing.
    With `least_side`, a JPEG, or JPEG 2000 in DICOM, may be decoded at 1/2, 1/4 or 1/8 of its size, as long
    as both sides keep so many pixels; `Film.full_size` then says how large the file is. `max_pixels` is of the file.
    Raises FilmError or one of its kinds, and nothing else.
    """
    return open_film_bytes(path, read_film_bytes(path), max_pixels=max_pixels, least_side=least_side)


def open_film_bytes(path: Path, data: bytes, *, max_pixels: int = MAX_PIXELS, least_side: int = 0) -> Film:
    """As `open_film`, of bytes that were read already: for who needs their checksum too and reads once.

    `path` is for the film and for words only; it is not read.
    """
    kind = signature(data[:HEAD_BYTES])
    if not kind:
        raise _no_film(path, data)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # libraries talk to programmers; the reader gets FilmError
            return _decode(path, data, kind, max_pixels, least_side)
    except FilmError:
        raise
    except MemoryError as error:
        raise too_large(path) from error
    except Exception as error:  # a decoder met bytes its authors did not think of
        raise damaged(path) from error


def _decode(path: Path, data: bytes, kind: str, max_pixels: int, least_side: int) -> Film:
    if kind == "DICOM":
        before_pydicom()
        from xraydesk.film.dicom import open_dicom  # noqa: PLC0415 - pydicom takes 0.4 s to import

        return open_dicom(path, data, max_pixels=max_pixels, least_side=least_side)
    from xraydesk.film.raster import open_raster  # noqa: PLC0415 - a DICOM reader needs no Pillow

    return open_raster(path, data, kind, max_pixels=max_pixels, least_side=least_side)


def read_film_bytes(path: Path) -> bytes:
    """All bytes of the regular file, or member of a ZIP archive, at `path`. Raises FilmError."""
    try:
        data = _regular_bytes(path)
    except (OSError, ValueError) as error:  # ValueError: a null character in the name
        data = _member_bytes(path, error)
    except MemoryError as error:
        raise too_large(path) from error
    if not data:
        raise FilmEmpty(
            f"“{path.name}” is empty (0 bytes).", hint="Copy it again from where it came from.", path=path
        )
    return data


def open_summed(path: Path) -> tuple[Film, str]:
    """As `open_film`, and the SHA-256 of the very bytes that it was decoded from."""
    data = read_film_bytes(path)
    return open_film_bytes(path, data), hashlib.sha256(data).hexdigest()


def film_sha256(path: Path) -> str:
    """Of the bytes that `read_film_bytes` gives; empty where it gives none."""
    try:
        return hashlib.sha256(read_film_bytes(path)).hexdigest()
    except FilmError:
        return ""


def _regular_bytes(path: Path) -> bytes:
    status = path.stat()
    if stat.S_ISDIR(status.st_mode):
        raise FilmError(f"“{path.name}” is a folder, not a film.", hint="Open it as a folder.", path=path)
    if not stat.S_ISREG(status.st_mode):
        raise FilmUnknownFormat(f"“{path.name}” is a device, not a film.", hint=_OPENS, path=path)
    if status.st_size > MAX_FILE_BYTES:
        raise too_large(path)
    return path.read_bytes()


def _member_bytes(path: Path, error: OSError | ValueError) -> bytes:
    """Of the archive that `path` leads into; else what `error` means, that stopped it from being read."""
    place = member_place(path)
    if place is None:
        raise _unreachable(path, error) from error
    try:
        return read_member(*place, limit=MAX_FILE_BYTES)
    except OSError as unreadable:
        raise _unreachable(path, unreadable) from unreadable


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
