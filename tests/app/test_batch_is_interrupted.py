"""The engine dies in the middle of a batch, or the window is closed: nothing is lost, nothing read twice."""

from __future__ import annotations

import os
import shutil
import signal
from contextlib import closing
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from tests.app.conftest import Session
from xraydesk import app, paths
from xraydesk.engine.process import ProcessEngine
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import BatchEnd, RowQuery
from xraydesk.ui.batch.run_words import RunState
from xraydesk.ui.main_window import MainWindow
from xraydesk.ui.settings import Settings

FILMS = 48


@pytest.fixture
def disk(films: Path, tmp_path: Path) -> Path:
    disk = tmp_path / "disk"
    disk.mkdir()
    for number in range(FILMS):
        shutil.copy(films / "phantom.png", disk / f"{number:02}.png")
    return disk


def _done(window: MainWindow) -> int:
    view = window.batch_panel.run_bar.view()
    return view.done if view else 0


def _state(window: MainWindow) -> RunState | None:
    view = window.batch_panel.run_bar.view()
    return view.state if view else None


def _names_read() -> list[str]:
    """From the journal itself, in the order found."""
    with closing(JournalReader(paths.user_journal())) as reader:
        (batch,) = reader.batches()
        assert batch.end is BatchEnd.DONE
        assert batch.counts.read == FILMS
        return [film.path.name for film in reader.rows(reader.row_ids(RowQuery(batch.id)))]


def test_after_the_engine_was_killed_the_batch_goes_on_by_itself(
    process_session: Session, disk: Path
) -> None:
    session, window = process_session, process_session.window
    window.classify_batch([disk])
    session.wait(lambda: _done(window) > 0)
    assert isinstance(session.engine, ProcessEngine)
    process_id = session.engine.process_id
    assert process_id is not None
    os.kill(process_id, signal.SIGTERM if os.name == "nt" else signal.SIGKILL)
    session.wait(lambda: _state(window) is RunState.DONE)
    assert _names_read() == [f"{number:02}.png" for number in range(FILMS)]


def test_after_the_window_was_closed_the_next_start_goes_on_where_it_stopped(
    process_session: Session, disk: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    session, window = process_session, process_session.window
    window.classify_batch([disk])
    session.wait(lambda: 0 < _done(window) < FILMS)
    window.close()
    monkeypatch.setattr(app, "new_engine", ProcessEngine)
    again = app.new_window(Settings())
    again.show()
    session.wait(lambda: again.batch_panel.notice.words().startswith("Batch ‘disk’ stopped at "))
    assert "Go on with it in Batch." in again.status.message()
    again.batch_panel.notice.choices()[0].click()
    session.wait(lambda: _state(again) is RunState.DONE)
    again.close()
    again.deleteLater()
    assert _names_read() == [f"{number:02}.png" for number in range(FILMS)]
