"""The engine's process dies under the reader's hands; the window lives on and reads the next film."""

from __future__ import annotations

import os
import signal
from pathlib import Path

from tests.app.conftest import Session
from xraydesk.engine.process import ProcessEngine
from xraydesk.ui.engine_watch import STARTED_AGAIN


def _kill(session: Session) -> None:
    assert isinstance(session.engine, ProcessEngine)
    process_id = session.engine.process_id
    assert process_id is not None
    os.kill(process_id, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)


def test_the_window_says_so_and_recovers(process_session: Session, films: Path) -> None:
    session = process_session
    session.open_and_read(films / "phantom.dcm")
    before = session.headline
    _kill(session)
    session.wait(lambda: session.window.status.message() == STARTED_AGAIN)
    assert session.film_name() == "phantom.dcm"
    assert session.headline == before
    session.wait(lambda: session.window.status.engine_words() == "Ready")
    session.open_and_read(films / "phantom.png")
    assert session.headline not in ("", "Not read")


def test_a_film_that_was_being_read_is_read_after_all(process_session: Session, films: Path) -> None:
    session = process_session
    session.wait(lambda: session.window.status.engine_words() == "Ready")
    session.open(films / "phantom.dcm")
    session.wait(lambda: session.window.reading.rows.rowCount() == 1)
    _kill(session)
    session.wait(lambda: session.window.status.message() == STARTED_AGAIN)
    session.wait(lambda: session.window.reader.screen.result() is not None)
    assert session.film_name() == "phantom.dcm"
