"""The engine's calls on threads of this process, for tests and debugging."""

from __future__ import annotations

import itertools
from collections.abc import Callable

from xraydesk.engine.client import EngineStarted, Message
from xraydesk.engine.protocol import Began
from xraydesk.engine.service import Service
from xraydesk.workflows.verbs import Request


class InlineEngine:
    """An Engine without a process of its own: nothing protects the window from a crashing codec."""

    def __init__(self) -> None:
        self._ids = itertools.count(1)
        self._service: Service | None = None

    def start(self, on_message: Callable[[Message], None]) -> None:
        def send(message: Message | Began) -> None:
            if not isinstance(message, Began):
                on_message(message)

        self._service = Service(send)
        self._service.start()
        on_message(EngineStarted())

    def submit(self, request: Request) -> int:
        job_id = next(self._ids)
        if self._service is not None:
            self._service.submit(job_id, request)
        return job_id

    def cancel(self, job_id: int) -> None:
        if self._service is not None:
            self._service.cancel(job_id)

    def stop(self) -> None:
        if self._service is not None:
            self._service.stop()
            self._service = None
