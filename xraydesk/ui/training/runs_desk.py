"""Wires the list of earlier runs: asks for it, deletes from it."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from xraydesk.errors import Failure
from xraydesk.ui.training.engine import TrainingEngine
from xraydesk.ui.training.runs_list import RunsList
from xraydesk.workflows.training_verbs import DeleteRun, ListRuns, RunSummary, TrainingRuns
from xraydesk.workflows.verbs import Answer


class RunsDesk(QObject):
    """Both signals carry a RunSummary."""

    go_on_wanted = Signal(object)
    look_wanted = Signal(object)

    def __init__(self, runs: RunsList, engine: TrainingEngine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._list, self._engine = runs, engine
        self._asked = False
        runs.go_on_wanted.connect(self.go_on_wanted)
        runs.look_wanted.connect(self.look_wanted)
        runs.delete_wanted.connect(self._delete)

    def ask_once(self) -> None:
        """The first time that the list is in sight."""
        if not self._asked:
            self.ask()

    @Slot()
    def ask(self) -> None:
        self._asked = True
        self._engine.ask(ListRuns(), self._on_runs, self._on_failed)

    @Slot(object)
    def _delete(self, run: RunSummary) -> None:
        self._engine.ask(DeleteRun(run.out), self._on_runs, self._on_failed)

    def _on_runs(self, answer: Answer) -> None:
        if isinstance(answer, TrainingRuns):
            self._list.show_runs(answer.runs)

    def _on_failed(self, failure: Failure) -> None:
        self._list.show_trouble(str(failure))
