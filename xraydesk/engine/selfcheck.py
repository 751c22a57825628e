"""Is the engine started again when it is killed? Really killed, as by a codec that crashes."""

from __future__ import annotations

import os
import queue
import signal

from xraydesk.engine.client import EngineDied, EngineStarted, JobDone, Message
from xraydesk.engine.process import ProcessEngine
from xraydesk.workflows.model_verbs import ListModels

_LIMIT_S = 120.0


def engine_restarts() -> str:
    """Says how it went. Raises RuntimeError, queue.Empty when nothing is heard for long, OSError."""
    engine = ProcessEngine()
    heard: queue.Queue[Message] = queue.Queue()
    engine.start(heard.put)
    try:
        _wait_for(heard, EngineStarted)
        before = engine.process_id
        if before is None:
            raise RuntimeError("the engine has no process")
        os.kill(before, getattr(signal, "SIGKILL", signal.SIGTERM))  # on Windows either ends it at once
        _wait_for(heard, EngineDied)
        _wait_for(heard, EngineStarted)
        engine.submit(ListModels())
        _wait_for(heard, JobDone)
        return "killed, started again, answered"
    finally:
        engine.stop()


def _wait_for(heard: queue.Queue[Message], kind: type[Message]) -> None:
    while not isinstance(message := heard.get(timeout=_LIMIT_S), kind):
        if not isinstance(message, EngineStarted | EngineDied | JobDone):
            raise RuntimeError(f"it said {type(message).__name__}")
