"""The films of a batch as a table: only their ids are held, the rows are fetched as they are looked at."""

from __future__ import annotations

import sqlite3
from array import array
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import (
    QAbstractItemModel,
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    Qt,
    QTimer,
    Signal,
    Slot,
)

from xraydesk.errors import XRayDeskError
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import FilmRecord, RowQuery
from xraydesk.presentation.wording import opinion_mark, opinion_words
from xraydesk.ui.batch.columns import TITLES, Column
from xraydesk.ui.batch.reader_thread import ReaderThread, close_quietly, journal_failure
from xraydesk.ui.batch.row_words import cell_words, row_words, tool_tip

Index = QModelIndex | QPersistentModelIndex
RECORD_ROLE = int(Qt.ItemDataRole.UserRole)
PAGE = 100
_PAGES_KEPT = 50
_PAGES_WAITING = 4  # more are out of sight by the time they would come
_REFRESH_EVERY_MS = 1000
_NO_PARENT = QModelIndex()
# Told that only rows move, Qt keeps a selection by rows, not cell by cell.
_WITH_HINT = "QList<QPersistentModelIndex>,QAbstractItemModel::LayoutChangeHint"
_SORTED = QAbstractItemModel.LayoutChangeHint.VerticalSortHint


class BatchRows(QAbstractTableModel):
    """Two threads ask the journal: one which rows there are, one what they say. The window waits for neither.

    A row that has not come yet has no record; one that may have changed shows its last record until the
    new one comes. `close` it before its journal goes.
    """

    shown = Signal(int)  # so many rows
    failed = Signal(object)  # Failure: the journal cannot be read; what was shown stays
    identity_hidden_changed = Signal(bool)

    def __init__(
        self, journal: Path, *, refresh_every_ms: int = _REFRESH_EVERY_MS, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._journal = journal
        self._here: JournalReader | None = None
        self._ids = array("q")
        self._records: OrderedDict[int, tuple[int, FilmRecord]] = OrderedDict()  # film id -> revision, row
        self._revision = 0
        self._asked_pages: dict[int, int] = {}  # page -> the revision it was asked at
        self._query: RowQuery | None = None
        self._shown_query: RowQuery | None = None
        self._generation = 0
        self._asking = False
        self._refresh_wanted = False
        self._identity_hidden = False
        self._label_of: Callable[[str], str] = _no_opinion
        self._finder = ReaderThread(journal, "batch rows", keep=1)
        self._fetcher = ReaderThread(journal, "batch pages", keep=_PAGES_WAITING)
        self._rest = QTimer(self, singleShot=True, interval=refresh_every_ms)
        self._connect()

    def _connect(self) -> None:
        queued = Qt.ConnectionType.QueuedConnection
        self._finder.voice.answered.connect(self._on_ids, queued)
        self._finder.voice.failed.connect(self._on_ids_failed, queued)
        self._fetcher.voice.answered.connect(self._on_page, queued)
        self._fetcher.voice.failed.connect(self._on_page_failed, queued)
        self._rest.timeout.connect(self._refresh_if_wanted)

    def close(self) -> None:
        """Nothing is shown or told after this."""
        self._generation += 1
        self._rest.stop()
        self._query = None
        self._finder.stop()
        self._fetcher.stop()
        self._close_here()

    def _close_here(self) -> None:
        reader, self._here = self._here, None
        close_quietly(reader)

    # -- which rows ---------------------------------------------------------------------------------

    def show(self, query: RowQuery) -> None:
        """These rows from now on. Within a batch the films that stay keep their selection."""
        self._query = replace(query, search_identity=not self._identity_hidden)
        self._generation += 1
        self._ask_ids()

    @Slot()
    def refresh(self) -> None:
        """The batch changed: the same rows anew, soon, and at most once a second."""
        self._refresh_wanted = True
        self._refresh_if_wanted()

    def set_identity_hidden(self, hidden: bool, /) -> None:
        """Patient and study are shown to nobody and found by no search."""
        if hidden == self._identity_hidden:
            return
        self._identity_hidden = hidden
        self.identity_hidden_changed.emit(hidden)
        self._all_changed()
        if self._query is not None and self._query.text:
            self.show(self._query)

    def show_opinions(self, label_of: Callable[[str], str]) -> None:
        """`label_of` gives the reader's class of a film by its SHA-256, empty for none."""
        self._label_of = label_of
        self._all_changed()

    @Slot()
    def opinions_changed(self) -> None:
        self._all_changed()

    def opinion(self, record: FilmRecord, *, short: bool = False) -> str:
        """What the reader says of the film, in words or as a sign."""
        predicted = record.prediction.label if record.prediction else ""
        return (opinion_mark if short else opinion_words)(self._label_of(record.sha256), predicted)

    @property
    def identity_hidden(self) -> bool:
        return self._identity_hidden

    @property
    def comparing(self) -> bool:
        return self._shown_query is not None and self._shown_query.compare_with != 0

    @property
    def query(self) -> RowQuery | None:
        """What is shown, or will be as soon as it was found."""
        return self._query

    @Slot()
    def _refresh_if_wanted(self) -> None:
        ready = self._query is not None and not self._asking and not self._rest.isActive()
        if self._refresh_wanted and ready:
            self._ask_ids()

    def _ask_ids(self) -> None:
        query = self._query
        if query is None:
            return
        self._asking, self._refresh_wanted = True, False
        self._finder.ask(self._generation, lambda reader: (query, reader.row_ids(query)))

    @Slot(int, object)
    def _on_ids(self, generation: int, found: tuple[RowQuery, array[int]]) -> None:
        if generation != self._generation:
            return  # a later question is under way
        self._end_asking()
        query, ids = found
        self._revision += 1
        self._swap(query, ids)
        self._all_changed()
        self.shown.emit(len(ids))

    @Slot(int, object)
    def _on_ids_failed(self, generation: int, failure: object) -> None:
        if generation == self._generation:
            self._end_asking()
            self.failed.emit(failure)

    def _end_asking(self) -> None:
        self._asking = False
        self._rest.start()

    def _swap(self, query: RowQuery, ids: array[int]) -> None:
        before, self._shown_query = self._shown_query, query
        old = len(self._ids)
        if before is None or before.batch != query.batch:
            self.beginResetModel()
            self._ids = ids
            self._records.clear()
            self.endResetModel()
        elif len(ids) > old and ids[:old] == self._ids:
            self.beginInsertRows(_NO_PARENT, old, len(ids) - 1)
            self._ids = ids
            self.endInsertRows()
        elif ids != self._ids:
            self._rearrange(ids)

    def _rearrange(self, ids: array[int]) -> None:
        """Selection and current row stay on their films; those of films that are gone go."""
        self.layoutAboutToBeChanged[_WITH_HINT].emit([], _SORTED)  # type: ignore[index]
        held = self.persistentIndexList()
        films = [self._ids[index.row()] for index in held]
        wanted = set(films)
        places = {film: row for row, film in enumerate(ids) if film in wanted} if wanted else {}
        self._ids = ids
        moved = [
            self.index(places[film], index.column()) if film in places else QModelIndex()
            for film, index in zip(films, held, strict=True)
        ]
        self.changePersistentIndexList(held, moved)
        self.layoutChanged[_WITH_HINT].emit([], _SORTED)  # type: ignore[index]

    def _all_changed(self) -> None:
        if self._ids:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._ids) - 1, len(Column) - 1))

    # -- what they say ------------------------------------------------------------------------------

    def film_id_at(self, row: int) -> int:
        """0 where there is no such row."""
        return self._ids[row] if 0 <= row < len(self._ids) else 0

    def film_ids(self, first: int, last: int) -> array[int]:
        """Those of the rows from `first` to `last`, both included."""
        return self._ids[first : last + 1]

    def row_of(self, film_id: int) -> int:
        """-1 for a film that is not among the rows."""
        try:
            return self._ids.index(film_id)
        except ValueError:
            return -1

    def record(self, row: int) -> FilmRecord | None:
        """The row now, though it may have to be read first; None where there is none or it cannot be read."""
        film_id = self.film_id_at(row)
        kept = self._records.get(film_id)
        if kept is not None and kept[0] == self._revision:
            return kept[1]
        return self._read_now(film_id) if film_id else None

    def _read_now(self, film_id: int) -> FilmRecord | None:
        compare_with = self._shown_query.compare_with if self._shown_query else 0
        try:
            self._here = self._here or JournalReader(self._journal)
            found = self._here.rows([film_id], compare_with=compare_with)
        except (XRayDeskError, sqlite3.Error, OSError) as fault:
            self._close_here()
            self.failed.emit(journal_failure(self._journal, fault))
            return None
        return found[0] if found else None

    def _look(self, row: int) -> FilmRecord | None:
        """What is known of the row; what is not, or may be out of date, is asked for."""
        revision, record = self._records.get(self._ids[row], (-1, None))
        if revision != self._revision:
            self._ask_page(row // PAGE)
        return record

    def _ask_page(self, page: int) -> None:
        if self._asked_pages.get(page) == self._revision or self._shown_query is None:
            return
        self._asked_pages[page] = self._revision
        ids, compare_with = self._ids[page * PAGE : (page + 1) * PAGE], self._shown_query.compare_with
        revision = self._revision
        for dropped in self._fetcher.ask(
            page, lambda reader: (revision, reader.rows(ids, compare_with=compare_with))
        ):
            self._asked_pages.pop(dropped, None)

    @Slot(int, object)
    def _on_page(self, page: int, fetched: tuple[int, list[FilmRecord]]) -> None:
        revision, records = fetched
        is_whole = len(records) == len(self._ids[page * PAGE : (page + 1) * PAGE])
        if self._asked_pages.get(page) == revision and is_whole:  # else a row is gone: the refresh will tell
            del self._asked_pages[page]
        for record in records:
            self._records[record.id] = (revision, record)
            self._records.move_to_end(record.id)
        while len(self._records) > _PAGES_KEPT * PAGE:
            self._records.popitem(last=False)
        self._all_changed()

    @Slot(int, object)
    def _on_page_failed(self, _page: int, failure: object) -> None:
        """The page stays asked for until the next refresh, or one failure would follow the other."""
        self.failed.emit(failure)

    # -- as Qt asks ---------------------------------------------------------------------------------

    def rowCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(self._ids)

    def columnCount(self, parent: Index = _NO_PARENT) -> int:  # noqa: N802
        return 0 if parent.isValid() else len(Column)

    def headerData(  # noqa: N802
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if role != Qt.ItemDataRole.DisplayRole:
            return None
        if orientation is Qt.Orientation.Vertical:
            return section + 1
        return TITLES[Column(section)] if 0 <= section < len(Column) else None

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid() or index.row() >= len(self._ids):
            return None
        wanted = (RECORD_ROLE, Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)
        if role not in (*wanted, Qt.ItemDataRole.AccessibleTextRole):
            return None
        record = self._look(index.row())
        if record is None or role == RECORD_ROLE:
            return record
        return self._words(Column(index.column()), record, role)

    def _words(self, column: Column, record: FilmRecord, role: int) -> str:
        hidden, comparing = self._identity_hidden, self.comparing
        if role == Qt.ItemDataRole.ToolTipRole:
            return tool_tip(column, record, identity_hidden=hidden, comparing=comparing)
        if role == Qt.ItemDataRole.AccessibleTextRole and column is Column.FILM:
            return ", ".join(
                part for part in (row_words(record, comparing=comparing), self.opinion(record)) if part
            )
        return cell_words(column, record, identity_hidden=hidden)


def _no_opinion(_sha256: str) -> str:
    return ""
