"""The confusion matrix: rows are what the films show, columns what they were read as; a cell is its films."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QColor, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from xraydesk.presentation.wording import class_words, count_words
from xraydesk.ui import drawing
from xraydesk.ui.theme import GRID, Colours

Index = QModelIndex | QPersistentModelIndex
_ROW = 5 * GRID
_FEW, _TALL_ROW = 5, 8 * GRID
_LEAST_COLUMN = 7 * GRID
_NAMES = 16 * GRID


class ConfusionRows(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.classes: tuple[str, ...] = ()
        self.counts: list[list[int]] = []

    def show(self, classes: tuple[str, ...], counts: list[list[int]]) -> None:
        self.beginResetModel()
        self.classes, self.counts = classes, counts
        self.endResetModel()

    def share(self, actual: int, predicted: int) -> float:
        """Of the films of the actual class."""
        films = sum(self.counts[actual])
        return self.counts[actual][predicted] / films if films else 0.0

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self.classes)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self.classes)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:  # noqa: N802
        across = orientation is Qt.Orientation.Horizontal
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignHCenter if across else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{'Read as' if across else 'Is'} {class_words(self.classes[section])}"
        return class_words(self.classes[section]) if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = 0) -> object:
        count = self.counts[index.row()][index.column()]
        if role == Qt.ItemDataRole.DisplayRole:
            return f"{count:,}"
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole):
            actual, predicted = (class_words(self.classes[at]) for at in (index.row(), index.column()))
            share = f"{100 * self.share(index.row(), index.column()):.0f} % of them"
            return f"{count_words(count, 'film')} of {actual} read as {predicted}, {share}"
        return None


class ConfusionDelegate(QStyledItemDelegate):
    """The darker the more of the row's films; wrong cells in the colour of warnings, and so framed."""

    def __init__(self, rows: ConfusionRows, colours: Colours) -> None:
        super().__init__()
        self._rows = rows
        self.colours = colours

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        return QSize(_LEAST_COLUMN, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area: QRect = option.rect.adjusted(1, 1, -1, -1)
        state: QStyle.StateFlag = option.state
        right = index.row() == index.column()
        ground = QColor(self.colours.accent if right else self.colours.warning)
        ground.setAlphaF(0.06 + 0.5 * self._rows.share(index.row(), index.column()))
        count = self._rows.counts[index.row()][index.column()]
        painter.fillRect(area, ground if count else QColor(self.colours.field))
        if state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(QColor(self.colours.text), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(area.adjusted(1, 1, -1, -1))
        colour = self.colours.text if count else self.colours.quiet
        drawing.words(painter, area, str(index.data()), colour, align=Qt.AlignmentFlag.AlignCenter)


class ConfusionTable(QTableView):
    """`cell_chosen` carries the places of the actual and of the predicted class."""

    cell_chosen = Signal(int, int)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.setAccessibleName("Confusion matrix: rows what films are, columns what they were read as")
        self._rows = ConfusionRows()
        self._delegate = ConfusionDelegate(self._rows, colours)
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        for header, least in ((self.horizontalHeader(), _LEAST_COLUMN), (self.verticalHeader(), _ROW)):
            header.setHighlightSections(False)
            header.setMinimumSectionSize(least)
            header.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.verticalHeader().setFixedWidth(_NAMES)
        self.selectionModel().currentChanged.connect(self._on_chosen)

    def show_matrix(self, classes: tuple[str, ...], counts: list[list[int]]) -> None:
        self._rows.show(classes, counts)
        row = _ROW if len(classes) > _FEW else _TALL_ROW
        self.verticalHeader().setDefaultSectionSize(row)

    def choose(self, actual: int, predicted: int) -> None:
        self.setCurrentIndex(self._rows.index(actual, predicted))

    def worst(self) -> tuple[int, int]:
        """The wrong cell with the most films; the first right one where nothing is wrong."""
        wrong = [
            (count, (actual, predicted))
            for actual, row in enumerate(self._rows.counts)
            for predicted, count in enumerate(row)
            if actual != predicted and count
        ]
        return max(wrong, key=lambda cell: cell[0])[1] if wrong else (0, 0)

    def set_colours(self, colours: Colours) -> None:
        self._delegate.colours = colours
        self.viewport().update()

    @Slot(QModelIndex)
    def _on_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self.cell_chosen.emit(index.row(), index.column())
