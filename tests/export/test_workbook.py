from __future__ import annotations

import io
import re
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from tests.export.films import batch_of, record
from tests.export.results import CLASSES
from xraydesk.errors import Cancelled, OutputError
from xraydesk.export.table import columns, text_cell
from xraydesk.export.workbook import write_workbook
from xraydesk.film.film import FilmIdentity
from xraydesk.journal.records import FilmRecord
from xraydesk.presentation.wording import RESEARCH_USE_LONG

NS = {"x": "http://schemas.openxmlformats.org/spreadsheetml/2006/main"}
Cell = str | float


class Sheet:
    """A worksheet of an .xlsx as its XML has it."""

    def __init__(self, path: Path, number: int = 1) -> None:
        with zipfile.ZipFile(path) as book:
            assert book.testzip() is None
            self.tree = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
            self.styles = ElementTree.fromstring(book.read("xl/styles.xml"))

    def rows(self) -> list[dict[str, Cell]]:
        return [
            {re.sub(r"\d", "", cell.attrib["r"]): self._value(cell) for cell in row}
            for row in self.tree.findall("x:sheetData/x:row", NS)
        ]

    def number_format(self, place: str) -> str:
        cell = self.tree.find(f".//x:c[@r='{place}']", NS)
        assert cell is not None
        style = self.styles.findall("x:cellXfs/x:xf", NS)[int(cell.attrib["s"])]
        custom = {
            f.attrib["numFmtId"]: f.attrib["formatCode"] for f in self.styles.iter(f"{{{NS['x']}}}numFmt")
        }
        return custom.get(style.attrib["numFmtId"], style.attrib["numFmtId"])

    @staticmethod
    def _value(cell: ElementTree.Element) -> Cell:
        if cell.attrib.get("t") == "inlineStr":
            text = "".join(part.text or "" for part in cell.iter(f"{{{NS['x']}}}t"))
            return re.sub(r"_x([0-9A-F]{4})_", lambda m: chr(int(m[1], 16)), text)  # ECMA-376 22.9.2.19
        value = cell.find("x:v", NS)
        assert cell.find("x:f", NS) is None  # no formula anywhere
        return float(value.text or "nan") if value is not None else ""


def written(tmp_path: Path, *films: FilmRecord, **options: bool) -> Path:
    path = tmp_path / "ward.xlsx"
    write_workbook(path, batch_of(), films, **options)
    return path


def test_the_columns_are_those_of_the_csv_and_numbers_are_numbers(tmp_path: Path) -> None:
    sheet = Sheet(written(tmp_path, record(1, "/ward/a.png"), record(2, "/ward/b.dcm", None)))
    head, first, second = sheet.rows()
    assert tuple(head.values()) == columns(CLASSES)
    assert [first[place] for place in "ABCDE"] == ["/ward/a.png", "PNEUMONIA", 0.06, 0.03, 0.91]
    assert sheet.number_format("C2") == "0.0 %"
    assert first["K"] == pytest.approx(0.0412)
    assert "C" not in second
    assert second["G"] == "film_truncated: It is cut short."


def test_the_head_stays_in_view_and_filters(tmp_path: Path) -> None:
    sheet = Sheet(written(tmp_path, record(1, "a.png"), record(2, "b.png")))
    pane, filtered = sheet.tree.find(".//x:pane", NS), sheet.tree.find("x:autoFilter", NS)
    assert pane is not None
    assert (pane.attrib["state"], pane.attrib["ySplit"]) == ("frozen", "1")
    assert filtered is not None
    assert filtered.attrib["ref"] == "A1:L3"


def test_the_second_sheet_says_what_it_is_and_what_it_is_not(tmp_path: Path) -> None:
    path = written(tmp_path, record(1, "a.png"))
    said = [list(row.values()) for row in Sheet(path, 2).rows() if row]
    assert said[0] == [RESEARCH_USE_LONG]
    facts = {row[0]: row[1] for row in said[1:]}
    assert facts["Model"] == "DLH_COVID 1.0"
    assert facts["Model, SHA-256"] == "ab12cd34ef567890"
    assert facts["Films found"] == 3
    assert facts["Skipped, no films"] == 4
    assert facts["Films in this file"] == 1
    day = date(1899, 12, 30) + timedelta(days=int(float(facts["Started"])))
    assert day == date(2026, 11, 21)


def test_patient_and_study_are_there_only_when_asked_for(tmp_path: Path) -> None:
    row = Sheet(written(tmp_path, record(1, "a.png"), identity=True)).rows()[1]
    assert [row[place] for place in "BC"] == ["ROSSI, ANNA", "PID-4711"]
    assert row["D"] == (date(2021, 7, 15) - date(1899, 12, 30)).days
    assert "ROSSI" not in str(Sheet(written(tmp_path, record(1, "a.png"))).rows())


def test_a_study_date_that_is_none_is_text(tmp_path: Path) -> None:
    whose = FilmIdentity(study_date="in July")
    assert Sheet(written(tmp_path, record(1, "a", identity=whose), identity=True)).rows()[1]["D"] == "in July"


@pytest.mark.parametrize(
    "name", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "{=1}", "http://a.b", "007", "<r>a</r>"]
)
def test_a_name_is_text_and_nothing_that_runs(tmp_path: Path, name: str) -> None:
    path = written(tmp_path, record(1, "a", identity=FilmIdentity(patient_id=name)), identity=True)
    shown = Sheet(path).rows()[1]["C"]
    assert shown in (name, f"'{name}")
    assert not str(shown).startswith(("=", "+", "-", "@", "\t"))
    with zipfile.ZipFile(path) as book:
        assert b"<f>" not in book.read("xl/worksheets/sheet1.xml")
        assert b"hyperlink" not in book.read("xl/worksheets/sheet1.xml")


@settings(max_examples=40)
@given(st.text(min_size=1, max_size=40))
def test_any_name_makes_a_sheet_that_reads_back(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    whose = FilmIdentity(patient_id=f"x{name}")
    path = written(tmp_path_factory.mktemp("book"), record(1, "a", identity=whose), identity=True)
    shown = Sheet(path).rows()[1]["C"]
    line_ends = {ord("\r"): "\n"}  # XML has one line end
    assert str(shown).translate(line_ends) == text_cell(f"x{name}").translate(line_ends)


def test_a_cell_holds_no_more_than_excel_reads(tmp_path: Path) -> None:
    long = record(1, "a", identity=FilmIdentity(patient_id="😀" * 40_000))
    shown = str(Sheet(written(tmp_path, long, identity=True)).rows()[1]["C"])
    assert len(shown.encode("utf-16-le")) // 2 <= 32_767
    assert shown.endswith("😀…")


def test_rows_beyond_a_sheet_go_on_in_the_next(tmp_path: Path) -> None:
    path = tmp_path / "ward.xlsx"
    films = [record(number, f"{number}.png") for number in range(1, 6)]
    assert write_workbook(path, batch_of(), films, rows_a_sheet=3).films == 5
    rows = [row["A"] for number in (1, 2, 3) for row in Sheet(path, number).rows()[1:]]
    assert rows == ["1.png", "2.png", "3.png", "4.png", "5.png"]


def test_thumbnails_stand_in_their_rows(tmp_path: Path) -> None:
    thumbnail = io.BytesIO()
    Image.new("L", (160, 120), 90).save(thumbnail, "JPEG")
    films = [record(1, "a.png", thumbnail=thumbnail.getvalue()), record(2, "b.png", thumbnail=b"no picture")]
    path = written(tmp_path, *films, thumbnails=True)
    with zipfile.ZipFile(path) as book:
        media = [name for name in book.namelist() if name.startswith("xl/media/")]
        drawing = book.read("xl/drawings/drawing1.xml").decode()
        with Image.open(io.BytesIO(book.read(media[0]))) as picture:
            assert picture.size == (64, 48)
    assert len(media) == 1
    assert re.findall(r"<xdr:row>(\d+)</xdr:row>", drawing) == ["1", "1"]  # from and to: within its row
    assert Sheet(path).rows()[1]["B"] == "a.png"


def test_a_cancelled_workbook_leaves_what_was_there_and_nothing_beside_it(tmp_path: Path) -> None:
    (tmp_path / "ward.xlsx").write_text("old")

    def films() -> Iterator[FilmRecord]:
        yield record(1, "a.png")
        raise Cancelled

    with pytest.raises(Cancelled):
        write_workbook(tmp_path / "ward.xlsx", batch_of(), films())
    assert [(file.name, file.read_text()) for file in tmp_path.iterdir()] == [("ward.xlsx", "old")]


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"ward\.xlsx"):
        write_workbook(tmp_path / "nowhere" / "ward.xlsx", batch_of(), [])


@pytest.mark.skipif(shutil.which("soffice") is None, reason="needs LibreOffice to convert by")
def test_libreoffice_opens_it(tmp_path: Path) -> None:
    path = written(tmp_path, record(1, "/ward/صور.png"), thumbnails=True)
    command = ["soffice", "--headless", f"-env:UserInstallation=file://{tmp_path}/profile"]
    command += [
        "--convert-to",
        "csv:Text - txt - csv (StarCalc):44,34,76",
        "--outdir",
        str(tmp_path),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=300)
    assert "/ward/صور.png,PNEUMONIA,6.0 %" in (tmp_path / "ward.csv").read_text(encoding="utf-8")
