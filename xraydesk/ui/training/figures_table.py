"""Rows of words under titles: figures of classes, sources, folds."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from xraydesk.ui.theme import GRID

Index = QModelIndex | QPersistentModelIndex
_ROW = 32
_LEAST = 9 * GRID
_COUNTS = 1  # the column that holds nothing but numbers of films


class WordRows(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self._titles: tuple[str, ...] = ()
        self._rows: Sequence[tuple[str, ...]] = ()

    def show(self, titles: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        self.beginResetModel()
        self._titles, self._rows = titles, rows
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self._titles)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:  # noqa: N802
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return self._titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = 0) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return self._rows[index.row()][index.column()]
        return None


class FiguresTable(QTableView):
    def __init__(self, name: str) -> None:
        super().__init__()
        self._rows = WordRows()
        self.setModel(self._rows)
        self.setAccessibleName(name)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setProperty("tone", "words")
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setMinimumSectionSize(_LEAST)

    def show_rows(self, titles: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> None:
        self._rows.show(titles, rows)
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(_COUNTS, QHeaderView.ResizeMode.Fixed)
        header.resizeSection(_COUNTS, _LEAST)

    def words(self) -> list[tuple[str, ...]]:
        """As they are shown."""
        across = range(self._rows.columnCount())
        return [
            tuple(str(self._rows.index(row, column).data()) for column in across)
            for row in range(self._rows.rowCount())
        ]
