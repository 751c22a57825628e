"""A reader drops a folder on the Batch place and looks through what came of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from tests.app.conftest import Session
from xraydesk.journal.records import FilmState
from xraydesk.ui.action_table import Do
from xraydesk.ui.asked import asked
from xraydesk.ui.batch.run_words import RunState, RunView
from xraydesk.ui.one_window import Wanted
from xraydesk.workflows.verbs import ExportKind


class Night:
    """A session in which a folder was dropped on the Batch place."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.window = session.window
        self.panel = session.window.batch_panel

    def drop(self, *places: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(place)) for place in places])
        copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        middle = QPointF(self.window.rect().center())
        for event in (
            QDragEnterEvent(middle.toPoint(), copy, data, left, none),
            QDropEvent(middle, copy, data, left, none),
        ):
            QApplication.sendEvent(self.window, event)

    def states(self) -> dict[str, FilmState]:
        rows = self.panel.rows
        records = [rows.record(row) for row in range(rows.rowCount())]
        return {record.path.name: record.state for record in records if record is not None}

    def wait_until_done(self) -> None:
        self.session.wait(lambda: self.state is RunState.DONE)

    @property
    def state(self) -> RunState | None:
        view = self.panel.run_bar.view()
        return view.state if view else None


@pytest.fixture
def night(session: Session) -> Night:
    session.window.actions_by_id[Do.PLACE_BATCH].setChecked(True)
    return Night(session)


@pytest.fixture
def disk(films: Path, tmp_path: Path) -> Path:
    """Two films, a CT slice, an empty file and a letter."""
    disk = tmp_path / "Disk 3"
    disk.mkdir()
    for film in films.iterdir():
        (disk / film.name).write_bytes(film.read_bytes())
    (disk / "empty.png").touch()
    (disk / "letter.txt").write_text("Dear colleague")
    return disk


def test_every_file_of_a_dropped_folder_is_accounted_for(night: Night, disk: Path) -> None:
    night.drop(disk)
    night.wait_until_done()
    expected = {
        "phantom.dcm": FilmState.READ,
        "phantom.png": FilmState.READ,
        "ct.dcm": FilmState.REFUSED,
        "empty.png": FilmState.FAILED,
    }
    night.session.wait(lambda: night.states() == expected)
    night.session.wait(lambda: night.panel.counts.skipped.count == 1)
    assert night.panel.title() == "Disk 3"
    assert night.panel.filters.count_text() == "4 of 4"


def test_arrows_lead_through_the_rows_and_enter_to_read(night: Night, disk: Path) -> None:
    (disk / "empty.png").unlink()
    night.drop(disk)
    night.wait_until_done()
    night.session.wait(lambda: night.session.film_name() != "")
    first = night.session.film_name()
    night.panel.table.setFocus()
    night.session.press(Qt.Key.Key_Down)
    night.session.wait(lambda: night.session.film_name() not in ("", first))
    second = night.session.film_name()
    night.session.wait(lambda: night.window.reader.screen.result() is not None)
    assert night.session.headline not in ("", "Findings")
    night.session.press(Qt.Key.Key_Return)
    night.session.wait(lambda: night.window.reading.rows.rowCount() == 1)
    assert night.window.actions_by_id[Do.PLACE_READ].isChecked()
    night.session.wait(lambda: night.session.film_name() == second)


def test_the_keys_for_the_film_work_on_a_film_of_a_batch(night: Night, disk: Path) -> None:
    night.drop(disk)
    night.wait_until_done()
    night.session.wait(lambda: night.session.film_name() != "")
    night.session.press(Qt.Key.Key_I)
    view = night.window.reading.viewer.film_view
    assert view.is_inverted()
    night.session.press(Qt.Key.Key_R)
    assert not view.is_inverted()


def test_each_place_has_its_own_film_on_the_one_viewer(night: Night, disk: Path, films: Path) -> None:
    night.drop(disk)
    night.wait_until_done()
    night.session.wait(lambda: night.session.film_name() != "")
    of_batch = night.session.film_name()
    other = "phantom.png" if of_batch == "phantom.dcm" else "phantom.dcm"
    night.session.open_and_read(films / other)
    assert night.session.film_name() == other
    night.session.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    night.session.wait(lambda: night.session.film_name() == of_batch)
    night.session.press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    night.session.wait(lambda: night.session.film_name() == other)


def test_the_next_start_opens_the_latest_batch_again(
    night: Night, disk: Path, monkeypatch: pytest.MonkeyPatch, qtbot: object
) -> None:
    from xraydesk import app
    from xraydesk.engine.inline import InlineEngine
    from xraydesk.ui.settings import Settings

    night.drop(disk)
    night.wait_until_done()
    night.window.close()
    monkeypatch.setattr(app, "new_engine", InlineEngine)
    window = app.new_window(Settings())
    window.show()
    night.session.wait(lambda: window.batch_panel.rows.rowCount() == 4)
    assert window.batch_panel.title() == "Disk 3"
    assert window.batch_panel.notice.words() == ""
    window.close()
    window.deleteLater()


def test_the_table_is_handed_on_without_identity(night: Night, disk: Path, tmp_path: Path) -> None:
    night.drop(disk)
    night.wait_until_done()
    target = tmp_path / "table.csv"
    night.window.batch.exports.export(ExportKind.CSV, target, "The table")
    night.session.wait(lambda: target.is_file() and night.panel.notice.words() != "")
    text = target.read_text(encoding="utf-8")
    assert sum(name in text for name in ("phantom.dcm", "phantom.png", "ct.dcm", "empty.png")) == 4
    assert "PHANTOM^" not in text.upper()


def test_the_title_says_how_far_the_batch_is(night: Night) -> None:
    night.window.batch.running.emit(RunView(RunState.RUNNING, 37, 100, all_found=True))
    assert night.window.windowTitle() == "37 % – XRayDesk"
    assert "Batch 37 %" in night.window.status.words()
    night.window.batch.running.emit(None)
    assert night.window.windowTitle() == "XRayDesk"
    assert "Batch" not in night.window.status.words()


def test_the_wide_table_has_all_the_room_in_its_own_place_only(night: Night) -> None:
    reading = night.window.reading
    night.session.press(Qt.Key.Key_T, Qt.KeyboardModifier.ControlModifier)
    assert not reading.viewer.isVisible()
    assert not reading.findings.isVisible()
    night.session.press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert reading.viewer.isVisible()
    assert reading.findings.isVisible()
    night.session.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert not reading.viewer.isVisible()


def test_both_places_keep_their_widths(night: Night) -> None:
    reading = night.window.reading
    wide = reading.splitter.sizes()[0]
    night.session.press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    narrow = reading.splitter.sizes()[0]
    assert narrow < 300 < wide
    night.session.press(Qt.Key.Key_2, Qt.KeyboardModifier.ControlModifier)
    assert reading.splitter.sizes()[0] == wide


def test_news_stand_on_the_rail_until_the_place_is_visited(night: Night) -> None:
    button = night.window.rail.button_of(night.window.actions_by_id[Do.PLACE_BATCH])
    plain = button.grab().toImage()
    night.window.batch.watch.news.emit(3)
    assert button.accessibleName() == "Batch, 3 new"
    assert button.grab().toImage() != plain
    night.window.batch.watch.news.emit(0)
    assert button.accessibleName() == "Batch"


def test_folders_named_on_the_command_line_are_classified_as_a_batch(
    disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(disk.parent)
    assert asked(["--batch", "Disk 3", str(disk)]).wanted == Wanted(batch=(disk.parent / "Disk 3", disk))
    assert asked(["a.png"]).wanted == Wanted(films=(disk.parent / "a.png",))
