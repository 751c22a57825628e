"""The classes of the folder: how many films and patients, and how some of them look."""

from __future__ import annotations

from enum import IntEnum

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSignalBlocker,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QImage, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from xraydesk.presentation.colours import class_colour
from xraydesk.presentation.wording import class_words
from xraydesk.ui import drawing
from xraydesk.ui.images import image_from_grey
from xraydesk.ui.selecting import select_row
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.training.film_counts import ClassCount
from xraydesk.workflows.training_verbs import ScannedFolder

Index = QModelIndex | QPersistentModelIndex
_THUMBNAIL = 48
_ROW = _THUMBNAIL + GRID
_NUMBERS = 104


class Column(IntEnum):
    CLASS = 0
    FILMS = 1
    GROUPS = 2
    LEFT_OUT = 3
    SOME = 4


class ClassRows(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.names: tuple[str, ...] = ()
        self._counts: dict[str, ClassCount] = {}
        self._some: dict[str, list[QImage]] = {}
        self._patients_known = False

    def show(self, scanned: ScannedFolder, counts: dict[str, ClassCount]) -> None:
        self.beginResetModel()
        self.names = scanned.classes
        self._counts = counts
        self._patients_known = scanned.patients_known
        self._some = {
            name: [image_from_grey(pixels) for pixels in films]
            for name, (_positions, films) in scanned.thumbnails.items()
        }
        self.endResetModel()

    def show_counts(self, counts: dict[str, ClassCount]) -> None:
        self._counts = counts
        if self.names:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.names) - 1, Column.SOME))

    def some(self, row: int) -> list[QImage]:
        return self._some.get(self.names[row], [])

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self.names)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(Column)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:  # noqa: N802
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            number = section in (Column.FILMS, Column.GROUPS, Column.LEFT_OUT)
            side = Qt.AlignmentFlag.AlignRight if number else Qt.AlignmentFlag.AlignLeft
            return int(side | Qt.AlignmentFlag.AlignVCenter)
        groups = "Patients" if self._patients_known else "Groups"
        titles = ("Class", "Films", groups, "Left out", "Some of them")
        if role == Qt.ItemDataRole.ToolTipRole and section == Column.GROUPS and not self._patients_known:
            return "Nothing tells whose films these are: near copies are kept together instead"
        return titles[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = 0) -> object:
        name = self.names[index.row()]
        count = self._counts.get(name, ClassCount())
        words = {
            Column.CLASS: class_words(name),
            Column.FILMS: f"{count.films:,}",
            Column.GROUPS: f"{count.groups:,}",
            Column.LEFT_OUT: f"{count.left_out:,}" if count.left_out else "–",
            Column.SOME: "",
        }[Column(index.column())]
        shown = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.ToolTipRole)
        return words if role in shown else None


class ClassDelegate(QStyledItemDelegate):
    def __init__(self, rows: ClassRows, colours: Colours) -> None:
        super().__init__()
        self._rows = rows
        self.colours = colours

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        return QSize(_NUMBERS, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        drawing.row_ground(painter, area, self.colours, selected=selected, hovered=False)
        if index.column() == Column.SOME:
            self._paint_some(painter, area, index.row())
            return
        inner = area.adjusted(GRID, 0, -GRID, 0)
        words = str(index.data())
        if index.column() == Column.CLASS:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            colour = class_colour(index.row(), self.colours.theme)
            drawing.dot(painter, inner.left(), inner.center().y(), colour)
            drawing.words(painter, inner.adjusted(drawing.DOT + GRID, 0, 0, 0), words, self.colours.text)
            if selected:
                drawing.selection_mark(painter, area, self.colours)
        else:
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            drawing.words(painter, inner, words, self.colours.text, align=align)

    def _paint_some(self, painter: QPainter, area: QRect, row: int) -> None:
        """As many as there is room for."""
        top = area.y() + (area.height() - _THUMBNAIL) // 2
        left = area.x() + GRID
        for image in self._rows.some(row):
            if left + _THUMBNAIL > area.right():
                break
            place = QRect(left, top, _THUMBNAIL, _THUMBNAIL)
            drawing.thumbnail(painter, place, image, self.colours.surround)
            left += _THUMBNAIL + GRID // 2


class ClassTable(QTableView):
    """`class_chosen` carries the name of the class of the current row."""

    class_chosen = Signal(str)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.setAccessibleName("Classes")
        self._rows = ClassRows()
        self._delegate = ClassDelegate(self._rows, colours)
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setShowGrid(False)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(_ROW)
        self.horizontalHeader().setHighlightSections(False)
        self._size_columns()
        self.clicked.connect(self._on_chosen)
        self.selectionModel().currentRowChanged.connect(self._on_chosen)

    def _size_columns(self) -> None:
        header = self.horizontalHeader()
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(Column.SOME, QHeaderView.ResizeMode.Stretch)
        widths = {Column.CLASS: 26 * GRID, Column.FILMS: 10 * GRID, Column.GROUPS: 10 * GRID}
        for column, width in (widths | {Column.LEFT_OUT: 10 * GRID}).items():
            header.resizeSection(column, width)

    def show_classes(self, scanned: ScannedFolder, counts: dict[str, ClassCount]) -> None:
        if self._rows.names == scanned.classes:
            row = self.currentIndex().row()
            self._rows.show(scanned, counts)
            if row >= 0:
                with QSignalBlocker(self):
                    select_row(self, row)
        else:
            self._rows.show(scanned, counts)

    def show_counts(self, counts: dict[str, ClassCount]) -> None:
        self._rows.show_counts(counts)

    def set_colours(self, colours: Colours) -> None:
        self._delegate.colours = colours
        self.viewport().update()

    def wanted_height(self) -> int:
        """All rows without scrolling."""
        return self.horizontalHeader().sizeHint().height() + _ROW * self._rows.rowCount() + 2

    @Slot(QModelIndex)
    def _on_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self.class_chosen.emit(self._rows.names[index.row()])
