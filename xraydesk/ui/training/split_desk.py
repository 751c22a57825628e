"""Wires step 2: has the split planned whenever what it depends on was changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from xraydesk.errors import Failure
from xraydesk.ui.job_runner import Job
from xraydesk.ui.training.engine import TrainingEngine
from xraydesk.ui.training.split_page import SplitPage
from xraydesk.ui.training.steps import Foot
from xraydesk.workflows.training_verbs import PlanSplit, SplitPlanned, TrainModel
from xraydesk.workflows.verbs import Answer


class SplitDesk(QObject):
    """`request_of` gives what would be trained now; None while there are no films."""

    changed = Signal()

    def __init__(
        self,
        page: SplitPage,
        engine: TrainingEngine,
        request_of: Callable[[], TrainModel | None],
        patients_known: Callable[[], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page, self._engine = page, engine
        self._request_of, self._patients_known = request_of, patients_known
        self._job: Job | None = None
        self.plan: SplitPlanned | None = None
        self._asked: TrainModel | None = None  # what the plan, or the question for one, is of
        self._failure = ""
        page.chosen.connect(self._on_chosen)
        page.test_folder_wanted.connect(self._ask_for_test_folder)

    def is_done(self) -> bool:
        return self.plan is not None

    def foot(self) -> Foot:
        if self.plan is not None:
            return Foot("Next: which network, and how it learns.")
        if self._failure:
            return Foot("These films cannot be divided so.", may_go_on=False)
        return Foot("The films are divided…", may_go_on=False)

    def note(self) -> str:
        if self.plan is None:
            return ""
        return f"{self.plan.folds} folds" if self.plan.folds else self._counts()

    def films_of_an_epoch(self) -> int:
        """How many films all folds learn from in an epoch each; 0 while nobody knows."""
        return self.train_films() * max(self.plan.folds if self.plan is not None else 0, 1)

    def train_films(self) -> int:
        """How many films an epoch of one fold learns from; 0 while nobody knows."""
        parts = self.plan.parts if self.plan is not None else {}
        if not parts:
            return 0
        first = parts.get("train") or next(iter(parts.values()))
        return sum(films for films, _groups in first.values())

    def _counts(self) -> str:
        return f"{self.train_films():,} to learn from"

    @Slot()
    def enter(self) -> None:
        """The page is on screen: its plan is asked for unless it is known."""
        if self.plan is None and self._job is None:
            self._ask()

    @Slot()
    def forget(self) -> None:
        """Other films: the plan is void."""
        self._engine.abandon(self._job)
        self._job = None
        self.plan = None
        self._failure = ""

    @Slot()
    def check(self) -> None:
        """What a plan depends on besides the films, a recipe's seed and start, may be another by now."""
        asked, request = self._asked, self._request_of()
        if asked is None or request is None:
            return
        if (asked.start, asked.config.seed) != (request.start, request.config.seed):
            self.divide_again()

    def divide_again(self) -> None:
        """What was asked is void, and asked anew; what nobody asked yet waits for its page."""
        if self.plan is not None or self._job is not None or self._failure:
            self.forget()
            self._ask()

    def _ask(self) -> None:
        request = self._request_of()
        if request is None:
            return
        self._asked = request
        self._page.show_waiting()
        self._job = self._engine.ask(PlanSplit(request), self._on_planned, self._on_failed)
        self.changed.emit()

    def _on_planned(self, answer: Answer) -> None:
        self._job = None
        if isinstance(answer, SplitPlanned):
            self.plan = answer
            self._page.show_plan(answer, patients_known=self._patients_known())
        self.changed.emit()

    def _on_failed(self, failure: Failure) -> None:
        self._job = None
        self._failure = str(failure)
        self._page.show_trouble(self._failure)
        self.changed.emit()

    @Slot()
    def _on_chosen(self) -> None:
        self.forget()
        self._ask()

    @Slot()
    def _ask_for_test_folder(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self._page, "Labelled films that are the test")
        if chosen:
            self._page.show_test_folder(Path(chosen))
        elif self._page.test_folder() is None:
            self._page.show_test_folder(None)
        self._on_chosen()
