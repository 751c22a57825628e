"""The films of the list, and what is known of each so far."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, Slot
from PySide6.QtGui import QImage

from xraydesk.errors import Failure
from xraydesk.presentation.wording import (
    class_words,
    film_name,
    opinion_mark,
    opinion_words,
    path_words,
    percent_words,
)
from xraydesk.ui.plain_tip import plain_tip
from xraydesk.workflows.verbs import FilmResult

Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()

ROW_ROLE = int(Qt.ItemDataRole.UserRole)
OPINION_ROLE = ROW_ROLE + 1  # what the reader says of the film, as a sign


class RowState(StrEnum):
    WAITING = "waiting"
    READING = "reading"
    READ = "read"
    REFUSED = "refused"
    FAILED = "failed"


@dataclass(slots=True, eq=False)
class FilmRow:
    """One film of the list. `key` is never used twice, so that late answers find nobody."""

    key: int
    path: Path
    thumbnail: QImage | None = None
    reading: bool = False
    result: FilmResult | None = None
    open_failure: Failure | None = None
    read_failure: Failure | None = None
    override: bool = False
    sha256: str = ""  # of its file, once it was opened or read

    @property
    def state(self) -> RowState:
        if self.reading and self.result is None:
            return RowState.READING
        if self.failure is not None:
            return RowState.FAILED
        if self.result is None:
            return RowState.WAITING
        return RowState.REFUSED if self.result.refused else RowState.READ

    @property
    def waits(self) -> bool:
        """The film that is looked at is always the next to be read."""
        return False

    @property
    def classes(self) -> tuple[str, ...]:
        """The model in use reads it."""
        return ()

    @property
    def predicted(self) -> str:
        return self.result.prediction.label if self.result and self.result.prediction else ""

    @property
    def wants_reading(self) -> bool:
        return self.result is None and self.failure is None

    @property
    def failure(self) -> Failure | None:
        return self.open_failure or self.read_failure

    @property
    def can_be_opened(self) -> bool:
        """Decoded once, or not tried yet."""
        return self.open_failure is None

    @property
    def wants_thumbnail(self) -> bool:
        return self.thumbnail is None and self.can_be_opened

    @property
    def words(self) -> str:
        return state_words(self)

    def forget_reading(self) -> None:
        """To be read once more: by another model, or because the reader asks for it."""
        self.result = None
        self.read_failure = None

    def leave_to(self, model_id: str) -> None:
        """What another model said is forgotten, and that the reader asked for it though that one refused."""
        if self.read_failure or (self.result and self.result.model_id != model_id):
            self.forget_reading()
            self.override = False


class FilmRows(QAbstractListModel):
    """A list of films, each path once."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[FilmRow] = []
        self._places: dict[int, int] = {}  # key -> row number
        self._keys: dict[Path, int] = {}
        self._unread: set[int] = set()
        self._next_key = 1
        self._label_of: Callable[[str], str] = _no_opinion

    def show_opinions(self, label_of: Callable[[str], str]) -> None:
        """`label_of` gives the reader's class of a film by its SHA-256, empty for none."""
        self._label_of = label_of
        self.opinions_changed()

    @Slot()
    def opinions_changed(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))

    def __iter__(self) -> Iterator[FilmRow]:
        return iter(self._rows)

    def rowCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return film_name(row.path)
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(path_words(row.path))
            case Qt.ItemDataRole.AccessibleTextRole:
                said = opinion_words(self._label_of(row.sha256), row.predicted)
                return ", ".join(part for part in (film_name(row.path), state_words(row), said) if part)
            case _ if role == OPINION_ROLE:
                return opinion_mark(self._label_of(row.sha256), row.predicted)
            case _:
                return row if role == ROW_ROLE else None

    def add(self, films: Iterable[Path]) -> list[int]:
        """The keys of these films, in order; those that are in the list already keep theirs."""
        keys = dict.fromkeys(films)
        fresh = [film for film in keys if film not in self._keys]
        if fresh:
            first = len(self._rows)
            self.beginInsertRows(_NO_PARENT, first, first + len(fresh) - 1)
            for film in fresh:
                self._append(film)
            self.endInsertRows()
        return [self._keys[film] for film in keys]

    def _append(self, film: Path) -> None:
        self._keys[film] = self._next_key
        self._places[self._next_key] = len(self._rows)
        self._unread.add(self._next_key)
        self._rows.append(FilmRow(self._next_key, film))
        self._next_key += 1

    def remove(self, key: int) -> None:
        place = self._places.get(key)
        if place is None:
            return
        self.beginRemoveRows(_NO_PARENT, place, place)
        del self._keys[self._rows.pop(place).path]
        self._unread.discard(key)
        self._places = {row.key: number for number, row in enumerate(self._rows)}
        self.endRemoveRows()

    def clear(self) -> None:
        self.beginResetModel()
        self._rows.clear()
        self._places.clear()
        self._keys.clear()
        self._unread.clear()
        self.endResetModel()

    def unread(self) -> int:
        """How many films are still to be read; known without looking at all of them."""
        return len(self._unread)

    def find(self, key: int) -> FilmRow | None:
        place = self._places.get(key)
        return None if place is None else self._rows[place]

    def place_of(self, key: int) -> int:
        """The row number, -1 for a film that is not in the list."""
        return self._places.get(key, -1)

    def at(self, place: int) -> FilmRow | None:
        return self._rows[place] if 0 <= place < len(self._rows) else None

    def changed(self, row: FilmRow) -> None:
        place = self._places.get(row.key)
        if place is not None:
            (self._unread.add if row.wants_reading else self._unread.discard)(row.key)
            index = self.index(place)
            self.dataChanged.emit(index, index)

    def all_changed(self) -> None:
        self._unread = {row.key for row in self._rows if row.wants_reading}
        if self._rows:
            self.dataChanged.emit(self.index(0), self.index(len(self._rows) - 1))


def _no_opinion(_sha256: str) -> str:
    return ""


def state_words(row: FilmRow) -> str:
    """What the list says under the name."""
    match row.state:
        case RowState.WAITING:
            return "Waiting"
        case RowState.READING:
            return "Reading…"
        case RowState.REFUSED:
            return "Not read"
        case RowState.FAILED:
            return "Could not be opened" if row.open_failure else "Could not be read"
        case RowState.READ:
            return _reading_words(row)


def _reading_words(row: FilmRow) -> str:
    prediction = row.result.prediction if row.result else None
    if prediction is None:
        return "Not read"
    return f"{class_words(prediction.label)}  {percent_words(max(prediction.probabilities))}"
