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
CHANGED_EVERY_S = 10.0  # how often files that were told are looked at again

_TEMPORARY_ENDINGS = (".part", ".partial", ".filepart", ".tmp", ".temp", ".crdownload", ".download")
_TEMPORARY_BEGINNING = "~$"


@dataclass(frozen=True, slots=True)
class _Round:
    """One look at all places: when, whether also at what was told, and the folders seen in it."""

    now: float
    again: bool
    seen: set[tuple[int, int]] = field(default_factory=set)


class _Sight(NamedTuple):
    """How a file looked, and since when it has looked so."""

    size: int
    mtime_ns: int
    since_s: float


@dataclass(slots=True)
class _Known:
    """What was seen in one folder: a name for each file, and more only while it may still be written."""

    told: dict[str, str] = field(default_factory=dict)  # and how it looked
    growing: dict[str, _Sight] = field(default_factory=dict)
    folders: dict[str, _Known] = field(default_factory=dict)

    def keep(self, files: Iterable[str], folders: list[str]) -> None:
        """Forget what is no longer there."""
        self.told = {name: self.told[name] for name in files if name in self.told}
        self.growing = {name: self.growing[name] for name in files if name in self.growing}
        self.folders = {name: self.folders.get(name) or _Known() for name in folders}


@dataclass(frozen=True, slots=True)
class Arrival:
    """`looked`: size and time of change of the file to the second, or what its archive says: other words where the
    content is another, and seldom where it is not."""

    file: FoundFile
    looked: str


class Arrivals:
    """The whole files of some places: those that are there, and those that come."""

    def __init__(self, places: Iterable[Path], clock: Callable[[], float] = time.monotonic) -> None:
        """`places` as for `find_films`: folders, files, archives."""
        self._places = [(place_meant(place), _Known()) for place in places]
        self._clock = clock
        self._looked_again = clock()

    def poll(self) -> Iterator[Arrival]:
        """What has become whole: seen with the same size and time of change twice, `STILL_S` apart or more.

        So the first call tells nothing yet. A file is told once, and again when it has changed (seen within
        `CHANGED_EVERY_S`) or vanished and come back. Empty files are waited for, and names that programs give to
        unfinished files are left out. A folder or place that cannot be read is as it was when it last could.
        To be used up before the next call. Raises nothing.
        """
        now = self._clock()
        again = now - self._looked_again >= CHANGED_EVERY_S
        if again:
            self._looked_again = now
        look = _Round(now, again)
        for place, known in self._places:
            if is_folder(place):
                yield from _told_under(place, known, look)
            elif looked := _whole(place, known, look):
                yield from _arrivals(place, looked, given=True)


def missing(places: Iterable[Path]) -> tuple[Path, ...]:
    """Those that are not there now: moved away, or on a drive that is not connected."""
    return tuple(place for place in places if not _is_there(place))


def _is_there(place: Path) -> bool:
    return os.path.exists(place) or member_place(place) is not None  # noqa: PTH110 - Path.exists may raise


def _told_under(place: Path, known: _Known, look: _Round) -> Iterator[Arrival]:
    waiting = [(place, known)]
    while waiting:
        folder, known = waiting.pop()
        names = _names_in(folder, look.seen)
        if names is None:
            continue
        files, folders = names
        known.keep(files, folders)
        for name, entry in files.items():
            if look.again and _looks_as(entry, known.told.get(name)):
                continue
            if looked := _whole(folder / name, known, look):
                yield from _arrivals(folder / name, looked)
        waiting.extend((folder / name, known.folders[name]) for name in reversed(folders))


def _arrivals(path: Path, looked: str, *, given: bool = False) -> Iterator[Arrival]:
    """A member of an archive stays what it was when another one joins it."""
    return (Arrival(file, file.looked or looked) for file in found_at(path, given=given))


def _names_in(
    folder: Path, seen: set[tuple[int, int]]
) -> tuple[dict[str, os.DirEntry[str]], list[str]] | None:
    """Files and folders in it, sorted; None if it cannot be read or links led to it before."""
    files, folders = dict[str, os.DirEntry[str]](), list[str]()
    try:
        status = folder.stat()
        if (status.st_dev, status.st_ino) in seen:
            return None
        seen.add((status.st_dev, status.st_ino))
        with os.scandir(folder) as entries:
            for entry in entries:
                if is_passed_over(entry.name) or _is_temporary(entry.name):
                    continue
                if _is_folder_entry(entry):
                    folders.append(entry.name)
                else:
                    files[entry.name] = entry
    except OSError:
        return None
    return dict(sorted(files.items())), sorted(folders)


def _looks_as(entry: os.DirEntry[str], told: str | None) -> bool:
    """Told by the folder where the system has it there: a look at each file of a share would take long."""
    try:
        return told is not None and _words(entry.stat()) == told
    except OSError:
        return False


def _is_folder_entry(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:  # a link in a circle
        return False


def _is_temporary(name: str) -> bool:
    return name.startswith(_TEMPORARY_BEGINNING) or name.lower().endswith(_TEMPORARY_ENDINGS)


def _whole(path: Path, known: _Known, look: _Round) -> str:
    """Notes how the file looks; says it once, when it has looked so for long enough, and is empty before."""
    name = path.name
    if name in known.told and not look.again:
        return ""
    try:
        status = path.stat()  # not the folder's entry: on Windows that lags behind while a file is written
    except (OSError, ValueError):
        known.growing.pop(name, None)
        return ""
    looked = _words(status)
    if known.told.get(name) == looked:
        return ""
    known.told.pop(name, None)
    before = known.growing.get(name)
    if before is None or (before.size, before.mtime_ns) != (status.st_size, status.st_mtime_ns):
        known.growing[name] = _Sight(status.st_size, status.st_mtime_ns, look.now)
        return ""
    if look.now - before.since_s < STILL_S or (stat.S_ISREG(status.st_mode) and status.st_size == 0):
        return ""
    known.told[name] = looked
    del known.growing[name]
    return looked


def _words(status: os.stat_result) -> str:
    """To the second: some shares forget the rest later."""
    return f"{status.st_size} {status.st_mtime_ns // 1_000_000_000}"
