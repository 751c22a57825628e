"""A4 pages in the one style of this program: head, foot with the research sentence, page numbers, plain tables."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import (
    BaseDocTemplate,
    CondPageBreak,
    Flowable,
    Frame,
    PageTemplate,
    Spacer,
    Table,
    TableStyle,
)

from xraydesk.export.atomic import whole_file
from xraydesk.export.page_text import INK, LINE, QUIET, font_name, paragraph
from xraydesk.presentation import wording

_EDGE, _TOP, _BOTTOM = 48.0, 56.0, 64.0
WIDTH = A4[0] - 2 * _EDGE  # of what stands on a page
LONGEST_NAME = 160  # letters: a row must fit on a page


def write_pages(path: Path, title: str, story: Iterable[Flowable]) -> None:
    """The PDF, whole or not there at all. Raises OutputError, and what `story` raises."""
    with whole_file(path) as part, part.open("wb") as file:
        document = BaseDocTemplate(
            file,
            pagesize=A4,
            leftMargin=_EDGE,
            rightMargin=_EDGE,
            topMargin=_TOP,
            bottomMargin=_BOTTOM,
            title=title.encode("utf-8", "replace").decode("utf-8"),
            subject=wording.RESEARCH_USE_LONG,
            author="XRayDesk",
            creator="XRayDesk",
        )
        frame = Frame(_EDGE, _BOTTOM, WIDTH, A4[1] - _TOP - _BOTTOM, 0, 0, 0, 0)

        def furniture(canvas: Canvas, _: BaseDocTemplate) -> None:
            _draw_furniture(canvas, title)

        document.addPageTemplates(PageTemplate(frames=[frame], onPage=furniture))
        document.build(list(story), canvasmaker=_NumberedCanvas)


class _NumberedCanvas(Canvas):  # type: ignore[misc] # reportlab has no types
    """Keeps its pages until their number is known, and writes "Page x of y" on each."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._pages: list[dict[str, Any]] = []

    def showPage(self) -> None:  # noqa: N802 - reportlab's name
        self._pages.append(dict(self.__dict__))
        self._startPage()

    def save(self) -> None:
        pages = self._pages
        for number, state in enumerate(pages, start=1):
            self.__dict__.update(state)
            self.setFont(font_name(), 7)
            self.setFillColor(HexColor(QUIET))
            self.drawRightString(A4[0] - _EDGE, 43, f"Page {number} of {len(pages)}")
            super().showPage()
        super().save()


def _draw_furniture(canvas: Canvas, name: str) -> None:
    """The head and foot of every page; its number is written when all are known."""
    top = A4[1] - 40
    canvas.setStrokeColor(HexColor(LINE))
    canvas.setLineWidth(0.5)
    canvas.line(_EDGE, top, A4[0] - _EDGE, top)
    canvas.line(_EDGE, 56, A4[0] - _EDGE, 56)
    for words, right in ((short(name, 80), False), ("XRayDesk", True)):
        head = paragraph(words, 7, colour=QUIET, right=right)
        head.wrapOn(canvas, WIDTH - (0 if right else 64), 16)
        head.drawOn(canvas, _EDGE, top + 4)
    foot = paragraph(wording.RESEARCH_USE_LONG, 7, colour=QUIET)
    _, tall = foot.wrapOn(canvas, WIDTH - 72, 32)
    foot.drawOn(canvas, _EDGE, 50 - tall)


def title(above: str, words: str, below: str) -> Iterator[Flowable]:
    yield paragraph(above, 9, colour=QUIET)
    yield Spacer(0, 4)
    yield paragraph(short(words, LONGEST_NAME), 20, bold=True)
    yield Spacer(0, 4)
    yield paragraph(below, 9, colour=QUIET)


def heading(words: str, below: str = "", *, room: float = 64.0) -> Iterator[Flowable]:
    """A heading that stays with what follows it, where that fits into so many points."""
    yield CondPageBreak(room)
    yield Spacer(0, 24)
    yield paragraph(words, 14, bold=True)
    if below:
        yield Spacer(0, 4)
        yield paragraph(below, 8, colour=QUIET)
    yield Spacer(0, 8)


def facts_table(facts: Iterable[tuple[str, str]]) -> Table:
    """What is said of each thing, a line below each; things of which nothing is said are left out."""
    rows = [[paragraph(what, 8, colour=QUIET), paragraph(said, 8)] for what, said in facts if said]
    style = [("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(LINE)), ("BOTTOMPADDING", (0, 0), (-1, -1), 4)]
    return plain_table(rows, [128, WIDTH - 128], [*style, ("TOPPADDING", (0, 0), (-1, -1), 4)])


def figures_row(figures: list[tuple[str, str]]) -> Table:
    """Large figures over what they count."""
    cells = [[paragraph(said, 18, bold=True), paragraph(words, 8, colour=QUIET)] for words, said in figures]
    style = [("LINEABOVE", (0, 0), (-1, 0), 0.75, HexColor(INK)), ("TOPPADDING", (0, 0), (-1, -1), 8)]
    return plain_table([cells], [WIDTH / len(cells)] * len(cells), style)


def plain_table(
    rows: list[list[Any]],
    widths: list[float] | None,
    style: list[Any],
    heights: list[float] | None = None,
    **options: Any,
) -> Table:
    plain = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]
    return Table(
        rows,
        colWidths=widths,
        rowHeights=heights,
        style=TableStyle([*plain, *style]),
        hAlign="LEFT",
        **options,
    )


def short(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"
