"""Keeps the engine warm and says how it is: starting, ready, started again."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal, Slot

from xraydesk.errors import Failure
from xraydesk.presentation.wording import device_words, model_words
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.status_line import StatusLine
from xraydesk.workflows.model_verbs import InstalledModels, ListModels
from xraydesk.workflows.verbs import Answer, EngineState, WarmUp

STARTED_AGAIN = "The engine stopped and was started again."


class EngineWatch(QObject):
    """`models_listed` carries InstalledModels; `settled`: warm, or known not to become so."""

    models_listed = Signal(object)
    settled = Signal()

    def __init__(self, runner: JobRunner, status: StatusLine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._status = status
        self._lists = False  # the models are being listed after a start, which warms up anyhow
        runner.engine_started.connect(self._on_started)
        runner.engine_died.connect(self._on_died)
        runner.engine_lost.connect(self._on_not_warm)

    def warm_up(self) -> None:
        """After a start, and after another model was chosen."""
        self._runner.submit(WarmUp(), self._on_warm, self._on_not_warm)

    @Slot()
    def on_active_changed(self) -> None:
        """Another model reads from now on, and may be ready where the one before was not."""
        if not self._lists:
            self.warm_up()

    @Slot()
    def _on_started(self) -> None:
        self._lists = True
        self._status.show_engine("Starting", ready=False)
        self._runner.submit(ListModels(), self._on_models, self._ignore)
        self.warm_up()

    @Slot(str)
    def _on_died(self, _reason: str) -> None:
        self._status.show_engine("Restarting", ready=False)
        self._status.show_message(STARTED_AGAIN)

    def _on_warm(self, answer: Answer) -> None:
        if not isinstance(answer, EngineState):
            return
        self._status.show_engine("Ready", ready=True)
        self._status.show_device(device_words(answer.device, answer.device_name), answer.note)
        self._status.show_model(model_words(answer.model_name, answer.model_version))
        if answer.note:
            self._status.show_message(answer.note)
        self.settled.emit()

    @Slot(object)
    def _on_not_warm(self, failure: Failure) -> None:
        self._status.show_engine("Not ready", ready=False)
        self._status.show_message(str(failure))
        self.settled.emit()

    def _on_models(self, answer: Answer) -> None:
        if isinstance(answer, InstalledModels):
            self.models_listed.emit(answer)
        self._lists = False

    def _ignore(self, _failure: Failure) -> None:
        """Warming up meets the same trouble and says so."""
        self._lists = False
