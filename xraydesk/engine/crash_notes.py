"""What native code leaves behind when it crashes: where in the program each thread was, and nothing else.

Python's faulthandler writes it in the moment of the crash. One note for each part, the window and the engine;
that of the run before is kept beside it until the next crash. Folders of this computer are taken out
before anybody reads it: they name people.
"""

from __future__ import annotations

import faulthandler
import re
from contextlib import suppress
from pathlib import Path, PurePath, PureWindowsPath
from typing import TextIO

from xraydesk import paths

WINDOW, ENGINE = "window", "engine"
_MOST = 64 * 1024  # characters of a note that are shown
_FILE = re.compile(r'File "([^"]*)"')

_open: list[TextIO] = []  # faulthandler keeps no reference to its file


def begin(part: str) -> bool:
    """From now on a crash of this process is noted. True if the run before left a note."""
    try:
        note, before = _note(part), _note_before(part)
        note.parent.mkdir(parents=True, exist_ok=True)
        crashed = note.is_file() and note.stat().st_size > 0
        if crashed:
            note.replace(before)
        _open.append(note.open("w", encoding="utf-8"))
        faulthandler.enable(_open[-1])
    except (OSError, RuntimeError):  # no place to write to must not be one trouble more
        return False
    return crashed


def found() -> list[tuple[str, str]]:
    """(part, note) of every part that crashed, without folders, the latest crash of each."""
    notes = []
    for part in (WINDOW, ENGINE):
        for file in (_note(part), _note_before(part)):
            with suppress(OSError):
                words = file.read_text(encoding="utf-8", errors="replace")[:_MOST]
                if words.strip():
                    notes.append((part, without_folders(words)))
                    break
    return notes


def without_folders(note: str) -> str:
    """Files are named from the program's own folder on."""
    return _FILE.sub(lambda match: f'File "{within_program(match[1])}"', note)


def within_program(file: str) -> str:
    """A path of code, from the package or the library on: what lies above may name a person."""
    parts = (PureWindowsPath(file) if "\\" in file else PurePath(file)).parts
    for root in ("site-packages", "xraydesk"):
        if root in parts:
            last = len(parts) - 1 - parts[::-1].index(root)
            return "/".join(parts[last:])
    return parts[-1] if parts else ""


def _note(part: str) -> Path:
    return paths.user_crash_notes() / f"crash-{part}.txt"


def _note_before(part: str) -> Path:
    return paths.user_crash_notes() / f"crash-{part}-before.txt"
