"""The window: rail, places, status line. It lays out and wires; what happens is in the controllers."""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QActionGroup, QCloseEvent, QDragEnterEvent, QDropEvent, QShowEvent
from PySide6.QtWidgets import QApplication, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from xraydesk import paths
from xraydesk.presentation.colours import Theme
from xraydesk.presentation.wording import film_name, model_words
from xraydesk.ui import icons, menus
from xraydesk.ui import settings as keys
from xraydesk.ui.action_table import Do, Place
from xraydesk.ui.actions import Actions
from xraydesk.ui.announce import announce
from xraydesk.ui.batch.batches_menu import BatchesMenu
from xraydesk.ui.batch.controller import BatchController
from xraydesk.ui.batch.place import WIDTH as BATCH_WIDTH
from xraydesk.ui.batch.place import BatchPanel
from xraydesk.ui.batch.run_words import RunView, percent_done
from xraydesk.ui.engine_watch import EngineWatch
from xraydesk.ui.help.desk import HelpDesk
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.models.controller import ModelsController
from xraydesk.ui.models.place import ModelsPlace
from xraydesk.ui.opening import Opening, local_paths
from xraydesk.ui.opinions import Opinions
from xraydesk.ui.rail import Rail
from xraydesk.ui.reading.controller import ReadingController
from xraydesk.ui.reading.page_actions import PageActions
from xraydesk.ui.reading.place import ReadingPlace
from xraydesk.ui.reading.view_actions import ViewActions
from xraydesk.ui.settings import Settings
from xraydesk.ui.status_line import StatusLine
from xraydesk.ui.task_bar import TaskBar
from xraydesk.ui.theme import apply_theme, colours_of
from xraydesk.ui.training.controller import TrainController
from xraydesk.ui.training.engine import RunnerFactory
from xraydesk.ui.training.place import TrainPlace
from xraydesk.ui.words import from_left
from xraydesk.workflows.model_verbs import ModelSummary
from xraydesk.workflows.opinion_verbs import LabelledFilms
from xraydesk.workflows.verbs import OpenedFilm

_FIRST_SIZE = (1280, 800)
_TRAINING_RUNS = "A training runs. When it has ended, choose the films that were handed on in step 1."
_PLACES = {
    Do.PLACE_READ: Place.READ,
    Do.PLACE_BATCH: Place.BATCH,
    Do.PLACE_TRAIN: Place.TRAIN,
    Do.PLACE_MODELS: Place.MODELS,
}


class MainWindow(QMainWindow):
    """`first_painted` is emitted once, when the window is on screen: the time for heavy work."""

    first_painted = Signal()

    def __init__(self, runner: JobRunner, settings: Settings, training_runner: RunnerFactory) -> None:
        super().__init__()
        self._runner = runner
        self._training_runner = training_runner
        self._settings = settings
        self._colours = colours_of(settings.get(keys.THEME))
        self._painted = False
        self._counted: RunView | None = None  # what runs, where the share done is known
        self._activities: dict[str, str] = {}
        self._task_bar = TaskBar(self)
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
        self._batches = BatchesMenu(self)
        journal = paths.user_journal()
        self.batch_panel = BatchPanel(journal, self.actions_by_id, self._colours, self._batches)
        self.reading.add_panel(self.batch_panel, BATCH_WIDTH)
        self.train_place = TrainPlace(self._colours)
        self.models = ModelsPlace(self._colours)
        self.status = StatusLine(self._colours)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.reading)
        self._stack.addWidget(self.train_place)
        self._stack.addWidget(self.models)

    def _make_controllers(self) -> None:
        self.reader = ReadingController(self._runner, self.reading, self)
        self.batch = BatchController(
            self._runner,
            paths.user_journal(),
            self.batch_panel,
            self.reader.screen,
            self._batches,
            self.actions_by_id,
            self._settings,
        )
        self._models = ModelsController(self._runner, self.models, self)
        self.train = TrainController(
            self._runner, self._training_runner, self.train_place, self._settings, self
        )
        self.engine = EngineWatch(self._runner, self.status, self)
        self.help = HelpDesk(self, self.actions_by_id, self.status.state_words)
        self._view_actions = ViewActions(self.reading, self.actions_by_id, self._settings, self)
        view = self.reading.viewer.film_view
        self.pages = PageActions(self.reader, view, self.actions_by_id, self._settings, self)
        self.opening = Opening(self, self._settings)
        screen = self.reader.screen
        self.opinions = Opinions(self._runner, screen, self.actions_by_id, self._settings, self)
        self._classes = self.opinions.connect_places(self.reading, self.batch_panel.rows, self.models)

    def _lay_out(self) -> None:
        on = self.actions_by_id
        places = tuple(on[id] for id in _PLACES)
        self.rail = Rail(places, (on[Do.LIGHT_THEME], on[Do.GUIDE]), self._colours)
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self._stack, 1)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(middle, 1)
        column.addWidget(self.status)
        self.setCentralWidget(content)
        listings = (self._batches.earlier, self._batches.compare)
        presets = self.reading.viewer.presets_menu
        menus.fill(self.menuBar(), on, self.opening, presets, listings, self._classes)

    def _connect(self) -> None:
        on, reader = self.actions_by_id, self.reader
        on[Do.OPEN_FILMS].triggered.connect(self.opening.ask_for_films)
        on[Do.OPEN_FOLDER].triggered.connect(self.opening.ask_for_folder)
        on[Do.OPEN_SAMPLE].triggered.connect(self.opening.choose_sample)
        on[Do.NEXT_FILM].triggered.connect(self._next_film)
        on[Do.PREVIOUS_FILM].triggered.connect(self._previous_film)
        on[Do.REMOVE_FILM].triggered.connect(reader.remove_selected)
        on[Do.CLEAR_FILMS].triggered.connect(reader.clear)
        on[Do.LIGHT_THEME].toggled.connect(self._on_light_theme)
        on[Do.QUIT].triggered.connect(self.close)
        self.opening.paths_chosen.connect(self.open_paths)
        reader.screen.film_shown.connect(self._on_film_shown)
        reader.screen.film_shown.connect(self._view_actions.show_film)
        reader.screen.result_shown.connect(self._view_actions.show_result)
        reader.screen.said.connect(partial(announce, self.reading.findings))
        reader.message.connect(self.status.show_message)
        self.pages.message.connect(self.status.show_message)
        reader.activity_changed.connect(partial(self._show_activity, "reading"))
        self.engine.models_listed.connect(self._models.show_models)
        self._models.active_changed.connect(self._on_active_model)
        self._models.active_changed.connect(self.engine.on_active_changed)
        self._connect_batch()
        self.opinions.message.connect(self.status.show_message)
        self.opinions.activity_changed.connect(partial(self._show_activity, "opinions"))
        self.first_painted.connect(self.opinions.book.start_up)
        self._connect_training()
        self._connect_places()

    def _connect_batch(self) -> None:
        on, batch, findings = self.actions_by_id, self.batch, self.reading.findings
        on[Do.BATCH_FOLDER].triggered.connect(self.opening.ask_for_batch)
        on[Do.BATCH_WATCH].triggered.connect(self.opening.ask_for_watch)
        on[Do.BATCH_WIDE].toggled.connect(self._on_wide)
        self.opening.batch_chosen.connect(self.classify_batch)
        self.opening.watch_chosen.connect(self._watch_folder)
        findings.override_wanted.connect(batch.override)
        findings.retry_wanted.connect(batch.retry)
        batch.message.connect(self.status.show_message)
        batch.running.connect(self._on_running)
        batch.exports.activity_changed.connect(partial(self._show_activity, "export"))
        batch.looking.film_wanted.connect(self._open_in_read)
        batch.watch.news.connect(self.rail.button_of(on[Do.PLACE_BATCH]).show_news)
        batch.watch.looked_for.connect(self._on_looked_for)
        self.first_painted.connect(batch.start_up)

    def _connect_training(self) -> None:
        train = self.train
        train.activity_changed.connect(partial(self._show_activity, "training"))
        train.films_wanted.connect(self.open_paths)
        train.models_listed.connect(self._models.show_models)
        self._models.active_changed.connect(train.show_active)
        train.corrections_wanted.connect(self.opinions.agreement.show_page)
        self.opinions.films_ready.connect(self._train_on)

    def _connect_places(self) -> None:
        places = QActionGroup(self)
        for id in _PLACES:
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
            self.reading.restore_panel(self.reading.film_list, splitter)
        self.reading.restore_panel(self.batch_panel, self._settings.get(keys.BATCH_SPLITTER))
        self.batch_panel.table.restore_state(self._settings.get(keys.BATCH_COLUMNS))
        self.actions_by_id[Do.BATCH_WIDE].setChecked(self._settings.get(keys.BATCH_WIDE))
        self.actions_by_id[Do.LIGHT_THEME].setChecked(self._colours.theme is Theme.LIGHT)
        self.reading.film_list.view.setFocus()

    # -- what others may ask ----------------------------------------------------------------------

    @Slot(object)
    def open_paths(self, paths: Iterable[Path]) -> None:
        """Films and folders, from wherever they were named."""
        self.actions_by_id[Do.PLACE_READ].setChecked(True)
        self.reader.open_paths(paths)

    @Slot(object)
    def classify_batch(self, places: Iterable[Path]) -> None:
        """Everything in these folders and archives, as a batch."""
        self._show_batch_place()
        self.batch.start(places)

    def come_forward(self) -> None:
        """Before the other windows, as far as the system allows."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.raise_()
        self.activateWindow()

    # -- slots ------------------------------------------------------------------------------------

    @Slot(object)
    def _on_film_shown(self, opened: OpenedFilm | None) -> None:
        self._show_title()
        if opened is not None and self._place() is Place.READ:
            self._settings.remember_film(opened.film.path)

    @Slot(object)
    def _on_active_model(self, model: ModelSummary) -> None:
        self.reading.findings.show_classes(model.classes)
        self.opinions.show_model(model.classes)
        words = model_words(model.name, model.version)
        self.reading.findings.show_model(words)
        self.status.show_model(words)
        self.reader.read_by(model)

    @Slot(bool)
    def _on_place(self, chosen: bool) -> None:
        if not chosen:
            return
        place = self._place()
        self.actions_by_id.show_place(place)
        others = {Place.TRAIN: self.train_place, Place.MODELS: self.models}
        self._stack.setCurrentWidget(others.get(place, self.reading))
        if place is Place.TRAIN:
            self.train.come_to_front()
        if place in others:
            return
        batch = place is Place.BATCH
        self.reading.show_panel(self.batch_panel if batch else self.reading.film_list)
        self.reading.give_panel_all_room(batch and self.actions_by_id[Do.BATCH_WIDE].isChecked())
        front, behind = (self.batch, self.reader) if batch else (self.reader, self.batch)
        behind.come_to_front(False)
        front.come_to_front(True)

    def _place(self) -> Place:
        chosen = (place for id, place in _PLACES.items() if self.actions_by_id[id].isChecked())
        return next(chosen, Place.READ)

    @Slot()
    def _show_batch_place(self) -> None:
        self.actions_by_id[Do.PLACE_BATCH].setChecked(True)

    @Slot()
    def _on_looked_for(self) -> None:
        """The reader clicked what the system had told of a watched folder."""
        self._show_batch_place()
        self.come_forward()

    @Slot()
    def _next_film(self) -> None:
        (self.batch.looking if self._place() is Place.BATCH else self.reader).next_film()

    @Slot()
    def _previous_film(self) -> None:
        (self.batch.looking if self._place() is Place.BATCH else self.reader).previous_film()

    @Slot(object)
    def _watch_folder(self, places: Iterable[Path]) -> None:
        self._show_batch_place()
        self.batch.start(places, watch=True)

    @Slot(object)
    def _train_on(self, films: LabelledFilms) -> None:
        self.opinions.agreement.close_page()  # it would lie before the place
        self.actions_by_id[Do.PLACE_TRAIN].setChecked(True)
        if not self.train.take_corrections(films):
            self.status.show_message(_TRAINING_RUNS)

    @Slot(object)
    def _open_in_read(self, film: Path) -> None:
        self.open_paths([film])

    @Slot(bool)
    def _on_wide(self, wide: bool) -> None:
        self._settings.set(keys.BATCH_WIDE, wide)
        self.reading.give_panel_all_room(wide and self._place() is Place.BATCH)

    @Slot(object)
    def _on_running(self, view: RunView | None) -> None:
        """Title and task bar are what is seen of a window that is out of sight."""
        running = None if view is None or view.is_watching else view
        self._counted = running if running is not None and running.share >= 0 else None
        self._show_activity("batch", f"Batch {percent_done(running)}" if running else "")
        self._task_bar.show_share(self._counted.share if self._counted else None)
        self._show_title()

    def _show_title(self) -> None:
        opened = self.reader.screen.film()
        done = percent_done(self._counted) if self._counted else ""
        film = film_name(opened.film.path) if opened is not None else ""
        self.setWindowTitle(from_left(" – ".join(part for part in (done, film, "XRayDesk") if part)))

    def _show_activity(self, of: str, words: str) -> None:
        self._activities[of] = words
        self.status.show_activity("  ·  ".join(each for each in self._activities.values() if each))

    @Slot(bool)
    def _on_light_theme(self, light: bool) -> None:
        theme = Theme.LIGHT if light else Theme.DARK
        self._settings.set(keys.THEME, theme)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            self._colours = apply_theme(application, theme)
        self.actions_by_id.paint(self._colours)
        for part in (self.reading, self.batch_panel, self.train_place, self.models, self.rail):
            part.set_colours(self._colours)
        self.status.set_colours(self._colours)

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
        dropped = local_paths(event.mimeData())
        if self._place() is Place.BATCH:
            self.batch.take(tuple(dropped))
        elif self._place() is Place.TRAIN:
            self.train.take(dropped[0])
        else:
            self.open_paths(dropped)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802
        if not self.train.may_close():
            event.ignore()
            return
        self._settings.set(keys.GEOMETRY, bytes(self.saveGeometry().data()))
        self._settings.set(keys.SPLITTER, self.reading.panel_state(self.reading.film_list))
        self._settings.set(keys.BATCH_SPLITTER, self.reading.panel_state(self.batch_panel))
        self._settings.set(keys.BATCH_COLUMNS, self.batch_panel.table.save_state())
        self._settings.save()
        self.hide()  # the engine may have to see an export to its end
        self.reader.stop()
        self.batch.stop()
        self.train.stop()
        self._runner.stop()
        super().closeEvent(event)
