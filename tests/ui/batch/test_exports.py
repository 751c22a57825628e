"""What is handed on, and what is left out unless the user wants it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.errors import Failure
from xraydesk.journal.records import Batch, BatchCounts, BatchEnd, NewBatch
from xraydesk.model.model_input import Preprocessing
from xraydesk.ui import settings as keys
from xraydesk.ui.action_table import Do, Place
from xraydesk.ui.actions import Actions
from xraydesk.ui.batch.exports import WAYS, Exports
from xraydesk.ui.batch.notice import Notice
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.settings import Settings
from xraydesk.ui.theme import DARK
from xraydesk.workflows.verbs import BatchExported, ExportBatch, ExportKind, UndoSorting

TOLD = NewBatch((Path("/d"),), "Disk 3", "m", "M", "1", "0" * 64, ("NORMAL", "SICK"), Preprocessing())
BATCH = Batch(7, "2026-11-23T10:12:00", TOLD, True, BatchEnd.DONE, BatchCounts(read=3))


class Desk:
    def __init__(
        self, runner: JobRunner, engine: ScriptedEngine, actions: Actions, drain: Callable[[], None]
    ) -> None:
        self.window = QWidget()
        self.notice = Notice(DARK)
        self.notice.setParent(self.window)
        self.settings = Settings()
        self.exports = Exports(runner, actions, self.settings, self.notice, self.window)
        actions.show_place(Place.BATCH)
        self.exports.show_batch(BATCH)
        self.actions = actions
        self.engine = engine
        self.drain = drain

    def only_request(self) -> ExportBatch:
        (request,) = self.engine.waiting.values()
        assert isinstance(request, ExportBatch)
        return request


@pytest.fixture
def desk(
    runner: JobRunner, engine: ScriptedEngine, actions: Actions, drain: Callable[[], None], qtbot: QtBot
) -> Desk:
    made = Desk(runner, engine, actions, drain)
    qtbot.addWidget(made.window)
    return made


@pytest.fixture
def chosen_file(monkeypatch: pytest.MonkeyPatch) -> Callable[[str], list[str]]:
    """What the save dialog answers; gives back what it proposed."""

    def answer(name: str) -> list[str]:
        proposed: list[str] = []

        def ask(_window: QWidget, _title: str, proposal: str, _kind: str) -> tuple[str, str]:
            proposed.append(proposal)
            return name, ""

        monkeypatch.setattr(QFileDialog, "getSaveFileName", ask)
        return proposed

    return answer


def _choose_folder(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_asked: name)


def test_a_table_leaves_identity_out_unless_wanted(
    desk: Desk, chosen_file: Callable[[str], list[str]]
) -> None:
    proposed = chosen_file("/out/table")
    desk.actions[Do.EXPORT_CSV].trigger()
    assert desk.only_request() == ExportBatch(7, ExportKind.CSV, Path("/out/table.csv"))
    assert "Disk 3" not in proposed[0], "a folder may be named after the patient"
    assert desk.settings.get(keys.EXPORT_FOLDER) == str(Path("/out"))


def test_identity_goes_along_when_it_is_wanted_and_in_sight(
    desk: Desk, chosen_file: Callable[[str], list[str]]
) -> None:
    chosen_file("/out/table.csv")
    desk.actions[Do.EXPORT_IDENTITY].setChecked(True)
    desk.actions[Do.EXPORT_CSV].trigger()
    assert desk.only_request().identity


def test_identity_that_is_hidden_is_not_handed_on(
    desk: Desk, chosen_file: Callable[[str], list[str]]
) -> None:
    chosen_file("/out/table.csv")
    desk.actions[Do.EXPORT_IDENTITY].setChecked(True)
    desk.actions[Do.HIDE_IDENTITY].setChecked(True)
    desk.actions[Do.EXPORT_CSV].trigger()
    assert not desk.only_request().identity


def test_the_selected_rows_alone_where_there_are_several(
    desk: Desk, chosen_file: Callable[[str], list[str]]
) -> None:
    chosen_file("/out/t.xlsx")
    desk.exports.show_selected((4,))
    assert not desk.actions[Do.EXPORT_SELECTED].isEnabled()
    desk.exports.show_selected((4, 9))
    desk.actions[Do.EXPORT_SELECTED].setChecked(True)
    desk.actions[Do.EXPORT_THUMBNAILS].setChecked(True)
    desk.actions[Do.EXPORT_XLSX].trigger()
    request = desk.only_request()
    assert (request.film_ids, request.thumbnails) == ((4, 9), True)
    desk.exports.show_selected((4,))
    assert not desk.actions[Do.EXPORT_SELECTED].isChecked()


def test_a_dialog_that_was_closed_exports_nothing(
    desk: Desk, chosen_file: Callable[[str], list[str]]
) -> None:
    chosen_file("")
    desk.actions[Do.EXPORT_PDF].trigger()
    assert desk.engine.asked == []


def test_films_are_moved_only_when_meant(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _choose_folder(monkeypatch, "/sorted")
    desk.actions[Do.EXPORT_MOVE].trigger()
    assert desk.engine.asked == []
    assert desk.notice.words().startswith("Move 3 films out of their folders into class folders in ‘sorted’?")
    desk.notice.choices()[0].click()
    assert desk.only_request().kind is ExportKind.MOVE


def test_copying_needs_no_second_question(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _choose_folder(monkeypatch, "/sorted")
    desk.actions[Do.EXPORT_COPY].trigger()
    assert desk.only_request().kind is ExportKind.COPY


def test_while_something_is_written_it_counts_and_can_be_stopped(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    _choose_folder(monkeypatch, "/heat")
    desk.actions[Do.EXPORT_HEATMAPS].trigger()
    request = desk.only_request()
    assert not any(desk.actions[id].isEnabled() for id in WAYS)
    desk.engine.progress(request, 120, 3000)
    qtbot.waitUntil(lambda: desk.notice.words() == "Heatmap pictures: 120 of 3,000")
    desk.notice.choices()[0].click()
    assert desk.engine.cancelled == [1]
    desk.engine.fail(request, Failure("cancelled", "Cancelled."))
    desk.drain()
    assert desk.notice.words() == "Heatmap pictures: stopped."
    assert desk.actions[Do.EXPORT_CSV].isEnabled()


def test_what_a_stopped_sorting_has_done_is_said(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    _choose_folder(monkeypatch, "/sorted")
    desk.actions[Do.EXPORT_COPY].trigger()
    so_far = "Films sorted by then: 12; xraydesk-undo-1.jsonl brings them back."
    desk.engine.fail(desk.only_request(), Failure("cancelled", f"Cancelled. {so_far}"))
    desk.drain()
    assert desk.notice.words().endswith(f"stopped. {so_far}")


def test_what_was_written_and_left_out_is_said(desk: Desk, chosen_file: Callable[[str], list[str]]) -> None:
    chosen_file("/out/t.csv")
    desk.actions[Do.EXPORT_CSV].trigger()
    message = "3 films written to t.csv, without patient and study."
    desk.engine.answer(desk.only_request(), BatchExported(Path("/out/t.csv"), message))
    desk.drain()
    assert desk.notice.words() == message


def test_what_could_not_be_written_is_said_in_place(
    desk: Desk, chosen_file: Callable[[str], list[str]]
) -> None:
    chosen_file("/out/t.csv")
    desk.actions[Do.EXPORT_CSV].trigger()
    failure = Failure("output_failed", "t.csv could not be written: the disk is full.", "Free some space.")
    desk.engine.fail(desk.only_request(), failure)
    desk.drain()
    assert desk.notice.words() == str(failure)


def test_sorting_is_undone_by_its_list(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    undo_list = Path("/sorted/xraydesk-undo-1.jsonl")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_asked: (str(undo_list), ""))
    desk.actions[Do.EXPORT_UNDO].trigger()
    assert list(desk.engine.waiting.values()) == [UndoSorting(undo_list)]


def test_without_a_batch_there_is_nothing_to_export(desk: Desk) -> None:
    desk.exports.show_batch(None)
    assert not any(desk.actions[id].isEnabled() for id in WAYS)
    assert desk.actions[Do.EXPORT_UNDO].isEnabled()


def test_of_another_batch_nothing_is_selected(desk: Desk, chosen_file: Callable[[str], list[str]]) -> None:
    chosen_file("/out/table.csv")
    desk.exports.show_selected((1, 2, 3))
    desk.actions[Do.EXPORT_SELECTED].setChecked(True)
    desk.exports.show_batch(BATCH)
    desk.exports.show_batch(replace(BATCH, id=8))
    assert not desk.actions[Do.EXPORT_SELECTED].isChecked()
    desk.actions[Do.EXPORT_CSV].trigger()
    assert desk.only_request() == ExportBatch(8, ExportKind.CSV, Path("/out/table.csv"))


def test_the_films_that_a_question_names_are_those_that_move(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    _choose_folder(monkeypatch, "/out")
    desk.exports.show_selected((1, 2, 3))
    desk.actions[Do.EXPORT_SELECTED].setChecked(True)
    desk.actions[Do.EXPORT_MOVE].trigger()
    desk.exports.show_selected((4, 5))
    desk.notice.choices()[0].click()
    assert desk.only_request().film_ids == (1, 2, 3)
