"""Where things lie: what the program ships with, and each user's own places.

All of a user's own lies in the usual places of the system, or in one folder, the user's home: what XRAYDESK_HOME
names; else "XRayDesk data" beside a portable program, one with a file `portable.txt` beside it; else a folder that
the user chose.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from platformdirs import PlatformDirs

_DIRS = PlatformDirs("XRayDesk", appauthor=False)
_HOME = "XRAYDESK_HOME"
_PORTABLE = "portable.txt"


def _shipped(name: str) -> Path:
    """`resources` and `weights` lie beside the package in a checkout and inside it when installed."""
    frozen = getattr(sys, "_MEIPASS", None)
    package = Path(__file__).resolve().parent
    places = [Path(frozen) / name] if frozen else [package.parent / name, package / f"_{name}"]
    return next((place for place in places if place.is_dir()), places[0])


def resources() -> Path:
    return _shipped("resources")


def shipped_weights() -> Path:
    return _shipped("weights")


def own_home() -> Path | None:
    """The one folder of all that is the user's own; None for the system's usual places."""
    given = os.environ.get(_HOME)
    return Path(given) if given else portable_home() or chosen_home()


def settle_home() -> None:
    """For this process and its children it stays as it is now, whatever is chosen later."""
    home = own_home()
    if home is not None:
        os.environ[_HOME] = str(home)


def portable_home() -> Path | None:
    """Beside the program on its stick, where that may be written to; None if the program is not portable."""
    if not getattr(sys, "frozen", False):
        return None
    program = Path(sys.executable).resolve()
    bundle = next((folder for folder in program.parents if folder.suffix == ".app"), program)
    beside = bundle.parent
    if not (beside / _PORTABLE).is_file() or not os.access(beside, os.W_OK):
        return None
    return beside / "XRayDesk data"


def chosen_home() -> Path | None:
    """What `choose_home` wrote; None where nothing was chosen or the note cannot be read."""
    try:
        words = _note_of_home().read_text(encoding="utf-8").strip()
    except (OSError, ValueError):
        return None
    return Path(words) if words and Path(words).is_absolute() else None


def choose_home(folder: Path | None) -> None:
    """From the next start on; None goes back to the usual places. Raises OSError."""
    note = _note_of_home()
    if folder is None:
        note.unlink(missing_ok=True)
        return
    note.parent.mkdir(parents=True, exist_ok=True)
    fresh = note.with_suffix(".new")
    fresh.write_text(f"{folder}\n", encoding="utf-8")
    fresh.replace(note)


def _note_of_home() -> Path:
    """Never in the home itself: it says where that is."""
    return Path(_DIRS.user_config_dir) / "home.txt"


def _own(kind: str, default: str) -> Path:
    home = own_home()
    return home / kind if home else Path(default)


def user_models() -> Path:
    return _own("data", _DIRS.user_data_dir) / "models"


def user_journal() -> Path:
    return _own("data", _DIRS.user_data_dir) / "journal.sqlite"


def user_runs() -> Path:
    """Training runs: their settings, checkpoints and what came of them."""
    return _own("data", _DIRS.user_data_dir) / "runs"


def user_settings() -> Path:
    return _own("config", _DIRS.user_config_dir) / "settings.ini"


def user_cache() -> Path:
    return _own("cache", _DIRS.user_cache_dir)


def user_log() -> Path:
    return _own("log", _DIRS.user_log_dir) / "xraydesk.log"


def user_crash_notes() -> Path:
    """A folder: what native code left behind when it crashed."""
    return user_log().parent


def program() -> list[str]:
    """How this program is started once more."""
    return [sys.executable] if getattr(sys, "frozen", False) else [sys.executable, "-m", "xraydesk"]
