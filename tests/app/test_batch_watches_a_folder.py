"""A folder that the X-ray unit writes into is watched: what arrives is read, and room is made for a batch."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import Qt

from tests.app.conftest import Session
from xraydesk.journal.records import FilmState
from xraydesk.ui.batch.run_words import RunState


def _watching(session: Session) -> bool:
    view = session.window.batch_panel.run_bar.view()
    return view is not None and view.is_watching


def test_a_film_that_arrives_is_read_and_the_folder_stays_watched(
    session: Session, films: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    panel = session.window.batch_panel
    session.window.opening.watch_chosen.emit([inbox])
    session.wait(lambda: _watching(session))
    shutil.copy(films / "phantom.png", inbox)
    session.wait(lambda: panel.rows.rowCount() == 1)

    def read() -> bool:
        record = panel.rows.record(0)
        return record is not None and record.state is FilmState.READ

    session.wait(read)
    session.wait(lambda: panel.run_bar.words() == "Watching  ·  1 film classified")
    assert session.window.windowTitle() == "XRayDesk"


def test_a_batch_goes_before_a_watched_folder_which_is_watched_again_after_it(
    session: Session, films: Path, tmp_path: Path
) -> None:
    inbox = tmp_path / "inbox"
    inbox.mkdir()
    window, panel = session.window, session.window.batch_panel
    window.opening.watch_chosen.emit([inbox])
    session.wait(lambda: _watching(session))
    window.opening.batch_chosen.emit([films])
    session.wait(lambda: panel.title() == films.name)

    def state() -> RunState | None:
        view = panel.run_bar.view()
        return view.state if view else None

    session.wait(lambda: state() is RunState.DONE)
    session.wait(lambda: window.batch.is_watching)
    session.press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    session.open_and_read(films / "phantom.png")
