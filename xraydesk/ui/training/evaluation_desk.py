"""Wires step 5: asks how good a finished run's model is, and takes decisions about its misread films."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from xraydesk.errors import Failure
from xraydesk.jobs import Progress
from xraydesk.ui.job_runner import Job
from xraydesk.ui.training.choices import FilmChoices
from xraydesk.ui.training.engine import TrainingEngine
from xraydesk.ui.training.evaluation_page import EvaluationPage
from xraydesk.ui.training.steps import Foot
from xraydesk.workflows.training_verbs import CrossValidated, OpenEvaluation, RunEvaluation
from xraydesk.workflows.verbs import Answer

_MODEL = "model"  # within a run's folder
_BUSY = "The test films are read, by the new model and by the one in use…"


class EvaluationDesk(QObject):
    changed = Signal()
    open_wanted = Signal(object)  # list of Paths, to look at in Read
    opened = Signal(object, str, object)  # Path of a model, its name, RunEvaluation

    def __init__(
        self,
        page: EvaluationPage,
        engine: TrainingEngine,
        choices: FilmChoices,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page, self._engine, self._choices = page, engine, choices
        self._out: Path | None = None
        self._name = ""
        self._job: Job | None = None
        self.evaluation: RunEvaluation | None = None
        self.folds: CrossValidated | None = None
        page.again_wanted.connect(self._ask)
        page.films.open_wanted.connect(self.open_wanted)
        page.films.exclude_wanted.connect(self._on_exclude)
        page.films.relabel_wanted.connect(choices.relabel)
        choices.changed.connect(self._on_choices)

    def is_done(self) -> bool:
        return self.evaluation is not None

    def is_open(self) -> bool:
        """There is something to be shown, or will be."""
        return self._out is not None

    def is_cross_validation(self) -> bool:
        """It leaves figures, and no model."""
        return self.folds is not None or (self.evaluation is not None and bool(self.evaluation.spread))

    def foot(self) -> Foot:
        if self.is_cross_validation() and self._job is None:
            sentence = "A cross validation leaves no model. Happy with it? Train one on a single split."
            return Foot(sentence, next_words="Train the model")
        if self.evaluation is not None:
            return Foot("Next: put the model to use, or hand it on.")
        return Foot(_BUSY if self._job is not None else "There is nothing to show yet.", may_go_on=False)

    def note(self) -> str:
        return "" if self.evaluation is None else str(self.evaluation.compared)

    def open(self, out: Path, name: str, folds: CrossValidated | None = None) -> None:
        """Of the model of this run, or of its cross validation."""
        self.forget()
        self._out, self._name, self.folds = out, name, folds
        self._ask()

    def forget(self) -> None:
        self._engine.abandon(self._job)
        self._job = self.evaluation = self.folds = self._out = None
        self._page.show_waiting("Nothing has been trained yet.")

    @Slot()
    def _ask(self) -> None:
        if self._out is None:
            return
        self._page.show_waiting(_BUSY, busy=True)
        request = OpenEvaluation(self._out)
        self._job = self._engine.ask(request, self._on_opened, self._on_failed, self._on_event)
        self.changed.emit()

    def _on_event(self, event: object) -> None:
        if isinstance(event, Progress):
            self._page.show_waiting(_BUSY, event, busy=True)

    def _on_opened(self, answer: Answer) -> None:
        self._job = None
        if isinstance(answer, RunEvaluation):
            self.evaluation = answer
            self._page.show_evaluation(answer, self._choices.chosen())
            if not self.is_cross_validation():
                self.opened.emit(answer.out / _MODEL, self._name, answer)
        self.changed.emit()

    def _on_failed(self, failure: Failure) -> None:
        self._job = None
        self._page.show_trouble(str(failure))
        self.changed.emit()

    @Slot(object, bool)
    def _on_exclude(self, paths: list[Path], excluded: bool) -> None:
        self._choices.exclude(paths, excluded=excluded)

    @Slot()
    def _on_choices(self) -> None:
        if self.evaluation is not None:
            self._page.show_choices(self._choices.chosen())
