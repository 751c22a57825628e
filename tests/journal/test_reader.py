"""Rows, results and counts as a window or an export reads them."""

from __future__ import annotations

import math
import multiprocessing
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.journal.films import (
    CLASSES,
    CROP,
    LATERAL,
    NO_CHEST,
    SOMEBODY,
    journal_at,
    read,
    reader_of,
    told,
    unread,
)
from xraydesk.errors import OutputError
from xraydesk.export.table import row
from xraydesk.film.film import FilmIdentity, GateFinding, Severity
from xraydesk.journal.journal import Journal
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import BatchEnd, FilmState, FinishedFilm, RowQuery, SkippedFile
from xraydesk.model.film_result import FilmResult
from xraydesk.model.prediction import Prediction

NUMBERS = st.floats(allow_nan=False, allow_infinity=False).map(lambda value: value + 0.0)  # no -0.0


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "journal.sqlite"


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Journal, JournalReader]]:
    file = tmp_path_factory.mktemp("journal") / "journal.sqlite"
    with journal_at(file) as journal, reader_of(file) as reader:
        yield journal, reader


def write(journal: Journal, *films: FinishedFilm, batch_id: int = 0) -> tuple[int, list[int]]:
    """A batch of these films, whose ids are given anew; (batch, film ids)."""
    batch_id = batch_id or journal.start(told())
    journal.add_films(batch_id, [film.result.path for film in films])
    ids = [film_id for film_id, _ in journal.waiting(batch_id, limit=10_000)]
    journal.write(
        batch_id, [replace(film, film_id=film_id) for film, film_id in zip(films, ids, strict=True)]
    )
    return batch_id, ids


def test_a_journal_that_does_not_exist_yet_is_empty_and_is_not_made(file: Path) -> None:
    with reader_of(file) as reader:
        assert reader.batches() == []
        assert reader.batch(1) is None
        assert reader.find(1) is None
        assert reader.result(1, CROP) is None
        assert reader.row_ids(RowQuery(1)).typecode == "q"
        assert len(reader.row_ids(RowQuery(1))) == 0
        assert reader.rows([1]) == reader.done_after(1, 0, 9) == []
        assert reader.skipped(1) == []
        assert reader.histogram(1, "NORMAL", 2) == [0, 0]
        assert reader.changes(1) == 0
        assert list(file.parent.iterdir()) == []
        with journal_at(file) as journal:
            batch_id = journal.start(told())
            assert [batch.id for batch in reader.batches()] == [batch_id]


def test_an_empty_file_is_an_empty_journal(file: Path) -> None:
    file.touch()
    with reader_of(file) as reader:
        assert reader.batches() == []
    with journal_at(file) as journal, reader_of(file) as reader:
        journal.start(told())
        assert len(reader.batches()) == 1


def test_a_row_has_all_that_was_written(file: Path) -> None:
    same = GateFinding("same_film", Severity.WARNING, "The same film as caf\udce9.png.")
    film = read(0, "/ward/a.dcm", warnings=(LATERAL, same), identity=SOMEBODY, thumbnail=b"\xff\xd8jpeg")
    with journal_at(file) as journal, reader_of(file) as reader:
        _, [film_id] = write(journal, film)
        record = reader.find(film_id)
    assert record is not None
    assert (record.id, record.number, record.path) == (film_id, 1, Path("/ward/a.dcm"))
    assert (record.state, record.prediction) == (FilmState.READ, film.result.prediction)
    assert (record.warnings, record.error) == ((LATERAL, same), None)
    assert (record.device, record.seconds, record.sha256) == ("cpu", 0.0412, "cd34")
    assert (record.identity, record.thumbnail, record.other) == (SOMEBODY, b"\xff\xd8jpeg", None)
    assert "Mercy" not in repr(record)


def test_rows_come_in_the_order_asked_and_without_those_that_are_gone(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        _, ids = write(journal, *(read(0, f"/{number}") for number in range(1200)))
        asked = [ids[5], 10**9, *reversed(ids), ids[5]]
        assert [record.id for record in reader.rows(asked)] == [film for film in asked if film != 10**9]
        assert reader.rows([]) == []


@given(
    probabilities=st.tuples(NUMBERS, NUMBERS, NUMBERS),
    seconds=NUMBERS | st.sampled_from([math.nan, math.inf]),
    message=st.text(st.characters(), max_size=20),
    label=st.sampled_from((*CLASSES, "INDETERMINATE")),
)
def test_a_result_makes_the_same_row_of_a_table_as_the_one_written(
    opened: tuple[Journal, JournalReader],
    probabilities: tuple[float, float, float],
    seconds: float,
    message: str,
    label: str,
) -> None:
    journal, reader = opened
    said = (LATERAL, GateFinding("odd", Severity.WARNING, message))
    film = read(0, "/ward/a.dcm", probabilities, label=label, seconds=seconds, warnings=said)
    failed = unread(0, "/ward/b.dcm", replace(NO_CHEST, message=message), refused=True, sha256="ef56")
    _, ids = write(journal, film, failed)
    for written, film_id in zip((film.result, failed.result), ids, strict=True):
        kept = reader.result(film_id, CROP)
        assert kept is not None
        assert row(kept, CLASSES) == row(written, CLASSES)
        assert (kept.prediction, kept.error) == (written.prediction, written.error)
        assert (kept.warnings, kept.refused, kept.crop) == (written.warnings, written.refused, written.crop)
        assert kept.seconds == written.seconds or math.isnan(written.seconds)


def test_what_is_not_a_number_stays_so(file: Path) -> None:
    broken = (math.nan, 0.25, math.inf)
    with journal_at(file) as journal, reader_of(file) as reader:
        _, [film_id] = write(journal, read(0, "/a", broken, label="NORMAL", seconds=math.nan))
        kept = reader.result(film_id, CROP)
    assert kept is not None
    assert kept.prediction is not None
    assert math.isnan(kept.seconds)
    assert math.isnan(kept.prediction.probabilities[0])
    assert kept.prediction.probabilities[1:] == (0.25, math.inf)


def test_heatmaps_come_back_within_half_a_step_of_eight_bits(file: Path) -> None:
    film = read(0, "/a")
    with journal_at(file) as journal, reader_of(file) as reader:
        _, [film_id] = write(journal, film)
        kept = reader.result(film_id, CROP)
    assert kept is not None
    assert [heat.class_name for heat in kept.heatmaps] == list(CLASSES)
    for heat, written in zip(kept.heatmaps, film.result.heatmaps, strict=True):
        assert (heat.coarse.shape, heat.coarse.dtype) == ((14, 12), np.dtype(np.float32))
        assert np.abs(heat.coarse - written.coarse).max() <= 0.5001 / 255
        assert (heat.coarse.max(), heat.method, heat.crop) == (1.0, "Grad-CAM", CROP)


def test_a_film_that_waits_has_no_result(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id = journal.start(told())
        journal.add_films(batch_id, [Path("/a")])
        [(film_id, _)] = journal.waiting(batch_id)
        assert reader.result(film_id, CROP) is None
        record = reader.find(film_id)
        assert record is not None
        assert (record.state, record.prediction, record.seconds) == (FilmState.WAITING, None, 0.0)


def test_two_batches_are_compared_by_content(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        earlier, _ = write(
            journal,
            unread(0, "/old/0", sha256="a1"),
            read(0, "/old/1", (0.9, 0.1, 0.0), sha256="a1"),
            read(0, "/old/2", (0.0, 0.9, 0.1), sha256="a1"),
            read(0, "/old/3", (0.0, 0.1, 0.9), sha256="b2"),
            read(0, "/old/4", (0.0, 0.1, 0.9), sha256=""),
        )
        later, ids = write(
            journal,
            read(0, "/new/1", (0.0, 0.1, 0.9), sha256="a1"),
            read(0, "/new/2", (0.0, 0.2, 0.8), sha256="b2"),
            read(0, "/new/3", sha256="c3"),
            read(0, "/new/4", (0.9, 0.1, 0.0), sha256=""),
            unread(0, "/new/5", sha256="b2"),
        )
        rows = reader.rows(ids, compare_with=earlier)
        differing = reader.row_ids(RowQuery(later, compare_with=earlier, only_differing=True))
        assert list(reader.row_ids(RowQuery(later, only_differing=True))) == ids
        journal.delete(earlier)
        assert [record.other for record in reader.rows(ids, compare_with=earlier)] == [None] * 5
    first = Prediction("COVID19", CLASSES, (0.9, 0.1, 0.0))
    second = Prediction("PNEUMONIA", CLASSES, (0.0, 0.1, 0.9))
    assert [record.other for record in rows] == [first, second, None, None, second]
    assert list(differing) == ids[:1]


def test_batches_of_models_with_other_classes_are_compared(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        pairs = journal.start(told(classes=("sick", "well")))
        write(journal, read(0, "/a", (0.25, 0.75), classes=("sick", "well"), sha256="a1"), batch_id=pairs)
        _, ids = write(journal, read(0, "/a", sha256="a1"))
        [record] = reader.rows(ids, compare_with=pairs)
    assert record.other == Prediction("well", ("sick", "well"), (0.25, 0.75))


def test_a_histogram_counts_each_film_once(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        values = [0.0, 0.049, 0.05, 0.5, 0.999, 1.0, 1.0]
        films = [read(0, f"/{number}", (p, 1 - p, 0.0)) for number, p in enumerate(values)]
        batch_id, _ = write(journal, *films, unread(0, "/failed"))
        write(journal, read(0, "/other", (0.3, 0.7, 0.0)))
        assert reader.histogram(batch_id, "COVID19") == [2, 1, *[0] * 8, 1, *[0] * 8, 3]
        assert reader.histogram(batch_id, "COVID19", 2) == [3, 4]
        assert reader.histogram(batch_id, "TB", 2) == [0, 0]


def test_skipped_files_are_listed_in_the_order_found(file: Path) -> None:
    files = [SkippedFile(Path(f"/ward/{9 - number}"), f"no film: {number}\udce9") for number in range(5)]
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id = journal.start(told())
        journal.add_skipped(batch_id, iter(files))
        assert reader.skipped(batch_id) == files
        assert reader.skipped(batch_id, limit=2) == files[:2]
        batch = reader.batch(batch_id)
        assert batch is not None
        assert batch.counts.skipped == 5


def test_finished_films_come_by_pages_in_the_order_found(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id = journal.start(told())
        journal.add_films(batch_id, [Path(f"/{number}") for number in range(6)])
        films = journal.waiting(batch_id)
        for number in (4, 0, 2):
            journal.write(batch_id, [read(*films[number])])
        page = reader.done_after(batch_id, 0, 2)
        assert [record.path.name for record in page] == ["0", "2"]
        assert [record.path.name for record in reader.done_after(batch_id, page[-1].id, 2)] == ["4"]
        assert reader.done_after(batch_id, films[4][0], 2) == []


def test_every_change_of_a_batch_and_of_no_other_is_told(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        batch_id, other = journal.start(told()), journal.start(told())
        before_other = reader.changes(other)
        seen = [reader.changes(batch_id)]

        def told_of() -> None:
            seen.append(reader.changes(batch_id))

        journal.add_films(batch_id, [Path("/a")])
        told_of()
        [film] = journal.waiting(batch_id)
        journal.write(batch_id, [unread(*film)])
        told_of()
        journal.retry_failed(batch_id)
        told_of()
        journal.add_skipped(batch_id, [SkippedFile(Path("/s"), "a text")])
        told_of()
        journal.set_all_found(batch_id)
        told_of()
        journal.end(batch_id, BatchEnd.DONE)
        told_of()
        journal.add_places(batch_id, [Path("/b")])
        told_of()
        assert seen == sorted(set(seen))
        assert reader.changes(other) == before_other


def _ids_of(file: Path) -> list[int]:
    with reader_of(file) as reader:
        return [batch.id for batch in reader.batches()]


def test_another_process_reads_while_the_writer_writes(file: Path) -> None:
    with journal_at(file) as journal, multiprocessing.get_context("spawn").Pool(1) as pool:
        ids = [journal.start(told()) for _ in range(2)]
        assert pool.apply(_ids_of, (file,)) == ids[::-1]
        ids.append(journal.start(told()))
        assert pool.apply(_ids_of, (file,)) == ids[::-1]
        pool.close()
        pool.join()


def _note_a_batch(file: Path) -> None:
    with journal_at(file) as journal:
        journal.start(told())


def test_a_reader_beside_the_writer_does_not_give_up_its_locks(file: Path) -> None:
    """A file that is opened and closed loses all its process's locks, and another process deletes the log."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        with journal_at(file) as journal, reader_of(file) as reader:
            journal.start(told())
            assert len(reader.batches()) == 1
            pool.apply(_note_a_batch, (file,))
            journal.start(told())
            assert pool.apply(_ids_of, (file,)) == [3, 2, 1]
        assert pool.apply(_ids_of, (file,)) == [3, 2, 1]
        pool.close()
        pool.join()


def test_a_reader_outlives_the_writer_and_sees_the_next_one(file: Path) -> None:
    with reader_of(file) as reader:
        for count in range(1, 4):
            with journal_at(file) as journal:
                journal.start(told())
            assert len(reader.batches()) == count
    assert len(_ids_of(file)) == 3


def test_identity_of_any_kind_comes_back(file: Path) -> None:
    odd = FilmIdentity(patient_name="山田^太郎\x00", patient_id="\udce9", institution="مستشفى")
    with journal_at(file) as journal, reader_of(file) as reader:
        _, ids = write(journal, read(0, "/a", identity=odd), unread(0, "/b", identity=FilmIdentity()))
        assert [record.identity for record in reader.rows(ids)] == [odd, FilmIdentity()]


def test_whether_any_film_says_whose_it_is(file: Path) -> None:
    dated, named = FilmIdentity(study_date="20260102"), FilmIdentity(patient_id="7")
    with journal_at(file) as journal, reader_of(file) as reader:
        batch, _ = write(journal, read(0, "/a"), unread(0, "/b", identity=FilmIdentity()))
        other, _ = write(journal, read(0, "/a", identity=named))
        assert reader.identified(batch) == (False, False)
        assert reader.identified(other) == (True, False)
        write(journal, read(0, "/c", identity=dated), batch_id=batch)
        assert reader.identified(batch) == (False, True)
        assert reader.identified(99) == (False, False)


def test_a_result_names_the_model_of_the_batch(file: Path) -> None:
    with journal_at(file) as journal, reader_of(file) as reader:
        _, [film_id] = write(journal, FinishedFilm(0, FilmResult(Path("/a"), error=NO_CHEST)))
        kept = reader.result(film_id, CROP)
    assert kept is not None
    assert (kept.model_id, kept.model_name) == ("dlh-covid-1", "DLH_COVID")
    assert (kept.model_version, kept.model_sha256) == ("1.0", "ab12")


def test_a_closed_reader_says_so(file: Path) -> None:
    reader = JournalReader(file)
    assert reader.batches() == []
    reader.close()
    with pytest.raises(OutputError, match="closed"):
        reader.batches()
