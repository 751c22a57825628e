"""A batch as an Excel workbook: typed columns, a filter in the header, and a sheet that says what it is."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import xlsxwriter
from PIL import Image
from xlsxwriter.exceptions import XlsxWriterException

from xraydesk.errors import OutputError
from xraydesk.export.atomic import whole_file
from xraydesk.export.batch_summary import result_of
from xraydesk.export.table import columns, row, text_cell
from xraydesk.film.film import FilmIdentity
from xraydesk.journal.records import Batch, BatchCounts, FilmRecord
from xraydesk.presentation.wording import RESEARCH_USE_LONG, class_words, model_words

MOST_ROWS = 1_048_576  # of a sheet, its header among them: "Excel specifications and limits", Microsoft
MOST_LETTERS = 32_767  # of a cell
MOST_THUMBNAILS = 5_000  # Excel keeps all of them in memory, and becomes slow beyond

_WIDTHS = {"path": 56, "patient_name": 24, "warnings": 40, "error": 40, "model": 20, "prediction": 16}
_WIDTH = 14
_THUMBNAIL_SIDE = 64  # pixels
_MARGIN = 4


@dataclass(frozen=True, slots=True)
class WrittenWorkbook:
    films: int
    thumbnails_left_out: int


def write_workbook(
    path: Path,
    batch: Batch,
    films: Iterable[FilmRecord],
    *,
    identity: bool = False,
    thumbnails: bool = False,
    rows_a_sheet: int = MOST_ROWS,
) -> WrittenWorkbook:
    """One row a film with the columns of the CSV, whole or not there at all. Raises OutputError.

    Memory does not grow with the rows; films beyond `rows_a_sheet` go on in a further sheet. Thumbnails
    are shown for the first MOST_THUMBNAILS films.
    """
    with whole_file(path) as part, _scratch_beside(path) as scratch:
        try:
            with _Book(part, Path(scratch), batch, identity=identity, thumbnails=thumbnails) as book:
                book.write(films, rows_a_sheet)
        except XlsxWriterException as error:
            cause = error.args[0] if error.args else None
            if isinstance(cause, OSError):
                raise cause from error
            raise OutputError(f"{path.name} could not be written as a workbook.", path=path) from error
    return WrittenWorkbook(book.films, book.thumbnails_left_out)


def _scratch_beside(path: Path) -> tempfile.TemporaryDirectory[str]:
    """A folder for the rows until they are packed; on the disk that was chosen, not on the system's."""
    return tempfile.TemporaryDirectory(dir=path.parent, prefix=f".{path.name[:40]}.", suffix=".part")


class _Book:
    def __init__(self, part: Path, scratch: Path, batch: Batch, *, identity: bool, thumbnails: bool) -> None:
        options = {
            "constant_memory": True,
            "tmpdir": str(scratch),
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
        }
        self.films = 0
        self.thumbnails_left_out = 0
        self._thumbnails = 0
        self._batch, self._identity, self._with_thumbnails = batch, identity, thumbnails
        self._columns = columns(batch.told.classes, identity=identity)
        self._first = 1 if thumbnails else 0
        self._book = xlsxwriter.Workbook(str(part), options)
        head = {"bold": True, "bottom": 1, "valign": "vcenter"}
        self._head = self._book.add_format(head)
        self._head_of_numbers = self._book.add_format({**head, "align": "right"})
        formats = {"text": "@", "share": "0.0 %", "seconds": "0.00", "date": "yyyy-mm-dd"}
        self._formats = {
            kind: self._book.add_format({"num_format": shown, "valign": "vcenter"})
            for kind, shown in formats.items()
        }
        self._formats["date"].set_align("left")
        title = batch.told.name
        self._book.set_properties(
            {"title": _cell(title), "comments": RESEARCH_USE_LONG, "author": "XRayDesk"}
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._book.close()
        finally:
            for sheet in self._book.worksheets():
                with suppress(OSError):
                    sheet._opt_close()  # nobody else closes its rows when a disk is full or a user cancels

    def write(self, films: Iterable[FilmRecord], rows_a_sheet: int) -> None:
        sheet, line = self._new_sheet(1), 0
        for film in films:
            if line + 1 >= rows_a_sheet:
                sheet.autofilter(0, 0, line, self._last_column)
                sheet, line = self._new_sheet(len(self._book.worksheets()) + 1), 0
            line += 1
            self._write_film(sheet, line, film)
            self.films += 1
        sheet.autofilter(0, 0, line, self._last_column)
        self._write_about()

    @property
    def _last_column(self) -> int:
        return self._first + len(self._columns) - 1

    def _new_sheet(self, number: int) -> Any:
        sheet = self._book.add_worksheet("Films" if number == 1 else f"Films {number}")
        sheet.freeze_panes(1, self._first + 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(0)
        sheet.set_footer(f"&L{_footer(RESEARCH_USE_LONG)}&R&P / &N")
        if self._with_thumbnails:
            sheet.set_column_pixels(0, 0, _THUMBNAIL_SIDE + 2 * _MARGIN)
            sheet.set_default_row(0.75 * (_THUMBNAIL_SIDE + 2 * _MARGIN))  # points
            sheet.set_row(0, 20)
            sheet.write_string(0, 0, "film", self._head)
        for place, name in enumerate(self._columns):
            sheet.set_column(self._first + place, self._first + place, _WIDTHS.get(name, _WIDTH))
            head = self._head_of_numbers if _is_number(name) else self._head
            sheet.write_string(0, self._first + place, _cell(name), head)
        return sheet

    def _write_film(self, sheet: Any, line: int, film: FilmRecord) -> None:
        whose = (film.identity or FilmIdentity()) if self._identity else None
        if self._with_thumbnails and film.thumbnail:
            self._place_thumbnail(sheet, line, film.thumbnail)
        cells = row(result_of(film, self._batch.told), self._batch.told.classes, whose)
        for place, (name, cell) in enumerate(zip(self._columns, cells, strict=True), start=self._first):
            self._write_cell(sheet, line, place, name, cell)

    def _write_cell(self, sheet: Any, line: int, place: int, name: str, cell: str) -> None:
        day = _day(cell) if name == "study_date" else None
        if not cell:
            return
        if name.startswith("p_"):
            sheet.write_number(line, place, float(cell), self._formats["share"])
        elif name == "seconds":
            sheet.write_number(line, place, float(cell), self._formats["seconds"])
        elif day is not None:
            sheet.write_datetime(line, place, day, self._formats["date"])
        else:
            sheet.write_string(line, place, _cell(cell), self._formats["text"])

    def _place_thumbnail(self, sheet: Any, line: int, thumbnail: bytes) -> None:
        if self._thumbnails == MOST_THUMBNAILS:
            self.thumbnails_left_out += 1
            return
        shrunk = _shrunk(thumbnail)
        if shrunk is None:
            return
        self._thumbnails += 1
        options = {
            "image_data": io.BytesIO(shrunk),
            "x_offset": _MARGIN,
            "y_offset": _MARGIN,
            "decorative": True,
        }
        sheet.insert_image(line, 0, f"{line}.jpg", options)

    def _write_about(self) -> None:
        sheet = self._book.add_worksheet("About")
        sheet.set_column(0, 0, 24)
        sheet.set_column(1, 1, 80)
        moment = self._book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss", "align": "left"})
        number = self._book.add_format({"align": "left"})
        sheet.write_string(0, 0, RESEARCH_USE_LONG, self._book.add_format({"bold": True}))
        for line, (what, value) in enumerate(self._facts(), start=2):
            sheet.write_string(line, 0, _cell(what), self._head)
            if isinstance(value, datetime):
                sheet.write_datetime(line, 1, value, moment)
            elif isinstance(value, int):
                sheet.write_number(line, 1, value, number)
            else:
                sheet.write_string(line, 1, _cell(value), self._formats["text"])

    def _facts(self) -> Iterator[tuple[str, str | int | datetime]]:
        told = self._batch.told
        yield "Batch", told.name
        yield "Started", datetime.fromisoformat(self._batch.started).replace(tzinfo=None)
        yield "Model", model_words(told.model_name or told.model_id, told.model_version)
        yield "Model, SHA-256", told.model_sha256
        yield from count_lines(self._batch.counts)
        yield "Films in this file", self.films
        if self.thumbnails_left_out:
            yield "Pictures", f"of the first {MOST_THUMBNAILS} films"


def count_lines(counts: BatchCounts) -> tuple[tuple[str, int], ...]:
    """The counts of a whole batch with their words, those that are nought left out."""
    lines = (
        ("Films found", counts.found),
        ("Read", counts.read),
        *((f"– {class_words(label)}", count) for label, count in counts.labels),
        ("Refused", counts.refused),
        ("Could not be read", counts.failed),
        ("Still waiting", counts.waiting),
        ("Skipped, no films", counts.skipped),
    )
    return tuple(line for line in lines if line[1])


def _cell(text: str) -> str:
    """Text that is safe in a cell, also of a CSV saved from it later; XlsxWriter escapes control characters."""
    plain = text_cell(text)
    if plain.startswith("<r>"):  # XlsxWriter would take it for markup of its own
        plain = f"'{plain}"
    return plain if len(_utf16(plain)) <= 2 * MOST_LETTERS else _cut(plain)


def _utf16(text: str) -> bytes:
    return text.encode("utf-16-le")


def _cut(text: str) -> str:
    return _utf16(text)[: 2 * (MOST_LETTERS - 2)].decode("utf-16-le", errors="ignore") + "…"


def _is_number(name: str) -> bool:
    return name.startswith("p_") or name == "seconds"


def _footer(text: str) -> str:
    return text.replace("&", "&&")


def _day(cell: str) -> date | None:
    with suppress(ValueError):
        day = date.fromisoformat(cell)
        return day if day.year >= 1900 else None  # Excel counts from there
    return None


def _shrunk(thumbnail: bytes) -> bytes | None:
    """The thumbnail as JPEG within the cell; None if it cannot be read."""
    with suppress(OSError, ValueError), Image.open(io.BytesIO(thumbnail)) as image:
        small = image.convert("RGB")
        small.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE))
        kept = io.BytesIO()
        small.save(kept, "JPEG", quality=80, dpi=(96, 96))
        return kept.getvalue()
    return None
