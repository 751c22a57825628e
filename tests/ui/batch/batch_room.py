"""The batch place over a real journal, with an engine whose answers come when the test says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.ui.batch.batches_for_tests import (
    LATERAL,
    BatchOfFilms,
    failed,
    refused,
)
from tests.ui.films_for_tests import opened
from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.journal.records import BatchEnd
from xraydesk.ui.action_table import Place
from xraydesk.ui.actions import Actions
from xraydesk.ui.batch.batches_menu import BatchesMenu
from xraydesk.ui.batch.controller import BatchController
from xraydesk.ui.batch.place import BatchPanel
from xraydesk.ui.batch.run_words import RunState
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.reading.controller import ReadingController
from xraydesk.ui.reading.place import ReadingPlace
from xraydesk.ui.settings import Settings
from xraydesk.ui.theme import DARK
from xraydesk.workflows.verbs import (
    OpenFilm,
    Request,
)


class Room:
    def __init__(
        self, runner: JobRunner, engine: ScriptedEngine, actions: Actions, journal: Path, qtbot: QtBot
    ) -> None:
        self.place = ReadingPlace(actions, DARK)
        qtbot.addWidget(self.place)
        self.reader = ReadingController(runner, self.place)
        self.menus = BatchesMenu(self.place)
        self.panel = BatchPanel(journal, actions, DARK, self.menus)
        self.place.add_panel(self.panel, 560)
        self.settings = Settings()
        self.batch = BatchController(
            runner, journal, self.panel, self.reader.screen, self.menus, actions, self.settings
        )
        self.said: list[str] = []
        self.batch.message.connect(self.said.append)
        actions.show_place(Place.BATCH)
        self.place.show_panel(self.panel)
        self.reader.come_to_front(False)
        self.batch.come_to_front(True)
        self.place.resize(1280, 700)
        self.place.show()
        self.engine = engine
        self.actions = actions
        self._qtbot = qtbot

    def wait(self, until: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(until, timeout=10_000)

    def start_up(self) -> None:
        """As after the first paint, until the journal was read."""
        self.batch.start_up()
        self.wait(lambda: self.batch.batch is not None)

    def answer(self, request: Request, answer: object) -> None:
        self.wait(lambda: request in self.engine.waiting.values())
        self.engine.answer(request, answer)  # type: ignore[arg-type]

    def wait_and_decode(self, until: Callable[[], bool]) -> None:
        """The engine opens whatever film it is asked for meanwhile."""

        def look() -> bool:
            for request in list(self.engine.waiting.values()):
                if isinstance(request, OpenFilm):
                    self.engine.answer(request, opened(request.path))
            return until()

        self.wait(look)

    def film_name(self) -> str:
        film = self.place.viewer.film_view.film()
        return film.path.name if film else ""

    def choose(self, film_id: int) -> None:
        self.wait(lambda: self.panel.table.choose(film_id))

    def press(self, words: str) -> None:
        button = next(button for button in self.panel.notice.choices() if button.text() == words)
        button.click()

    @property
    def state(self) -> RunState | None:
        view = self.panel.run_bar.view()
        return view.state if view and self.panel.run_bar.isVisibleTo(self.panel) else None


def ended(films: BatchOfFilms) -> BatchOfFilms:
    """Three films: suspicious, normal, refused; and one that failed."""
    films.add(["a.png", "b.png", "c.png", "d.png"])
    films.read(0, (0.06, 0.03, 0.91), warnings=(LATERAL,))
    films.read(1, (0.02, 0.96, 0.02))
    films.write(refused(films.ids[2], films.paths[2]), failed(films.ids[3], films.paths[3]))
    films.journal.set_all_found(films.batch)
    films.journal.end(films.batch, BatchEnd.DONE)
    return films
