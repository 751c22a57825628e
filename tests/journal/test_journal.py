"""What the journal was told is there, whole, for whoever opens it next."""

from __future__ import annotations

import os
import stat
import sys
import threading
from pathlib import Path

import pytest

from tests.journal.films import LATERAL, SOMEBODY, journal_at, read, reader_of, told, unread
from xraydesk.errors import OutputError, UsageError
from xraydesk.journal.journal import Journal
from xraydesk.journal.records import (
    Arrived,
    BatchCounts,
    BatchEnd,
    FilmState,
    NewBatch,
    RowQuery,
    SkippedFile,
)
from xraydesk.model.prediction import INDETERMINATE

ODD_PATHS = [
    Path("/ward/أشعة الصدر/صورة ١.dcm"),
    Path("/ward/胸部/片子.png"),
    Path("/ward") / ("x" * 240) / ("y" * 60),
    Path("/ward/=cmd|' /C calc'!A0.png"),
    Path("/ward/disk.zip/inner/name.dcm"),
    Path("/ward/a\nb\t'\".png"),
]
NO_TEXT = Path(os.fsdecode(b"/ward/caf\xe9.png"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "home" / "journal.sqlite"


def filled(journal: Journal, paths: list[Path], new: NewBatch | None = None) -> int:
    batch_id = journal.start(new or told())
    journal.add_films(batch_id, paths)
    return batch_id


def test_a_batch_is_as_it_was_told(file: Path) -> None:
    new = told("/ward", str(NO_TEXT), override=True, watch=True, csv=NO_TEXT, name="caf\udce9")
    with journal_at(file) as journal:
        batch = journal.batch(journal.start(new))
        assert batch.told == new
        assert batch.counts == BatchCounts()
        assert (batch.all_found, batch.end) == (False, BatchEnd.OPEN)
        assert len(batch.started) == len("2021-07-15T12:00:00")


def test_what_was_told_is_there_after_opening_again(file: Path) -> None:
    with journal_at(file) as journal:
        batch_id = filled(journal, [Path("/ward/a"), Path("/ward/b")])
        first, _ = journal.waiting(batch_id)
        journal.write(batch_id, [read(*first)])
        journal.set_all_found(batch_id)
        before = journal.batch(batch_id)
    with journal_at(file) as journal:
        assert journal.batch(batch_id) == before
        assert [path.name for _, path in journal.waiting(batch_id)] == ["b"]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no modes of files")
def test_only_its_owner_may_read_the_journal(file: Path) -> None:
    with journal_at(file) as journal:
        journal.start(told())
        modes = {entry.name: stat.S_IMODE(entry.stat().st_mode) for entry in file.parent.iterdir()}
    assert modes == dict.fromkeys(
        ("journal.sqlite", "journal.sqlite-wal", "journal.sqlite-shm"), stat.S_IRUSR | stat.S_IWUSR
    )


@pytest.mark.parametrize("path", ODD_PATHS, ids=range(len(ODD_PATHS)))
def test_a_path_comes_back_as_it_was(file: Path, path: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id = filled(journal, [path])
        [(film_id, kept)] = journal.waiting(batch_id)
        assert kept == path
        record = reader.find(film_id)
        assert record is not None
        assert record.path == path


@pytest.mark.skipif(sys.platform != "linux", reason="here every file name is text")
def test_a_name_that_is_no_text_is_kept_byte_by_byte(file: Path) -> None:
    with journal_at(file) as journal:
        batch_id = filled(journal, [NO_TEXT])
        [(film_id, kept)] = journal.waiting(batch_id)
        assert os.fsencode(kept) == b"/ward/caf\xe9.png"
        journal.write(batch_id, [read(film_id, kept, sha256="1")])
        assert journal.first_with(batch_id, "1", before=film_id + 1) == NO_TEXT


def test_films_are_numbered_as_they_are_found_and_counted_once(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        other = filled(journal, [Path("/x")])
        batch_id = journal.start(told())
        assert journal.add_films(batch_id, [Path("/a"), Path("/b"), Path("/a")]) == 2
        assert journal.add_films(other, [Path("/a"), Path("/b")]) == 2
        assert journal.add_films(batch_id, iter([Path("/b"), Path("/c")])) == 1
        ids = [film_id for film_id, _ in journal.waiting(batch_id)]
        assert [(row.number, row.path.name) for row in reader.rows(ids)] == [(1, "a"), (2, "b"), (3, "c")]
        assert journal.batch(batch_id).counts == BatchCounts(waiting=3)


def test_another_film_under_the_name_of_one_that_was_read_has_a_row_of_its_own(file: Path) -> None:
    unit = Path("/unit/image.dcm")
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id = journal.start(told())
        assert journal.add_arrivals(batch_id, [Arrived(unit, "900 1")]) == 1
        [first] = journal.waiting(batch_id)
        journal.write(batch_id, [read(*first, sha256="1")])
        assert journal.add_arrivals(batch_id, [Arrived(unit, "900 1")]) == 0
        assert journal.add_arrivals(batch_id, [Arrived(unit, "900 2")]) == 1
        [second] = journal.waiting(batch_id)
        journal.write(batch_id, [read(*second, sha256="2")])
        rows = reader.rows(reader.row_ids(RowQuery(batch_id)))
        assert [(row.path, row.sha256) for row in rows] == [(unit, "1"), (unit, "2")]
        assert journal.batch(batch_id).counts.read == 2


def test_a_film_that_was_half_written_is_read_in_place_of_what_could_not_be(file: Path) -> None:
    unit = Path("/unit/image.dcm")
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id = journal.start(told())
        journal.add_arrivals(batch_id, [Arrived(unit, "450 1")])
        journal.write(batch_id, [unread(*journal.waiting(batch_id)[0], sha256="1")])
        journal.add_skipped(batch_id, [SkippedFile(Path("/unit/b.zip"), "It is damaged.")])
        arrived = [Arrived(unit, "900 2"), Arrived(Path("/unit/b.zip/b.dcm"), "900 2")]
        assert journal.add_arrivals(batch_id, arrived) == 2
        assert reader.skipped(batch_id) == []
        [whole, other] = journal.waiting(batch_id)
        journal.write(batch_id, [read(*whole, sha256="2")])
        assert journal.counts(batch_id) == journal.batch(batch_id).counts
        assert journal.counts(batch_id) == BatchCounts(waiting=1, read=1, labels=(("PNEUMONIA", 1),))
        assert [row.id for row in reader.rows(reader.row_ids(RowQuery(batch_id)))] == [whole[0], other[0]]


def test_a_film_that_was_only_touched_keeps_its_one_row(file: Path) -> None:
    unit = Path("/unit/image.dcm")
    with journal_at(file) as journal:
        batch_id = journal.start(told())
        journal.add_arrivals(batch_id, [Arrived(unit, "900 1")])
        journal.add_arrivals(batch_id, [Arrived(unit, "900 2")])  # while it waits
        first, second = (read(*film, sha256="1") for film in journal.waiting(batch_id))
        assert journal.write(batch_id, [first, second]) == [first]
        journal.add_arrivals(batch_id, [Arrived(unit, "900 3")])
        [third] = journal.waiting(batch_id)
        assert journal.write(batch_id, [read(*third, sha256="1")]) == []
        assert journal.counts(batch_id).found == 1


def test_waiting_films_come_by_pages_in_the_order_found(file: Path) -> None:
    with journal_at(file) as journal:
        batch_id = filled(journal, [Path(f"/{number}") for number in range(10)])
        page = journal.waiting(batch_id, limit=4)
        assert [path.name for _, path in page] == ["0", "1", "2", "3"]
        journal.write(batch_id, [read(*page[1]), unread(*page[2])])
        assert [path.name for _, path in journal.waiting(batch_id, limit=3)] == ["0", "3", "4"]
        assert [path.name for _, path in journal.waiting(batch_id, after=page[3][0], limit=2)] == ["4", "5"]


def test_films_are_counted_by_state_and_label(file: Path) -> None:
    with journal_at(file) as journal:
        batch_id = filled(journal, [Path(f"/{number}") for number in range(7)])
        films = journal.waiting(batch_id)
        journal.write(batch_id, [read(*film) for film in films[:2]])
        journal.write(batch_id, [read(*films[2], label=INDETERMINATE), read(*films[3], (0.9, 0.1, 0.0))])
        journal.write(batch_id, [unread(*films[4]), unread(*films[5], refused=True)])
        journal.add_skipped(batch_id, [SkippedFile(Path("/s"), "a text"), SkippedFile(Path("/s"), "again")])
        counts = journal.batch(batch_id).counts
    labels = (("COVID19", 1), ("PNEUMONIA", 2), (INDETERMINATE, 1))
    assert counts == BatchCounts(waiting=1, read=4, refused=1, failed=1, skipped=1, labels=labels)
    assert (counts.done, counts.found) == (6, 7)


def test_a_film_read_again_replaces_what_was_there(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id = filled(journal, [Path("/a")])
        [film] = journal.waiting(batch_id)
        journal.write(batch_id, [read(*film, identity=SOMEBODY, thumbnail=b"jpeg", warnings=(LATERAL,))])
        journal.write(batch_id, [unread(*film)])
        record = reader.find(film[0])
        assert record is not None
        assert (record.state, record.prediction, record.identity) == (FilmState.FAILED, None, None)
        assert (record.thumbnail, record.warnings) == (b"", ())
        assert journal.batch(batch_id).counts == BatchCounts(failed=1)


def test_of_several_films_all_are_written_or_none(file: Path) -> None:
    with journal_at(file) as journal:
        batch_id = filled(journal, [Path("/a"), Path("/b")])
        first, second = journal.waiting(batch_id)
        with pytest.raises(UsageError, match="no film"):
            journal.write(batch_id, [read(*first), read(second[0] + 99, "/c")])
        assert journal.waiting(batch_id) == [first, second]
        assert journal.batch(batch_id).counts == BatchCounts(waiting=2)


def test_the_same_content_is_known_by_its_first_film(file: Path) -> None:
    with journal_at(file) as journal:
        batch_id = filled(journal, [Path("/a"), Path("/b"), Path("/c")])
        elsewhere = filled(journal, [Path("/d")])
        films = journal.waiting(batch_id)
        journal.write(batch_id, [read(*film, sha256="f0") for film in films[1:]])
        journal.write(batch_id, [unread(*films[0], sha256="")])
        assert journal.first_with(batch_id, "f0", before=films[2][0]) == Path("/b")
        assert journal.first_with(batch_id, "f0", before=films[1][0]) is None
        assert journal.first_with(batch_id, "", before=films[2][0]) is None
        assert journal.first_with(elsewhere, "f0", before=10**6) is None


def test_more_places_open_a_batch_again(file: Path) -> None:
    with journal_at(file) as journal:
        batch_id = filled(journal, [])
        journal.set_all_found(batch_id)
        journal.end(batch_id, BatchEnd.DONE)
        assert journal.batch(batch_id).end is BatchEnd.DONE
        journal.add_places(batch_id, iter([Path("/cd")]))
        batch = journal.batch(batch_id)
        assert batch.told.places == (Path("/ward"), Path("/cd"))
        assert (batch.all_found, batch.end) == (False, BatchEnd.OPEN)


def test_failed_films_wait_again_and_refused_ones_do_not(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id = filled(journal, [Path("/a"), Path("/b"), Path("/c")])
        films = journal.waiting(batch_id)
        failed = unread(*films[1], identity=SOMEBODY, warnings=(LATERAL,), sha256="f0")
        journal.write(batch_id, [read(*films[0]), failed, unread(*films[2], refused=True)])
        journal.end(batch_id, BatchEnd.DONE)
        assert journal.retry_failed(batch_id) == 1
        assert journal.waiting(batch_id) == [films[1]]
        record = reader.find(films[1][0])
        assert record is not None
        assert (record.state, record.error, record.warnings) == (FilmState.WAITING, None, ())
        assert (record.identity, record.sha256, record.seconds) == (None, "", 0.0)
        assert journal.batch(batch_id).end is BatchEnd.OPEN


def test_a_batch_without_failed_films_stays_ended(file: Path) -> None:
    with journal_at(file) as journal:
        batch_id = filled(journal, [])
        journal.end(batch_id, BatchEnd.CANCELLED)
        assert journal.retry_failed(batch_id) == 0
        assert journal.batch(batch_id).end is BatchEnd.CANCELLED


def test_a_deleted_batch_leaves_nothing_of_anybody_on_the_disk(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        kept, batch_id = filled(journal, [Path("/kept")]), filled(journal, [Path("/ward/geheim.dcm")])
        films = journal.waiting(batch_id)
        journal.write(batch_id, [read(*film, identity=SOMEBODY, thumbnail=b"THUMB" * 2000) for film in films])
        journal.add_skipped(batch_id, [SkippedFile(Path("/ward/brief.txt"), "a text")])
        assert words_on_disk(file) == {"Mercy", "geheim", "brief", "THUMB"}
        journal.delete(batch_id)
        assert words_on_disk(file) == set()
        assert [batch.id for batch in reader.batches()] == [kept]
        assert reader.rows([films[0][0]]) == []
        assert reader.skipped(batch_id) == []
        with pytest.raises(UsageError):
            journal.batch(batch_id)


def words_on_disk(file: Path) -> set[str]:
    kept = b"".join(entry.read_bytes() for entry in file.parent.iterdir())
    return {word for word in ("Mercy", "geheim", "brief", "THUMB") if word.encode() in kept}


def test_room_is_given_back_when_a_batch_is_deleted(file: Path) -> None:
    with journal_at(file) as journal:
        batch_id = filled(journal, [Path(f"/{number}") for number in range(700)])
        films = journal.waiting(batch_id, limit=700)
        journal.write(batch_id, [read(*film, thumbnail=os.urandom(2000)) for film in films])
        assert file.stat().st_size + file.with_name("journal.sqlite-wal").stat().st_size > 1_400_000
        journal.delete(batch_id)
        assert file.stat().st_size < 200_000


def test_an_id_is_never_given_twice(file: Path) -> None:
    with journal_at(file) as journal:
        first = filled(journal, [Path("/a")])
        [(film_id, _)] = journal.waiting(first)
        journal.delete(first)
    with journal_at(file) as journal:
        second = filled(journal, [Path("/a")])
        assert second > first
        assert journal.waiting(second)[0][0] > film_id


def test_a_batch_that_is_gone_is_said_in_words(file: Path) -> None:
    with journal_at(file) as journal:
        batch_id = filled(journal, [Path("/a")])
        [film] = journal.waiting(batch_id)
        journal.delete(batch_id)
        for told_of_it in (
            lambda: journal.write(batch_id, [read(*film)]),
            lambda: journal.add_films(batch_id, [Path("/b")]),
            lambda: journal.add_skipped(batch_id, [SkippedFile(Path("/s"), "a text")]),
            lambda: journal.add_places(batch_id, [Path("/b")]),
            lambda: journal.set_all_found(batch_id),
            lambda: journal.end(batch_id, BatchEnd.DONE),
            lambda: journal.retry_failed(batch_id),
            lambda: journal.delete(batch_id),
        ):
            with pytest.raises(UsageError, match="no longer in the journal"):
                told_of_it()


def test_threads_of_the_engine_share_the_journal(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id = journal.start(told())

        def find(folder: int) -> None:
            for number in range(20):
                journal.add_films(batch_id, [Path(f"/{folder}/{number}")])
                for film in journal.waiting(batch_id, limit=2):
                    journal.write(batch_id, [read(*film)])

        threads = [threading.Thread(target=find, args=(folder,)) for folder in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert journal.batch(batch_id).counts.found == 80
        done = [record.number for record in reader.done_after(batch_id, 0, 100)]
        left = reader.rows([film_id for film_id, _ in journal.waiting(batch_id, limit=100)])
        assert sorted(done + [record.number for record in left]) == list(range(1, 81))


def test_a_closed_journal_says_so(file: Path) -> None:
    journal = Journal(file)
    journal.close()
    journal.close()
    with pytest.raises(OutputError, match="closed"):
        journal.start(told())


def test_classes_of_any_script_are_counted(file: Path) -> None:
    classes = ("正常", "أخرى")
    with journal_at(file) as journal:
        batch_id = filled(journal, [Path("/a")], told(classes=classes))
        [film] = journal.waiting(batch_id)
        journal.write(batch_id, [read(*film, (0.25, 0.75), classes=classes)])
        assert journal.batch(batch_id).counts.labels == (("أخرى", 1),)
