"""The engine that trains: a process of its own, so that films are read meanwhile without a stutter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject

from xraydesk.ui.job_runner import Job, JobRunner, OnDone, OnEvent, OnFailed
from xraydesk.workflows.training_verbs import TrainingRequest

RunnerFactory = Callable[[], JobRunner]


class TrainingEngine(QObject):
    """Started at the first question. `new_runner` gives a runner that nobody has started."""

    def __init__(self, new_runner: RunnerFactory, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._new_runner = new_runner
        self._runner: JobRunner | None = None

    def ask(
        self,
        request: TrainingRequest,
        on_done: OnDone,
        on_failed: OnFailed,
        on_event: OnEvent | None = None,
    ) -> Job:
        return self._started().submit(request, on_done, on_failed, on_event)

    def cancel(self, job: Job | None) -> None:
        """Its last word still comes."""
        if job is not None and self._runner is not None:
            self._runner.cancel(job)

    def abandon(self, job: Job | None) -> None:
        """Nobody waits for its answer any more."""
        if job is not None and self._runner is not None:
            self._runner.abandon(job)

    def stop(self) -> None:
        """Whatever runs ends; a training run can be gone on with later."""
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.stop()

    def _started(self) -> JobRunner:
        if self._runner is None:
            self._runner = self._new_runner()
            self._runner.start()
        return self._runner
