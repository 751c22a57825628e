"""The one bridge between the engine's thread and the window's: asks, and brings each answer home."""

from __future__ import annotations

import queue
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot

from xraydesk.engine.client import (
    Engine,
    EngineDied,
    EngineStarted,
    JobDone,
    JobFailed,
    JobProgress,
    JobTold,
    Message,
)
from xraydesk.errors import Cancelled, Failure
from xraydesk.jobs import Progress
from xraydesk.workflows.opinion_verbs import ExportOpinions
from xraydesk.workflows.training_verbs import OpenEvaluation, ScanFolder, TrainModel
from xraydesk.workflows.verbs import Answer, ExportBatch, Request, RunBatch, UndoSorting

ENGINE_FAILED = "engine_failed"
_PROGRESS_EVERY_MS = 100
_DEATHS_IN_A_ROW = 3  # so many without a sign of life between them: it will not come up
_LONG = (RunBatch, ExportBatch, ExportOpinions, UndoSorting, TrainModel, ScanFolder, OpenEvaluation)
_NO_ENGINE = Failure(
    ENGINE_FAILED,
    "The engine cannot be started.",
    "Close other programs and start XRayDesk again; “xraydesk selftest” tells what is missing.",
)

OnDone = Callable[[Answer], None]
OnFailed = Callable[[Failure], None]
OnEvent = Callable[[object], None]


@dataclass(slots=True, eq=False)
class Job:
    """One request on its way. An abandoned job's answer is dropped."""

    request: Request
    on_done: OnDone
    on_failed: OnFailed
    on_event: OnEvent | None = None
    deaths: int = 0
    abandoned: bool = False

    @property
    def is_long(self) -> bool:
        """Runs for minutes or hours, and whoever asked for it knows how to go on with it."""
        return isinstance(self.request, _LONG)


class JobRunner(QObject):
    """Runs requests and calls back in the window's thread.

    When the engine dies, every job it held is asked again, one at a time, so that a second death
    names its culprit: that job fails in words, the others get their answers. Long jobs are not asked
    again, and what is asked while the short ones recover waits for them.
    """

    engine_started = Signal()
    engine_died = Signal(str)
    engine_lost = Signal(object)  # Failure; nothing can be asked until the engine starts after all
    progress = Signal(object)  # Progress
    _wake = Signal()

    def __init__(self, engine: Engine, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._engine = engine
        self._running: dict[int, Job] = {}
        self._survivors: deque[Job] = deque()
        self._held_back: list[Job] = []  # long jobs, until no survivor is left
        self._before_start: list[Job] | None = []
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        self._stopped = False
        self._deaths_in_a_row = 0
        self._latest_progress: dict[int, Progress] = {}
        self._wake.connect(self._drain, Qt.ConnectionType.QueuedConnection)
        self._progress_timer = QTimer(self, singleShot=True, interval=_PROGRESS_EVERY_MS)
        self._progress_timer.timeout.connect(self._tell_progress)

    def start(self) -> None:
        """Until now nothing was sent, however much was asked."""
        self._engine.start(self._on_message)
        early, self._before_start = self._before_start or [], None
        for job in early:
            if not job.abandoned:
                self._send(job)

    def stop(self) -> None:
        """No answer is delivered after this."""
        self._stopped = True
        self._running.clear()
        self._survivors.clear()
        self._held_back.clear()
        self._engine.stop()

    def submit(
        self, request: Request, on_done: OnDone, on_failed: OnFailed, on_event: OnEvent | None = None
    ) -> Job:
        """`on_event` hears what the job tells while it runs, and its Progress."""
        job = Job(request, on_done, on_failed, on_event)
        if self._is_lost():
            QTimer.singleShot(0, lambda: self._deliver(job, _NO_ENGINE))
        elif self._before_start is not None:
            self._before_start.append(job)
        elif self._is_recovering():
            (self._held_back if job.is_long else self._survivors).append(job)
        else:
            self._send(job)
        return job

    def cancel(self, job: Job) -> None:
        """Asks the job to stop; its last word still comes, a failure with the code "cancelled" as a rule."""
        for job_id, running in self._running.items():
            if running is job:
                self._engine.cancel(job_id)
                return
        if job in (*(self._before_start or ()), *self._survivors, *self._held_back):  # never sent
            self._deliver(job, Cancelled().failure())
            job.abandoned = True

    def abandon(self, job: Job) -> None:
        """Nobody waits for this answer any more."""
        job.abandoned = True
        for job_id, running in self._running.items():
            if running is job:
                self._engine.cancel(job_id)

    def _send(self, job: Job) -> None:
        self._running[self._engine.submit(job.request)] = job

    def _is_recovering(self) -> bool:
        return bool(self._survivors) or any(job.deaths for job in self._running.values())

    def _on_message(self, message: Message) -> None:
        """On the engine's thread."""
        if self._stopped:
            return
        self._inbox.put(message)
        self._wake.emit()

    @Slot()
    def _drain(self) -> None:
        while not self._inbox.empty():
            self._handle(self._inbox.get_nowait())

    def _handle(self, message: Message) -> None:
        match message:
            case JobDone(job_id, answer):
                self._finish(job_id, answer)
            case JobFailed(job_id, failure):
                self._finish(job_id, failure)
            case JobProgress(job_id, progress):
                self._note_progress(job_id, progress)
            case JobTold(job_id, event):
                self._tell_event(job_id, event)
            case EngineDied(reason):
                self._note_death(reason)
            case EngineStarted():
                self._deaths_in_a_row = 0
                self.engine_started.emit()

    def _note_death(self, reason: str) -> None:
        self._deaths_in_a_row += 1
        self.engine_died.emit(reason)
        if self._is_lost():
            lost = [*self._running.values(), *self._survivors, *self._held_back]
            self._running.clear()
            self._survivors.clear()
            self._held_back.clear()
            self.engine_lost.emit(_NO_ENGINE)
            for job in lost:
                self._deliver(job, _NO_ENGINE)

    def _is_lost(self) -> bool:
        return self._deaths_in_a_row >= _DEATHS_IN_A_ROW

    def _finish(self, job_id: int, outcome: Answer | Failure) -> None:
        job = self._running.pop(job_id, None)
        if job is None:
            return
        if isinstance(outcome, Failure) and outcome.code == ENGINE_FAILED and self._survives(job):
            self._survivors.append(job)
        else:
            self._deliver(job, outcome)
        self._send_next_survivor()

    @staticmethod
    def _survives(job: Job) -> bool:
        if job.is_long:
            return False
        job.deaths += 1
        return job.deaths == 1 and not job.abandoned

    @staticmethod
    def _deliver(job: Job, outcome: Answer | Failure) -> None:
        if job.abandoned:
            return
        if isinstance(outcome, Failure):
            job.on_failed(outcome)
        else:
            job.on_done(outcome)

    def _send_next_survivor(self) -> None:
        """Once all that the dead engine held is in, one after the other."""
        while self._survivors and all(job.is_long for job in self._running.values()):
            job = self._survivors.popleft()
            if not job.abandoned:
                self._send(job)
        if self._held_back and not self._is_recovering():
            held_back, self._held_back = self._held_back, []
            for job in held_back:
                if not job.abandoned:
                    self._send(job)

    def _tell_event(self, job_id: int, event: object) -> None:
        job = self._running.get(job_id)
        if job is not None and job.on_event is not None and not job.abandoned:
            job.on_event(event)

    def _note_progress(self, job_id: int, progress: Progress) -> None:
        job = self._running.get(job_id)
        if job is None or job.abandoned:
            return
        self._latest_progress[job_id] = progress
        if not self._progress_timer.isActive():
            self._progress_timer.start()

    @Slot()
    def _tell_progress(self) -> None:
        latest, self._latest_progress = self._latest_progress, {}
        for job_id, progress in latest.items():
            self._tell_event(job_id, progress)
            self.progress.emit(progress)
