"""Which films go where: parts down, classes across, as in the paper's Table 1."""

from __future__ import annotations

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from xraydesk.presentation.wording import class_words, count_words
from xraydesk.ui.theme import GRID
from xraydesk.workflows.training_verbs import SplitPlanned

Index = QModelIndex | QPersistentModelIndex
Parts = dict[str, dict[str, tuple[int, int]]]
_PARTS = {"train": "Training", "validation": "Validation", "test": "Test"}
_TOTAL = "All"
_ROW = 6 * GRID
_LEAST_COLUMN = 14 * GRID


def part_words(part: str) -> str:
    return _PARTS.get(part, part.capitalize())


class PartRows(QAbstractTableModel):
    """The last row and the last column are sums."""

    def __init__(self) -> None:
        super().__init__()
        self._parts: Parts = {}
        self._classes: list[str] = []
        self._groups = "groups"

    def show(self, plan: SplitPlanned, *, patients_known: bool) -> None:
        self.beginResetModel()
        self._parts = plan.parts
        self._classes = list(dict.fromkeys(name for part in plan.parts.values() for name in part))
        self._groups = "patients" if patients_known else "groups"
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() or not self._parts else len(self._parts) + 1

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() or not self._parts else len(self._classes) + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:  # noqa: N802
        if role == Qt.ItemDataRole.TextAlignmentRole:
            across = orientation is Qt.Orientation.Horizontal
            side = Qt.AlignmentFlag.AlignRight if across else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        if orientation is Qt.Orientation.Vertical:
            return [*map(part_words, self._parts), _TOTAL][section]
        return [*map(class_words, self._classes), _TOTAL][section]

    def data(self, index: Index, role: int = 0) -> object:
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            films, groups = self._count(index.row(), index.column())
            return f"{count_words(films, 'film')}\n{count_words(groups, self._groups.removesuffix('s'))}"
        return None

    def _count(self, row: int, column: int) -> tuple[int, int]:
        parts = list(self._parts.values())
        rows = parts[row : row + 1] if row < len(parts) else parts
        names = self._classes[column : column + 1] if column < len(self._classes) else self._classes
        counts = [part.get(name, (0, 0)) for part in rows for name in names]
        return sum(films for films, _ in counts), sum(groups for _, groups in counts)


class PartsTable(QTableView):
    def __init__(self) -> None:
        super().__init__()
        self._rows = PartRows()
        self.setModel(self._rows)
        self.setAccessibleName("Films in each part")
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumWidth(12 * GRID)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setMinimumSectionSize(_LEAST_COLUMN)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)

    def show_plan(self, plan: SplitPlanned, *, patients_known: bool) -> None:
        self._rows.show(plan, patients_known=patients_known)
        header = self.horizontalHeader().sizeHint().height()
        scroll = self.horizontalScrollBar().sizeHint().height()
        self.setFixedHeight(min(header + _ROW * self._rows.rowCount() + scroll, 50 * GRID))

    def words(self, row: int, column: int) -> str:
        return str(self._rows.index(row, column).data())
