"""The batch at the left of the viewer: what runs, how many of which class, and the table of its films."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Slot
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QHBoxLayout,
    QMenu,
    QPushButton,
    QStackedWidget,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from xraydesk.journal.records import Batch
from xraydesk.presentation.wording import film_name, model_words
from xraydesk.ui import icons, menus
from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.batch.batches_menu import BatchesMenu, started_words
from xraydesk.ui.batch.counts_strip import CountsStrip
from xraydesk.ui.batch.filters import FilterBar
from xraydesk.ui.batch.notice import Notice
from xraydesk.ui.batch.rows import BatchRows
from xraydesk.ui.batch.run_bar import RunBar
from xraydesk.ui.batch.table import BatchTable
from xraydesk.ui.elided_line import ElidedLine
from xraydesk.ui.reading.viewer_area import tool_button
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.words import Words

WIDTH, LEAST_WIDTH = 560, 296  # with viewer and findings, on a screen of 1024 pixels
_ICON = 18
_TITLE_SHARE = 0.45  # of the width, at most
_INVITATION = "Classify a folder of films"
_INVITED = (
    "Drop folders, a disk, a ZIP archive or many films here. Each film becomes a row with its reading and "
    "its heatmap. Every result is kept as soon as it is there: what was interrupted goes on where it stopped."
)
_NO_ROWS = "No film matches the filter"
_NO_FILMS = "No film was found yet"


class BatchPanel(QWidget):
    """Lays out; what happens is in the controller. `close_rows` before its journal goes."""

    def __init__(self, journal: Path, actions: Actions, colours: Colours, batches: BatchesMenu) -> None:
        super().__init__()
        self.setObjectName("filmPanel")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Batch")
        self.setMinimumWidth(LEAST_WIDTH)
        self.rows = BatchRows(journal, parent=self)
        self.table = BatchTable(self.rows, colours)
        self.filters = FilterBar()
        self.counts = CountsStrip(colours)
        self.run_bar = RunBar()
        self.notice = Notice(colours)
        self._batches = batches
        self._name = ""
        self._title = _menu_button("Batch", batches.earlier)
        self._about = ElidedLine(Qt.TextElideMode.ElideRight)
        self._about.setProperty("tone", "quiet")
        self._export = _export_button(actions)
        self.filters.set_sort_menu(self.table.header.sort_menu)
        self._lay_out(actions)
        self.set_colours(colours)
        self.show_batch(None, None)

    # -- making -------------------------------------------------------------------------------------

    def _lay_out(self, actions: Actions) -> None:
        self._pages = QStackedWidget()
        self._pages.addWidget(_invitation(actions))
        self._pages.addWidget(self._batch_page())
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._head(actions))
        whole.addWidget(self.notice)
        whole.addWidget(self._pages, 1)

    def _head(self, actions: Actions) -> QWidget:
        self._head_line = QWidget()
        head = QHBoxLayout(self._head_line)
        head.setContentsMargins(GRID, 4, GRID, 4)
        head.setSpacing(0)
        head.addWidget(self._title)
        head.addSpacing(GRID // 2)
        head.addWidget(self._about, 1)
        head.addWidget(tool_button(actions[Do.BATCH_FOLDER]))
        head.addWidget(self._export)
        head.addWidget(tool_button(actions[Do.BATCH_WIDE]))
        return self._head_line

    def _batch_page(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self.run_bar, self.counts, self.filters):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        return page

    # -- given --------------------------------------------------------------------------------------

    def show_batch(self, batch: Batch | None, compared: Batch | None) -> None:
        """None: nothing was classified yet, or nothing is open."""
        self._pages.setCurrentIndex(0 if batch is None else 1)
        self._head_line.setVisible(batch is not None)
        self._batches.show_open(batch.id if batch else 0, compared.id if compared else 0)
        self.filters.set_comparing(compared is not None)
        self._name = batch.told.name if batch else ""
        if batch is not None:
            self._about.setText(_about(batch, compared))
            searched = batch.all_found or batch.counts.found > 0
            self.table.set_empty_text(_NO_ROWS if searched and batch.counts.found else _NO_FILMS)
        self._show_title()

    def set_colours(self, colours: Colours) -> None:
        for part in (self.table, self.counts, self.notice):
            part.set_colours(colours)
        self._export.setIcon(icons.icon("export", colours.text, colours.accent, colours.line))

    def title(self) -> str:
        return self._name

    def about(self) -> str:
        return self._about.text()

    @Slot()
    def close_rows(self) -> None:
        self.rows.close()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._show_title()

    def _show_title(self) -> None:
        room = round(_TITLE_SHARE * self.width())
        words = self._title.fontMetrics().elidedText(self._name, Qt.TextElideMode.ElideMiddle, room)
        self._title.setText(f"{words.replace('&', '&&')}  ▾")
        self._title.setToolTip(f"{self._name}: earlier batches")
        self._title.setAccessibleName(f"Batch {self._name}; earlier batches")


def _about(batch: Batch, compared: Batch | None) -> str:
    told = batch.told if compared is None else compared.told
    parts = [
        "" if compared is None else f"compared with ‘{told.name}’",
        started_words((compared or batch).started),
        model_words(told.model_name, told.model_version),
    ]
    return "  ·  ".join(part for part in parts if part)


def _menu_button(name: str, menu: QMenu) -> QToolButton:
    """Words that open a menu."""
    button = QToolButton()
    button.setObjectName("batchTitle")
    button.setAutoRaise(True)
    button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
    button.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
    button.setText(name)
    button.setMenu(menu)
    return button


def _export_button(actions: Actions) -> QToolButton:
    menu = QMenu("Export")
    button = _menu_button("", menu)
    menu.setParent(button, menu.windowFlags())
    menus.add(menu, actions, menus.EXPORTS)
    button.setIconSize(QSize(_ICON, _ICON))
    button.setToolTip("Export the batch")
    button.setAccessibleName("Export the batch")
    return button


def _invitation(actions: Actions) -> QWidget:
    """What stands where no batch is open."""
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID, 4 * GRID)
    column.setSpacing(2 * GRID)
    column.addStretch(2)
    for words, tone in ((_INVITATION, "headline"), (_INVITED, "figure")):
        column.addWidget(Words(words, tone))
    row = QHBoxLayout()
    row.setSpacing(GRID)
    for id, tone in ((Do.BATCH_FOLDER, "primary"), (Do.BATCH_WATCH, "")):
        row.addWidget(_action_button(actions, id, tone))
    row.addStretch(1)
    column.addLayout(row)
    column.addStretch(3)
    return page


def _action_button(actions: Actions, id: Do, tone: str) -> QPushButton:
    button = QPushButton(actions[id].text())
    button.setToolTip(actions[id].toolTip())
    button.setProperty("tone", tone)
    button.clicked.connect(actions[id].trigger)
    return button


def places_words(places: tuple[Path, ...]) -> str:
    """ "‘Disk 3’", or "4 places"."""
    return f"‘{film_name(places[0])}’" if len(places) == 1 else f"{len(places)} places"
