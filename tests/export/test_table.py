from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.export.results import CLASSES, classified, failed
from xraydesk.errors import Cancelled, OutputError
from xraydesk.export.table import CsvTable, json_line, row, text_cell, write_table
from xraydesk.film.film import FilmIdentity
from xraydesk.model.film_result import FilmResult
from xraydesk.model.prediction import Prediction
from xraydesk.presentation.wording import RESEARCH_USE_LONG

HEADER = (
    "path,prediction,p_COVID19,p_NORMAL,p_PNEUMONIA,warnings,error,model,model_sha256,device,seconds,sha256"
)


def rows_of(path: Path) -> list[list[str]]:
    """The table's rows below its header, read by the standard library."""
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.reader(file))[2:]


def test_a_table_is_the_research_sentence_the_header_and_a_row_a_film(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with CsvTable(path, CLASSES) as table:
        table.write(classified())
        table.write(failed())
    assert path.read_text(encoding="utf-8").splitlines() == [
        f"# {RESEARCH_USE_LONG}",
        HEADER,
        "a.png,PNEUMONIA,0.060000,0.030000,0.910000,lateral: This may be a lateral view.,,"
        "dlh-covid-1,ab12,cpu,0.0412,cd34",
        "b.dcm,,,,,,film_truncated: b.dcm is cut short.,dlh-covid-1,,,0.0000,",
    ]


def test_each_row_is_on_disk_before_the_next_film(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with CsvTable(path, CLASSES) as table:
        assert rows_of(path) == []
        table.write(classified())
        assert [cells[0] for cells in rows_of(path)] == ["a.png"]


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_cell_that_a_spreadsheet_would_run_is_text(start: str) -> None:
    assert text_cell(f"{start}1+1") == f"'{start}1+1"


def test_plain_text_and_numbers_are_left_alone() -> None:
    assert text_cell("a=b.png") == "a=b.png"
    assert row(classified(), CLASSES)[2:5] == ("0.060000", "0.030000", "0.910000")


@given(st.text(st.characters(exclude_characters="\0"), min_size=1))
def test_any_name_makes_one_row_that_reads_back(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    path = tmp_path_factory.mktemp("table") / "t.csv"
    result = replace(classified(), path=Path(name))
    with CsvTable(path, CLASSES) as table:
        table.write(result)
    (cells,) = rows_of(path)
    assert cells == list(row(result, CLASSES))
    assert not cells[0].startswith(("=", "+", "-", "@", "\t", "\r"))


def test_a_name_that_is_no_text_is_spelt_out() -> None:
    assert text_cell("film\udcff.png") == "film\\udcff.png"


def test_a_class_the_model_did_not_name_has_an_empty_cell() -> None:
    other = replace(classified(), prediction=Prediction("A", ("A", "B"), (0.5, float("nan"))))
    assert row(other, ("A", "B", "C"))[2:5] == ("0.500000", "", "")


def test_resuming_keeps_the_rows_there_and_adds_the_rest(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with CsvTable(path, CLASSES) as table:
        table.write(classified("=a.png"))
    with CsvTable(path, CLASSES, resume=True) as table:
        assert table.has(Path("=a.png"))
        assert not table.has(Path("b.dcm"))
        table.write(failed("b.dcm"))
    assert [cells[0] for cells in rows_of(path)] == ["'=a.png", "b.dcm"]


@given(st.integers(1, 200))
def test_the_half_row_of_a_killed_run_is_dropped(tmp_path_factory: pytest.TempPathFactory, cut: int) -> None:
    path = tmp_path_factory.mktemp("table") / "t.csv"
    names = ["a.png", 'line\nend, "quoted".png', "c.png"]
    with CsvTable(path, CLASSES) as table:
        for name in names:
            table.write(classified(name))
    whole = path.read_bytes()
    path.write_bytes(whole[:-cut])
    with CsvTable(path, CLASSES, resume=True) as table:
        for name in names:
            if not table.has(Path(name)):
                table.write(classified(name))
    assert path.read_bytes() == whole


def test_resuming_where_nothing_is_starts_a_table(tmp_path: Path) -> None:
    with CsvTable(tmp_path / "new.csv", CLASSES, resume=True) as table:
        assert table.done == {}
    assert rows_of(tmp_path / "new.csv") == []


def test_resuming_an_empty_file_starts_a_table(tmp_path: Path) -> None:
    path = tmp_path / "empty.csv"
    path.touch()
    with CsvTable(path, CLASSES, resume=True) as table:
        assert table.done == {}
    assert rows_of(path) == []


def test_a_table_of_other_classes_is_not_continued(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with CsvTable(path, ("A", "B")):
        pass
    before = path.read_bytes()
    with pytest.raises(OutputError, match=r"results\.csv") as caught, CsvTable(path, CLASSES, resume=True):
        pass
    assert "--resume" in caught.value.hint
    assert path.read_bytes() == before


def test_a_folder_that_is_not_there_is_named_with_its_remedy(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "results.csv"
    with pytest.raises(OutputError, match=r"results\.csv") as caught, CsvTable(path, CLASSES):
        pass
    assert "folder" in caught.value.message
    assert caught.value.hint
    assert caught.value.code == "output_failed"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk that is always full")
def test_a_disk_that_fills_up_during_the_run_is_an_output_error(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with pytest.raises(OutputError, match="the disk is full"), CsvTable(path, CLASSES) as table:
        assert table._file is not None
        table._file.close()
        table._file = Path("/dev/full").open("a", encoding="utf-8")  # noqa: SIM115
        table.write(classified())


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "table"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    with CsvTable(pipe, CLASSES, resume=True) as table:
        table.write(classified())
    assert pipe.is_fifo()
    assert len(os.read(reader, 1 << 16).decode("utf-8").splitlines()) == 3  # sentence, header, film
    os.close(reader)


def test_a_line_of_json_is_what_the_product_promises() -> None:
    assert json.loads(json_line(classified())) == {
        "path": "a.png",
        "prediction": "PNEUMONIA",
        "probabilities": {"COVID19": 0.06, "NORMAL": 0.03, "PNEUMONIA": 0.91},
        "warnings": [{"code": "lateral", "message": "This may be a lateral view."}],
        "error": None,
        "model": "dlh-covid-1",
        "device": "cpu",
        "seconds": 0.0412,
    }
    assert json.loads(json_line(failed())) == {
        "path": "b.dcm",
        "prediction": None,
        "probabilities": None,
        "warnings": [],
        "error": {"code": "film_truncated", "message": "b.dcm is cut short.", "hint": "Copy it again."},
        "model": "dlh-covid-1",
        "device": "",
        "seconds": 0.0,
    }


def test_json_has_neither_nan_nor_a_second_line() -> None:
    odd = Prediction("A", ("A", "B"), (float("nan"), 1.0))
    line = json_line(replace(classified("two\nlines-ä\udcff"), prediction=odd, seconds=float("inf")))
    assert "NaN" not in line
    assert "Infinity" not in line
    assert "\n" not in line
    assert line.isascii()
    assert json.loads(line)["probabilities"] == {"A": None, "B": 1.0}


def test_probabilities_survive_the_way_through_json() -> None:
    third = Prediction("A", ("A", "B", "C"), (1 / 3, 1 / 3, 1 / 3))
    read = json.loads(json_line(replace(classified(), prediction=third)))["probabilities"]
    assert abs(sum(read.values()) - 1.0) <= 3 * sys.float_info.epsilon


def test_patient_and_study_follow_the_path_when_asked_for(tmp_path: Path) -> None:
    whose = FilmIdentity(patient_name="DOE^JANE", patient_id="=4711", study_date="20210715")
    rows = [(classified(), whose), (failed(), None)]
    assert write_table(tmp_path / "t.csv", CLASSES, iter(rows), identity=True) == 2
    lines = (tmp_path / "t.csv").read_text(encoding="utf-8").splitlines()
    assert lines[1].startswith("path,patient_name,patient_id,study_date,prediction,p_COVID19")
    assert lines[2].startswith('a.png,"DOE, JANE",\'=4711,2021-07-15,PNEUMONIA,0.060000')
    assert lines[3].startswith("b.dcm,,,,,,,")


def test_a_table_without_identity_is_the_one_written_film_by_film(tmp_path: Path) -> None:
    films = [classified(), failed(), classified("=x")]
    write_table(tmp_path / "whole.csv", CLASSES, ((film, FilmIdentity("DOE")) for film in films))
    with CsvTable(tmp_path / "grown.csv", CLASSES) as table:
        for film in films:
            table.write(film)
    assert (tmp_path / "whole.csv").read_bytes() == (tmp_path / "grown.csv").read_bytes()


def test_a_table_that_fails_leaves_the_old_one(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("old")

    def films() -> Iterator[tuple[FilmResult, None]]:
        yield classified(), None
        raise Cancelled

    with pytest.raises(Cancelled):
        write_table(tmp_path / "t.csv", CLASSES, films())
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("t.csv", "old")]


def test_a_file_of_another_kind_is_not_replaced(tmp_path: Path) -> None:
    film = tmp_path / "n0.jpg"
    film.write_bytes(b"\xff\xd8\xff\xe0 a film")
    with pytest.raises(OutputError, match="not replaced") as caught, CsvTable(film, CLASSES):
        pass
    assert caught.value.hint
    assert film.read_bytes() == b"\xff\xd8\xff\xe0 a film"


def test_an_empty_file_and_a_table_of_other_classes_are_replaced(tmp_path: Path) -> None:
    empty, other = tmp_path / "empty.csv", tmp_path / "other.csv"
    empty.touch()
    with CsvTable(other, ("A", "B")):
        pass
    for path in (empty, other):
        with CsvTable(path, CLASSES):
            pass
        assert path.read_text(encoding="utf-8").splitlines()[1] == HEADER


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_stays_a_link(tmp_path: Path) -> None:
    real, link = tmp_path / "real.csv", tmp_path / "link.csv"
    link.symlink_to(real)
    with CsvTable(link, CLASSES) as table:
        table.write(classified())
    assert link.is_symlink()
    assert len(rows_of(real)) == 1


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="needs /proc")
def test_what_the_shell_has_opened_is_written_to(tmp_path: Path) -> None:
    with (
        (tmp_path / "out.csv").open("w") as out,
        CsvTable(Path(f"/proc/self/fd/{out.fileno()}"), CLASSES) as table,
    ):
        table.write(classified())
    assert len(rows_of(tmp_path / "out.csv")) == 1


def test_an_empty_line_in_a_table_is_no_row(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with CsvTable(path, CLASSES) as table:
        table.write(classified())
        table.write(failed())
    path.write_text(path.read_text(encoding="utf-8") + "\n", encoding="utf-8", newline="")
    with CsvTable(path, CLASSES, resume=True) as table:
        assert list(table.done) == ["a.png", "b.dcm"]
        assert [table.has_unread(Path(name)) for name in ("a.png", "b.dcm", "c.png")] == [False, True, False]


def test_a_table_of_another_model_is_not_continued(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with CsvTable(path, CLASSES) as table:
        table.write(classified())  # by the model ab12
    with CsvTable(path, CLASSES, resume=True, model_sha256="ab12") as table:
        assert len(table.done) == 1
    other = CsvTable(path, CLASSES, resume=True, model_sha256="ff00")
    with pytest.raises(OutputError, match="another model"), other:
        pass


@pytest.mark.parametrize("odd", ["a note by hand\n", "\0\0\0\0\n", "a,b,c\n", "x" * 200_000 + "\n"])
@pytest.mark.parametrize("at_the_end", [True, False])
def test_a_table_with_a_line_that_is_no_row_is_refused_in_words_and_stays(
    tmp_path: Path, odd: str, at_the_end: bool
) -> None:
    path = tmp_path / "results.csv"
    with CsvTable(path, CLASSES) as table:
        table.write(classified("a.png"))
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    lines.insert(len(lines) - (0 if at_the_end else 1), odd)
    path.write_text("".join(lines), encoding="utf-8")
    with pytest.raises(OutputError, match="no row of this table"), CsvTable(path, CLASSES, resume=True):
        pass
    assert path.read_text(encoding="utf-8") == "".join(lines)
