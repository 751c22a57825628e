"""The place where films are looked at: what there is to choose from, the film, findings at the right.

At the left stands the list of films, or the table of a batch: one viewer serves both.
"""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from xraydesk.ui.actions import Actions
from xraydesk.ui.reading.film_list import FilmListPanel
from xraydesk.ui.reading.film_rows import FilmRows
from xraydesk.ui.reading.findings_panel import FindingsPanel
from xraydesk.ui.reading.viewer_area import ViewerArea
from xraydesk.ui.theme import Colours

_LIST_WIDTH, _LEAST_LIST_WIDTH = 248, 184
_ROOM = 5 * _LIST_WIDTH


class ReadingPlace(QWidget):
    def __init__(self, actions: Actions, colours: Colours) -> None:
        super().__init__()
        self.setObjectName("place")
        self.rows = FilmRows()
        self.film_list = FilmListPanel(self.rows, actions, colours)
        self.film_list.setMinimumWidth(_LEAST_LIST_WIDTH)
        self.viewer = ViewerArea(actions, colours)
        self.findings = FindingsPanel(actions, colours)
        self._left = QWidget()
        self._panels = QHBoxLayout(self._left)
        self._panels.setContentsMargins(0, 0, 0, 0)
        self._panels.addWidget(self.film_list)
        self._shown: QWidget = self.film_list
        self._states: dict[QWidget, QByteArray] = {}
        self.splitter = self._make_splitter()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.splitter, 1)
        row.addWidget(self.findings)

    def _make_splitter(self) -> QSplitter:
        splitter = QSplitter(Qt.Orientation.Horizontal)
        splitter.setHandleWidth(1)
        splitter.setChildrenCollapsible(False)
        splitter.addWidget(self._left)
        splitter.addWidget(self.viewer)
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([_LIST_WIDTH, _ROOM - _LIST_WIDTH])
        return splitter

    def add_panel(self, panel: QWidget, width: int) -> None:
        """Something else to choose films from, `width` pixels wide at first."""
        panel.hide()
        self._panels.addWidget(panel)
        before = self.splitter.saveState()
        self.splitter.setSizes([width, _ROOM - width])
        self._states[panel] = self.splitter.saveState()
        self.splitter.restoreState(before)

    def show_panel(self, panel: QWidget) -> None:
        """Each panel has the width that it was given last."""
        if panel is not self._shown:
            self._states[self._shown] = self.splitter.saveState()
            self._shown.hide()
            self._shown = panel
            panel.show()
            self.splitter.restoreState(self._states[panel])

    def panel_state(self, panel: QWidget) -> bytes:
        """To be remembered: how the room is shared where this panel is shown."""
        state = self.splitter.saveState() if panel is self._shown else self._states[panel]
        return bytes(state.data())

    def restore_panel(self, panel: QWidget, state: bytes) -> None:
        if state and panel is self._shown:
            self.splitter.restoreState(state)
        elif state:
            self._states[panel] = QByteArray(state)

    def give_panel_all_room(self, whole: bool, /) -> None:
        """The panel alone, without film and findings."""
        self.viewer.setVisible(not whole)
        self.findings.setVisible(not whole)

    def set_colours(self, colours: Colours) -> None:
        for part in (self.film_list, self.viewer, self.findings):
            part.set_colours(colours)
