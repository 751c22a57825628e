"""The window's side of the engine: submit requests, receive messages on a thread of its own."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from xraydesk.errors import Failure
from xraydesk.jobs import Progress
from xraydesk.workflows.verbs import Answer, Request


@dataclass(frozen=True, slots=True)
class JobDone:
    job_id: int
    answer: Answer


@dataclass(frozen=True, slots=True)
class JobFailed:
    """`failure.code` is "cancelled" for a cancelled job and "engine_failed" for one whose engine died."""

    job_id: int
    failure: Failure


@dataclass(frozen=True, slots=True)
class JobProgress:
    job_id: int
    progress: Progress


@dataclass(frozen=True, slots=True)
class JobTold:
    """Something a running job has to tell beside its progress: a frozen record of `workflows.verbs`."""

    job_id: int
    event: object


@dataclass(frozen=True, slots=True)
class EngineDied:
    """The child process ended; it is being started again. `reason` is in plain words."""

    reason: str


@dataclass(frozen=True, slots=True)
class EngineStarted:
    """The child process answers (it decodes films now; torch still has to be warmed up by WarmUp)."""


Message = JobDone | JobFailed | JobProgress | JobTold | EngineDied | EngineStarted


class Engine(Protocol):
    """Messages come on a thread that is not the window's. Job ids are unique for a process."""

    def start(self, on_message: Callable[[Message], None]) -> None: ...

    def submit(self, request: Request) -> int: ...

    def cancel(self, job_id: int) -> None: ...

    def stop(self) -> None: ...
