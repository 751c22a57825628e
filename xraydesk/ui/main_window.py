"""The window: rail, places, status line. It lays out and wires; what happens is in the controllers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QTimer, Signal, Slot
from PySide6.QtGui import QActionGroup, QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from xraydesk.presentation.colours import Theme
from xraydesk.presentation.wording import film_name, model_words
from xraydesk.ui import icons, menus
from xraydesk.ui import settings as keys
from xraydesk.ui.action_table import Do, Place
from xraydesk.ui.actions import Actions
from xraydesk.ui.announce import announce
from xraydesk.ui.engine_watch import EngineWatch
from xraydesk.ui.help_pages import AboutPage, ShortcutsPage
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.models.controller import ModelsController
from xraydesk.ui.models.place import ModelsPlace
from xraydesk.ui.opening import Opening, local_paths
from xraydesk.ui.rail import Rail
from xraydesk.ui.reading.controller import ReadingController
from xraydesk.ui.reading.page_actions import PageActions
from xraydesk.ui.reading.place import ReadingPlace
from xraydesk.ui.reading.view_actions import ViewActions
from xraydesk.ui.settings import Settings
from xraydesk.ui.status_line import StatusLine
from xraydesk.ui.theme import apply_theme, colours_of
from xraydesk.workflows.verbs import ModelSummary, OpenedFilm

_FIRST_SIZE = (1280, 800)


class MainWindow(QMainWindow):
    """`first_painted` is emitted once, when the window is on screen: the time for heavy work."""

    first_painted = Signal()

    def __init__(self, runner: JobRunner, settings: Settings) -> None:
        super().__init__()
        self._runner = runner
        self._settings = settings
        self._colours = colours_of(settings.get(keys.THEME))
        self._painted = False
        self.setWindowTitle("XRayDesk")
        self.setWindowIcon(icons.application_icon())
        self.setAcceptDrops(True)
        self.actions_by_id = Actions(self, self._colours)
        self._make_places()
        self._make_controllers()
        self._lay_out()
        self._connect()
        self._recall()

    # -- making -----------------------------------------------------------------------------------

    def _make_places(self) -> None:
        self.reading = ReadingPlace(self.actions_by_id, self._colours)
        self.models = ModelsPlace()
        self.status = StatusLine(self._colours)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.reading)
        self._stack.addWidget(self.models)

    def _make_controllers(self) -> None:
        self.reader = ReadingController(self._runner, self.reading, self)
        self._models = ModelsController(self._runner, self.models, self)
        self.engine = EngineWatch(self._runner, self.status, self)
        self._view_actions = ViewActions(self.reading, self.actions_by_id, self._settings, self)
        view = self.reading.viewer.film_view
        self.pages = PageActions(self.reader, view, self.actions_by_id, self._settings, self)
        self.opening = Opening(self, self._settings)

    def _lay_out(self) -> None:
        on = self.actions_by_id
        rail = Rail((on[Do.PLACE_READ], on[Do.PLACE_MODELS]), (on[Do.LIGHT_THEME], on[Do.SHORTCUTS]))
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(rail)
        middle.addWidget(self._stack, 1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        column.addWidget(self.status)
        self.setCentralWidget(content)
        menus.fill(self.menuBar(), on, self.opening, self.reading.viewer.presets_menu)

    def _connect(self) -> None:
        on, reader = self.actions_by_id, self.reader
        on[Do.OPEN_FILMS].triggered.connect(self.opening.ask_for_films)
        on[Do.OPEN_FOLDER].triggered.connect(self.opening.ask_for_folder)
        on[Do.OPEN_SAMPLE].triggered.connect(self.opening.choose_sample)
        on[Do.NEXT_FILM].triggered.connect(reader.next_film)
        on[Do.PREVIOUS_FILM].triggered.connect(reader.previous_film)
        on[Do.REMOVE_FILM].triggered.connect(reader.remove_selected)
        on[Do.CLEAR_FILMS].triggered.connect(reader.clear)
        on[Do.LIGHT_THEME].toggled.connect(self._on_light_theme)
        on[Do.SHORTCUTS].triggered.connect(self._show_shortcuts)
        on[Do.ABOUT].triggered.connect(self._show_about)
        on[Do.QUIT].triggered.connect(self.close)
        self.opening.paths_chosen.connect(self.open_paths)
        reader.screen.film_shown.connect(self._on_film_shown)
        reader.screen.film_shown.connect(self._view_actions.show_film)
        reader.screen.result_shown.connect(self._view_actions.show_result)
        reader.screen.said.connect(partial(announce, self.reading.findings))
        reader.message.connect(self.status.show_message)
        self.pages.message.connect(self.status.show_message)
        reader.activity_changed.connect(self.status.show_activity)
        self.engine.models_listed.connect(self._models.show_models)
        self._models.active_changed.connect(self._on_active_model)
        self._connect_places()

    def _connect_places(self) -> None:
        places = QActionGroup(self)
        for id in (Do.PLACE_READ, Do.PLACE_MODELS):
            action = self.actions_by_id[id]
            places.addAction(action)
            action.toggled.connect(self._on_place)
        self.actions_by_id[Do.PLACE_READ].setChecked(True)

    def _recall(self) -> None:
        self.resize(*_FIRST_SIZE)
        geometry, splitter = self._settings.get(keys.GEOMETRY), self._settings.get(keys.SPLITTER)
        if geometry:
            self.restoreGeometry(geometry)
        if splitter:
            self.reading.splitter.restoreState(splitter)
        self.actions_by_id[Do.LIGHT_THEME].setChecked(self._colours.theme is Theme.LIGHT)
        self.reading.film_list.view.setFocus()

    # -- what others may ask ----------------------------------------------------------------------

    @Slot(object)
    def open_paths(self, paths: Iterable[Path]) -> None:
        """Films and folders, from wherever they were named."""
        self.actions_by_id[Do.PLACE_READ].setChecked(True)
        self.reader.open_paths(paths)

    # -- slots ------------------------------------------------------------------------------------

    @Slot(object)
    def _on_film_shown(self, opened: OpenedFilm | None) -> None:
        if opened is None:
            self.setWindowTitle("XRayDesk")
            return
        self.setWindowTitle(f"{film_name(opened.film.path)} – XRayDesk")
        self._settings.remember_film(opened.film.path)

    @Slot(object)
    def _on_active_model(self, model: ModelSummary) -> None:
        self.reading.findings.show_classes(model.classes)
        words = model_words(model.name, model.version)
        self.reading.findings.show_model(words, "")
        self.status.show_model(words)
        self.reader.read_by(model)

    @Slot(bool)
    def _on_place(self, chosen: bool) -> None:
        if chosen:
            reading = self.actions_by_id[Do.PLACE_READ].isChecked()
            self._stack.setCurrentWidget(self.reading if reading else self.models)
            self.actions_by_id.show_place(Place.READ if reading else Place.MODELS)

    @Slot(bool)
    def _on_light_theme(self, light: bool) -> None:
        theme = Theme.LIGHT if light else Theme.DARK
        self._settings.set(keys.THEME, theme)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self._colours = apply_theme(application, theme)
        self.actions_by_id.paint(self._colours)
        self.reading.set_colours(self._colours)
        self.status.set_colours(self._colours)

    @Slot()
    def _show_shortcuts(self) -> None:
        ShortcutsPage(self).show()

    @Slot()
    def _show_about(self) -> None:
        AboutPage(self).show()

    # -- Qt's events ------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        handle = self.windowHandle()
        if handle is not None and not self._painted:
            handle.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        """Qt paints within the first expose event; what is queued now comes after it."""
        if event.type() == QEvent.Type.Expose and not self._painted:
            self._painted = True
            watched.removeEventFilter(self)
            QTimer.singleShot(0, self.first_painted.emit)
        return super().eventFilter(watched, event)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:  # noqa: N802
        if local_paths(event.mimeData()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:  # noqa: N802
        event.acceptProposedAction()
        self.opening.drop(event.mimeData())

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        self._settings.set(keys.GEOMETRY, bytes(self.saveGeometry().data()))
        self._settings.set(keys.SPLITTER, bytes(self.reading.splitter.saveState().data()))
        self._settings.save()
        self.reader.stop()
        self._runner.stop()
        super().closeEvent(event)
