"""What the program remembers between two starts: each setting declared once, here."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QSettings

from xraydesk import paths
from xraydesk.presentation.colours import Theme

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting(Generic[T]):
    """`read` turns what lies in the file into a value or raises; then the default counts."""

    key: str
    default: T
    read: Callable[[object], T]
    write: Callable[[T], object]


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"not a text: {value!r}")
    return value


def _flag(value: object) -> bool:
    return {"true": True, "false": False}[_text(value)]


def _share(value: object) -> float:
    share = float(_text(value))
    if not 0.0 <= share <= 1.0:
        raise ValueError(f"not between 0 and 1: {share}")
    return share


def _positive(value: object) -> float:
    number = float(_text(value))
    if not 0.0 < number < math.inf:
        raise ValueError(f"not positive: {number}")
    return number


def _whole(value: object) -> int:
    return int(_text(value))


def _bytes(value: object) -> bytes:
    return bytes.fromhex(_text(value))


def _lines(value: object) -> tuple[str, ...]:
    return tuple(line for line in _text(value).split("\n") if line)


def _fits_a_line(text: str) -> bool:
    """A file name may hold line breaks, and bytes that are no letters (PEP 383)."""
    return "\n" not in text and not any("\udc80" <= letter <= "\udcff" for letter in text)


def _flag_setting(key: str, *, default: bool) -> Setting[bool]:
    return Setting(key, default, _flag, lambda flag: "true" if flag else "false")


THEME = Setting("window/theme", Theme.DARK, lambda value: Theme(_text(value)), lambda theme: theme.value)
GEOMETRY = Setting("window/geometry", b"", _bytes, bytes.hex)
SPLITTER = Setting("window/splitter", b"", _bytes, bytes.hex)
BATCH_SPLITTER = Setting("batch/splitter", b"", _bytes, bytes.hex)
BATCH_COLUMNS = Setting("batch/columns", b"", _bytes, bytes.hex)
BATCH_WIDE = _flag_setting("batch/wide", default=False)
BATCH_LEFT = Setting("batch/left", 0, _whole, str)  # the latest batch that the user would not go on with
BATCH_FOLDER = Setting("batch/folder", "", _text, str)
EXPORT_FOLDER = Setting("batch/export_folder", "", _text, str)
NOTIFY_ABOVE = Setting("batch/notify_above", 0.9, _share, str)
HEATMAP_VISIBLE = _flag_setting("viewer/heatmap_visible", default=True)
HEATMAP_OPACITY = Setting("viewer/heatmap_opacity", 0.45, _share, str)
IDENTITY_HIDDEN = _flag_setting("viewer/identity_hidden", default=False)
CROP_FRAME_VISIBLE = _flag_setting("viewer/crop_frame_visible", default=False)
LAST_FOLDER = Setting("films/last_folder", "", _text, str)
SAVE_FOLDER = Setting("films/save_folder", "", _text, str)
RECENT_FILMS: Setting[tuple[str, ...]] = Setting("films/recent", (), _lines, "\n".join)
TRAIN_FOLDER = Setting("training/folder", "", _text, str)
TRAIN_RECENT: Setting[tuple[str, ...]] = Setting("training/recent", (), _lines, "\n".join)
TRAIN_SPEED = Setting(
    "training/films_per_s", 0.0, _positive, str
)  # DLH_COVID on this machine, at the last training

RECENT_FILMS_KEPT = 10


def _folder_on_disk(film: Path) -> Path:
    """Of an archive's film, where the archive lies: a dialog cannot look into that."""
    from xraydesk.film.archive import member_place  # noqa: PLC0415 - the window opens without it

    place = member_place(film)
    return (film if place is None else place[0]).parent


class Settings:
    """The user's own settings file. Neither a damaged nor a read-only file ever stops the program."""

    def __init__(self, file: Path | None = None) -> None:
        self._file = file or paths.user_settings()
        self._store = self._open()

    def _open(self) -> QSettings:
        store = QSettings(str(self._file), QSettings.Format.IniFormat)
        if store.status() is QSettings.Status.FormatError:
            self._set_aside()
            store = QSettings(str(self._file), QSettings.Format.IniFormat)
        return store

    def _set_aside(self) -> None:
        """A file that cannot be read is kept for whoever wants to look at it."""
        try:
            self._file.replace(self._file.with_suffix(".damaged"))
        except OSError:
            return

    def get(self, setting: Setting[T]) -> T:
        try:
            return setting.read(self._store.value(setting.key))
        except (ValueError, KeyError, TypeError):
            return setting.default

    def set(self, setting: Setting[T], value: T) -> None:
        self._store.setValue(setting.key, setting.write(value))

    def save(self) -> None:
        self._store.sync()

    def remember_film(self, film: Path) -> None:
        """The latest first, each film once; a name that the file of settings cannot hold is left out."""
        if not _fits_a_line(str(film)):
            return
        rest = [recent for recent in self.get(RECENT_FILMS) if recent != str(film)]
        self.set(RECENT_FILMS, (str(film), *rest)[:RECENT_FILMS_KEPT])
        if not film.is_relative_to(paths.resources()):  # the sample says nothing of where films lie
            self.set(LAST_FOLDER, str(_folder_on_disk(film)))

    def remember_labelled(self, source: Path) -> None:
        """A folder or list that was trained on, the latest first."""
        if not _fits_a_line(str(source)):
            return
        rest = [recent for recent in self.get(TRAIN_RECENT) if recent != str(source)]
        self.set(TRAIN_RECENT, (str(source), *rest)[:RECENT_FILMS_KEPT])
        self.set(TRAIN_FOLDER, str(source.parent))
