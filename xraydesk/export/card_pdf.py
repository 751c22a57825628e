"""A model's card on A4 pages, to hand to whoever asks what the model is."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable, KeepTogether, Spacer, Table

from xraydesk.export.page_text import INK, LINE, QUIET, paragraph, words_width
from xraydesk.export.pages import (
    LONGEST_NAME,
    WIDTH,
    facts_table,
    heading,
    plain_table,
    short,
    title,
    write_pages,
)
from xraydesk.presentation.card_page import CardPage, CardSection, CardTable

_WORDS = 72.0  # the least width of a column of words
_DENSE = 8  # columns: more than so many are set smaller
_DENSE_GAP = 4.0
_SMALLEST = 5.0
_SHORT = 12  # letters of a column that holds numbers only
_LEAST = 8  # letters that any column has room for
_ONE_PIECE = 12  # rows: a table of no more is not torn between pages


def write_card_pdf(path: Path, page: CardPage) -> None:
    """The PDF, whole or not there at all. Raises OutputError."""
    write_pages(path, page.title, _story(page))


def _story(page: CardPage) -> Iterator[Flowable]:
    yield from title("Model card", page.title, page.subtitle)
    for section in page.sections:
        yield from _section(section)


def _section(section: CardSection) -> Iterator[Flowable]:
    yield from heading(section.heading, room=96)
    for words in section.paragraphs:
        yield paragraph(words, 9)
        yield Spacer(0, 4)
    if section.facts:
        yield Spacer(0, 4)
        yield facts_table((what, short(said, 4 * LONGEST_NAME)) for what, said in section.facts)
    for table in section.tables:
        yield Spacer(0, 16)
        made = _table(table)
        yield KeepTogether([made]) if len(table.rows) <= _ONE_PIECE else made


def _table(table: CardTable) -> Table:
    widths = _widths(table)
    size = _size(table, widths) if len(table.head) > _DENSE else 8.0
    rows = [[_cell(words, size, k, head=True) for k, words in enumerate(table.head)]]
    rows += [[_cell(words, size, k) for k, words in enumerate(row)] for row in table.rows]
    style: list[Any] = [
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(LINE)),
        ("TOPPADDING", (0, 0), (-1, -1), 4),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 4),
        ("RIGHTPADDING", (0, 0), (-2, -1), _DENSE_GAP if len(table.head) > _DENSE else 8),
    ]
    repeated = 1
    if table.caption:
        blank = [""] * (len(table.head) - 1)
        rows.insert(0, [paragraph(table.caption, 8, bold=True), *blank])
        style += [("SPAN", (0, 0), (-1, 0)), ("LINEBELOW", (0, 0), (-1, 0), 0.75, HexColor(INK))]
        repeated = 2
    return plain_table(rows, widths, style, repeatRows=repeated)


def _cell(words: str, size: float, column: int, *, head: bool = False) -> Flowable:
    return paragraph(short(words, 2 * LONGEST_NAME), size, colour=QUIET if head or column == 0 else INK)


def _size(table: CardTable, widths: list[float]) -> float:
    """Small enough that no figure of a dense table is broken, as far as it can be read then."""
    columns = list(zip(table.head, *table.rows, strict=True))[1:]
    words = ((word for cell in column for word in cell.split()) for column in columns)
    longest = [max((words_width(word, 1.0) for word in column), default=1.0) for column in words]
    fits = min((width - _DENSE_GAP) / max(most, 1.0) for width, most in zip(widths[1:], longest, strict=True))
    return min(7.0, max(fits - 0.01, _SMALLEST))


def _widths(table: CardTable) -> list[float]:
    """Shares of the page by the longest words of each column; columns of short figures are all alike."""
    columns = list(zip(table.head, *table.rows, strict=True))
    longest = [min(max(map(len, column)), 40) for column in columns]
    rest = longest[1:]
    if max(rest) <= _SHORT:
        rest = [max(rest)] * len(rest)
    weights = [max(length, _LEAST) for length in rest]
    first = max(WIDTH * longest[0] / (longest[0] + sum(weights)), _WORDS)
    return [first, *((WIDTH - first) * weight / sum(weights) for weight in weights)]
