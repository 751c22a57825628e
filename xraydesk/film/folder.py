"""Find the films in files, folders and ZIP archives, by content."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from xraydesk.errors import FilmError
from xraydesk.film import archive
from xraydesk.film.signature import HEAD_BYTES, kind_in_words, signature

_QUIET_NAMES = frozenset({"__MACOSX", "DICOMDIR", "THUMBS.DB", "DESKTOP.INI"})
_NAMED_AS_FILMS = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".dcm", ".dicom", ".dic"})

_EMPTY = "The file is empty."
_NOT_READABLE = "The file cannot be read."
_FOLDER_NOT_READABLE = "The folder cannot be read."
_SEARCHED_ALREADY = "A link to a folder that is searched already."
_NESTED = "An archive within an archive: unpack it first."
_LOCKED = "Locked with a password: unpack it first."
_SWELLS = "Packed to a fraction that no film is packed to: it is made to fill a computer."


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A film, or with `skipped` a file or folder that is none and why.

    `looked` tells the content of a member of an archive from another: its size and checksum in the archive's list.
    """

    path: Path
    skipped: str = ""
    looked: str = field(default="", compare=False)

    @property
    def is_film(self) -> bool:
        return not self.skipped


def find_films(paths: Iterable[Path]) -> Iterator[FoundFile]:
    """Files as they are given, film or not; folders and ZIP archives searched through, sorted, films known
    by content.

    Hidden files, DICOMDIR and what systems leave behind are passed over without a word; other files
    that are no films, and folders and archives that cannot be read, come with the reason. A folder that
    links lead to twice is searched once, and the second link comes with that reason. A DICOMDIR that is
    given means its folder. Members of archives have paths of their own (`film.archive`). Holds the names of
    one folder at each depth. Raises nothing.
    """
    seen: set[tuple[int, int]] = set()
    for path in paths:
        place = place_meant(path)
        if is_folder(place):
            yield from _found_under(place, seen)
        else:
            yield from found_at(place, given=True)


def deserves_a_row(found: FoundFile) -> bool:
    """A film by content; or by name, and then the reader is told what is wrong with it."""
    return found.is_film or (found.path.suffix.lower() in _NAMED_AS_FILMS and not is_folder(found.path))


def place_meant(path: Path) -> Path:
    """A DICOMDIR lists the files of the folder it lies in, and means that."""
    is_list = path.name.upper() == "DICOMDIR" and os.path.isfile(path)  # noqa: PTH113 - Path.is_file may raise
    return path.parent if is_list else path


def is_passed_over(name: str) -> bool:
    """Hidden, or what systems leave behind: not looked at, not reported."""
    return name.startswith(".") or name.upper() in _QUIET_NAMES


def found_at(path: Path, *, given: bool = False) -> Iterator[FoundFile]:
    """What one file is: a film, none, or an archive of them. What is `given` counts as a film anyhow."""
    head, why_not = _head(path)
    if archive.is_archive(head):
        yield from _found_in_archive(path, given=given)
    else:
        yield FoundFile(path, "" if given else why_not or _why_no_film(head))


def _found_under(folder: Path, seen: set[tuple[int, int]]) -> Iterator[FoundFile]:
    """Depth first, in the order of names; a stack, since folders may nest very deep."""
    waiting = [(folder, iter(("",)))]
    while waiting:
        parent, names = waiting[-1]
        name = next(names, None)
        if name is None:
            waiting.pop()
            continue
        path = parent / name
        if not is_folder(path):
            yield from found_at(path)
        elif (status := _status(path)) and (status.st_dev, status.st_ino) in seen:
            # A folder that was given twice is no news to who gave it.
            if path.is_symlink():
                yield FoundFile(path, _SEARCHED_ALREADY)
        elif status is None or (inside := _listed(path)) is None:
            yield FoundFile(path, _FOLDER_NOT_READABLE)
        else:
            seen.add((status.st_dev, status.st_ino))
            waiting.append((path, iter(inside)))


def _status(folder: Path) -> os.stat_result | None:
    try:
        return folder.stat()
    except OSError:
        return None


def _listed(folder: Path) -> list[str] | None:
    """Sorted names, without what is passed over; None if it cannot be read."""
    try:
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names are sorted, not paths
    except OSError:
        return None
    return [name for name in names if not is_passed_over(name)]


def is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _head(path: Path) -> tuple[bytes, str]:
    """The first bytes of a regular file, and why there are none. Reads nothing else."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return b"", "Not a file."
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError:
        return b"", "A link that leads nowhere."
    except (OSError, ValueError):
        return b"", _NOT_READABLE
    return head, "" if head else _EMPTY


def _why_no_film(head: bytes) -> str:
    """ "" for a film."""
    if signature(head):
        return ""
    what = kind_in_words(head)
    return f"Not a film: it is {what}." if what else "Not a film."


def _found_in_archive(path: Path, *, given: bool) -> Iterator[FoundFile]:
    try:
        if document := archive.document_kind(path):
            yield FoundFile(path, "" if given else f"Not a film: it is {document}.")
            return
        members = archive.members(path)
        with path.open("rb") as file:
            for member in members:
                if not any(map(is_passed_over, member.name.split("/"))):
                    looked = f"{member.info.file_size} {member.info.CRC:08x}"
                    yield FoundFile(path / member.name, _why_no_member(file, path, member), looked)
    except FilmError as error:
        yield FoundFile(path, str(error.failure()))
    except OSError:
        yield FoundFile(path, _NOT_READABLE)


def _why_no_member(file: BinaryIO, archive_path: Path, member: archive.Member) -> str:
    """As `_why_no_film`. Unpacks the first bytes and no more."""
    if member.is_encrypted or member.swells:
        return _LOCKED if member.is_encrypted else _SWELLS
    try:
        head = archive.unpacked(file, member, archive_path / member.name, limit=HEAD_BYTES)
    except FilmError as error:
        return error.message
    if document := archive.document_kind_by_head(head):
        return f"Not a film: it is {document}."
    if archive.is_archive(head) or "archive" in kind_in_words(head):
        return _NESTED
    return _why_no_film(head) if head else _EMPTY
