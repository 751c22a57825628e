"""A journal of an earlier version is opened with every row it has."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from tests.journal.films import (
    CLASSES,
    CROP,
    CUT_SHORT,
    LATERAL,
    NO_CHEST,
    SOMEBODY,
    journal_at,
    read,
    reader_of,
)
from xraydesk.errors import OutputError
from xraydesk.journal.opinions import Opinion
from xraydesk.journal.records import Arrived, BatchCounts, BatchEnd, FilmState, RowQuery, SkippedFile
from xraydesk.journal.schema import MIGRATIONS, VERSION
from xraydesk.model.model_input import PAPER_PREPROCESSING
from xraydesk.model.prediction import Prediction


def written_by(version: int, folder: Path) -> Path:
    file = folder / "journal.sqlite"
    with closing(sqlite3.connect(file)) as connection:
        told = Path(__file__).with_name(f"version_{version}.sql").read_text(encoding="utf-8")
        connection.executescript(told)
    return file


@pytest.fixture
def version_1(tmp_path: Path) -> Path:
    return written_by(1, tmp_path)


@pytest.fixture
def version_2(tmp_path: Path) -> Path:
    return written_by(2, tmp_path)


@pytest.fixture
def version_3(tmp_path: Path) -> Path:
    return written_by(3, tmp_path)


def version(file: Path) -> int:
    with closing(sqlite3.connect(file)) as connection:
        return int(connection.execute("PRAGMA user_version").fetchone()[0])


def check_every_row(file: Path) -> None:
    with reader_of(file) as reader:
        [batch] = reader.batches()
        assert (batch.started, batch.all_found, batch.end) == ("2026-01-02T03:04:05", True, BatchEnd.OPEN)
        assert (batch.told.places, batch.told.csv) == ((Path("/ward"), Path("/cd")), Path("/out/table.csv"))
        assert (batch.told.classes, batch.told.preprocessing) == (CLASSES, PAPER_PREPROCESSING)
        labels = (("PNEUMONIA", 1),)
        assert batch.counts == BatchCounts(waiting=1, read=1, refused=1, failed=1, skipped=1, labels=labels)
        rows = reader.rows(reader.row_ids(RowQuery(batch.id)))
        assert [row.path.name for row in rows] == ["a.dcm", "b.png", "c.dcm", "d.dcm"]
        states = [FilmState.READ, FilmState.FAILED, FilmState.REFUSED, FilmState.WAITING]
        assert [row.state for row in rows] == states
        assert rows[0].prediction == Prediction("PNEUMONIA", CLASSES, (0.06, 0.03, 0.91))
        assert (rows[0].warnings, rows[0].thumbnail, rows[0].identity) == ((LATERAL,), b"jpeg", None)
        assert [row.error for row in rows] == [None, CUT_SHORT, NO_CHEST, None]
        result = reader.result(rows[0].id, CROP)
        assert result is not None
        steps = np.array([[0, 255], [51, 102]], np.float32) / np.float32(255)
        assert all(np.array_equal(heat.coarse, steps) for heat in result.heatmaps)
        assert reader.skipped(batch.id) == [SkippedFile(Path("/ward/e.txt"), "a text")]


def test_the_writer_finds_every_row_of_version_1_and_goes_on(version_1: Path) -> None:
    with journal_at(version_1) as journal:
        check_every_row(version_1)
        [film] = journal.waiting(1)
        journal.write(1, [read(*film, identity=SOMEBODY)])
    assert version(version_1) == VERSION
    with reader_of(version_1) as reader:
        record = reader.find(film[0])
        assert record is not None
        assert record.identity == SOMEBODY
        assert reader.changes(1) == 1


def test_a_reader_that_comes_first_finds_every_row_of_version_1(version_1: Path) -> None:
    check_every_row(version_1)
    assert version(version_1) == VERSION


def test_version_2_takes_opinions_beside_every_row_it_has(version_2: Path) -> None:
    check_every_row(version_2)
    said = Opinion("cd34", Path("/ward/a.dcm"), "NORMAL")
    with journal_at(version_2) as journal:
        journal.give_opinion(said)
    check_every_row(version_2)
    assert version(version_2) == VERSION
    with reader_of(version_2) as reader:
        assert [opinion.label for opinion in reader.opinions()] == ["NORMAL"]
        record = reader.find(2)
        assert record is not None
        assert (record.identity, reader.changes(1)) == (SOMEBODY, 7)


def test_a_version_is_taken_whole_or_not_at_all(version_1: Path) -> None:
    with closing(sqlite3.connect(version_1)) as connection:
        connection.execute(
            "ALTER TABLE batch ADD COLUMN removed INTEGER"
        )  # what a step of version 2 stumbles over
    with pytest.raises(OutputError, match="could not be used"), journal_at(version_1):
        pass
    assert version(version_1) == 1
    with closing(sqlite3.connect(version_1)) as connection:
        tables = {name for (name,) in connection.execute("SELECT name FROM sqlite_master")}
        connection.execute("ALTER TABLE batch DROP COLUMN removed")
        connection.commit()
    assert "identity" not in tables
    check_every_row(version_1)


def test_version_3_goes_on_with_every_row_and_gives_no_id_twice(version_3: Path) -> None:
    with closing(sqlite3.connect(version_3)) as connection, connection:
        connection.execute("DELETE FROM film WHERE id = 4")
        connection.execute("UPDATE tally SET films = 0 WHERE state = 'waiting'")
    with journal_at(version_3) as journal:
        journal.add_arrivals(1, [Arrived(Path("/ward/a.dcm"), "1 2"), Arrived(Path("/ward/d.dcm"), "3 4")])
        assert journal.waiting(1) == [(5, Path("/ward/d.dcm"))]  # how a.dcm looked was not known before
    check_every_row(version_3)
    assert version(version_3) == VERSION
    with reader_of(version_3) as reader:
        assert [opinion.label for opinion in reader.opinions()] == ["NORMAL"]
        assert [row.identity for row in reader.rows([2])] == [SOMEBODY]
    with closing(sqlite3.connect(version_3)) as connection:
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("earlier", [1, 2, 3])
def test_a_version_once_shipped_is_still_what_it_was(earlier: int, tmp_path: Path) -> None:
    file = written_by(earlier, tmp_path)
    with closing(sqlite3.connect(tmp_path / "now")) as now, closing(sqlite3.connect(file)) as then:
        for step in MIGRATIONS[:earlier]:
            for statement in step:
                now.execute(statement)
        assert tables_of(now) == tables_of(then)


def tables_of(connection: sqlite3.Connection) -> dict[str, list[str]]:
    schema = connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL").fetchall()
    return {name: sql.split() for name, sql in schema}
