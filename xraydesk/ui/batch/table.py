"""The table of a batch: sorts, selects, opens; it asks for what it wants and shows what it is given."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QColor, QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractItemView, QAbstractScrollArea, QHeaderView, QTableView, QWidget

from xraydesk.journal.records import SortKey
from xraydesk.ui.batch.cells import ROW_HEIGHT, CellPainter
from xraydesk.ui.batch.columns import Column
from xraydesk.ui.batch.rows import BatchRows
from xraydesk.ui.batch.table_header import TableHeader
from xraydesk.ui.selecting import select_row
from xraydesk.ui.theme import GRID, Colours

Index = QModelIndex | QPersistentModelIndex
_OWN_KEYS = {Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_PageUp, Qt.Key.Key_PageDown}
_ENTER = {Qt.Key.Key_Return, Qt.Key.Key_Enter}
_BY_TAB = {Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason}
# The rows' ends: the columns' ends, as Qt has it, only push the table sideways.
_ENDS = (QAbstractItemView.CursorAction.MoveHome, QAbstractItemView.CursorAction.MoveEnd)
_OPENING = "No batch yet"


class BatchTable(QTableView):
    """`film_chosen` follows the current row, 0 for none; a key held down is told once it rests."""

    film_chosen = Signal(int)
    film_activated = Signal(int)
    sort_asked = Signal(object, bool, str)  # SortKey, descending, the class of a probability

    def __init__(self, rows: BatchRows, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("batchTable")
        self.setAccessibleName("Films of the batch")
        self.rows = rows
        self._colours = colours
        self._painter = CellPainter(rows, colours, self)
        self._empty_text = _OPENING
        self._chosen = 0
        self._last_row = -1
        self._anchor: tuple[QPersistentModelIndex, int] | None = None
        self._to_top = False
        self._choose_soon = QTimer(self, singleShot=True, interval=0)
        self.header = TableHeader(colours, self)
        self._dress()
        self._connect()
        self.show_sort(SortKey.SUSPICION, descending=True)

    def _dress(self) -> None:
        self.setHorizontalHeader(self.header)
        self._dress_side()  # before there are rows: afterwards Qt takes seconds over it
        self.setModel(self.rows)
        self.setItemDelegate(self._painter)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setCornerButtonEnabled(False)
        self.setMouseTracking(True)
        self.verticalScrollBar().setSingleStep(ROW_HEIGHT)
        self.header.fit()

    def _dress_side(self) -> None:
        side = self.verticalHeader()
        side.setVisible(False)
        side.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        side.setMinimumSectionSize(ROW_HEIGHT)
        side.setDefaultSectionSize(ROW_HEIGHT)

    def _connect(self) -> None:
        self.selectionModel().currentChanged.connect(self._on_current_changed)
        self.doubleClicked.connect(self._on_double_clicked)
        self._choose_soon.timeout.connect(self._tell_chosen)
        self.header.sort_asked.connect(self._on_sort_asked)
        self.rows.layoutAboutToBeChanged.connect(self._remember_place)
        self.rows.layoutChanged.connect(self._return_to_place)
        self.rows.modelReset.connect(self._on_reset)
        self.rows.identity_hidden_changed.connect(self.header.set_identity_hidden)

    # -- given --------------------------------------------------------------------------------------

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self._painter.set_colours(colours)
        self.header.set_colours(colours)
        self.viewport().update()

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Those of the batch, to sort by."""
        self.header.set_classes(classes)

    def set_empty_text(self, words: str) -> None:
        """What stands in the middle while there is no row."""
        self._empty_text = words
        self.setAccessibleDescription(words)
        self.viewport().update()

    def show_sort(self, key: SortKey, *, descending: bool, class_name: str = "") -> None:
        """The arrow in the header; sorts nothing."""
        self.header.show_sort(key, descending=descending, class_name=class_name)

    def save_state(self) -> bytes:
        """Widths and hidden columns."""
        return self.header.save_state()

    def restore_state(self, state: bytes) -> None:
        """What cannot be read is passed over."""
        self.header.restore_state(state)

    # -- asked --------------------------------------------------------------------------------------

    def chosen_id(self) -> int:
        """The film of the current row, 0 for none."""
        return self.rows.film_id_at(self.currentIndex().row())

    def selected_ids(self) -> tuple[int, ...]:
        """In the order of the table."""
        selected = self.selectionModel().selection()
        ranges = (selected.at(place) for place in range(selected.size()))
        spans = sorted((span.top(), span.bottom()) for span in ranges)
        return tuple(dict.fromkeys(id for span in spans for id in self.rows.film_ids(*span)))

    def choose(self, film_id: int) -> bool:
        """Goes to a film, if it is among the rows."""
        row = self.rows.row_of(film_id)
        if row < 0:
            return False
        self._go_to(row)
        return True

    def step(self, rows: int) -> None:
        """To the next film (1) or the one before (-1), in the order shown; stays at the ends."""
        row = self._row_after(rows)
        if 0 <= row < self.rows.rowCount():
            self._go_to(row)

    def _go_to(self, row: int) -> None:
        self.executeDelayedItemsLayout()  # or rows that just came could not be scrolled to
        select_row(self, row, self._first_shown_column())

    def _row_after(self, rows: int) -> int:
        """Where the current film was filtered away, the film that took its place is the next one."""
        current = self.currentIndex().row()
        if current >= 0:
            return current + rows
        if self._last_row < 0:
            return 0
        return min(self._last_row, self.rows.rowCount() - 1) if rows > 0 else self._last_row - 1

    def _first_shown_column(self) -> int:
        return next((column for column in Column if not self.isColumnHidden(column)), 0)

    # -- keys and mouse -----------------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Here the arrows move through the rows and, with Shift, select: elsewhere they are the window's."""
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            plain = event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
            shift_only = plain in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
            if event.key() in _OWN_KEYS and shift_only:
                event.accept()
                return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() in _ENTER and self.chosen_id():
            self.film_activated.emit(self.chosen_id())
        else:
            super().keyPressEvent(event)

    def keyboardSearch(self, _search: str) -> None:  # noqa: N802
        """Letters are the window's; and looking for one would fetch every row there is."""

    def moveCursor(  # noqa: N802
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        steps = {
            QAbstractItemView.CursorAction.MoveDown: 1,
            QAbstractItemView.CursorAction.MoveUp: -1,
        }
        if not self.currentIndex().isValid() and action in steps:
            row = max(self._row_after(steps[action]), 0)
            return self.rows.index(row, self._first_shown_column())
        if action in _ENDS:
            row = 0 if action is QAbstractItemView.CursorAction.MoveHome else self.rows.rowCount() - 1
            return self.rows.index(row, max(self.currentIndex().column(), self._first_shown_column()))
        return super().moveCursor(action, modifiers)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: N802
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(round(event.position().y())))

    def viewportEvent(self, event: QEvent) -> bool:  # noqa: N802
        if event.type() == QEvent.Type.Leave:
            self._hover(-1)
        return super().viewportEvent(event)

    def _hover(self, row: int) -> None:
        before, self._painter.hovered_row = self._painter.hovered_row, row
        if row != before:
            self._update_row(before)
            self._update_row(row)

    def _update_row(self, row: int) -> None:
        if row >= 0:
            top = self.rowViewportPosition(row)
            self.viewport().update(QRect(0, top, self.viewport().width(), ROW_HEIGHT))

    def focusInEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        """Who comes by Tab stands on a film; nobody else gets one opened that he did not choose."""
        if self.currentIndex().isValid():
            super().focusInEvent(event)
        else:
            QAbstractScrollArea.focusInEvent(self, event)
            if event.reason() in _BY_TAB:
                self.step(1)
        self._update_row(self.currentIndex().row())

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self._update_row(self.currentIndex().row())

    # -- slots --------------------------------------------------------------------------------------

    @Slot(QModelIndex, QModelIndex)
    def _on_current_changed(self, current: QModelIndex, before: QModelIndex) -> None:
        if current.row() >= 0:
            self._last_row = current.row()
        self._update_row(before.row())
        self._update_row(current.row())
        self._choose_soon.start()

    @Slot()
    def _tell_chosen(self) -> None:
        chosen = self.chosen_id()
        if chosen != self._chosen:
            self._chosen = chosen
            self.film_chosen.emit(chosen)

    @Slot()
    def _on_reset(self) -> None:
        """Another batch: none of its films was chosen yet."""
        self._last_row = -1
        self._choose_soon.start()

    @Slot(QModelIndex)
    def _on_double_clicked(self, index: QModelIndex) -> None:
        self.film_activated.emit(self.rows.film_id_at(index.row()))

    @Slot(object, bool, str)
    def _on_sort_asked(self, key: SortKey, descending: bool, class_name: str, /) -> None:
        self._to_top = True
        self.sort_asked.emit(key, descending, class_name)

    @Slot()
    def _remember_place(self) -> None:
        """The film that is to stay where it is on screen while others come and go around it."""
        current = self.currentIndex()
        seen = current.isValid() and self.viewport().rect().contains(
            QPoint(0, self.rowViewportPosition(current.row()))
        )
        row = current.row() if seen else self.rowAt(0)
        at_top = self.verticalScrollBar().value() == 0 and not seen
        if row < 0 or at_top:
            self._anchor = None
        else:
            self._anchor = QPersistentModelIndex(self.rows.index(row, 0)), self.rowViewportPosition(row)

    @Slot()
    def _return_to_place(self) -> None:
        anchor, self._anchor = self._anchor, None
        self.executeDelayedItemsLayout()
        bar = self.verticalScrollBar()
        if self._to_top:
            self._to_top = False
            bar.setValue(0)
        elif anchor is not None and anchor[0].isValid():
            bar.setValue(anchor[0].row() * ROW_HEIGHT - anchor[1])

    # -- nothing there ------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        if self.rows.rowCount() == 0:
            painter = QPainter(self.viewport())
            painter.setPen(QColor(self._colours.quiet))
            room = self.viewport().rect().adjusted(4 * GRID, 2 * GRID, -4 * GRID, -2 * GRID)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._empty_text)
