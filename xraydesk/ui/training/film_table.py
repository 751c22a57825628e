"""Some films in a table, a hundred thousand if need be: open them, leave them out, give them another class."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from PySide6.QtCore import (
    QAbstractTableModel,
    QItemSelectionRange,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QHeaderView,
    QMenu,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from xraydesk.presentation.wording import class_words, path_words
from xraydesk.ui.plain_tip import plain_tip
from xraydesk.ui.selecting import select_row
from xraydesk.ui.theme import GRID
from xraydesk.ui.training.labels import button, label

Index = QModelIndex | QPersistentModelIndex
_ROW = 26
_OPENED_AT_ONCE = 50


@dataclass(frozen=True, slots=True)
class Listing:
    """Which films, and what is said of each; asked for only what is in sight."""

    titles: tuple[str, ...]
    positions: Sequence[int]
    path_of: Callable[[int], Path]
    words_of: Callable[[int], tuple[str, ...]]
    excluded: Callable[[int], bool]
    widths: tuple[int, ...] = ()  # of the columns after the first, which has what they leave


def _no_words(_position: int) -> tuple[str, ...]:
    return ()


_NOTHING = Listing((), (), lambda _position: Path(), _no_words, lambda _position: False)


class FilmRows(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self._listing = _NOTHING

    def show(self, listing: Listing) -> None:
        self.beginResetModel()
        self._listing = listing
        self.endResetModel()

    def refresh(self) -> None:
        """The same films, of which something else is said."""
        if self.rowCount():
            last = self.index(self.rowCount() - 1, self.columnCount() - 1)
            self.dataChanged.emit(self.index(0, 0), last)

    def widths(self) -> tuple[int, ...]:
        return self._listing.widths

    def path(self, row: int) -> Path:
        return self._listing.path_of(self._listing.positions[row])

    def is_excluded(self, row: int) -> bool:
        return self._listing.excluded(self._listing.positions[row])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._listing.positions)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._listing.titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:  # noqa: N802
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return self._listing.titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = 0) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._listing.words_of(self._listing.positions[index.row()])[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            words = self._listing.words_of(self._listing.positions[index.row()])[index.column()]
            return plain_tip(path_words(self.path(index.row())) if index.column() == 0 else words)
        return None


class FilmTable(QWidget):
    """Lists of Paths go with the signals: those of the selected rows."""

    open_wanted = Signal(object)
    exclude_wanted = Signal(object, bool)
    relabel_wanted = Signal(object, str)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.rows = FilmRows()
        self.view = _view(self.rows, name)
        self._title = label("", "figure")
        self._hint = label("", "quiet")
        self._open = button("Open in Read", tip="Look at the selected films in Read (Enter)")
        self._exclude = button("Leave out", tip="Leave the selected films out; the files stay where they are")
        self._relabel = button("Other class", tip="Count the selected films under another class")
        self._classes = QMenu(self)
        self._relabel.setMenu(self._classes)
        self._lay_out()
        self._open.clicked.connect(self._on_open)
        self._exclude.clicked.connect(self._on_exclude)
        self._classes.triggered.connect(self._on_class)
        self.view.activated.connect(self._on_open)
        self.view.selectionModel().selectionChanged.connect(self._settle)
        self._settle()

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for each in (self._open, self._exclude, self._relabel):
            buttons.addWidget(each)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID // 2)
        column.addWidget(self._title)
        column.addWidget(self._hint)
        column.addWidget(self.view, 1)
        column.addLayout(buttons)

    def show_films(self, listing: Listing, title: str, hint: str = "") -> None:
        """The first film is selected, so that the buttons mean something."""
        self.rows.show(listing)
        self._title.setText(title)
        self._hint.setText(hint)
        self._hint.setVisible(bool(hint))
        self._size_columns()
        self.view.clearSelection()
        if self.rows.rowCount():
            select_row(self.view, 0)
        self._settle()

    def _size_columns(self) -> None:
        """The name of the film has what the others leave."""
        header = self.view.horizontalHeader()
        for column in range(self.rows.columnCount()):
            stretch = QHeaderView.ResizeMode.Stretch if column == 0 else QHeaderView.ResizeMode.Fixed
            header.setSectionResizeMode(column, stretch)
        for column, width in enumerate(self.rows.widths(), start=1):
            header.resizeSection(column, width)

    def clear(self, title: str) -> None:
        self.show_films(_NOTHING, title)

    def show_classes(self, classes: Sequence[str]) -> None:
        self._classes.clear()
        for name in classes:
            action = self._classes.addAction(class_words(name).replace("&", "&&"))
            action.setData(name)

    def refresh(self) -> None:
        self.rows.refresh()
        self._settle()

    def title(self) -> str:
        return self._title.text()

    def selected_rows(self) -> list[int]:
        ranges = cast(Iterable[QItemSelectionRange], self.view.selectionModel().selection())
        return sorted({row for each in ranges for row in range(each.top(), each.bottom() + 1)})

    @Slot()
    def _settle(self) -> None:
        rows = self.selected_rows()
        for each in (self._open, self._exclude, self._relabel):
            each.setEnabled(bool(rows))
        all_out = bool(rows) and all(self.rows.is_excluded(row) for row in rows)
        self._exclude.setText("Take back in" if all_out else "Leave out")

    def _paths(self) -> list[Path]:
        return [self.rows.path(row) for row in self.selected_rows()]

    @Slot()
    def _on_open(self) -> None:
        paths = self._paths()
        if paths:
            self.open_wanted.emit(paths[:_OPENED_AT_ONCE])

    @Slot()
    def _on_exclude(self) -> None:
        self.exclude_wanted.emit(self._paths(), self._exclude.text() == "Leave out")

    @Slot(QAction)
    def _on_class(self, action: QAction) -> None:
        self.relabel_wanted.emit(self._paths(), str(action.data()))


def _view(rows: FilmRows, name: str) -> QTableView:
    view = QTableView()
    view.setModel(rows)
    view.setAccessibleName(name)
    view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    view.setProperty("tone", "words")
    view.setShowGrid(False)
    view.setTabKeyNavigation(False)
    view.setWordWrap(False)
    view.setTextElideMode(Qt.TextElideMode.ElideMiddle)
    view.verticalHeader().hide()
    view.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
    view.verticalHeader().setDefaultSectionSize(_ROW)
    view.horizontalHeader().setHighlightSections(False)
    return view
