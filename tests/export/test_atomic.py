from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from xraydesk.errors import OutputError
from xraydesk.export.atomic import output_error, whole_file


def test_a_file_is_there_whole_and_nothing_beside_it(tmp_path: Path) -> None:
    with whole_file(tmp_path / "a.txt") as part:
        part.write_text("new")
        assert not (tmp_path / "a.txt").exists()
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


def test_a_failure_leaves_the_old_file_as_it_was(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(RuntimeError), whole_file(path) as part:
        part.write_text("half")
        raise RuntimeError
    assert path.read_text() == "old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.txt"]


@pytest.mark.parametrize(
    ("code", "reason"),
    [(errno.ENOSPC, "the disk is full"), (errno.EACCES, "may not write"), (errno.EROFS, "only be read")],
)
def test_a_failure_names_the_file_the_reason_and_the_remedy(tmp_path: Path, code: int, reason: str) -> None:
    path = tmp_path / "a.csv"
    with pytest.raises(OutputError) as caught, whole_file(path):
        raise OSError(code, os.strerror(code))
    assert caught.value.message.startswith("a.csv could not be written")
    assert reason in caught.value.message
    assert caught.value.hint
    assert caught.value.path == path
    assert list(tmp_path.iterdir()) == []


def test_an_unknown_reason_is_said_in_the_systems_words(tmp_path: Path) -> None:
    assert "odd thing" in output_error(tmp_path / "a", OSError(9999, "odd thing")).message
    assert output_error(tmp_path / "a", OSError()).hint


def test_a_folder_in_the_place_of_the_file_is_an_output_error(tmp_path: Path) -> None:
    (tmp_path / "a.csv").mkdir()
    with pytest.raises(OutputError, match=r"a\.csv"), whole_file(tmp_path / "a.csv") as part:
        part.write_text("x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]
