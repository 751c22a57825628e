"""Starts the window: painted first, the engine after."""

from __future__ import annotations

import os
import sys
import tempfile
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import (
    QCoreApplication,
    QEventLoop,
    QMessageLogContext,
    QObject,
    QTimer,
    QtMsgType,
    Slot,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication

from xraydesk import __version__, paths
from xraydesk.engine import crash_notes
from xraydesk.engine.client import Engine
from xraydesk.errors import Failure
from xraydesk.presentation import wording
from xraydesk.ui import settings as keys
from xraydesk.ui.first_sight import FirstSight
from xraydesk.ui.garbage import GarbageCollection
from xraydesk.ui.icons import application_icon
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.main_window import MainWindow
from xraydesk.ui.one_window import OneWindow, Wanted
from xraydesk.ui.opening import FilesFromSystem, sample_film
from xraydesk.ui.settings import Settings
from xraydesk.ui.theme import apply_theme, undressed
from xraydesk.ui.unforeseen import Unforeseen
from xraydesk.workflows.verbs import FilmResult

_HEADLESS_SIZE = (1280, 800)
_TIME_LIMIT_MS = 180_000
_CRASHED = "XRayDesk crashed the last time. Nothing that was done is lost; Help, Report a problem tells what is known."


def new_engine() -> Engine:
    """A child process; for tests and debugging, with XRAYDESK_INLINE_ENGINE=1, a thread of this one."""
    if os.environ.get("XRAYDESK_INLINE_ENGINE") == "1":
        from xraydesk.engine.inline import InlineEngine  # noqa: PLC0415 - loads torch here

        return InlineEngine()
    from xraydesk.engine.process import ProcessEngine  # noqa: PLC0415 - after the first paint

    return ProcessEngine()


def application(settings: Settings) -> QApplication:
    """The one QApplication, named and in the theme of the settings."""
    existing = QApplication.instance()
    made = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    made.setApplicationName("XRayDesk")
    made.setApplicationVersion(__version__)
    made.setDesktopFileName("xraydesk")
    made.setWindowIcon(application_icon())
    apply_theme(made, settings.get(keys.THEME))
    return made


def run_window(
    wanted: Wanted, one: OneWindow, first_sight: FirstSight, *, on_painted: Callable[[], None] | None = None
) -> int:
    """Opens the window, with these films and folders or this batch; returns the exit status when it is closed."""
    settings = Settings()
    qt = application(settings)
    window = new_window(settings)
    GarbageCollection(window)
    watch_for_the_unforeseen(window)
    from_system = FilesFromSystem(window)
    from_system.paths_chosen.connect(window.open_paths)
    qt.installEventFilter(from_system)
    one.wanted.connect(partial(_open_in, window))
    window.first_painted.connect(on_painted or first_sight.close)
    window.show()
    QTimer.singleShot(0, partial(_open, window, wanted))
    try:
        return qt.exec()
    finally:
        one.close()


def _open_in(window: MainWindow, wanted: Wanted) -> None:
    """What a later start of the program was asked for."""
    window.come_forward()
    _open(window, wanted)


def _open(window: MainWindow, wanted: Wanted) -> None:
    if wanted.films:
        window.open_paths(wanted.films)
    if wanted.batch:
        window.classify_batch(wanted.batch)


def new_window(settings: Settings) -> MainWindow:
    """The engine starts when the window has been painted."""
    runner = JobRunner(new_engine())
    with undressed():
        window = MainWindow(runner, settings, lambda: JobRunner(new_engine()))
    window.first_painted.connect(runner.start)
    return window


def watch_for_the_unforeseen(window: MainWindow) -> None:
    """Faults in slots and threads go to the user's log and to the status line instead of nowhere.

    A crash is noted for Help, Report a problem; the start after it says so.
    """
    if crash_notes.begin(crash_notes.WINDOW):
        window.status.show_message(_CRASHED)
    unforeseen = Unforeseen(paths.user_log(), window)
    unforeseen.met.connect(window.status.show_message)
    unforeseen.watch()


class _Answer(QObject):
    """Waits until the window has shown what there is to show of one film."""

    def __init__(self, window: MainWindow) -> None:
        super().__init__()
        self.result: FilmResult | None = None
        self.failure: Failure | None = None
        self._settled = False
        self._loop = QEventLoop()
        self._limit = QTimer(self, singleShot=True, interval=_TIME_LIMIT_MS)
        self._limit.timeout.connect(self._loop.quit)
        window.reader.screen.result_shown.connect(self._on_result)
        window.reader.screen.failure_shown.connect(self._on_failure)
        window.engine.settled.connect(self._on_settled)

    def wait(self) -> None:
        self._limit.start()
        self._loop.exec()

    @Slot(object)
    def _on_result(self, result: FilmResult | None) -> None:
        self.result = result
        self._leave_when_done()

    @Slot(object)
    def _on_failure(self, failure: Failure) -> None:
        self.failure = failure
        self._leave_when_done()

    @Slot()
    def _on_settled(self) -> None:
        self._settled = True
        self._leave_when_done()

    def _leave_when_done(self) -> None:
        if self._settled and (self.result or self.failure):
            self._loop.quit()


def run_headless(films: Sequence[Path], picture: Path) -> int:
    """The window without a display: opens a film, or the sample, waits for its reading, prints it, saves a picture.

    0 when the film was classified, 1 when not. Touches none of the user's settings.
    """
    film = films[0] if films else sample_film()
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    qInstallMessageHandler(_tell_remark)
    with tempfile.TemporaryDirectory() as own:
        settings = Settings(Path(own) / "settings.ini")
        application(settings)
        window = new_window(settings)
        GarbageCollection(window)
        answer = _Answer(window)
        window.resize(*_HEADLESS_SIZE)
        window.show()
        window.open_paths([film])
        answer.wait()
        QCoreApplication.processEvents()  # the last words find their places
        sys.stdout.write("\n".join(_reading_lines(film, answer)) + "\n")
        picture.parent.mkdir(parents=True, exist_ok=True)
        saved = window.grab().save(str(picture))
        window.close()
    where = f"Picture of the window: {picture}" if saved else f"The picture could not be written to {picture}"
    sys.stdout.write(where + "\n")
    return 0 if saved and answer.result is not None and answer.result.prediction else 1


def _tell_remark(_kind: QtMsgType, _where: QMessageLogContext, words: str) -> None:
    """What Qt has to say, but for one thing that is of no meaning without a display."""
    if "propagateSizeHints" not in words:
        sys.stderr.write(words + "\n")


def _reading_lines(film: Path, answer: _Answer) -> list[str]:
    name = wording.film_name(film)
    failure = answer.failure or (answer.result.error if answer.result else None)
    if answer.result is None or answer.result.prediction is None:
        return [f"{name}: {failure or 'no answer in time'}"]
    prediction = answer.result.prediction
    lines = [f"{name}: {wording.prediction_words(prediction.label)}"]
    for class_name, probability in prediction.as_dict().items():
        lines.append(f"  {wording.class_words(class_name):<16}{wording.percent_words(probability):>7}")
    model = wording.model_words(answer.result.model_name, answer.result.model_version)
    device = wording.device_words(answer.result.device)
    return [
        *lines,
        *(f"  {warning.message}" for warning in answer.result.warnings),
        f"  {model}, {device}, {wording.seconds_words(answer.result.seconds)}",
        wording.RESEARCH_USE,
    ]
