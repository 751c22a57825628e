"""Opens the pages of Help, each once."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Slot
from PySide6.QtWidgets import QDialog, QWidget

from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.help.about_page import AboutPage
from xraydesk.ui.help.guide_page import GuidePage
from xraydesk.ui.help.places_page import PlacesPage, home_of_this_run
from xraydesk.ui.help.report_page import ReportPage, StateWords
from xraydesk.ui.help.shortcuts_page import ShortcutsPage


class HelpDesk(QObject):
    def __init__(self, window: QWidget, actions: Actions, state: StateWords) -> None:
        """`state`: engine, device and model in words."""
        super().__init__(window)
        self._window = window
        home = home_of_this_run()
        self._pages: dict[Do, tuple[type[QDialog], Callable[[], QDialog]]] = {
            Do.GUIDE: (GuidePage, lambda: GuidePage(window)),
            Do.SHORTCUTS: (ShortcutsPage, lambda: ShortcutsPage(window)),
            Do.PLACES: (PlacesPage, lambda: PlacesPage(window, home)),
            Do.REPORT: (ReportPage, lambda: ReportPage(window, state)),
            Do.ABOUT: (AboutPage, lambda: AboutPage(window)),
        }
        for id in self._pages:
            actions[id].triggered.connect(self._on_asked)
            actions[id].setData(id.value)

    @Slot()
    def _on_asked(self) -> None:
        action = self.sender()
        kind, make = self._pages[Do(action.data())]  # type: ignore[attr-defined]
        shown = self._window.findChild(kind)
        page = shown if isinstance(shown, QDialog) else make()
        page.show()
        page.activateWindow()
