"""The header of the batch table: sorts, hides columns, shares out the width."""

from __future__ import annotations

import json
from contextlib import suppress

from PySide6.QtCore import QPoint, QPointF, QRect, Qt, Signal, Slot
from PySide6.QtGui import QAction, QColor, QPainter, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QHeaderView, QMenu, QWidget

from xraydesk.journal.records import SortKey
from xraydesk.presentation.colours import class_colour
from xraydesk.presentation.wording import class_words
from xraydesk.ui.batch.columns import (
    FIRST_DESCENDING,
    IN_MENUS,
    OF_IDENTITY,
    SORT_KEYS,
    SORTED_COLUMN,
    Column,
)
from xraydesk.ui.theme import GRID, Colours

MOST_SUSPICIOUS = "Most suspicious first"
LEAST_SUSPICIOUS = "Least suspicious first"
_HEIGHT = 4 * GRID
_ARROW_ROOM = 20
_LEAST_WIDTH = 6 * GRID
_MOST_WIDTH = 4000  # nobody drags a column wider; a number from a broken file may be
_WIDTHS = {
    Column.FILM: 200,
    Column.PREDICTION: 128,
    Column.PROBABILITIES: 128,
    Column.WARNINGS: 160,
    Column.FOLDER: 168,
    Column.PATIENT: 160,
    Column.STUDY: 176,
    Column.STATE: 136,
    Column.SECONDS: 64,
    Column.NUMBER: 64,
}
_SHARES = {Column.FILM: 3, Column.WARNINGS: 3, Column.FOLDER: 2}  # of width that is left over


class TableHeader(QHeaderView):
    """A click sorts; that on the probabilities asks by which; the other button hides columns."""

    sort_asked = Signal(object, bool, str)  # SortKey, descending, the class of a probability

    def __init__(self, colours: Colours, parent: QWidget) -> None:
        super().__init__(Qt.Orientation.Horizontal, parent)
        self._colours = colours
        self._classes: tuple[str, ...] = ()
        self._sort: tuple[SortKey, bool, str] = (SortKey.SUSPICION, True, "")
        self._hidden: set[Column] = set()
        self._identity_hidden = False
        self._empty: frozenset[Column] = frozenset()
        self._by_hand = False
        self._fitting = False
        self.sort_menu = QMenu("Sort by", self)
        self.columns_menu = QMenu("Columns", self)
        self._dress()
        self.sort_menu.aboutToShow.connect(self._fill_sort_menu)
        self.columns_menu.aboutToShow.connect(self._fill_columns_menu)
        self.sort_menu.triggered.connect(self._on_sort_chosen)
        self.columns_menu.triggered.connect(self._on_column_chosen)
        self.sectionClicked.connect(self._on_clicked)
        self.sectionResized.connect(self._on_resized)
        self.customContextMenuRequested.connect(self._on_menu_asked)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.viewport().update()

    def _dress(self) -> None:
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setSortIndicatorShown(False)  # `paintSection` draws it: a stylesheet leaves it out
        self.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.setMinimumSectionSize(_LEAST_WIDTH)
        self.setResizeContentsPrecision(0)  # a double click measures the rows in sight, not all of them
        self.setFixedHeight(_HEIGHT)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)

    # -- sorting ------------------------------------------------------------------------------------

    def set_classes(self, classes: tuple[str, ...]) -> None:
        self._classes = classes

    def show_sort(self, key: SortKey, *, descending: bool, class_name: str = "") -> None:
        """The arrow; sorts nothing."""
        self._sort = (key, descending, class_name)
        self.viewport().update()

    def paintSection(self, painter: QPainter, area: QRect, section: int) -> None:  # noqa: N802
        painter.save()
        super().paintSection(painter, area, section)
        painter.restore()
        if SORTED_COLUMN[self._sort[0]] == section:
            self._paint_arrow(painter, area)

    def _paint_arrow(self, painter: QPainter, area: QRect) -> None:
        """Points where the largest is; its ground hides the end of a long title."""
        ground = area.adjusted(area.width() - _ARROW_ROOM, 0, -1, -1)
        painter.fillRect(ground, QColor(self._colours.panel))
        middle = ground.center()
        tip = 3 if self._sort[1] else -3
        arrow = QPolygonF(
            [QPointF(middle.x() + x, middle.y() + y) for x, y in ((-4, -tip), (4, -tip), (0, tip))]
        )
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self._arrow_colour()))
        painter.drawPolygon(arrow)
        painter.restore()

    def _arrow_colour(self) -> str:
        """Sorted by the probability of a class: that of its bars, ticked in the menu."""
        name = self._sort[2]
        if name in self._classes:
            return class_colour(self._classes.index(name), self._colours.theme)
        return self._colours.accent

    @Slot(int)
    def _on_clicked(self, section: int) -> None:
        column = Column(section)
        if column is Column.PROBABILITIES:
            place = QPoint(self.sectionViewportPosition(section), self.height())
            self.sort_menu.popup(self.mapToGlobal(place))
        else:
            self._ask(SORT_KEYS[column])

    def _ask(self, key: SortKey) -> None:
        """By this; once more turns it round."""
        same = self._sort[0] is key
        self._ask_exactly(key, not self._sort[1] if same else key in FIRST_DESCENDING, "")

    def _ask_exactly(self, key: SortKey, descending: bool, class_name: str) -> None:
        self.show_sort(key, descending=descending, class_name=class_name)
        self.sort_asked.emit(key, descending, class_name)

    @Slot()
    def _fill_sort_menu(self) -> None:
        menu = self.sort_menu
        menu.clear()
        self._add_sort(MOST_SUSPICIOUS, SortKey.SUSPICION, descending=True)
        self._add_sort(LEAST_SUSPICIOUS, SortKey.SUSPICION, descending=False)
        for name in self._classes:
            self._add_sort(f"{class_words(name)}, highest first", SortKey.PROBABILITY, class_name=name)
        menu.addSeparator()
        for column, title in IN_MENUS.items():
            if column is not Column.PROBABILITIES:
                key = SORT_KEYS[column]
                turned = self._sort[1] if self._sort[0] is key else key in FIRST_DESCENDING
                self._add_sort(title, key, descending=turned)
        menu.addSeparator()
        menu.addAction("The other way round").setData(None)

    def _add_sort(self, words: str, key: SortKey, *, descending: bool = True, class_name: str = "") -> None:
        action = self.sort_menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(self._sort == (key, descending, class_name))
        action.setData((key, descending, class_name))

    @Slot(QAction)
    def _on_sort_chosen(self, action: QAction) -> None:
        key, descending, class_name = action.data() or (self._sort[0], not self._sort[1], self._sort[2])
        self._ask_exactly(SortKey(key), bool(descending), str(class_name))

    # -- columns ------------------------------------------------------------------------------------

    def hide_column(self, column: Column, hidden: bool, /) -> None:
        if column is not Column.FILM:  # without it no row says which film it is
            (self._hidden.add if hidden else self._hidden.discard)(column)
            self._apply_hidden()

    @Slot(bool)
    def set_identity_hidden(self, hidden: bool, /) -> None:
        self._identity_hidden = hidden
        self._apply_hidden()

    def set_empty(self, columns: frozenset[Column], /) -> None:
        """These say nothing of any film, and take no room until they do."""
        if columns != self._empty:
            self._empty = columns
            self._apply_hidden()

    def _has_nothing(self, column: Column) -> bool:
        return column in self._empty or (self._identity_hidden and column in OF_IDENTITY)

    def _apply_hidden(self) -> None:
        for column in Column:
            self.setSectionHidden(column, column in self._hidden or self._has_nothing(column))
        self.fit()

    @Slot(QPoint)
    def _on_menu_asked(self, place: QPoint) -> None:
        self.columns_menu.popup(self.mapToGlobal(place))

    @Slot()
    def _fill_columns_menu(self) -> None:
        self.columns_menu.clear()
        for column, title in IN_MENUS.items():
            if column is Column.FILM:
                continue
            action = self.columns_menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(not self.isSectionHidden(column))
            action.setEnabled(not self._has_nothing(column))
            action.setData(int(column))

    @Slot(QAction)
    def _on_column_chosen(self, action: QAction) -> None:
        self.hide_column(Column(action.data()), not action.isChecked())

    # -- widths -------------------------------------------------------------------------------------

    def fit(self) -> None:
        """Shares out what is left of the width, until somebody sets a width by hand."""
        if self._by_hand or not self.count():
            return
        shown = [column for column in Column if not self.isSectionHidden(column)]
        spare = max(self.width() - sum(_WIDTHS[column] for column in shown), 0)
        shares = sum(_SHARES.get(column, 0) for column in shown)
        widths = {column: _WIDTHS[column] + spare * _SHARES.get(column, 0) // shares for column in shown}
        widths[Column.FILM] += max(self.width() - sum(widths.values()), 0)  # what rounding left
        self._set_widths(widths)

    def _set_widths(self, widths: dict[Column, int]) -> None:
        self._fitting = True
        for column, width in widths.items():
            self.resizeSection(column, width)
        self._fitting = False

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self.fit()

    @Slot(int, int, int)
    def _on_resized(self, _section: int, before: int, now: int) -> None:
        if not self._fitting and before and now:  # hidden columns have no width
            self._by_hand = True

    # -- remembered ---------------------------------------------------------------------------------

    def save_state(self) -> bytes:
        state = {
            "hidden": sorted(column.name for column in self._hidden),
            "widths": {column.name: self.sectionSize(column) for column in Column} if self._by_hand else {},
        }
        return json.dumps(state).encode()

    def restore_state(self, state: bytes) -> None:
        """What cannot be read, or names columns there are no more, is passed over."""
        with suppress(ValueError, AttributeError, TypeError):
            told = json.loads(state)
            named = Column.__members__
            hidden = {named[name] for name in told.get("hidden", []) if name in named}
            asked = {
                named[name]: width
                for name, width in told.get("widths", {}).items()
                if name in named and isinstance(width, int) and _LEAST_WIDTH <= width <= _MOST_WIDTH
            }
            self._hidden = hidden - {Column.FILM}
            self._by_hand = bool(asked)
            self._set_widths(asked)
            self._apply_hidden()
