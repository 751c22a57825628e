"""The engine's process: torch and the codecs live here, Qt never does."""

from __future__ import annotations

import contextlib
import os
import signal
from multiprocessing.connection import Connection

from xraydesk.engine import crash_notes
from xraydesk.engine.client import EngineStarted, Message
from xraydesk.engine.protocol import Began, Cancel, Stop, Submit

_LAST_WORDS_S = 5.0  # for a film that is being moved, or a table that is taken back


def serve(connection: Connection) -> None:
    """Answer until told to stop, or until the window's process is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Control-C is for the window, which then says stop
    crash_notes.begin(crash_notes.ENGINE)
    from xraydesk.engine.service import Service  # noqa: PLC0415 - the window's process imports this module too

    def send(message: Message | Began) -> None:
        with contextlib.suppress(OSError):  # the window went away: the loop below ends us
            connection.send(message)

    service = Service(send)
    service.start()
    send(EngineStarted())
    with contextlib.suppress(EOFError, OSError):
        while not isinstance(order := connection.recv(), Stop):
            if isinstance(order, Submit):
                service.submit(order.job_id, order.request)
            elif isinstance(order, Cancel):
                service.cancel(order.job_id)
    service.stop_within(_LAST_WORDS_S)
    os._exit(0)  # a codec or torch in mid-call must not keep us
