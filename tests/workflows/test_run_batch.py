"""Batches of real files through the real network: what is found, what is kept, and what pauses a batch."""

from __future__ import annotations

import csv
import hashlib
import io
import os
import shutil
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from tests.film.dicom_files import chest_like, data_set, write
from tests.network.models import model_folder
from xraydesk import paths
from xraydesk.errors import ModelNotFound, UsageError
from xraydesk.film.folder import FoundFile
from xraydesk.jobs import JobContext
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import Batch, BatchEnd, FilmRecord, FilmState, RowQuery
from xraydesk.registry.registry import InstalledModel, Registry, model_in
from xraydesk.workflows import find_work, run_batch
from xraydesk.workflows.batch_desk import BatchDesk
from xraydesk.workflows.classify_film import FilmReader
from xraydesk.workflows.install_model import install_model
from xraydesk.workflows.shared_journal import SharedJournal
from xraydesk.workflows.turns import Turns
from xraydesk.workflows.verbs import (
    AddToBatch,
    BatchProgress,
    BatchRan,
    CancelBatch,
    DeleteBatch,
    RetryFailed,
    RunBatch,
    StartBatch,
)


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> FilmReader:
    return FilmReader(model_in(model_folder(tmp_path_factory.mktemp("m"), "random-1")), "cpu")


class Desk:
    """A batch desk over an own journal, whose active model is the small one."""

    def __init__(self, reader: FilmReader) -> None:
        self._reader = reader
        self.journal = SharedJournal()
        self.batches = BatchDesk(Turns(), self.journal)
        self.progress: list[BatchProgress] = []

    def start(self, *places: Path, watch: bool = False, table: Path | None = None) -> int:
        return self.batches.note(StartBatch(places, watch=watch, csv=table)).batch_id

    def run(self, batch_id: int, until: Callable[[], bool] = lambda: False) -> BatchRan:
        context = JobContext(self._hear, until)
        return self.batches.run(RunBatch(batch_id), self._reader_of, context)

    def _reader_of(self, model: InstalledModel) -> FilmReader:
        assert model.card.sha256 == self._reader.model.card.sha256
        return self._reader

    def _hear(self, event: object) -> None:
        assert isinstance(event, BatchProgress)
        self.progress.append(event)

    def batch(self, batch_id: int) -> Batch:
        return self.batches.journal.batch(batch_id)

    def rows(self, batch_id: int) -> list[FilmRecord]:
        with closing(JournalReader(paths.user_journal())) as journal:
            return journal.rows(journal.row_ids(RowQuery(batch_id)))


@pytest.fixture
def desk(reader: FilmReader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setenv("XRAYDESK_HOME", str(tmp_path / "home"))
    install_model(reader.model.folder)
    Registry().activate(reader.model.card.id)
    made = Desk(reader)
    yield made
    made.journal.close()


@pytest.fixture
def disk(tmp_path: Path) -> Path:
    """Twenty films, a CT slice, a torn one, a text, one film twice, one in an archive."""
    disk = tmp_path / "Disk 3"
    (disk / "sub").mkdir(parents=True)
    for number in range(20):
        picture = Image.fromarray(chest_like(256 + number, 240, bits=8).astype("uint8"))
        picture.save(disk / f"{number:02}.png")
    write(disk / "sub" / "IM1", data_set(chest_like(), Modality="CT"))
    (disk / "sub" / "torn.png").write_bytes((disk / "01.png").read_bytes()[:300])
    (disk / "sub" / "twin.png").write_bytes((disk / "01.png").read_bytes())
    (disk / "notes.txt").write_text("no film", encoding="utf-8")
    with zipfile.ZipFile(disk / "z.zip", "w") as archive:
        archive.write(disk / "02.png", "الصدر.png")
    return disk


def rows_of_file(table: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(table.read_text(encoding="utf-8").splitlines(keepends=True)[1:]))


def test_every_file_is_accounted_for(desk: Desk, disk: Path) -> None:
    batch_id = desk.start(disk)
    assert desk.run(batch_id) == BatchRan(batch_id, finished=True)
    batch = desk.batch(batch_id)
    counts = batch.counts
    assert (counts.read, counts.refused, counts.failed, counts.waiting, counts.skipped) == (22, 1, 1, 0, 1)
    assert batch.end is BatchEnd.DONE and batch.all_found and batch.told.name == "Disk 3"
    last = desk.progress[-1]
    assert (last.found, last.done, last.all_found) == (24, 24, True)


def test_the_same_content_twice_is_noticed_and_keeps_its_row(desk: Desk, disk: Path) -> None:
    batch_id = desk.start(disk)
    desk.run(batch_id)
    said = {
        row.path.name: [warning.message for warning in row.warnings if warning.code == "same_film"]
        for row in desk.rows(batch_id)
    }
    assert said["twin.png"] == ["The same film as 01.png."]
    assert said["الصدر.png"] == ["The same film as 02.png."]
    assert said["01.png"] == said["02.png"] == []


def test_the_positives_are_told_once(desk: Desk, disk: Path) -> None:
    batch_id = desk.start(disk)
    desk.run(batch_id)
    told = [film_id for progress in desk.progress for film_id in progress.positives]
    positive = [
        row.id for row in desk.rows(batch_id) if row.prediction and row.prediction.label not in {"NORMAL"}
    ]
    assert sorted(told) == sorted(positive) and len(told) == len(set(told))


def test_a_paused_batch_goes_on_to_the_rows_of_one_that_was_not(desk: Desk, disk: Path) -> None:
    whole, paused = desk.start(disk), desk.start(disk)
    desk.run(whole)
    assert not desk.run(paused, until=lambda: bool(desk.batch(paused).counts.done)).finished
    assert 0 < desk.batch(paused).counts.done < 24
    assert desk.run(paused).finished

    def plain(row: FilmRecord) -> tuple[object, ...]:
        return row.number, row.path, row.state, row.prediction, row.warnings, row.error, row.sha256

    assert [plain(row) for row in desk.rows(paused)] == [plain(row) for row in desk.rows(whole)]


def test_a_table_written_as_it_goes_is_whole_after_a_pause(desk: Desk, disk: Path, tmp_path: Path) -> None:
    table = tmp_path / "table.csv"
    batch_id = desk.start(disk, table=table)
    desk.run(batch_id, until=lambda: bool(desk.batch(batch_id).counts.done))
    assert len(rows_of_file(table)) == desk.batch(batch_id).counts.done
    torn = table.read_bytes()
    table.write_bytes(torn[: len(torn) // 2])
    desk.run(batch_id)
    assert [row["path"] for row in rows_of_file(table)] == [str(row.path) for row in desk.rows(batch_id)]


def test_a_place_that_vanishes_pauses_the_batch_and_costs_no_film(desk: Desk, disk: Path) -> None:
    for number in range(80):  # more than are decoded ahead
        shutil.copy(disk / "04.png", disk / f"more {number}.png")
    batch_id = desk.start(disk)
    away = disk.with_name("unplugged")

    def unplugged() -> bool:
        if desk.batch(batch_id).counts.done and disk.exists():
            disk.rename(away)
        return False

    ran = desk.run(batch_id, until=unplugged)
    assert not ran.finished and "“Disk 3” is not there any more" in ran.reason
    assert not desk.run(batch_id).finished  # nor does it come back by asking
    assert desk.batch(batch_id).counts.failed == 0
    away.rename(disk)
    assert desk.run(batch_id).finished
    assert desk.batch(batch_id).counts.read == 102


def test_a_film_that_went_away_meanwhile_is_a_row_with_its_reason(desk: Desk, disk: Path) -> None:
    batch_id = desk.start(disk)
    desk.batches.journal.add_films(batch_id, [disk / "gone.png"])
    assert desk.run(batch_id).finished
    gone = next(row for row in desk.rows(batch_id) if row.path.name == "gone.png")
    assert gone.state is FilmState.FAILED and gone.error is not None and gone.error.code == "film_not_found"


def test_places_that_are_added_to_a_done_batch_are_read_too(desk: Desk, disk: Path, tmp_path: Path) -> None:
    more = tmp_path / "more"
    more.mkdir()
    shutil.copy(disk / "05.png", more / "five.png")
    batch_id = desk.start(disk)
    desk.run(batch_id)
    desk.batches.note(AddToBatch(batch_id, (more,)))
    assert desk.batch(batch_id).end is BatchEnd.OPEN
    assert desk.run(batch_id).finished
    assert desk.rows(batch_id)[-1].path == more / "five.png"
    assert desk.batch(batch_id).counts.read == 23


def test_failed_films_can_be_retried(desk: Desk, disk: Path) -> None:
    batch_id = desk.start(disk)
    desk.run(batch_id)
    shutil.copy(disk / "03.png", disk / "sub" / "torn.png")
    desk.batches.note(RetryFailed(batch_id))
    assert desk.batch(batch_id).counts.waiting == 1
    assert desk.run(batch_id).finished
    assert desk.batch(batch_id).counts.failed == 0


def test_a_cancelled_batch_keeps_what_is_done_and_a_deleted_one_is_gone(desk: Desk, disk: Path) -> None:
    batch_id = desk.start(disk)
    desk.run(batch_id, until=lambda: bool(desk.batch(batch_id).counts.done))
    desk.batches.note(CancelBatch(batch_id))
    assert desk.batch(batch_id).end is BatchEnd.CANCELLED and desk.batch(batch_id).counts.done
    desk.batches.note(DeleteBatch(batch_id))
    with pytest.raises(UsageError):
        desk.batch(batch_id)


def test_an_unforeseen_fault_of_the_search_ends_the_run_and_not_the_batch(
    desk: Desk, disk: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_: object) -> Iterator[FoundFile]:
        yield FoundFile(disk / "01.png")
        raise RuntimeError("nobody thought of this")

    batch_id = desk.start(disk)
    with monkeypatch.context() as patched, pytest.raises(RuntimeError, match="nobody thought"):
        patched.setattr(find_work, "find_films", broken)
        desk.run(batch_id)
    assert desk.run(batch_id).finished and desk.batch(batch_id).counts.found == 24


def test_a_watched_folder_is_read_as_films_arrive(desk: Desk, tmp_path: Path) -> None:
    unit = tmp_path / "unit"
    unit.mkdir()
    batch_id = desk.start(unit, watch=True)
    stop = threading.Event()
    watching = threading.Thread(target=desk.run, args=(batch_id, stop.is_set))
    watching.start()
    try:
        pixels = chest_like(300, 280, bits=8).astype("uint8")
        Image.fromarray(pixels).save(unit / "arrived.png")
        while not desk.batch(batch_id).counts.done and watching.is_alive():
            stop.wait(0.1)
    finally:
        stop.set()
        watching.join()
    assert [(row.path.name, row.state) for row in desk.rows(batch_id)] == [("arrived.png", FilmState.READ)]
    assert desk.batch(batch_id).end is BatchEnd.OPEN


def test_every_film_that_a_unit_writes_under_one_name_is_read(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("xraydesk.film.arrivals.STILL_S", 0.2)
    monkeypatch.setattr("xraydesk.film.arrivals.CHANGED_EVERY_S", 0.2)
    monkeypatch.setattr(find_work, "_POLL_EVERY_S", 0.1)
    unit = tmp_path / "unit"
    unit.mkdir()
    batch_id = desk.start(unit, watch=True)
    stop = threading.Event()
    watching = threading.Thread(target=desk.run, args=(batch_id, stop.is_set))
    watching.start()

    def arrives(data: bytes, mtime_s: int, done: int) -> None:
        (unit / "image.png").write_bytes(data)
        os.utime(unit / "image.png", (mtime_s, mtime_s))
        while desk.batch(batch_id).counts.done < done and watching.is_alive():
            stop.wait(0.05)

    films = [png_of(chest_like(300, 280, bits=8), seed) for seed in range(3)]
    try:
        arrives(films[0], 1000, 1)
        arrives(films[1], 2000, 2)  # over the first
        (unit / "image.png").unlink()
        arrives(films[2][:500], 3000, 3)  # the unit halts in the middle
        arrives(films[2], 3001, 3)
        while desk.batch(batch_id).counts.read < 3 and watching.is_alive():
            stop.wait(0.05)
        told = len(desk.progress)  # how far it is, is told a moment later
        while len(desk.progress) < told + 2 and watching.is_alive():
            stop.wait(0.05)
    finally:
        stop.set()
        watching.join()
    rows = desk.rows(batch_id)
    assert [row.state for row in rows] == [FilmState.READ] * 3
    assert [row.sha256 for row in rows] == [hashlib.sha256(film).hexdigest() for film in films]
    assert desk.progress[-1].done == desk.progress[-1].found == 3


def png_of(pixels: Any, seed: int) -> bytes:
    file = io.BytesIO()
    Image.fromarray(np.clip(pixels + seed, 0, 255).astype(np.uint8)).save(file, "PNG")
    return file.getvalue()


def test_a_batch_does_not_go_on_with_another_model_of_the_same_name(
    desk: Desk, disk: Path, tmp_path: Path
) -> None:
    batch_id = desk.start(disk)
    registry = Registry()
    name = registry.active().card.id
    registry.activate(next(model.card.id for model in registry.models() if model.card.id != name))
    registry.remove(name)
    install_model(model_folder(tmp_path / "other", name, seed=9))
    with pytest.raises(ModelNotFound, match="not installed any more"):
        desk.run(batch_id)
    assert desk.batch(batch_id).counts.done == 0


def test_a_place_added_while_the_last_film_is_read_is_read_too(
    desk: Desk, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    for place in (one, two):
        place.mkdir()
        shutil.copy(disk / "03.png", place / f"{place.name}.png")
    batch_id = desk.start(one)
    finish, added = run_batch._finish, list[int]()

    def add_then_finish(*given: Any) -> None:
        if not added:
            added.append(desk.batches.note(AddToBatch(batch_id, (two,))).batch_id)
        finish(*given)

    monkeypatch.setattr(run_batch, "_finish", add_then_finish)
    assert desk.run(batch_id).finished
    assert {row.path.name: row.state for row in desk.rows(batch_id)} == {
        "one.png": FilmState.READ,
        "two.png": FilmState.READ,
    }
    assert desk.batch(batch_id).all_found


def test_a_place_added_a_second_time_while_the_last_film_is_read_ends_the_batch_all_the_same(
    desk: Desk, disk: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "one"
    place.mkdir()
    shutil.copy(disk / "03.png", place / "one.png")
    batch_id = desk.start(place)
    finish = run_batch._finish

    def add_then_finish(*given: Any) -> None:
        desk.batches.note(AddToBatch(batch_id, (place,)))
        finish(*given)

    monkeypatch.setattr(run_batch, "_finish", add_then_finish)
    assert desk.run(batch_id).finished
    assert (desk.batch(batch_id).end, desk.batch(batch_id).all_found) == (BatchEnd.DONE, True)


def test_a_place_that_was_emptied_meanwhile_is_there(tmp_path: Path, disk: Path) -> None:
    place = tmp_path / "router"
    place.mkdir()
    shutil.copy(disk / "03.png", place / "1.png")
    devices = find_work.devices_of((place,), watch=False)
    for film in place.iterdir():
        film.unlink()
    assert find_work.vanished(place / "gone.png", devices) is None
    assert find_work.vanished(place / "gone.png", find_work.devices_of((place,), watch=False)) == place
    assert find_work.vanished(place / "gone.png", find_work.devices_of((place,), watch=True)) is None
    assert find_work.vanished(place / "gone.png", {place: -1}) == place  # another device lies there now
    place.rmdir()
    assert find_work.vanished(place / "gone.png", devices) == place
