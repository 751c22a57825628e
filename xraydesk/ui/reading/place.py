"""The reading place: films at the left, the film in the middle, findings at the right."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QSplitter, QWidget

from xraydesk.ui.actions import Actions
from xraydesk.ui.reading.film_list import FilmListPanel
from xraydesk.ui.reading.film_rows import FilmRows
from xraydesk.ui.reading.findings_panel import FindingsPanel
from xraydesk.ui.reading.viewer_area import ViewerArea
from xraydesk.ui.theme import Colours

_LIST_WIDTH = 248


class ReadingPlace(QWidget):
    def __init__(self, actions: Actions, colours: Colours) -> None:
        super().__init__()
        self.setObjectName("place")
        self.rows = FilmRows()
        self.film_list = FilmListPanel(self.rows, actions, colours)
        self.viewer = ViewerArea(actions, colours)
        self.findings = FindingsPanel(actions, colours)
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
        splitter.addWidget(self.film_list)
        splitter.addWidget(self.viewer)
        self.film_list.setMinimumWidth(184)
        splitter.setStretchFactor(0, 0)
        splitter.setStretchFactor(1, 1)
        splitter.setSizes([_LIST_WIDTH, 4 * _LIST_WIDTH])
        return splitter

    def set_colours(self, colours: Colours) -> None:
        for part in (self.film_list, self.viewer, self.findings):
            part.set_colours(colours)
