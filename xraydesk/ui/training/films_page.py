"""Step 1: which films, what is in them, and what would spoil a training."""

from __future__ import annotations

from PySide6.QtWidgets import QStackedWidget

from xraydesk.ui.theme import Colours
from xraydesk.ui.training.choose_films import ChooseFilms
from xraydesk.ui.training.labels import Page
from xraydesk.ui.training.scan_progress import ScanProgress
from xraydesk.ui.training.scanned_films import ScannedFilms


class FilmsPage(Page):
    """To choose, busy, or there: one at a time."""

    def __init__(self, colours: Colours) -> None:
        super().__init__("Films", "The films the network will learn from, sorted by what they show.")
        self.choose = ChooseFilms()
        self.progress = ScanProgress()
        self.scanned = ScannedFilms(colours)
        self._states = QStackedWidget()
        for state in (self.choose, self.progress, self.scanned):
            self._states.addWidget(state)
        self.column.addWidget(self._states, 1)

    def show_choose(self) -> None:
        self._states.setCurrentWidget(self.choose)

    def show_progress(self) -> None:
        self.progress.show_progress(None)
        self._states.setCurrentWidget(self.progress)

    def show_scanned(self) -> None:
        self._states.setCurrentWidget(self.scanned)

    def set_colours(self, colours: Colours) -> None:
        self.scanned.set_colours(colours)
