"""An engine whose answers the test gives itself, in the order and at the time it wants."""

from __future__ import annotations

from collections.abc import Callable

from xraydesk.engine.client import (
    EngineDied,
    EngineStarted,
    JobDone,
    JobFailed,
    JobProgress,
    JobTold,
    Message,
)
from xraydesk.errors import Failure
from xraydesk.jobs import Progress
from xraydesk.workflows.verbs import Answer, Request

DIED = Failure("engine_failed", "The engine stopped while it worked on this.", "Try again.")


class ScriptedEngine:
    def __init__(self) -> None:
        self.waiting: dict[int, Request] = {}
        self.asked: list[Request] = []
        self.cancelled: list[int] = []
        self.stopped = False
        self._tell: Callable[[Message], None] | None = None

    def start(self, on_message: Callable[[Message], None]) -> None:
        self._tell = on_message

    def submit(self, request: Request) -> int:
        job_id = len(self.asked) + 1
        self.asked.append(request)
        self.waiting[job_id] = request
        return job_id

    def cancel(self, job_id: int) -> None:
        self.cancelled.append(job_id)

    def stop(self) -> None:
        self.stopped = True

    # -- what the test says -----------------------------------------------------------------------

    def say(self, message: Message) -> None:
        assert self._tell is not None, "not started"
        self._tell(message)

    def started(self) -> None:
        self.say(EngineStarted())

    def answer(self, request: Request, answer: Answer) -> None:
        self.say(JobDone(self._taken(request), answer))

    def fail(self, request: Request, failure: Failure) -> None:
        self.say(JobFailed(self._taken(request), failure))

    def progress(self, request: Request, done: int, total: int) -> None:
        self.say(JobProgress(self._number(request), Progress(done, total)))

    def tell(self, request: Request, event: object) -> None:
        self.say(JobTold(self._number(request), event))

    def die(self) -> None:
        """As the process does: what it held fails, then it says so, then it is there again."""
        self.die_without_return()
        self.say(EngineStarted())

    def die_without_return(self) -> None:
        held, self.waiting = self.waiting, {}
        for job_id in held:
            self.say(JobFailed(job_id, DIED))
        self.say(EngineDied("The engine's process ended."))

    def _number(self, request: Request) -> int:
        return next(number for number, waiting in self.waiting.items() if waiting == request)

    def _taken(self, request: Request) -> int:
        job_id = self._number(request)
        del self.waiting[job_id]
        return job_id
