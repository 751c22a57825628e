"""The list of what sorting is about to do, on disk before each film is touched, and read back for undoing.

One JSON object a line: first what the file is, then folders to be made and films to be taken. A film's
new place is told from the list's own folder on, so that the list works wherever the disk is mounted, and
reaches nothing outside of it.
"""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from types import TracebackType
from typing import Any, Self, TextIO

from xraydesk.errors import UsageError
from xraydesk.export.atomic import naming_failures

_VERSION = 1
_NO_LIST_HINT = "Choose a file named xraydesk-undo-….jsonl that sorting has left in its folder."


@dataclass(frozen=True, slots=True)
class TakenFilm:
    """`source` to `place`, both absolute. `token`: in the name of what is only partly written."""

    source: Path
    place: Path
    move: bool
    size: int
    token: str

    def part_in(self, folder: Path) -> Path:
        return folder / f".xraydesk-{self.token}.part"


@dataclass(frozen=True, slots=True)
class UndoList:
    films: tuple[TakenFilm, ...]
    folders: tuple[Path, ...]  # that sorting made


class UndoListWriter:
    """Appends to a new list; what was noted is on disk when the call returns. Raises OutputError."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        with naming_failures(self.path):
            self._file = self.path.open("x", encoding="ascii", newline="\n")
            try:
                self._write({"xraydesk_undo": _VERSION})
            except BaseException:  # a list of nothing would be one more thing to wonder about
                self._close()
                with suppress(OSError):
                    self.path.unlink()
                raise
            sync_folder(self.path.parent)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._close()

    def _close(self) -> None:
        if self._file is not None:
            with suppress(OSError):  # each line was on disk; what a disk did not take is of no film touched
                self._file.close()

    def note_folder(self, folder: Path) -> None:
        self._write({"folder": self._within(folder)})

    def note_film(self, source: Path, place: Path, *, move: bool, size: int) -> TakenFilm:
        film = TakenFilm(source, place, move, size, secrets.token_hex(6))
        what = {
            "film": str(source),
            "to": self._within(place),
            "move": move,
            "size": size,
            "part": film.token,
        }
        self._write(what)
        return film

    def _within(self, place: Path) -> str:
        return place.relative_to(self.path.parent).as_posix()

    def _write(self, what: dict[str, Any]) -> None:
        if self._file is None:
            raise ValueError("the undo list is not open")
        with naming_failures(self.path):
            self._file.write(json.dumps(what) + "\n")  # ASCII: names that are no text come back as they were
            self._file.flush()
            os.fsync(self._file.fileno())


def sync_folder(folder: Path) -> None:
    """New names in a folder outlive a power cut, where the system can promise it (not on Windows)."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def read_undo_list(path: Path) -> UndoList:
    """The list as far as it was written; a last line that was cut is of a film not touched yet.

    Raises UsageError where the file is no undo list or reaches outside its folder.
    """
    try:
        lines = path.read_text(encoding="ascii").split("\n")
        entries = [json.loads(line) for line in lines[:-1]]
    except OSError as error:
        reason = "is not there" if isinstance(error, FileNotFoundError) else "cannot be read"
        raise UsageError(f"The undo list {path.name} {reason}.", hint=_NO_LIST_HINT, path=path) from error
    except ValueError as error:
        raise _no_list(path) from error
    if not entries or not isinstance(entries[0], dict) or entries[0].get("xraydesk_undo") != _VERSION:
        raise _no_list(path)
    try:
        return _listed(path.parent.absolute(), entries[1:])
    except (KeyError, TypeError, ValueError, OverflowError) as error:
        raise _no_list(path) from error


def _no_list(path: Path) -> UsageError:
    return UsageError(
        f"{path.name} is no undo list of this version of XRayDesk.", hint=_NO_LIST_HINT, path=path
    )


def _listed(folder: Path, entries: list[dict[str, Any]]) -> UndoList:
    films = [_film(folder, entry) for entry in entries if "film" in entry]
    folders = [_inside(folder, entry["folder"]) for entry in entries if "folder" in entry]
    return UndoList(tuple(films), tuple(folders))


def _film(folder: Path, entry: dict[str, Any]) -> TakenFilm:
    source, token = Path(entry["film"]), str(entry["part"])
    if not source.is_absolute() or not token.isalnum():
        raise ValueError("a film's old place is told in full")
    return TakenFilm(source, _inside(folder, entry["to"]), bool(entry["move"]), int(entry["size"]), token)


def _inside(folder: Path, told: str) -> Path:
    parts = PurePosixPath(told).parts
    if not parts or ".." in parts or PurePosixPath(told).is_absolute() or Path(told).is_absolute():
        raise ValueError("it leads outside")
    return folder.joinpath(*parts)
