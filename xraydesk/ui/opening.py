"""Ways to open films: dialogs, recent films, and things dropped on the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QEvent, QMimeData, QObject, Signal, SignalInstance, Slot
from PySide6.QtGui import QAction, QFileOpenEvent
from PySide6.QtWidgets import QFileDialog, QMenu, QWidget

from xraydesk import paths
from xraydesk.presentation.wording import film_name, path_words
from xraydesk.ui.plain_tip import plain_tip
from xraydesk.ui.settings import BATCH_FOLDER, LAST_FOLDER, RECENT_FILMS, Settings

# All files first: a film from a CD or an archive often has no extension, and the content decides.
_FILMS = "All files (*);;Films by name (*.dcm *.dicom *.png *.jpg *.jpeg *.tif *.tiff *.bmp)"


class Opening(QObject):
    """`paths_chosen` carries a list of films and folders; `batch_chosen` and `watch_chosen` folders."""

    paths_chosen = Signal(object)
    batch_chosen = Signal(object)
    watch_chosen = Signal(object)

    def __init__(self, window: QWidget, settings: Settings) -> None:
        super().__init__(window)
        self._window = window
        self._settings = settings

    @Slot()
    def ask_for_films(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileNames(self._window, "Open films", self._folder(), _FILMS)
        self._choose([Path(name) for name in chosen])

    @Slot()
    def ask_for_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self._window, "Open a folder of films", self._folder())
        if chosen:
            self._settings.set(LAST_FOLDER, chosen)
            self._choose([Path(chosen)])

    @Slot()
    def ask_for_batch(self) -> None:
        self._ask_for_batch_folder("Classify every film in a folder", self.batch_chosen)

    @Slot()
    def ask_for_watch(self) -> None:
        self._ask_for_batch_folder("Watch a folder that films arrive in", self.watch_chosen)

    def _ask_for_batch_folder(self, title: str, chosen_signal: SignalInstance) -> None:
        first = self._settings.get(BATCH_FOLDER) or self._folder()
        chosen = QFileDialog.getExistingDirectory(self._window, title, first)
        if chosen:
            self._settings.set(BATCH_FOLDER, chosen)
            chosen_signal.emit([Path(chosen)])

    @Slot()
    def choose_sample(self) -> None:
        self._choose([sample_film()])

    def fill_recent(self, menu: QMenu) -> None:
        """The films opened last, and a way to forget them."""
        menu.clear()
        recent = self._settings.get(RECENT_FILMS)
        for name in recent:
            action = menu.addAction(film_name(Path(name)).replace("&", "&&"))
            action.setToolTip(plain_tip(path_words(Path(name))))
            action.setData(name)
        menu.addSeparator()
        forget = menu.addAction("Forget these")
        forget.setEnabled(bool(recent))

    @Slot(QAction)
    def on_recent(self, action: QAction) -> None:
        if action.data():
            self._choose([Path(action.data())])
        else:
            self._settings.set(RECENT_FILMS, ())

    def _folder(self) -> str:
        """Where to look first; a start from a menu or a stick says nothing of where films lie."""
        return self._settings.get(LAST_FOLDER) or str(Path.home())

    def _choose(self, paths: list[Path]) -> None:
        if paths:
            self.paths_chosen.emit(paths)


class FilesFromSystem(QObject):
    """macOS names the film that was double-clicked in an event; Windows and Linux on the command line."""

    paths_chosen = Signal(object)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        if isinstance(event, QFileOpenEvent) and event.url().isLocalFile():
            self.paths_chosen.emit([Path(event.url().toLocalFile())])
            return True
        return super().eventFilter(watched, event)


def sample_film() -> Path:
    """The chest phantom that comes with the program."""
    return paths.resources() / "sample" / "phantom.dcm"


def local_paths(data: QMimeData) -> list[Path]:
    """Files and folders on this computer; web addresses are left out."""
    return [Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile()]
