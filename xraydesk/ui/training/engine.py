"""The engine that trains: a process of its own, so that films are read meanwhile without a stutter."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Slot

from xraydesk.errors import Failure
from xraydesk.ui.job_runner import Job, JobRunner, OnDone, OnEvent, OnFailed
from xraydesk.workflows.training_verbs import TrainingRequest
from xraydesk.workflows.verbs import Answer

RunnerFactory = Callable[[], JobRunner]
_REST_AFTER_MS = 180_000


class TrainingEngine(QObject):
    """Started at the first question, and again at the first after a rest: when nobody has asked anything for
    some minutes it is closed, and its memory goes back. `new_runner` gives a runner that nobody has started.
    """

    def __init__(
        self,
        new_runner: RunnerFactory,
        parent: QObject | None = None,
        *,
        rest_after_ms: int = _REST_AFTER_MS,
    ) -> None:
        super().__init__(parent)
        self._new_runner = new_runner
        self._runner: JobRunner | None = None
        self._asked: set[Job] = set()  # and not answered yet
        self._rest = QTimer(self, singleShot=True, interval=rest_after_ms)
        self._rest.timeout.connect(self.stop)

    def ask(
        self,
        request: TrainingRequest,
        on_done: OnDone,
        on_failed: OnFailed,
        on_event: OnEvent | None = None,
    ) -> Job:
        def done(answer: Answer) -> None:
            self._settle(job)
            on_done(answer)

        def failed(failure: Failure) -> None:
            self._settle(job)
            on_failed(failure)

        self._rest.stop()
        job = self._started().submit(request, done, failed, on_event)
        self._asked.add(job)
        return job

    def cancel(self, job: Job | None) -> None:
        """Its last word still comes."""
        if job is not None and self._runner is not None:
            self._runner.cancel(job)

    def abandon(self, job: Job | None) -> None:
        """Nobody waits for its answer any more."""
        if job is not None and self._runner is not None:
            self._runner.abandon(job)
            self._settle(job)

    @Slot()
    def stop(self) -> None:
        """Whatever runs ends; a training run can be gone on with later."""
        self._rest.stop()
        self._asked.clear()
        runner, self._runner = self._runner, None
        if runner is not None:
            runner.stop()

    def _settle(self, job: Job) -> None:
        self._asked.discard(job)
        if not self._asked:
            self._rest.start()

    def _started(self) -> JobRunner:
        if self._runner is None:
            self._runner = self._new_runner()
            self._runner.start()
        return self._runner
