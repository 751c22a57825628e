"""Requests in, messages out: what runs in the engine's process (or on a thread of this one, in tests).

Each lane has a worker of its own, so that a film is on screen while torch still loads, and is read while a
batch runs.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable

from xraydesk.engine.client import JobDone, JobFailed, JobProgress, JobTold, Message
from xraydesk.engine.protocol import Began
from xraydesk.errors import Failure, XRayDeskError
from xraydesk.jobs import JobContext, Progress
from xraydesk.workflows.reading import Lane, ReadingDesk, lane_of
from xraydesk.workflows.verbs import Request

_Job = tuple[int, Request]

# What is in hand there leaves something behind, a file half written or a word lost, if it is not seen to its end.
_SEEN_TO_THEIR_END = (Lane.OPINIONS, Lane.EXPORT)


def _as_failure(error: Exception) -> Failure:
    if isinstance(error, XRayDeskError):
        return error.failure()
    if isinstance(error, MemoryError):
        return Failure("out_of_memory", "This computer is out of memory.", "Close programs.")
    return Failure("unexpected", f"Something unforeseen went wrong ({type(error).__name__}).")


class Service:
    """`send` is called from the workers' threads, one at a time."""

    def __init__(self, send: Callable[[Message | Began], None]) -> None:
        self._send = send
        self._desk = ReadingDesk()
        self._cancelled: set[int] = set()
        self._lock = threading.Lock()
        self._stopping = threading.Event()
        self._lanes: dict[Lane, queue.SimpleQueue[_Job | None]] = {lane: queue.SimpleQueue() for lane in Lane}
        self._workers = {
            lane: threading.Thread(target=self._work, args=(lane,), name=lane.name.lower(), daemon=True)
            for lane in Lane
        }

    def start(self) -> None:
        for worker in self._workers.values():
            worker.start()

    def submit(self, job_id: int, request: Request) -> None:
        self._lanes[lane_of(request)].put((job_id, request))

    def cancel(self, job_id: int) -> None:
        self._cancelled.add(job_id)

    def stop(self) -> None:
        """Returns when the jobs in hand are done or have heeded it; those that wait are dropped, but no opinion."""
        self._tell_to_stop()
        for worker in self._workers.values():
            worker.join()
        self._desk.close()

    def stop_within(self, seconds: float) -> None:
        """As `stop`, but after that time at the latest, and films and trainings are left in mid-work."""
        self._tell_to_stop()
        due = time.monotonic() + seconds
        for lane in _SEEN_TO_THEIR_END:
            self._workers[lane].join(max(0.0, due - time.monotonic()))

    def _tell_to_stop(self) -> None:
        self._stopping.set()
        for jobs in self._lanes.values():
            jobs.put(None)

    def _stops(self, lane: Lane) -> bool:
        return self._stopping.is_set() and lane is not Lane.OPINIONS

    def _work(self, lane: Lane) -> None:
        while (job := self._lanes[lane].get()) is not None and not self._stops(lane):
            if job[0] not in self._cancelled:
                self._say(Began(job[0]))
            message = self._outcome(lane, *job)
            self._cancelled.discard(job[0])
            try:
                self._say(message)
            except Exception as error:  # an answer that cannot be packed, for want of memory say
                self._say(JobFailed(job[0], _as_failure(error)))

    def _outcome(self, lane: Lane, job_id: int, request: Request) -> Message:
        try:
            return JobDone(job_id, self._desk.answer(request, self._context(lane, job_id)))
        except Exception as error:  # a fault of ours must cost this job, not the engine
            return JobFailed(job_id, _as_failure(error))

    def _context(self, lane: Lane, job_id: int) -> JobContext:
        def emit(event: object) -> None:
            self._say(JobProgress(job_id, event) if isinstance(event, Progress) else JobTold(job_id, event))

        return JobContext(emit, lambda: job_id in self._cancelled or self._stops(lane))

    def _say(self, message: Message | Began) -> None:
        with self._lock:
            self._send(message)
