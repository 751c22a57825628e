"""A disk that is full, away, read-only or damaged: words and a remedy, and nothing that was kept is lost."""

from __future__ import annotations

import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.journal.films import CROP, SOMEBODY, journal_at, read, reader_of, told, unread
from xraydesk.errors import OutputError, UsageError
from xraydesk.journal import database
from xraydesk.journal.journal import Journal
from xraydesk.journal.records import RowQuery, SkippedFile, SortKey

MEGABYTE = 1024 * 1024


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 3 MB of its own."""
    place = tmp_path / "disk"
    place.mkdir()
    if not sys.platform.startswith("linux") or not shutil.which("mount"):
        pytest.skip("a small disk of its own is made on Linux only")
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", place], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"only root may mount a small disk: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def made_read_only(disk: Path) -> None:
    subprocess.run(["mount", "-o", "remount,ro", disk], check=True)


def fill(disk: Path, *, leaving: int = 0) -> Path:
    """A file that takes all the room but `leaving` bytes."""
    filler = disk / "filler"
    filler.write_bytes(bytes(max(shutil.disk_usage(disk).free - leaving, 0)))
    return filler


def write_until_full(journal: Journal, batch_id: int) -> tuple[int, OutputError]:
    """How many films were written, one at a time, before the first that could not be."""
    for count, film in enumerate(journal.waiting(batch_id, limit=1000)):
        try:
            journal.write(batch_id, [read(*film, thumbnail=bytes([count % 256]) * 20_000)])
        except OutputError as error:
            return count, error
    raise AssertionError("the disk never was full")


def is_sound(file: Path) -> bool:
    with closing(sqlite3.connect(file)) as connection:
        return connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


def test_a_full_disk_is_said_and_work_goes_on_once_there_is_room(small_disk: Path) -> None:
    filler = fill(small_disk, leaving=2 * MEGABYTE)
    file = small_disk / "journal.sqlite"
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id = journal.start(told())
        journal.add_films(batch_id, [Path(f"/{number}") for number in range(1000)])
        written, error = write_until_full(journal, batch_id)
        assert "the disk is full" in error.message
        assert "journal.sqlite" in error.message
        assert "Free some space" in error.hint
        assert error.path == file
        assert written > 10
        rows = reader.done_after(batch_id, 0, 1000)
        assert [len(row.thumbnail) for row in rows] == [20_000] * written
        filler.unlink()
        more, _ = write_until_full(journal, batch_id)
        assert more > 0
        assert journal.batch(batch_id).counts.read == written + more
    assert is_sound(file)
    with journal_at(file) as journal:
        assert journal.batch(batch_id).counts.read == written + more


def test_a_new_journal_on_a_full_disk_is_said_and_made_once_there_is_room(small_disk: Path) -> None:
    filler = fill(small_disk)
    file = small_disk / "journal.sqlite"
    with pytest.raises(OutputError, match=r"journal\.sqlite.*the disk is full"):
        Journal(file)
    with reader_of(file) as reader:
        assert reader.batches() == []
    filler.unlink()
    with journal_at(file) as journal:
        journal.start(told())
    assert is_sound(file)


def test_a_journal_is_read_where_the_disk_is_full(small_disk: Path) -> None:
    file = small_disk / "journal.sqlite"
    with journal_at(file) as journal:
        batch_id = journal.start(told())
    filler = fill(small_disk)
    with reader_of(file) as reader:
        assert [batch.id for batch in reader.batches()] == [batch_id]
    filler.unlink()


def test_a_place_that_can_only_be_read_is_said_and_its_journal_read(small_disk: Path) -> None:
    file = small_disk / "journal.sqlite"
    with journal_at(file) as journal:
        batch_id = journal.start(told())
    made_read_only(small_disk)
    with pytest.raises(OutputError, match="can only be read") as caught:
        Journal(file)
    assert "Where things are kept" in caught.value.hint
    with pytest.raises(OutputError, match="can only be read"):
        Journal(small_disk / "new.sqlite")
    with reader_of(file) as reader, reader_of(small_disk / "new.sqlite") as empty:
        assert [batch.id for batch in reader.batches()] == [batch_id]
        assert empty.batches() == []


def test_changes_not_yet_in_the_file_are_not_overlooked_in_a_read_only_place(small_disk: Path) -> None:
    file, copied = small_disk / "journal.sqlite", small_disk / "copied.sqlite"
    with journal_at(file) as journal:
        journal.start(told())
        shutil.copy(file, copied)
        shutil.copy(f"{file}-wal", f"{copied}-wal")
    made_read_only(small_disk)
    with reader_of(copied) as reader, pytest.raises(OutputError) as caught:
        reader.batches()
    assert "copied.sqlite" in caught.value.message


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a text")
    with pytest.raises(OutputError) as caught:
        Journal(tmp_path / "file" / "journal.sqlite")
    assert "journal.sqlite" in caught.value.message
    assert caught.value.hint


def test_a_folder_in_the_place_of_the_journal_is_said(tmp_path: Path) -> None:
    (tmp_path / "journal.sqlite").mkdir()
    for use in (Journal, reading):
        with pytest.raises(OutputError, match="a folder of that name"):
            use(tmp_path / "journal.sqlite")


def reading(file: Path) -> None:
    with reader_of(file) as reader:
        reader.batches()


def other_program(file: Path) -> None:
    with closing(sqlite3.connect(file)) as connection:
        connection.executescript("CREATE TABLE bookmarks (url TEXT); PRAGMA user_version = 2;")


def only_its_head(file: Path) -> None:
    Journal(file).close()
    file.write_bytes(file.read_bytes()[:4096])


NO_JOURNALS: dict[str, Callable[[Path], object]] = {
    "a text": lambda file: file.write_text("patients of the ward\n" * 300),
    "a short text": lambda file: file.write_text("x"),
    "zeros": lambda file: file.write_bytes(bytes(8192)),
    "another program's": other_program,
    "cut short": only_its_head,
}


@pytest.mark.parametrize("kind", NO_JOURNALS)
def test_what_is_no_journal_is_said_and_left_as_it_is(tmp_path: Path, kind: str) -> None:
    file = tmp_path / "journal.sqlite"
    NO_JOURNALS[kind](file)
    before = file.read_bytes()
    for use in (Journal, reading):
        with pytest.raises(OutputError, match=r"journal\.sqlite.*damaged, or no journal") as caught:
            use(file)
        assert "Move it" in caught.value.hint
        assert caught.value.path == file
    assert file.read_bytes() == before


def test_a_journal_of_a_later_version_is_said_and_left_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    Journal(file).close()
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("PRAGMA journal_mode = DELETE")
        connection.execute("PRAGMA user_version = 1000")
    before = file.read_bytes()
    for use in (Journal, reading):
        with pytest.raises(OutputError, match="later version") as caught:
            use(file)
        assert "Update XRayDesk" in caught.value.hint
    assert file.read_bytes() == before


def test_a_journal_held_by_another_program_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database, "BUSY_TIMEOUT_S", 0.01)
    file = tmp_path / "journal.sqlite"
    with journal_at(file) as journal, closing(sqlite3.connect(file, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(OutputError, match="another running program") as caught:
            journal.start(told())
        assert "Close the other" in caught.value.hint
        with pytest.raises(OutputError, match="another running program"):
            Journal(file)
        other.execute("ROLLBACK")
        journal.start(told())


def everything_asked(file: Path) -> None:
    with reader_of(file) as reader:
        for batch in reader.batches():
            for sort in SortKey:
                query = RowQuery(batch.id, sort=sort, text="a", probability_class="NORMAL")
                reader.row_ids(query)
            ids = reader.row_ids(RowQuery(batch.id))
            reader.rows(ids, compare_with=batch.id)
            reader.done_after(batch.id, 0, 100)
            reader.skipped(batch.id)
            reader.histogram(batch.id, "NORMAL")
            for film_id in ids:
                reader.result(film_id, CROP)
    with journal_at(file) as journal:
        batch_id = journal.start(told())
        journal.add_films(batch_id, [Path("/a"), Path("/b")])
        journal.write(batch_id, [read(*film, identity=SOMEBODY) for film in journal.waiting(batch_id)])
        journal.delete(batch_id)


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("journal") / "journal.sqlite"
    with journal_at(file) as journal:
        batch_id = journal.start(told())
        journal.add_films(batch_id, [Path(f"/ward/{number}") for number in range(8)])
        films = journal.waiting(batch_id)
        journal.write(batch_id, [read(*film, identity=SOMEBODY, thumbnail=b"jpeg") for film in films[:5]])
        journal.write(batch_id, [unread(*film) for film in films[5:7]])
        journal.add_skipped(batch_id, [SkippedFile(Path("/ward/s"), "a text")])
    return file


@settings(max_examples=60)
@given(
    places=st.lists(
        st.tuples(st.floats(0, 1, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=20
    )
)
def test_damage_anywhere_never_ends_in_anything_but_words(
    sound: Path, tmp_path_factory: pytest.TempPathFactory, places: list[tuple[float, int]]
) -> None:
    damaged = bytearray(sound.read_bytes())
    for where, value in places:
        damaged[int(where * len(damaged))] = value
    file = tmp_path_factory.mktemp("damaged") / "journal.sqlite"
    file.write_bytes(damaged)
    try:
        everything_asked(file)
    except (OutputError, UsageError) as error:
        assert error.message
        assert "Mercy" not in str(error.__cause__)


def test_a_row_that_makes_no_sense_is_damage_said_in_words(tmp_path: Path) -> None:
    file = tmp_path / "journal.sqlite"
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id = journal.start(told())
        journal.add_films(batch_id, [Path("/a")])
        [(film_id, _)] = journal.waiting(batch_id)
        for change in ("warnings = '[{'", "error = '7'", "state = 'lost'", "path = 7"):
            with closing(sqlite3.connect(file)) as other, other:
                other.execute(f"UPDATE film SET {change}")
            with pytest.raises(OutputError, match="damaged"):
                reader.find(film_id)


def test_a_disk_that_refuses_for_a_while_is_said_and_work_goes_on_afterwards(tmp_path: Path) -> None:
    resource = pytest.importorskip("resource", reason="files are limited in size on Unix only")
    file = tmp_path / "journal.sqlite"
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id = journal.start(told())
        journal.add_films(batch_id, [Path(f"/{number}") for number in range(60)])
        resource.setrlimit(resource.RLIMIT_FSIZE, (MEGABYTE // 2, hard))
        try:
            written, error = write_until_full(journal, batch_id)
        finally:
            resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        assert "reports an error" in error.message
        assert "connected" in error.hint
        assert len(reader.done_after(batch_id, 0, 100)) == written
        journal.write(batch_id, [read(*film) for film in journal.waiting(batch_id)])
        assert journal.batch(batch_id).counts.read == 60
    assert is_sound(file)
