"""A whole window with a real engine, and a model for it to read with."""

from __future__ import annotations

import shutil
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pydicom
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from xraydesk import app, paths
from xraydesk.engine.client import Engine
from xraydesk.engine.process import ProcessEngine
from xraydesk.film.phantom import draw_phantom, write_phantom
from xraydesk.ui.garbage import collect_what_is_due
from xraydesk.ui.main_window import MainWindow
from xraydesk.ui.settings import Settings

ANSWERS_WITHIN_MS = 240_000
CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")
MODEL_ID = "random-for-tests"


@pytest.fixture(autouse=True)
def garbage(garbage_is_collected_here: None) -> Iterator[None]:
    yield
    collect_what_is_due()


@pytest.fixture(scope="session")
def random_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model folder whose network knows nothing: as good as any to see that answers arrive."""
    from tests.network.models import model_folder  # loads torch

    return model_folder(tmp_path_factory.mktemp("model"), MODEL_ID)


@pytest.fixture
def reading_model(random_model: Path, own_places: None) -> str:
    """Installed and in use; its id."""
    from xraydesk.registry.registry import Registry

    shutil.copytree(random_model, paths.user_models() / MODEL_ID)
    Registry().activate(MODEL_ID)
    return MODEL_ID


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """phantom.dcm, phantom.png, and ct.dcm: the same drawing, said to be a CT slice."""
    folder = tmp_path_factory.mktemp("films")
    write_phantom(folder / "phantom.dcm", side=512)
    Image.fromarray((draw_phantom(512, 512) >> 4).astype("uint8")).save(folder / "phantom.png")
    dataset = pydicom.dcmread(folder / "phantom.dcm")
    dataset.Modality = "CT"
    dataset.save_as(folder / "ct.dcm")
    return folder


class Session:
    """One start of the program, as a reader has it before them."""

    def __init__(self, window: MainWindow, engine: Engine, qtbot: QtBot) -> None:
        self.window = window
        self.engine = engine
        self._qtbot = qtbot

    @property
    def headline(self) -> str:
        return self.window.reading.findings.headline().strip()

    @property
    def notes(self) -> list[str]:
        return [note.message for note in self.window.reading.findings.notes()]

    def film_name(self) -> str:
        film = self.window.reading.viewer.film_view.film()
        return film.path.name if film else ""

    def wait(self, until: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(until, timeout=ANSWERS_WITHIN_MS)

    def open(self, *films: Path) -> None:
        self.window.open_paths(films)

    def open_and_read(self, film: Path) -> None:
        self.open(film)
        self.wait(lambda: self.window.reader.screen.result() is not None and self.film_name() == film.name)

    def press(self, key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        QTest.keyClick(self.window.focusWidget() or self.window, key, modifier)


def _start(engine: Engine, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """The window as `run_window` opens it."""
    engines = iter(
        [engine]
    )  # the place where models are trained has another one, made when it is first entered
    monkeypatch.setattr(app, "new_engine", lambda: next(engines, None) or type(engine)())
    settings = Settings()
    app.application(settings)
    window = app.new_window(settings)
    window.show()
    yield Session(window, engine, qtbot)
    window.train.asks = lambda _: (
        True
    )  # a test that failed in the middle of a training leaves nobody to answer
    window.close()
    window.deleteLater()


@pytest.fixture
def session(reading_model: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """The engine does its real work on threads of this process, which saves each test the import of torch."""
    from xraydesk.engine.inline import InlineEngine
    from xraydesk.network.crew import CREW

    before = set(threading.enumerate())
    yield from _start(InlineEngine(), qtbot, monkeypatch)
    for thread in set(threading.enumerate()) - before:
        if not thread.name.startswith(CREW):  # stays for as long as the process
            thread.join(timeout=60)  # what it was asked last may still be running


@pytest.fixture
def process_session(reading_model: str, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Session]:
    """The engine in a process of its own, as users have it."""
    yield from _start(ProcessEngine(), qtbot, monkeypatch)
