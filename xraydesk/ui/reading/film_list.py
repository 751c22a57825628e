"""The list of films at the left: thumbnail, name, and what the reading says, for thousands of rows."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QLabel,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from xraydesk.presentation.wording import AGREED, class_words, film_name
from xraydesk.ui import drawing
from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.reading.class_colours import label_colour
from xraydesk.ui.reading.film_rows import OPINION_ROLE, ROW_ROLE, FilmRow, FilmRows, RowState, state_words
from xraydesk.ui.reading.viewer_area import tool_button
from xraydesk.ui.theme import GRID, Colours

THUMBNAIL = 48
_ROW_HEIGHT = THUMBNAIL + 2 * GRID
_LOOK_EVERY_MS = 60

Index = QModelIndex | QPersistentModelIndex


class FilmRowPainter(QStyledItemDelegate):
    """Draws one row; holds no state but the colours."""

    def __init__(self, colours: Colours, parent: QWidget) -> None:
        super().__init__(parent)
        self._colours = colours

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802, ARG002
        return QSize(160, _ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        row = index.data(ROW_ROLE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        area: QRect = option.rect
        self._paint_ground(painter, area, option.state)
        self._paint_thumbnail(painter, QRect(area.x() + GRID, area.y() + GRID, THUMBNAIL, THUMBNAIL), row)
        words_area = area.adjusted(THUMBNAIL + 20, GRID, -GRID, -GRID)
        self._paint_words(painter, words_area, row, index.data(OPINION_ROLE))
        painter.restore()

    def _paint_ground(self, painter: QPainter, area: QRect, state: QStyle.StateFlag) -> None:
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        drawing.row_ground(painter, area, self._colours, selected=selected, hovered=hovered)
        if selected:
            drawing.selection_mark(painter, area, self._colours)
        if state & QStyle.StateFlag.State_HasFocus and state & QStyle.StateFlag.State_KeyboardFocusChange:
            painter.setPen(QPen(QColor(self._colours.accent), 2))
            painter.drawRect(area.adjusted(1, 1, -1, -1))

    def _paint_thumbnail(self, painter: QPainter, area: QRect, row: FilmRow) -> None:
        """Where there is no film to be seen, that there is none."""
        if row.thumbnail is not None:
            drawing.thumbnail(painter, area, row.thumbnail, self._colours.surround)
        elif row.open_failure is not None:
            drawing.sign(painter, area, "failed", self._colours.failure)
        else:
            painter.fillRect(area, QColor(self._colours.surround))

    def _paint_words(self, painter: QPainter, area: QRect, row: FilmRow, opinion: str) -> None:
        half = area.height() // 2
        name_area, state_area = area.adjusted(0, 0, 0, -half), area.adjusted(0, half, 0, 0)
        middle = Qt.TextElideMode.ElideMiddle
        drawing.words(painter, name_area, film_name(row.path), self._colours.text, middle)
        hollow = row.state in (RowState.WAITING, RowState.READING)
        drawing.dot(painter, state_area.x(), state_area.center().y(), self._dot_colour(row), hollow=hollow)
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        state = _reading_and_opinion(row, opinion) + _warning_mark(row)
        drawing.words(painter, state_area.adjusted(14, 0, 0, 0), state, self._colours.quiet)

    def _dot_colour(self, row: FilmRow) -> str:
        match row.state:
            case RowState.FAILED:
                return self._colours.failure
            case RowState.READING:
                return self._colours.accent
            case RowState.READ if row.result and row.result.prediction:
                return label_colour(row.result.prediction, self._colours.theme)
            case _:
                return self._colours.quiet


def _reading_and_opinion(row: FilmRow, opinion: str) -> str:
    """A reading that was corrected gives its probability's room to the right class."""
    corrected = row.predicted and opinion and opinion != AGREED
    reading = class_words(row.predicted) if corrected else state_words(row)
    return f"{reading}  {opinion}".rstrip()


def _warning_mark(row: FilmRow) -> str:
    return "  ⚠" if row.result is not None and row.result.warnings and not row.result.refused else ""


class _Rows(QListView):
    """Leaves the arrow keys to the window's actions: they are the same everywhere in it."""

    resized = Signal()

    def dataChanged(  # noqa: N802
        self, first: Index, last: Index, roles: Sequence[int] = ()
    ) -> None:
        """QListView would lay out all rows anew, thousands of them, for each film read; no row changes its size."""
        QAbstractItemView.dataChanged(self, first, last, roles)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.resized.emit()


class FilmListPanel(QWidget):
    """Emits which film the reader wants, and which rows are in view."""

    film_selected = Signal(int)  # key, 0 for none
    rows_in_view = Signal(int, int)  # first and last row number

    def __init__(self, rows: FilmRows, actions: Actions, colours: Colours) -> None:
        super().__init__()
        self.setObjectName("filmPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._rows = rows
        self._painter = FilmRowPainter(colours, self)
        self._count = QLabel("Films")
        self._count.setProperty("tone", "label")
        self.view = self._make_view()
        self._lay_out(actions)
        self._look = QTimer(self, singleShot=True, interval=_LOOK_EVERY_MS)
        self._look.timeout.connect(self._tell_rows_in_view)
        self._connect()

    def _make_view(self) -> _Rows:
        view = _Rows()
        view.setObjectName("films")
        view.setAccessibleName("Films")
        view.setAccessibleDescription("The opened films with what was read in each")
        view.setModel(self._rows)
        view.setItemDelegate(self._painter)
        view.setUniformItemSizes(True)
        view.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        view.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        view.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        view.setMouseTracking(True)
        return view

    def _lay_out(self, actions: Actions) -> None:
        head = QHBoxLayout()
        head.setContentsMargins(2 * GRID, GRID, GRID, GRID)
        head.setSpacing(0)
        head.addWidget(self._count, 1)
        for id in (Do.OPEN_FILMS, Do.OPEN_FOLDER, Do.REMOVE_FILM, Do.CLEAR_FILMS):
            head.addWidget(tool_button(actions[id]))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self.view, 1)

    def _connect(self) -> None:
        self.view.selectionModel().currentChanged.connect(self._on_current_changed)
        self.view.verticalScrollBar().valueChanged.connect(self._look_soon)
        self.view.resized.connect(self._look_soon)
        for signal in (self._rows.rowsInserted, self._rows.rowsRemoved, self._rows.modelReset):
            signal.connect(self._on_rows_changed)

    def set_colours(self, colours: Colours) -> None:
        self._painter.set_colours(colours)
        self.view.viewport().update()

    def select(self, key: int) -> None:
        place = self._rows.place_of(key)
        if place >= 0:
            self.view.setCurrentIndex(self._rows.index(place))

    def selected_key(self) -> int:
        row = self._rows.at(self.view.currentIndex().row())
        return row.key if row else 0

    def step(self, rows: int) -> None:
        """To the next film (1) or the one before (-1); stays at the ends. From none, next is the first."""
        place = self.view.currentIndex().row() + rows
        if 0 <= place < self._rows.rowCount():
            self.view.setCurrentIndex(self._rows.index(place))

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, _before: QModelIndex) -> None:
        row = self._rows.at(current.row())
        self.film_selected.emit(row.key if row else 0)

    @Slot()
    def _on_rows_changed(self) -> None:
        count = self._rows.rowCount()
        self._count.setText("Films" if count == 0 else f"{count:,} film{'s' if count > 1 else ''}")
        if count == 0:
            self.film_selected.emit(0)
        self._look_soon()

    @Slot()
    def _look_soon(self) -> None:
        if not self._look.isActive():
            self._look.start()

    @Slot()
    def _tell_rows_in_view(self) -> None:
        port = self.view.viewport().rect()
        first = self.view.indexAt(port.topLeft()).row()
        last = self.view.indexAt(port.bottomLeft()).row()
        if first >= 0:
            self.rows_in_view.emit(first, last if last >= 0 else self._rows.rowCount() - 1)
