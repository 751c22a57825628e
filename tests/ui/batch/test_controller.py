"""What is started, what runs, and which batch is open: over a real journal."""

from __future__ import annotations

from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.ui.batch.batch_room import Room, ended
from tests.ui.batch.batches_for_tests import (
    CLASSES,
    BatchOfFilms,
    new_batch,
)
from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.errors import Failure
from xraydesk.film.film import FilmIdentity
from xraydesk.journal.records import BatchEnd, NewBatch, SkippedFile
from xraydesk.model.model_input import Preprocessing
from xraydesk.ui import settings as keys
from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.batch.columns import Column
from xraydesk.ui.batch.run_words import RunState
from xraydesk.ui.batch.skipped_page import SkippedPage
from xraydesk.ui.job_runner import JobRunner
from xraydesk.workflows.verbs import (
    AddToBatch,
    BatchNoted,
    BatchProgress,
    BatchRan,
    CancelBatch,
    DeleteBatch,
    RetryFailed,
    RunBatch,
    StartBatch,
)


def test_a_batch_that_stopped_is_offered_and_goes_on(room: Room, films: BatchOfFilms) -> None:
    films.add(f"{number}.png" for number in range(5))
    films.read(0)
    films.journal.set_all_found(films.batch)
    room.start_up()
    assert room.panel.notice.words() == "Batch ‘films’ stopped at 1 of 5."
    assert room.said == ["Batch ‘films’ stopped at 1 of 5. Go on with it in Batch."]
    assert room.state is None, "the same is not said twice"
    room.press("Go on")
    room.wait(lambda: RunBatch(films.batch) in room.engine.waiting.values())
    assert room.state is RunState.RUNNING


def test_a_batch_that_is_left_is_not_offered_again(
    room: Room, films: BatchOfFilms, runner: JobRunner, engine: ScriptedEngine, actions: Actions, qtbot: QtBot
) -> None:
    films.add(["a.png"])
    room.start_up()
    room.press("Leave it")
    assert room.state is RunState.PAUSED
    room.settings.save()
    again = Room(runner, engine, actions, films.file, qtbot)
    again.start_up()
    assert again.panel.notice.words() == ""
    assert again.state is RunState.PAUSED
    again.batch.stop()
    again.reader.stop()


def test_a_watched_folder_is_offered_to_be_watched_again(room: Room, films: BatchOfFilms) -> None:
    films.journal.end(films.batch, BatchEnd.DONE)
    told = NewBatch((Path("/in"),), "in", "m", "M", "1", "0" * 64, CLASSES, Preprocessing(), watch=True)
    watch = films.journal.start(told)
    room.start_up()
    room.press("Watch again")
    room.wait(lambda: RunBatch(watch) in room.engine.waiting.values())
    assert room.batch.batch is not None
    assert room.batch.batch.id == watch


def test_counts_and_rows_follow_the_run(room: Room, films: BatchOfFilms) -> None:
    films.add(["a.png", "b.png"])
    room.start_up()
    room.press("Go on")
    request = RunBatch(films.batch)
    room.wait(lambda: request in room.engine.waiting.values())
    films.read(0)
    room.engine.tell(
        request, BatchProgress(films.batch, 2, 1, all_found=True, films_per_s=41, remaining_s=44)
    )
    room.wait(lambda: room.panel.run_bar.words() == "1 of 2  ·  41 films a second  ·  44 s left")
    room.wait(lambda: room.panel.counts.labels["PNEUMONIA"].count == 1)


def test_a_full_disk_is_said_in_place_and_the_batch_can_go_on(room: Room, films: BatchOfFilms) -> None:
    films.add(["a.png"])
    room.start_up()
    room.press("Go on")
    reason = "The journal could not be written: the disk is full. Free some space."
    room.answer(RunBatch(films.batch), BatchRan(films.batch, finished=False, reason=reason))
    room.wait(lambda: room.state is RunState.PAUSED)
    assert room.panel.run_bar.note() == reason
    room.actions[Do.BATCH_PAUSE].trigger()
    assert room.state is RunState.RUNNING
    assert room.panel.run_bar.note() == ""


def test_a_batch_that_was_started_is_opened(room: Room, films: BatchOfFilms) -> None:
    ended(films)
    room.start_up()
    room.batch.start([Path("/disk")])
    second = new_batch(films.journal, films.file)
    room.answer(StartBatch((Path("/disk"),)), BatchNoted(second.batch))
    room.wait(lambda: room.batch.batch is not None and room.batch.batch.id == second.batch)
    room.wait(lambda: RunBatch(second.batch) in room.engine.waiting.values())


def test_what_is_dropped_on_a_batch_that_runs_is_added_to_it(room: Room, films: BatchOfFilms) -> None:
    films.add(["a.png"])
    room.start_up()
    room.press("Go on")
    room.wait(lambda: room.state is RunState.RUNNING)
    room.batch.take((Path("/more"),))
    room.answer(AddToBatch(films.batch, (Path("/more"),)), BatchNoted(films.batch))
    room.wait(lambda: "‘more’ added to ‘films’, which is running." in room.said)


def test_what_is_dropped_on_a_batch_that_has_ended_is_a_batch_of_its_own(
    room: Room, films: BatchOfFilms
) -> None:
    ended(films)
    room.start_up()
    room.batch.take((Path("/more"),))
    room.wait(lambda: StartBatch((Path("/more"),)) in room.engine.waiting.values())


def test_cancelling_asks_once_more_and_then_ends_the_batch(room: Room, films: BatchOfFilms) -> None:
    films.add(["a.png"])
    room.start_up()
    room.press("Go on")
    room.wait(lambda: room.state is RunState.RUNNING)
    room.actions[Do.BATCH_CANCEL].trigger()
    assert room.engine.cancelled == []
    room.actions[Do.BATCH_CANCEL].trigger()
    assert len(room.engine.cancelled) == 1
    room.answer(RunBatch(films.batch), BatchRan(films.batch, finished=False))
    room.wait(lambda: CancelBatch(films.batch) in room.engine.waiting.values())
    films.journal.end(films.batch, BatchEnd.CANCELLED)
    room.answer(CancelBatch(films.batch), BatchNoted(films.batch))
    room.wait(lambda: room.state is RunState.CANCELLED)


def test_films_that_failed_are_tried_again(room: Room, films: BatchOfFilms) -> None:
    ended(films)
    room.start_up()
    room.actions[Do.BATCH_RETRY].trigger()
    room.answer(RetryFailed(films.batch), BatchNoted(films.batch))
    room.wait(lambda: RunBatch(films.batch) in room.engine.waiting.values())


# -- other batches ------------------------------------------------------------------------------------


def test_a_batch_is_deleted_only_when_meant(room: Room, films: BatchOfFilms) -> None:
    ended(films)
    room.start_up()
    room.menus.delete_wanted.emit(films.batch)
    room.press("Keep")
    assert DeleteBatch(films.batch) not in room.engine.asked
    room.menus.delete_wanted.emit(films.batch)
    room.press("Delete")
    films.journal.delete(films.batch)
    room.answer(DeleteBatch(films.batch), BatchNoted(films.batch))
    room.wait(lambda: room.batch.batch is None)
    assert room.film_name() == ""


def test_another_batch_stands_beside_this_one(room: Room, films: BatchOfFilms) -> None:
    other = new_batch(films.journal, films.file, "Other")
    other.add(["a.png"])
    other.read(0, (0.02, 0.96, 0.02), sha256="f" * 64)
    films.journal.end(other.batch, BatchEnd.DONE)
    films.add(["a.png"])
    films.read(0, sha256="f" * 64)
    films.journal.end(films.batch, BatchEnd.DONE)
    room.batch.open(films.batch)
    room.wait(lambda: room.batch.batch is not None and room.panel.rows.rowCount() == 1)
    room.menus.compare_wanted.emit(other.batch)
    room.wait(lambda: room.panel.rows.comparing)
    assert room.panel.about().startswith("compared with ‘films’")
    assert room.panel.about().endswith("Other 1.0")
    record = room.panel.rows.record(0)
    assert record is not None
    assert record.other is not None
    assert record.other.label == "NORMAL"


def test_skipped_files_are_listed_with_the_reason(room: Room, films: BatchOfFilms, qtbot: QtBot) -> None:
    ended(films)
    films.journal.add_skipped(films.batch, [SkippedFile(Path("/films/note.txt"), "Not a film.")])
    room.start_up()
    room.panel.counts.skipped_clicked.emit()
    room.wait(lambda: bool(room.panel.findChildren(SkippedPage)))
    (page,) = room.panel.findChildren(SkippedPage)
    item = page.list.topLevelItem(0)
    assert item is not None
    assert [item.text(column) for column in (0, 1)] == ["note.txt", "Not a film."]
    page.close()


# -- trouble ------------------------------------------------------------------------------------------


def test_what_could_not_be_started_is_said_in_place(room: Room, films: BatchOfFilms) -> None:
    room.start_up()
    room.batch.start([Path("/disk")])
    failure = Failure("output_failed", "The journal is on a disk that can only be read.", "Choose another.")
    room.wait(lambda: bool(room.engine.waiting))
    room.engine.fail(StartBatch((Path("/disk"),)), failure)
    room.wait(lambda: room.panel.notice.words() == str(failure))


def test_a_damaged_journal_is_said_in_words(
    runner: JobRunner, engine: ScriptedEngine, actions: Actions, tmp_path: Path, qtbot: QtBot
) -> None:
    file = tmp_path / "journal.sqlite"
    file.write_bytes(b"no journal at all, and long enough to be looked at" * 40)
    room = Room(runner, engine, actions, file, qtbot)
    room.batch.start_up()
    room.wait(lambda: "journal" in room.panel.notice.words())
    assert "Traceback" not in room.panel.notice.words()
    room.batch.stop()
    room.reader.stop()


def test_without_a_journal_the_place_invites(
    runner: JobRunner, engine: ScriptedEngine, actions: Actions, tmp_path: Path, qtbot: QtBot
) -> None:
    room = Room(runner, engine, actions, tmp_path / "none.sqlite", qtbot)
    room.batch.start_up()
    room.wait(lambda: not actions[Do.EXPORT_CSV].isEnabled())
    assert room.panel.notice.words() == ""
    assert not room.panel.table.isVisible()
    assert not actions[Do.EXPORT_CSV].isEnabled()
    room.batch.stop()
    room.reader.stop()


# -- by keyboard --------------------------------------------------------------------------------------


def test_the_key_for_finding_puts_the_hand_into_the_search(room: Room, films: BatchOfFilms) -> None:
    films.add(["a.png"])
    room.start_up()
    room.panel.activateWindow()
    room.actions[Do.BATCH_FIND].trigger()
    room.wait(room.panel.filters.search.hasFocus)


# -- the identity switch ------------------------------------------------------------------------------


def test_hiding_identity_hides_it_in_the_table(room: Room, films: BatchOfFilms) -> None:
    room.actions[Do.HIDE_IDENTITY].setChecked(True)
    assert room.panel.rows.identity_hidden
    room.actions[Do.HIDE_IDENTITY].setChecked(False)
    assert not room.panel.rows.identity_hidden


def test_patient_and_study_are_columns_once_a_film_has_them(room: Room, films: BatchOfFilms) -> None:
    films.add(["a.png", "b.dcm"])
    films.read(0)
    room.start_up()
    header = room.panel.table.header
    assert header.isSectionHidden(Column.PATIENT) and header.isSectionHidden(Column.STUDY)
    films.read(1, identity=FilmIdentity(patient_name="PHANTOM^PAUL"))
    room.batch.open(films.batch)
    room.wait(lambda: not header.isSectionHidden(Column.PATIENT))
    assert header.isSectionHidden(Column.STUDY)


def test_the_threshold_is_remembered(room: Room) -> None:
    assert room.settings.get(keys.NOTIFY_ABOVE) == 0.9
    room.panel.run_bar.show_threshold(0.5)
    assert room.settings.get(keys.NOTIFY_ABOVE) == 0.5
