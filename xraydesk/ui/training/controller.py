"""Wires the place for training: which step is shown, what each tells the next, and the two engines."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from itertools import count
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from xraydesk import paths
from xraydesk.presentation.wording import film_name
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.settings import Settings
from xraydesk.ui.training.closing import keeps_run_and_closes
from xraydesk.ui.training.engine import RunnerFactory, TrainingEngine
from xraydesk.ui.training.evaluation_desk import EvaluationDesk
from xraydesk.ui.training.films_desk import FilmsDesk
from xraydesk.ui.training.journey import Desks, Journey
from xraydesk.ui.training.network_desk import NetworkDesk
from xraydesk.ui.training.network_page import ACTIVE
from xraydesk.ui.training.place import TrainPlace
from xraydesk.ui.training.run_desk import RunDesk
from xraydesk.ui.training.run_state import RunState
from xraydesk.ui.training.runs_desk import RunsDesk
from xraydesk.ui.training.split_desk import SplitDesk
from xraydesk.ui.training.steps import Step
from xraydesk.ui.training.use_desk import UseDesk
from xraydesk.workflows.model_verbs import ModelSummary
from xraydesk.workflows.opinion_verbs import LabelledFilms
from xraydesk.workflows.training_verbs import (
    CrossValidated,
    RunSummary,
    TrainingDone,
    TrainModel,
)

_LONGEST_NAME = 80


class TrainController(QObject):
    activity_changed = Signal(str)
    films_wanted = Signal(object)  # Paths to look at in Read
    corrections_wanted = Signal()
    models_listed = Signal(object)  # InstalledModels

    def __init__(
        self,
        reading_runner: JobRunner,
        training_runner: RunnerFactory,
        place: TrainPlace,
        settings: Settings,
        parent: QObject | None = None,
        *,
        runs: Path | None = None,
        now: Callable[[], datetime] = datetime.now,
    ) -> None:
        super().__init__(parent)
        self._place, self._now, self._runs = place, now, runs or paths.user_runs()
        self._active = ""  # the model in use, by its id
        self.engine = TrainingEngine(training_runner, self)
        self.films = FilmsDesk(place.films, self.engine, settings, self)
        self.split = SplitDesk(place.split, self.engine, self._draft, self._patients_known, self)
        self.network = NetworkDesk(
            place.network, self.engine, settings, self.films.some_film, self.split.films_of_an_epoch, self
        )
        self.run = RunDesk(place.training, self.engine, settings, self)
        self.evaluation = EvaluationDesk(place.evaluation, self.engine, self.films.choices, self)
        self.use = UseDesk(place.use, reading_runner, self)
        self.journey = Journey(
            Desks(self.films, self.split, self.network, self.run, self.evaluation, self.use),
            self._is_outdated,
        )
        self.earlier = RunsDesk(place.films.choose.runs, self.engine, self)
        self.asks: Callable[[QWidget], bool] = keeps_run_and_closes
        self._connect()
        self._settle()

    def _connect(self) -> None:
        place = self._place
        place.next_wanted.connect(self._on_next)
        place.back_wanted.connect(self._on_back)
        place.step_wanted.connect(self.go_to)
        for desk in (self.films, self.split, self.network, self.run, self.evaluation, self.use):
            desk.changed.connect(self._settle)
        self.films.films_changed.connect(self.split.forget)
        self.network.changed.connect(self.split.check)
        self.films.open_wanted.connect(self.films_wanted)
        self.evaluation.open_wanted.connect(self.films_wanted)
        self.evaluation.opened.connect(self.use.show_model)
        self.run.activity_changed.connect(self.activity_changed)
        self.run.finished.connect(self._on_finished)
        self.run.runs_changed.connect(self.earlier.ask)
        self.use.models_listed.connect(self.models_listed)
        self.earlier.go_on_wanted.connect(self.go_on)
        self.earlier.look_wanted.connect(self.look_at)
        place.films.choose.corrections_wanted.connect(self.corrections_wanted)

    # -- what may be asked --------------------------------------------------------------------------

    def come_to_front(self) -> None:
        """The place is on screen: earlier runs are listed, for the first time at least."""
        self.earlier.ask_once()

    def show_active(self, model: ModelSummary) -> None:
        """Another model reads from now on: films that tested it are held back where a training starts from it."""
        before, self._active = self._active, model.model_id
        self.network.show_active(model)
        if before and before != model.model_id and self.network.start() == ACTIVE:
            self.split.divide_again()
        self.split.check()

    def take(self, source: Path) -> None:
        """A folder or a list was dropped."""
        if not self.run.is_under_way():
            self.go_to(Step.FILMS)
            self.films.take(source)

    def take_corrections(self, films: LabelledFilms) -> bool:
        """Films that were judged while reading; False while a training runs, which they would not join."""
        if self.run.is_under_way():
            return False
        self.go_to(Step.FILMS)
        self.films.take_labelled(films.folder, films.manifest)
        return True

    @Slot(object)
    def go_on(self, summary: RunSummary) -> None:
        """With a run that was stopped, or broke off."""
        if not self.run.is_under_way():
            self._take_run(summary)
            self.run.prepare(self._summary_words())
            self.run.start(replace(summary.request, out=summary.out, resume=True))
            self.go_to(Step.TRAINING)

    @Slot(object)
    def look_at(self, summary: RunSummary) -> None:
        """How good the model of a finished run is."""
        if not self.run.is_under_way():
            self._take_run(summary)
            self.run.forget()
            self.evaluation.open(summary.out, summary.name)
            self.go_to(Step.EVALUATION)

    def may_close(self) -> bool:
        """Asks while it trains."""
        return not self.run.is_under_way() or self.asks(self._place)

    def stop(self) -> None:
        self.engine.stop()

    # -- steps --------------------------------------------------------------------------------------

    @Slot(object)
    def go_to(self, step: Step) -> None:
        self.journey.step = step
        match step:
            case Step.FILMS:
                self.films.enter()
            case Step.SPLIT:
                self.network.show_classes(self.films.classes())
                self.split.enter()
            case Step.NETWORK:
                self.network.enter(self.films.classes())
            case Step.TRAINING if not self.run.is_under_way() and not self.journey.is_run_current():
                self.run.forget()
                self.run.prepare(self._summary_words())
        self._settle()

    @Slot()
    def _on_back(self) -> None:
        if self.journey.step is not Step.FILMS:
            self.go_to(Step(self.journey.step - 1))

    @Slot()
    def _on_next(self) -> None:
        step = self.journey.step
        match step:
            case Step.TRAINING if self.run.state is RunState.FAILED:
                self.run.go_on()
            case Step.TRAINING if not self.run.is_done():
                self._start()
            case Step.EVALUATION if self.evaluation.is_cross_validation():
                self._place.split.show_choice(0, None)
                self.split.forget()
                self.go_to(Step.SPLIT)
            case Step.INTO_USE:
                self._begin_anew()
            case _:
                in_the_way = self.run.is_under_way() and step < Step.TRAINING
                self.go_to(Step.TRAINING if in_the_way else Step(step + 1))

    @Slot()
    def _settle(self) -> None:
        journey = self.journey
        self._place.show_step(journey.step, journey.marks(), journey.notes(), journey.reachable())
        self._place.lock_choices(self.run.is_under_way())
        self.films.lock(self.run.is_under_way())
        self._place.show_foot(journey.foot())

    # -- the run ------------------------------------------------------------------------------------

    def _draft(self) -> TrainModel | None:
        """What would be trained now; None while there are no films."""
        folder = self.films.folder
        if folder is None:
            return None
        return TrainModel(
            folder=folder,
            out=_free(self._runs / f"{self._now():%Y-%m-%d %H-%M-%S}"),
            manifest=self.films.manifest,
            config=self.network.config,
            folds=self._place.split.folds(),
            start=self.network.start(),
            name=_model_name(folder),
            patient_pattern=self.films.pattern,
            choices=self.films.choices.all(),
            test_folder=self._place.split.test_folder(),
        )

    def _is_outdated(self) -> bool:
        """Films, split or recipe were changed since the run that is shown began."""
        draft, request = self._draft(), self.run.request
        if draft is None or request is None:
            return request is None
        return replace(draft, out=request.out, resume=request.resume, name=request.name) != request

    def _start(self) -> None:
        draft = self._draft()
        if draft is not None:
            self.evaluation.forget()
            self.use.forget()
            self.run.start(draft)

    def _summary_words(self) -> str:
        folder = self.films.folder
        name = film_name(folder) if folder is not None else ""
        parts = (name, self.films.note(), self.split.note(), self.network.note(), self.network.start_words())
        return "  ·  ".join(part for part in parts if part)

    @Slot(object)
    def _on_finished(self, outcome: TrainingDone | CrossValidated) -> None:
        if self.run.request is not None:
            folds = outcome if isinstance(outcome, CrossValidated) else None
            self.evaluation.open(self.run.request.out, self.run.request.name, folds)

    def _begin_anew(self) -> None:
        self.run.forget()
        self.evaluation.forget()
        self.use.forget()
        self.films.choose_others()
        self._place.split.show_choice(0, None)
        self.network.begin_anew()
        self.go_to(Step.FILMS)

    # -- earlier runs -------------------------------------------------------------------------------

    def _take_run(self, summary: RunSummary) -> None:
        """Its films, split and recipe are those of the wizard from now on."""
        request = summary.request
        self.films.take_run(request)
        self._place.split.show_choice(request.folds, request.test_folder)
        self.split.forget()
        self.network.take_run(request)
        self.use.forget()

    # -- within -------------------------------------------------------------------------------------

    def _patients_known(self) -> bool:
        return self.films.scanned is not None and self.films.scanned.patients_known


def _free(folder: Path) -> Path:
    """This one, or the next that is not there: a clock that was set back names two runs alike."""
    for number in count(2):
        if not folder.exists():
            break
        folder = folder.with_name(f"{folder.name.partition(' (')[0]} ({number})")
    return folder


def _model_name(folder: Path) -> str:
    """The folder's, as far as a model may be called so."""
    name = "".join(letter for letter in film_name(folder) if letter.isprintable()).strip()
    return name[:_LONGEST_NAME] or "Own model"
