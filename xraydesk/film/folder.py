"""Find the films in files and folders, by content."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from xraydesk.film.signature import HEAD_BYTES, kind_in_words, signature

_QUIET_NAMES = frozenset({"__MACOSX", "DICOMDIR", "THUMBS.DB", "DESKTOP.INI"})


@dataclass(frozen=True, slots=True)
class FoundFile:
    """A film, or with `skipped` a file or folder that is none and why."""

    path: Path
    skipped: str = ""

    @property
    def is_film(self) -> bool:
        return not self.skipped


def find_films(paths: Iterable[Path]) -> Iterator[FoundFile]:
    """Files as they are given, film or not; folders searched through, sorted, films known by content.

    Hidden files, DICOMDIR and what systems leave behind are passed over without a word; other files
    that are no films, and folders that cannot be read, come with the reason. A folder that links
    lead to twice is searched once. Raises nothing.
    """
    seen: set[tuple[int, int]] = set()
    waiting = [(path, True) for path in reversed(list(paths))]  # a stack: folders may nest very deep
    while waiting:
        path, given = waiting.pop()
        if not _is_folder(path):
            yield FoundFile(path, "" if given else _why_no_film(path))
        elif (names := _listed(path, seen)) is None:
            yield FoundFile(path, "The folder cannot be read.")
        else:
            waiting.extend((path / name, False) for name in reversed(names))


def _listed(folder: Path, seen: set[tuple[int, int]]) -> list[str] | None:
    """Sorted names, without what is passed over; empty if it was seen, None if it cannot be read."""
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen:
            return []
        seen.add((status.st_dev, status.st_ino))
        names = sorted(os.listdir(folder))  # noqa: PTH208 - names are sorted, not paths
    except OSError:
        return None
    return [name for name in names if not name.startswith(".") and name.upper() not in _QUIET_NAMES]


def _is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except (OSError, ValueError):
        return False


def _why_no_film(path: Path) -> str:
    """ "" for a film. Reads the first bytes of regular files only."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            return "Not a file."
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
    except FileNotFoundError:
        return "A link that leads nowhere."
    except OSError:
        return "The file cannot be read."
    if signature(head):
        return ""
    if not head:
        return "The file is empty."
    what = kind_in_words(head)
    return f"Not a film: it is {what}." if what else "Not a film."
