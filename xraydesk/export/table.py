"""Results as rows: a CSV table that grows film by film, and lines of JSON."""

from __future__ import annotations

import csv
import io
import json
import math
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from xraydesk.errors import Failure, OutputError
from xraydesk.export.atomic import naming_failures, whole_file
from xraydesk.film.film import FilmIdentity, GateFinding
from xraydesk.model.film_result import FilmResult
from xraydesk.model.prediction import Prediction
from xraydesk.presentation.wording import RESEARCH_USE_LONG, date_words, person_words

_BEGINS = f"# {RESEARCH_USE_LONG}"[:10].encode()
_MODEL_SHA256 = -4  # its column
# A spreadsheet runs a cell that starts with one of these as a formula (OWASP, CSV Injection).
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")


IDENTITY_COLUMNS = ("patient_name", "patient_id", "study_date")


def columns(classes: tuple[str, ...], *, identity: bool = False) -> tuple[str, ...]:
    """The header of a table for a model's classes, with patient and study only when asked for."""
    probabilities = (f"p_{name}" for name in classes)
    rest = ("warnings", "error", "model", "model_sha256", "device", "seconds", "sha256")
    return ("path", *(IDENTITY_COLUMNS if identity else ()), "prediction", *probabilities, *rest)


def text_cell(text: str) -> str:
    """Text as a spreadsheet shows it and never runs it; bytes of a name that are no text are spelt out."""
    plain = text.encode("utf-8", errors="backslashreplace").decode("utf-8")
    return f"'{plain}" if plain.startswith(_FORMULA_STARTS) else plain


def row(
    result: FilmResult, classes: tuple[str, ...], identity: FilmIdentity | None = None
) -> tuple[str, ...]:
    """One film's cells, in the order of `columns`; cells about a prediction are empty where there is none.

    With `identity` the three columns of `IDENTITY_COLUMNS` follow the path.
    """
    given = {} if result.prediction is None else result.prediction.as_dict()
    return (
        text_cell(str(result.path)),
        *(text_cell(cell) for cell in _identity_cells(identity)),
        text_cell("" if result.prediction is None else result.prediction.label),
        *(_number(given.get(name), 6) for name in classes),
        text_cell("; ".join(coded(warning) for warning in result.warnings)),
        text_cell("" if result.error is None else coded(result.error)),
        text_cell(result.model_id),
        text_cell(result.model_sha256),
        text_cell(result.device),
        _number(result.seconds, 4),
        text_cell(result.sha256),
    )


def _identity_cells(identity: FilmIdentity | None) -> tuple[str, ...]:
    if identity is None:
        return ()
    return person_words(identity.patient_name), identity.patient_id, date_words(identity.study_date)


def coded(said: GateFinding | Failure) -> str:
    """ "code: message", as the cells of warnings and errors have it."""
    return f"{said.code}: {said.message}" if said.message else said.code


def _number(value: float | None, digits: int) -> str:
    return "" if value is None or not math.isfinite(value) else f"{value:.{digits}f}"


def write_table(
    path: Path,
    classes: tuple[str, ...],
    films: Iterable[tuple[FilmResult, FilmIdentity | None]],
    *,
    identity: bool = False,
) -> int:
    """A whole CSV of these films, or none at all; how many rows it has. Raises OutputError."""
    count = 0
    with whole_file(path) as part, part.open("w", encoding="utf-8", newline="") as file:
        file.write(_head(classes, identity=identity))
        for result, whose in films:
            file.write(_line(row(result, classes, (whose or FilmIdentity()) if identity else None)))
            count += 1
    return count


class CsvTable:
    """A CSV file on disk after every film: what is written when the power fails is kept.

    A new table replaces an old one only once its own header stands, and no file of another kind. With `resume`
    an old table of the same classes, and the same model where one is named, is kept and continued, without the
    half row of a run that was killed; `done` are the path cells it has, each with its checksum, and
    `unread` those of them that have no prediction. Raises OutputError.
    """

    def __init__(
        self, path: Path, classes: tuple[str, ...], *, resume: bool = False, model_sha256: str = ""
    ) -> None:
        self.path = path
        self.done: dict[str, str] = {}
        self.unread: set[str] = set()
        self._model_sha256 = model_sha256
        self._first: dict[str, str] = {}
        self._classes = classes
        self._resume = resume
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        with naming_failures(self.path):
            is_stream = _is_stream(self.path)
            if not is_stream:
                self.path = self.path.resolve()  # a link stays one
            begun = self.path.exists() and self.path.stat().st_size > 0
        if self._resume and begun and not is_stream:
            self._keep_whole_rows()
        elif not is_stream:
            self._require_a_table()
            with whole_file(self.path) as part:
                part.write_text(_head(self._classes), encoding="utf-8", newline="")
        with naming_failures(self.path):
            self._file = self.path.open("a", encoding="utf-8", newline="")
            if is_stream:  # a pipe or a device is written to, and never replaced by a file
                self._file.write(_head(self._classes))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        if self._file is not None:
            with naming_failures(self.path):
                self._file.close()
            self._file = None

    def has(self, film: Path) -> bool:
        """Whether the table continued has a row for this film already."""
        return text_cell(str(film)) in self.done

    def has_unread(self, film: Path) -> bool:
        """Whether it has one without a prediction."""
        return text_cell(str(film)) in self.unread

    def first_with(self, sha256: str) -> Path | None:
        """The first film with this content in the table continued."""
        cell = self._first.get(sha256)
        return None if cell is None else Path(cell.removeprefix("'"))

    def write(self, result: FilmResult) -> None:
        """One row, on disk when this returns."""
        if self._file is None:
            raise ValueError("the table is not open")
        with naming_failures(self.path):
            self._file.write(_line(row(result, self._classes)))
            self._file.flush()

    def _require_a_table(self) -> None:
        """A forgotten name makes the shell's first film the table: no film is lost to that."""
        with naming_failures(self.path):
            begins = b""
            if self.path.exists():
                with self.path.open("rb") as file:
                    begins = file.read(len(_BEGINS))
        if begins not in (b"", _BEGINS):
            raise OutputError(
                f"{self.path.name} is no table of XRayDesk's, and is not replaced by one.",
                hint="Name another file.",
                path=self.path,
            )

    def _keep_whole_rows(self) -> None:
        with naming_failures(self.path):
            old = self.path.read_bytes().decode("utf-8", errors="replace")
        head = _head(self._classes)
        if not old.startswith(head):
            raise OutputError(
                f"{self.path.name} is no table of this model's classes and cannot be continued.",
                hint="Name another file, or run without --resume to replace it.",
                path=self.path,
            )
        rows, whole = self._rows(old[len(head) :])
        self._require_this_model({cells[_MODEL_SHA256] for cells in rows})
        self.done = {cells[0]: cells[-1] for cells in rows}
        self.unread = {cells[0] for cells in rows if not cells[1]}
        self._first = {sha256: cell for cell, sha256 in reversed(self.done.items())}
        if head + whole != old:
            with whole_file(self.path) as part:
                part.write_text(head + whole, encoding="utf-8", newline="")

    def _rows(self, body: str) -> tuple[list[list[str]], str]:
        """What a person wrote into the table is not thrown away, and no row."""
        with suppress(csv.Error):
            rows, whole = _whole_rows(body)
            if all(len(cells) == len(columns(self._classes)) for cells in rows):
                return rows, whole
        raise OutputError(
            f"{self.path.name} holds a line that is no row of this table and cannot be continued.",
            hint="Take out what was written into it, or name another file.",
            path=self.path,
        )

    def _require_this_model(self, read_by: set[str]) -> None:
        if self._model_sha256 and read_by - {self._model_sha256}:
            raise OutputError(
                f"{self.path.name} was begun with another model and cannot be continued.",
                hint="Name that model with --model, or another file.",
                path=self.path,
            )


def _is_stream(path: Path) -> bool:
    """A pipe, a device, or what the shell has opened for this program."""
    where = path.absolute()
    opened = where.parts[1:2] == ("proc",) or where.parent in (Path("/dev"), Path("/dev/fd"))
    return opened or (path.exists() and not path.is_file())


def _head(classes: tuple[str, ...], *, identity: bool = False) -> str:
    return f"# {RESEARCH_USE_LONG}\n" + _line(columns(classes, identity=identity))


def _line(cells: tuple[str, ...]) -> str:
    """A row and its line end. The writer quotes only what its own line end is made of, so that has both."""
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\r\n").writerow(cells)
    return buffer.getvalue().removesuffix("\r\n") + "\n"


def _whole_rows(body: str) -> tuple[list[list[str]], str]:
    """The records that end as a row must, and their text. Raises csv.Error."""
    rows: list[list[str]] = []
    kept = start = 0
    while (end := body.find("\n", start)) >= 0:
        start = end + 1
        record = body[kept:start]
        if record.count('"') % 2 == 0:  # a line end within quotes is text
            rows += [cells for cells in csv.reader(io.StringIO(record, newline="")) if cells]
            kept = start
    return rows, body[:kept]


def json_line(result: FilmResult) -> str:
    """One film as one line of JSON, without a line end; plain ASCII, so that it passes any terminal."""
    record = {
        "path": str(result.path),
        "prediction": None if result.prediction is None else result.prediction.label,
        "probabilities": None if result.prediction is None else _probabilities(result.prediction),
        "warnings": [{"code": warning.code, "message": warning.message} for warning in result.warnings],
        "error": None if result.error is None else _error(result.error),
        "model": result.model_id,
        "device": result.device,
        "seconds": round(result.seconds, 4) if math.isfinite(result.seconds) else None,
    }
    return json.dumps(record, allow_nan=False)


def _probabilities(prediction: Prediction) -> dict[str, float | None]:
    return {name: p if math.isfinite(p) else None for name, p in prediction.as_dict().items()}


def _error(failure: Failure) -> dict[str, str]:
    return {"code": failure.code, "message": failure.message, "hint": failure.hint}
