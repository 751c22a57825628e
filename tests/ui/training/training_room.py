"""The place for training with two engines whose answers come when the test says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import TypeVar

from pytestqt.qtbot import QtBot

from tests.ui.scripted_engine import ScriptedEngine
from tests.ui.training.training_for_tests import FOLDER, evaluation, planned, scanned
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.settings import Settings
from xraydesk.ui.theme import DARK
from xraydesk.ui.training.controller import TrainController
from xraydesk.ui.training.place import TrainPlace
from xraydesk.ui.training.steps import Step
from xraydesk.workflows.training_verbs import (
    ListRuns,
    OpenEvaluation,
    PlanSplit,
    ScanFolder,
    ScannedFolder,
    TrainingDone,
    TrainingRuns,
    TrainModel,
)
from xraydesk.workflows.verbs import Answer, Request

T = TypeVar("T")


class Room:
    """`engine` trains, `reading` reads."""

    def __init__(
        self,
        reading_runner: JobRunner,
        reading: ScriptedEngine,
        drain: Callable[[], None],
        qtbot: QtBot,
        runs: Path,
    ) -> None:
        self.reading, self.engine, self.drain = reading, ScriptedEngine(), drain
        self.place = TrainPlace(DARK)
        qtbot.addWidget(self.place)
        self.settings = Settings()
        self.train = TrainController(
            reading_runner,
            lambda: JobRunner(self.engine),
            self.place,
            self.settings,
            runs=runs,
            now=lambda: datetime(2026, 7, 30, 19, 14, 5),
        )
        self.place.resize(1208, 720)
        self.place.show()
        self.train.come_to_front()
        self.answer(ListRuns, TrainingRuns(()))

    # -- the engine ---------------------------------------------------------------------------------

    def waiting(self, kind: type[T]) -> T:
        """The latest question of this kind that has no answer yet."""
        return [request for request in self.engine.waiting.values() if isinstance(request, kind)][-1]

    def is_waiting(self, kind: type[Request]) -> bool:
        return any(isinstance(request, kind) for request in self.engine.waiting.values())

    def answer(self, kind: type[Request], answer: Answer) -> None:
        self.engine.answer(self.waiting(kind), answer)
        self.drain()

    def tell(self, kind: type[Request], *events: object) -> None:
        for event in events:
            self.engine.tell(self.waiting(kind), event)
        self.drain()

    # -- the user -----------------------------------------------------------------------------------

    @property
    def step(self) -> Step:
        return self.place.step()

    @property
    def sentence(self) -> str:
        return self.place.sentence()

    def next(self) -> None:
        assert self.place.next.isEnabled(), self.sentence
        self.place.next.click()
        self.drain()

    def scan(self, folder: ScannedFolder | None = None) -> None:
        self.train.films.take(FOLDER)
        self.answer(ScanFolder, folder or scanned())

    def go_to_training(self) -> None:
        """Next, Next, Next, as someone does who knows nothing of training."""
        self.scan()
        self.next()
        self.answer(PlanSplit, planned())
        self.next()
        self.next()

    def start(self) -> TrainModel:
        self.go_to_training()
        self.next()
        return self.waiting(TrainModel)

    def finish(self) -> TrainModel:
        """A run, trained and evaluated."""
        request = self.start()
        self.answer(TrainModel, TrainingDone(request.out / "model", 5, {}))
        self.answer(OpenEvaluation, evaluation(request.out))
        return request
