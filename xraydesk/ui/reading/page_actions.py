"""Takes the film and its findings out of the window: PNG, PDF, clipboard, paper."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from xraydesk.errors import OutputError
from xraydesk.ui import settings as keys
from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.reading.controller import ReadingController
from xraydesk.ui.save_as import ask_file
from xraydesk.ui.settings import Settings
from xraydesk.ui.viewer import page
from xraydesk.ui.viewer.film_view import FilmView
from xraydesk.ui.viewer.page_layout import PageContent

Save = Callable[[PageContent, Path], None]


class PageActions(QObject):
    """`message` says in words what was done, or why not."""

    message = Signal(str)

    def __init__(
        self, reader: ReadingController, view: FilmView, actions: Actions, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._reader = reader
        self._view = view
        self._actions = actions
        self._settings = settings
        self._window = window
        actions[Do.SAVE_PNG].triggered.connect(self._ask_png)
        actions[Do.SAVE_PDF].triggered.connect(self._ask_pdf)
        actions[Do.COPY].triggered.connect(self.copy)
        actions[Do.PRINT].triggered.connect(self.print)

    def content(self) -> PageContent:
        """Patient and study only where the reader has asked for them and has them on screen."""
        wanted = self._actions[Do.PAGE_IDENTITY].isChecked()
        hidden = self._actions[Do.HIDE_IDENTITY].isChecked()
        return page.page_of(
            self._view,
            self._reader.screen.result(),
            datetime.now().astimezone(),
            with_identity=wanted and not hidden,
        )

    def save_png(self, file: Path) -> None:
        self._save(page.save_page_png, file)

    def save_pdf(self, file: Path) -> None:
        self._save(page.save_page_pdf, file)

    @Slot()
    def copy(self) -> None:
        page.copy_page(self.content())
        self.message.emit("Copied to the clipboard.")

    @Slot()
    def print(self) -> None:
        try:
            if page.print_page(self.content(), self._window):
                self.message.emit("Sent to the printer.")
        except OutputError as error:
            self.message.emit(str(error.failure()))

    @Slot()
    def _ask_png(self) -> None:
        self._ask("Save as PNG", ".png", self.save_png)

    @Slot()
    def _ask_pdf(self) -> None:
        self._ask("Save as PDF", ".pdf", self.save_pdf)

    def _ask(self, title: str, suffix: str, save: Callable[[Path], None]) -> None:
        """The name proposed says nothing of the patient, as the film's own may."""
        folder = Path(self._settings.get(keys.SAVE_FOLDER) or Path.home())
        proposed = folder / f"xraydesk {datetime.now().astimezone():%Y-%m-%d %H.%M.%S}{suffix}"
        file = ask_file(self._window, title, proposed, suffix)
        if file is not None:
            self._settings.set(keys.SAVE_FOLDER, str(file.parent))
            save(file)

    def _save(self, save: Save, file: Path) -> None:
        try:
            save(self.content(), file)
        except OutputError as error:
            self.message.emit(str(error.failure()))
        else:
            self.message.emit(f"Saved as {file.name}.")
