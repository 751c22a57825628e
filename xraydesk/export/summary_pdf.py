"""A batch on a few A4 pages to hand to a colleague: counts, charts, the positives, what was not read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
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
    Image,
    PageTemplate,
    Spacer,
    Table,
    TableStyle,
)

from xraydesk.export.atomic import whole_file
from xraydesk.export.batch_summary import BatchSummary
from xraydesk.export.page_text import FIELD, INK, LINE, QUIET, font_name, paragraph
from xraydesk.export.small_pictures import SmallPictures
from xraydesk.export.summary_charts import class_chart, histogram_chart, label_colour, probability_bars
from xraydesk.journal.records import Batch, FilmRecord, FilmState
from xraydesk.model.prediction import normal_place
from xraydesk.presentation import wording

_EDGE, _TOP, _BOTTOM = 48.0, 56.0, 64.0
_WIDTH = A4[0] - 2 * _EDGE
_GAP = 24.0
_HALF = (_WIDTH - _GAP) / 2
_PICTURE = 84.0  # seven rows on a page
_LONGEST_NAME, _LONGEST_WORDS = 160, 400  # letters: a row must fit on a page

PicturesOf = Callable[[FilmRecord], SmallPictures | str]


@dataclass(frozen=True, slots=True)
class SummaryPage:
    """What a summary is made of. `pictures` gives those of a positive, or in words why there are none.

    `whole`: the summary is of all films of the batch, not of chosen ones.
    """

    batch: Batch
    summary: BatchSummary
    pictures: PicturesOf
    whole: bool = True
    identity: bool = False


def write_summary(path: Path, page: SummaryPage) -> None:
    """The PDF, whole or not there at all. Raises OutputError, and what `page.pictures` raises."""
    name = page.batch.told.name
    with whole_file(path) as part, part.open("wb") as file:
        document = BaseDocTemplate(
            file,
            pagesize=A4,
            leftMargin=_EDGE,
            rightMargin=_EDGE,
            topMargin=_TOP,
            bottomMargin=_BOTTOM,
            title=name.encode("utf-8", "replace").decode("utf-8"),
            subject=wording.RESEARCH_USE_LONG,
            author="XRayDesk",
            creator="XRayDesk",
        )
        frame = Frame(_EDGE, _BOTTOM, _WIDTH, A4[1] - _TOP - _BOTTOM, 0, 0, 0, 0)

        def furniture(canvas: Canvas, _: BaseDocTemplate) -> None:
            _draw_furniture(canvas, name)

        document.addPageTemplates(PageTemplate(frames=[frame], onPage=furniture))
        document.build(list(_story(page)), canvasmaker=_NumberedCanvas)


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
    for words, right in ((_short(name, 80), False), ("XRayDesk", True)):
        head = paragraph(words, 7, colour=QUIET, right=right)
        head.wrapOn(canvas, _WIDTH - (0 if right else 64), 16)
        head.drawOn(canvas, _EDGE, top + 4)
    foot = paragraph(wording.RESEARCH_USE_LONG, 7, colour=QUIET)
    _, tall = foot.wrapOn(canvas, _WIDTH - 72, 32)
    foot.drawOn(canvas, _EDGE, 50 - tall)


def _story(page: SummaryPage) -> Iterator[Flowable]:
    yield from _title(page)
    yield Spacer(0, 24)
    yield _key_figures(page)
    yield Spacer(0, 24)
    yield _charts(page)
    yield Spacer(0, 24)
    yield _facts(page)
    if page.summary.positives:
        yield from _positives(page)
    if page.summary.without_result:
        yield from _without_result(page)


def _title(page: SummaryPage) -> Iterator[Flowable]:
    told = page.batch.told
    yield paragraph("Chest films read by a network: summary of a batch", 9, colour=QUIET)
    yield Spacer(0, 4)
    yield paragraph(_short(told.name, _LONGEST_NAME), 20, bold=True)
    yield Spacer(0, 4)
    yield paragraph(wording.RESEARCH_USE, 9, colour=QUIET)


def _key_figures(page: SummaryPage) -> Table:
    states, summary = page.summary.states, page.summary
    figures = [
        ("films found" if page.whole else "films chosen", summary.films),
        ("read", states.get(FilmState.READ, 0)),
        ("positive", summary.positive_count),
        ("refused", states.get(FilmState.REFUSED, 0)),
        ("could not be read", states.get(FilmState.FAILED, 0)),
    ]
    if waiting := states.get(FilmState.WAITING, 0):
        figures.append(("still waiting", waiting))
    if page.whole:
        figures.append(("skipped, no films", page.batch.counts.skipped))
    cells = [
        [paragraph(_number(count), 18, bold=True), paragraph(words, 8, colour=QUIET)]
        for words, count in figures
    ]
    style = [("LINEABOVE", (0, 0), (-1, 0), 0.75, HexColor(INK)), ("TOPPADDING", (0, 0), (-1, -1), 8)]
    return _table([cells], [_WIDTH / len(cells)] * len(cells), style)


def _charts(page: SummaryPage) -> Table:
    classes, summary = page.batch.told.classes, page.summary
    bars = class_chart(_HALF, classes, summary.labels)
    normal = wording.class_words(classes[normal_place(classes)])
    bins = histogram_chart(_HALF, max(bars.height, 128.0), summary.histogram, f"1 − P({normal})")
    heads = [paragraph("What the network named", 10, bold=True), "", paragraph("Suspicion", 10, bold=True)]
    style = [("BOTTOMPADDING", (0, 0), (-1, 0), 8)]
    return _table([heads, [bars, "", bins]], [_HALF, _GAP, _HALF], style)


def _facts(page: SummaryPage) -> Table:
    told = page.batch.told
    devices = ", ".join(wording.device_words(device) for device in page.summary.devices)
    places = ", ".join(_short(wording.film_name(place), 60) for place in told.places[:8])
    more = f" and {len(told.places) - 8} more" if len(told.places) > 8 else ""
    facts = [
        ("Model", wording.model_words(told.model_name or told.model_id, told.model_version)),
        ("SHA-256 of the model", told.model_sha256[:16]),
        ("Device", devices),
        ("Batch started", page.batch.started.replace("T", " ")),
        ("Searched in", places + more),
        ("Films", "" if page.whole else f"{_number(page.summary.films)} chosen ones of the batch"),
        ("Refused films", "were read all the same, as asked for" if told.override else ""),
    ]
    rows = [[paragraph(what, 8, colour=QUIET), paragraph(said, 8)] for what, said in facts if said]
    style = [("LINEBELOW", (0, 0), (-1, -1), 0.5, HexColor(LINE)), ("BOTTOMPADDING", (0, 0), (-1, -1), 4)]
    return _table(rows, [128, _WIDTH - 128], [*style, ("TOPPADDING", (0, 0), (-1, -1), 4)])


def _positives(page: SummaryPage) -> Iterator[Flowable]:
    shown, count = page.summary.positives, page.summary.positive_count
    said = f"{_number(count)} films, the most suspicious first."
    if count > len(shown):
        said = (
            f"The {len(shown)} most suspicious of {_number(count)} films; the other "
            f"{_number(count - len(shown))} are in the table of the batch."
        )
    yield from _heading(
        "Positive films", f"{said} Left the film, right the evidence for the likeliest class.", 2
    )
    rows = [_positive(page, film) for film in shown]
    style = [
        ("LINEABOVE", (0, 0), (-1, -1), 0.5, HexColor(LINE)),
        ("TOPPADDING", (0, 0), (-1, -1), 8),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 8),
    ]
    widths = [_PICTURE + 8, _PICTURE + 16, _WIDTH - 2 * _PICTURE - 24]
    yield _table(rows, widths, style)


def _positive(page: SummaryPage, film: FilmRecord) -> list[Any]:
    pictures = page.pictures(film)
    if isinstance(pictures, str):
        left, right = _grey_box(pictures), ""
    else:
        left, right = (_picture(data, pictures) for data in (pictures.film, pictures.heat))
    return [left, right, list(_positive_words(page, film))]


def _positive_words(page: SummaryPage, film: FilmRecord) -> Iterator[Flowable]:
    if film.prediction is None:
        raise ValueError("a positive film has a prediction")
    width = _WIDTH - 2 * _PICTURE - 24
    label = film.prediction.label
    colour = label_colour(label, film.prediction.classes)
    yield paragraph(wording.class_words(label), 11, colour=colour, bold=True)
    yield paragraph(_short(wording.film_name(film.path), _LONGEST_NAME), 8)
    if page.identity and film.identity is not None:
        for line in wording.identity_lines(film.identity):
            yield paragraph(_short(line, _LONGEST_NAME), 7, colour=QUIET)
    yield Spacer(0, 4)
    words = [wording.percent_words(share) for share in film.prediction.probabilities]
    yield probability_bars(width, film.prediction.classes, film.prediction.probabilities, words)
    warnings = "  ".join(wording.warning_words(warning) for warning in film.warnings)
    if warnings:
        yield Spacer(0, 4)
        yield paragraph(_short(warnings, _LONGEST_WORDS), 7, colour=QUIET)


def _without_result(page: SummaryPage) -> Iterator[Flowable]:
    shown, count = page.summary.without_result, page.summary.without_result_count
    said = f"{_number(count)} films." if count > 1 else "One film."
    if count > len(shown):
        said = f"The first {len(shown)} of {_number(count)} films; the table of the batch has them all."
    yield from _heading("Films without a result", said, 1)
    rows = [_failed(film) for film in shown]
    style = [("LINEABOVE", (0, 0), (-1, -1), 0.5, HexColor(LINE)), ("TOPPADDING", (0, 0), (-1, -1), 4)]
    yield _table(rows, [176, 72, _WIDTH - 248], [*style, ("BOTTOMPADDING", (0, 0), (-1, -1), 4)])


def _failed(film: FilmRecord) -> list[Flowable]:
    state = "Refused" if film.state is FilmState.REFUSED else "Not readable"
    reason = "" if film.error is None else film.error.message
    return [
        _padded(paragraph(_short(wording.film_name(film.path), _LONGEST_NAME), 7)),
        paragraph(state, 7, colour=QUIET),
        paragraph(_short(reason, _LONGEST_WORDS), 7),
    ]


def _heading(words: str, below: str, rows: int) -> Iterator[Flowable]:
    """A heading that stays with as many rows of pictures, at least, as fit below it."""
    yield CondPageBreak(64 + rows * (_PICTURE + 16))
    yield Spacer(0, 24)
    yield paragraph(words, 14, bold=True)
    yield Spacer(0, 4)
    yield paragraph(below, 8, colour=QUIET)
    yield Spacer(0, 8)


def _padded(words: Flowable) -> Table:
    return _table([[words]], None, [("RIGHTPADDING", (0, 0), (-1, -1), 8)])


def _table(
    rows: list[list[Any]],
    widths: list[float] | None,
    style: list[Any],
    heights: list[float] | None = None,
) -> Table:
    plain = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LEFTPADDING", (0, 0), (-1, -1), 0),
        ("RIGHTPADDING", (0, 0), (-1, -1), 0),
        ("TOPPADDING", (0, 0), (-1, -1), 0),
        ("BOTTOMPADDING", (0, 0), (-1, -1), 0),
    ]
    return Table(
        rows, colWidths=widths, rowHeights=heights, style=TableStyle([*plain, *style]), hAlign="LEFT"
    )


def _picture(data: bytes, pictures: SmallPictures) -> Image:
    scale = _PICTURE / max(pictures.width, pictures.height)
    return Image(io.BytesIO(data), pictures.width * scale, pictures.height * scale, hAlign="LEFT")


def _grey_box(why: str) -> Table:
    """In the place of a picture that cannot be had."""
    words = paragraph(_short(why, 120), 7, colour=INK)
    style = [("BACKGROUND", (0, 0), (-1, -1), HexColor(FIELD)), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    padding = [(f"{side}PADDING", (0, 0), (-1, -1), 8) for side in ("LEFT", "RIGHT")]
    return _table([[words]], [_PICTURE], [*style, *padding], [_PICTURE])


def _number(count: int) -> str:
    return f"{count:,}"


def _short(words: str, most: int) -> str:
    return words if len(words) <= most else f"{words[: most - 1]}…"
