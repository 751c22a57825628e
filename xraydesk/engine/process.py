"""The engine in a child process: it is started, listened to, and started again when it dies."""

from __future__ import annotations

import atexit
import contextlib
import itertools
import math
import multiprocessing
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess

from xraydesk.engine.child import serve
from xraydesk.engine.client import EngineDied, EngineStarted, JobDone, JobFailed, Message
from xraydesk.engine.protocol import Began, Cancel, FromWindow, Stop, Submit
from xraydesk.errors import Failure
from xraydesk.workflows.opinion_verbs import ExportOpinions
from xraydesk.workflows.training_verbs import OpenEvaluation, PlanSplit, ScanFolder, TrainModel
from xraydesk.workflows.verbs import ExportBatch, Request, RunBatch, UndoSorting

_POLL_S = 0.5
_JOB_LIMIT_S = 180.0  # a film that takes longer hangs its codec
_CANCEL_LIMIT_S = 5.0
_STOP_LIMIT_S = 6.0  # more than the child gives itself
_LONG = (
    *(RunBatch, ExportBatch, ExportOpinions, UndoSorting),
    *(ScanFolder, PlanSplit, TrainModel, OpenEvaluation),
)
_FAST_DEATHS = 3  # so many deaths before the engine ever answered: no use to go on

_DIED = Failure("engine_failed", "The engine stopped while it worked on this.", "Try again.")
_HANGS = "A film took too long to decode."
_ENDED = "The engine's process ended."
_UNBORN = "The engine's process could not be started."


def _ignore(_: Message) -> None:
    return None


def _see_off(connection: Connection) -> None:
    """Until the child has ended what it has in hand: one whose words nobody takes would wait for that."""
    due = time.monotonic() + _STOP_LIMIT_S
    with contextlib.suppress(EOFError, OSError, MemoryError):
        while (left := due - time.monotonic()) > 0:
            if connection.poll(left):
                connection.recv()


def _born() -> tuple[SpawnProcess, Connection]:
    """A child and our end of the pipe to it. Raises OSError."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    try:
        # Not a daemon, for those may have no children: this one has the workers that decode films.
        process = context.Process(target=serve, args=(theirs,), name="XRayDesk engine")
        process.start()
    except BaseException:
        ours.close()
        raise
    finally:
        theirs.close()
    return process, ours


@dataclass(slots=True)
class _Pending:
    """A job that has no answer yet. A waiting one has all the time; from when it begins, `limit_s`."""

    limit_s: float
    due: float = math.inf
    begun: bool = False

    def begin(self) -> None:
        self.begun = True
        self.due = time.monotonic() + self.limit_s

    def cancel(self, limit_s: float) -> None:
        """A long job looks up often and heeds it. A short one need not, and its own limit is near: ending the
        child for it would end the batch beside it."""
        if math.isinf(self.limit_s):
            self.limit_s = limit_s
            if self.begun:
                self.begin()


class ProcessEngine:
    """An Engine. Deaths fail the jobs it held, then EngineDied is sent, then a new child is started.

    A job that runs beyond its limit ends the child. Batches and exports may take all night, but must end soon
    once they are cancelled.
    """

    def __init__(self, *, job_limit_s: float = _JOB_LIMIT_S, cancel_limit_s: float = _CANCEL_LIMIT_S) -> None:
        self._ids = itertools.count(1)
        self._job_limit_s = job_limit_s
        self._cancel_limit_s = cancel_limit_s
        self._lock = threading.Lock()
        self._pending: dict[int, _Pending] = {}
        self._waiting: list[FromWindow] = []  # said before the child was there
        self._connection: Connection | None = None
        self._process: SpawnProcess | None = None
        self._stopping = threading.Event()
        self._gave_up = threading.Event()
        self._on_message: Callable[[Message], None] = _ignore
        self._thread: threading.Thread | None = None

    def start(self, on_message: Callable[[Message], None]) -> None:
        atexit.register(self.stop)  # before multiprocessing waits for the child, which waits for us
        self._on_message = on_message
        self._thread = threading.Thread(target=self._run, name="engine", daemon=True)
        self._thread.start()

    def submit(self, request: Request) -> int:
        with self._lock:
            job_id = next(self._ids)
            self._pending[job_id] = _Pending(math.inf if isinstance(request, _LONG) else self._job_limit_s)
            self._tell(Submit(job_id, request))
        if self._gave_up.is_set():
            self._fail_pending()
        return job_id

    def cancel(self, job_id: int) -> None:
        """A job that still waits its turn goes with it; a long one that runs has some seconds to heed this."""
        with self._lock:
            job = self._pending.get(job_id)
            if job is not None:
                job.cancel(self._cancel_limit_s)
                self._tell(Cancel(job_id))

    def stop(self) -> None:
        """Returns when the child is gone; no message comes afterwards."""
        atexit.unregister(self.stop)
        self._stopping.set()
        with self._lock:
            self._tell(Stop())
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join(_STOP_LIMIT_S + 2 * _POLL_S)
            if self._thread.is_alive() and self._process is not None:  # it froze in the middle of an answer
                self._process.kill()
            self._thread.join()

    @property
    def process_id(self) -> int | None:
        return self._process.pid if self._process else None

    def _tell(self, order: FromWindow) -> None:
        """With the lock held."""
        if self._connection is None:
            self._waiting.append(order)
            return
        with contextlib.suppress(OSError):  # it died: the listening thread will notice
            self._connection.send(order)

    def _run(self) -> None:
        deaths = 0
        while not self._stopping.is_set():
            answered, reason = self._live()
            if self._stopping.is_set():
                return
            deaths = 0 if answered else deaths + 1
            if deaths >= _FAST_DEATHS:
                self._gave_up.set()
            self._fail_pending()
            self._on_message(EngineDied(reason))
            if self._gave_up.is_set():
                return

    def _live(self) -> tuple[bool, str]:
        """One child from birth to death: whether it ever answered, and why it ended."""
        try:
            process, ours = _born()
        except OSError:  # the system is out of memory, processes or files
            return False, _UNBORN
        with self._lock:
            self._process, self._connection = process, ours
            waiting, self._waiting = self._waiting, []
            for order in waiting:
                self._tell(order)
        try:
            return self._listen(ours, process)
        finally:
            with self._lock:
                self._connection = None
            process.kill()
            process.join()
            ours.close()

    def _listen(self, connection: Connection, process: SpawnProcess) -> tuple[bool, str]:
        answered = False
        while not self._stopping.is_set():
            try:
                if connection.poll(_POLL_S) and not self._stopping.is_set():
                    message: Message | Began = connection.recv()
                    answered = answered or isinstance(message, EngineStarted)
                    self._hear(message)
            except (EOFError, OSError, MemoryError):  # of an answer too large for us nothing more can be read
                return answered, _ENDED
            if self._overdue():
                return answered, _HANGS
            if not process.is_alive() and not connection.poll():
                return answered, _ENDED
        _see_off(connection)
        return answered, ""

    def _hear(self, message: Message | Began) -> None:
        if isinstance(message, Began):
            with self._lock:
                job = self._pending.get(message.job_id)
                if job is not None:
                    job.begin()
            return
        if isinstance(message, JobDone | JobFailed):
            with self._lock:
                self._pending.pop(message.job_id, None)
        self._on_message(message)

    def _overdue(self) -> bool:
        with self._lock:
            return any(job.due < time.monotonic() for job in self._pending.values())

    def _fail_pending(self) -> None:
        with self._lock:
            lost, self._pending, self._waiting = list(self._pending), {}, []
        for job_id in lost:
            self._on_message(JobFailed(job_id, _DIED))
