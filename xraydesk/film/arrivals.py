"""Films that arrive while a folder is watched: found by looking again and again, on network shares too."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from xraydesk.film.archive import member_place
from xraydesk.film.folder import FoundFile, found_at, is_folder, is_passed_over, place_meant

STILL_S = 2.0  # a file that did not change for so long is no longer written

_TEMPORARY_ENDINGS = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download")
_TEMPORARY_BEGINNING = "~$"


class _Sight(NamedTuple):
    """How a file looked, and since when it has looked so."""

    size: int
    mtime_ns: int
    since_s: float


@dataclass(slots=True)
class _Known:
    """What was seen in one folder: a name for each file, and more only while it may still be written."""

    told: set[str] = field(default_factory=set)
    growing: dict[str, _Sight] = field(default_factory=dict)
    folders: dict[str, _Known] = field(default_factory=dict)

    def keep(self, files: list[str], folders: list[str]) -> None:
        """Forget what is no longer there."""
        self.told.intersection_update(files)
        self.growing = {name: self.growing[name] for name in files if name in self.growing}
        self.folders = {name: self.folders.get(name) or _Known() for name in folders}


class Arrivals:
    """The whole files of some places, each told once: those that are there, and those that come."""

    def __init__(self, places: Iterable[Path], clock: Callable[[], float] = time.monotonic) -> None:
        """`places` as for `find_films`: folders, files, archives."""
        self._places = [(place_meant(place), _Known()) for place in places]
        self._clock = clock

    def poll(self) -> Iterator[FoundFile]:
        """What has become whole: seen with the same size and time of change twice, `STILL_S` apart or more.

        So the first call tells nothing yet. A file told once is not looked at again, even if it changes;
        one that vanished and came back is new. Empty files are waited for, and names that programs give to
        unfinished files are left out. A folder or place that cannot be read is as it was when it last could.
        To be used up before the next call. Raises nothing.
        """
        now = self._clock()
        seen: set[tuple[int, int]] = set()
        for place, known in self._places:
            if is_folder(place):
                yield from _told_under(place, known, now, seen)
            elif _is_whole(place, known, now):
                yield from found_at(place, given=True)


def missing(places: Iterable[Path]) -> tuple[Path, ...]:
    """Those that are not there now: moved away, or on a drive that is not connected."""
    return tuple(place for place in places if not _is_there(place))


def _is_there(place: Path) -> bool:
    return os.path.exists(place) or member_place(place) is not None  # noqa: PTH110 - Path.exists may raise


def _told_under(place: Path, known: _Known, now: float, seen: set[tuple[int, int]]) -> Iterator[FoundFile]:
    waiting = [(place, known)]
    while waiting:
        folder, known = waiting.pop()
        names = _names_in(folder, seen)
        if names is None:
            continue
        files, folders = names
        known.keep(files, folders)
        for name in files:
            if _is_whole(folder / name, known, now):
                yield from found_at(folder / name)
        waiting.extend((folder / name, known.folders[name]) for name in reversed(folders))


def _names_in(folder: Path, seen: set[tuple[int, int]]) -> tuple[list[str], list[str]] | None:
    """Files and folders in it, sorted; None if it cannot be read or links led to it before."""
    files, folders = list[str](), list[str]()
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen:
            return None
        seen.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            for entry in entries:
                if not (is_passed_over(entry.name) or _is_temporary(entry.name)):
                    (folders if _is_folder_entry(entry) else files).append(entry.name)
    except OSError:
        return None
    return sorted(files), sorted(folders)


def _is_folder_entry(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _is_temporary(name: str) -> bool:
    return name.startswith(_TEMPORARY_BEGINNING) or name.lower().endswith(_TEMPORARY_ENDINGS)


def _is_whole(path: Path, known: _Known, now: float) -> bool:
    """Notes how the file looks; true once, when it has looked so for long enough."""
    name = path.name
    if name in known.told:
        return False
    try:
        status = path.stat()  # not the folder's entry: on Windows that lags behind while a file is written
    except (OSError, ValueError):
        known.growing.pop(name, None)
        return False
    before = known.growing.get(name)
    if before is None or (before.size, before.mtime_ns) != (status.st_size, status.st_mtime_ns):
        known.growing[name] = _Sight(status.st_size, status.st_mtime_ns, now)
        return False
    if now - before.since_s < STILL_S or (stat.S_ISREG(status.st_mode) and status.st_size == 0):
        return False
    known.told.add(name)
    del known.growing[name]
    return True
