"""What runs: one batch at a time, the others in turn. Knows no widget and reads no journal."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from xraydesk.errors import Failure
from xraydesk.ui.job_runner import ENGINE_FAILED, Job, JobRunner
from xraydesk.workflows.verbs import (
    AddToBatch,
    Answer,
    BatchNoted,
    BatchProgress,
    BatchRan,
    CancelBatch,
    DeleteBatch,
    RetryFailed,
    RunBatch,
    StartBatch,
)

DEATHS_IN_A_ROW = 3  # so many without a film done between them: it will not get further
_STUCK = "The engine stopped {times} times in a row without getting further."

Note = StartBatch | AddToBatch | CancelBatch | RetryFailed | DeleteBatch


@dataclass(slots=True, eq=False)
class Run:
    """A batch on its way. Without a job it waits for the engine to be there again."""

    batch_id: int
    watch: bool
    job: Job | None = None
    progress: BatchProgress | None = None
    pausing: bool = False
    goes_on_later: bool = False  # it makes room for another
    deaths: int = 0
    then: list[Callable[[], None]] = field(default_factory=list)


class BatchRun(QObject):
    """One that watches a folder makes room for another batch, and goes on after it."""

    changed = Signal()  # which batch runs or waits its turn, or how
    noted = Signal(object, int)  # a Note was taken, of the batch with this id: the journal has changed
    progressed = Signal(object)  # BatchProgress
    ended = Signal(object)  # BatchRan
    failed = Signal(object)  # Failure of what was asked for

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._run: Run | None = None
        self._waiting: deque[tuple[int, bool]] = deque()
        self._reasons: dict[int, str] = {}
        runner.engine_started.connect(self._on_engine_started)
        runner.engine_lost.connect(self._on_engine_lost)

    # -- what is known ----------------------------------------------------------------------------

    @property
    def current(self) -> Run | None:
        return self._run

    def is_running(self, batch_id: int) -> bool:
        return self._run is not None and self._run.batch_id == batch_id

    def is_waiting(self, batch_id: int) -> bool:
        """Its turn comes when what runs now is done."""
        return any(batch_id == waiting for waiting, _watch in self._waiting)

    def reason(self, batch_id: int) -> str:
        """Why it stopped, where nobody had asked for it."""
        return self._reasons.get(batch_id, "")

    # -- what may be asked ------------------------------------------------------------------------

    def start(self, places: tuple[Path, ...], *, watch: bool = False) -> None:
        self._note(StartBatch(places, watch=watch), partial(self.go_on, watch=watch))

    def add(self, batch_id: int, places: tuple[Path, ...]) -> None:
        """It goes on with them, also where it ended just now."""
        self._note(AddToBatch(batch_id, places), self.go_on)

    def go_on(self, batch_id: int, *, watch: bool = False) -> None:
        """At once, or when its turn comes."""
        self._reasons.pop(batch_id, None)
        if self._run is None:
            self._waiting = deque(entry for entry in self._waiting if entry[0] != batch_id)
            self._send(Run(batch_id, watch))
            return
        if self.is_running(batch_id) or self.is_waiting(batch_id):
            return
        self._waiting.append((batch_id, watch))
        if self._run.watch:
            self._run.goes_on_later = True
            self._stop_current()
        self.changed.emit()

    def pause(self) -> None:
        if self._run is not None:
            self._stop_current()

    def cancel(self, batch_id: int) -> None:
        """For good; what is done stays."""
        self._when_still(batch_id, partial(self._note, CancelBatch(batch_id), self._go_to_next))

    def retry_failed(self, batch_id: int, *, watch: bool = False) -> None:
        again = partial(self.go_on, watch=watch)
        self._when_still(batch_id, partial(self._note, RetryFailed(batch_id), again))

    def delete(self, batch_id: int) -> None:
        self._when_still(batch_id, partial(self._note, DeleteBatch(batch_id), self._go_to_next))

    # -- within -----------------------------------------------------------------------------------

    def _note(self, request: Note, then: Callable[[int], None] | None = None) -> None:
        def on_done(answer: Answer) -> None:
            if isinstance(answer, BatchNoted):
                self.noted.emit(request, answer.batch_id)
                if then is not None:
                    then(answer.batch_id)

        self._runner.submit(request, on_done, self.failed.emit)

    def _when_still(self, batch_id: int, then: Callable[[], None]) -> None:
        """The journal's order of things: a batch is changed once it has stopped."""
        self._waiting = deque(entry for entry in self._waiting if entry[0] != batch_id)
        if self._run is not None and self.is_running(batch_id):
            self._run.then.append(then)
            self._stop_current()
        else:
            then()

    def _stop_current(self) -> None:
        run = self._run
        if run is None or run.pausing:
            return
        run.pausing = True
        self.changed.emit()
        if run.job is None:
            self._end(run, BatchRan(run.batch_id, finished=False))
        else:
            self._runner.cancel(run.job)

    def _send(self, run: Run) -> None:
        self._run = run
        request = RunBatch(run.batch_id)
        run.job = self._runner.submit(
            request, partial(self._on_ran, run), partial(self._on_failed, run), partial(self._on_event, run)
        )
        self.changed.emit()

    def _on_event(self, run: Run, event: object) -> None:
        if isinstance(event, BatchProgress):
            if run.progress is None or event.done > run.progress.done:
                run.deaths = 0
            run.progress = event
            self.progressed.emit(event)

    def _on_ran(self, run: Run, answer: Answer) -> None:
        if isinstance(answer, BatchRan):
            self._end(run, answer)
            if answer.reason:  # those behind it need not wait for what troubles this one
                self._go_to_next()

    def _on_failed(self, run: Run, failure: Failure) -> None:
        run.job = None
        if failure.code == "cancelled" or run.pausing:
            self._end(run, BatchRan(run.batch_id, finished=False))
        elif failure.code != ENGINE_FAILED:
            self._end(run, BatchRan(run.batch_id, finished=False, reason=str(failure)))
            self._go_to_next()
        elif run.deaths + 1 < DEATHS_IN_A_ROW:
            run.deaths += 1
            self.changed.emit()
        else:
            words = _STUCK.format(times=DEATHS_IN_A_ROW)
            self._end(run, BatchRan(run.batch_id, finished=False, reason=words))
            self._go_to_next()

    @Slot()
    def _on_engine_started(self) -> None:
        if self._run is not None and self._run.job is None:
            self._send(self._run)

    @Slot(object)
    def _on_engine_lost(self, failure: Failure) -> None:
        if self._run is not None and self._run.job is None:
            self._end(self._run, BatchRan(self._run.batch_id, finished=False, reason=str(failure)))

    def _end(self, run: Run, ran: BatchRan) -> None:
        self._run = None
        if ran.reason:
            self._reasons[run.batch_id] = ran.reason
        if run.goes_on_later and not ran.finished and not run.then:
            self._waiting.append((run.batch_id, run.watch))
        self.ended.emit(ran)
        for then in run.then:
            then()
        if ran.finished or run.goes_on_later:
            self._go_to_next()
        self.changed.emit()

    def _go_to_next(self, _batch_id: int = 0) -> None:
        if self._run is None and self._waiting:
            self._send(Run(*self._waiting.popleft()))
