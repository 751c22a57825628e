"""A batch on a few A4 pages to hand to a colleague: counts, charts, the positives, what was not read."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reportlab.lib.colors import HexColor
from reportlab.platypus import Flowable, Image, Spacer, Table

from xraydesk.export.batch_summary import BatchSummary
from xraydesk.export.page_text import FIELD, INK, LINE, QUIET, paragraph
from xraydesk.export.pages import (
    LONGEST_NAME,
    WIDTH,
    facts_table,
    figures_row,
    heading,
    plain_table,
    short,
    title,
    write_pages,
)
from xraydesk.export.small_pictures import SmallPictures
from xraydesk.export.summary_charts import class_chart, histogram_chart, label_colour, probability_bars
from xraydesk.journal.records import Batch, FilmRecord, FilmState
from xraydesk.model.prediction import normal_place
from xraydesk.presentation import wording

_GAP = 24.0
_HALF = (WIDTH - _GAP) / 2
_PICTURE = 84.0  # seven rows on a page
_LONGEST_WORDS = 400  # letters: a row must fit on a page

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
    write_pages(path, page.batch.told.name, _story(page))


def _story(page: SummaryPage) -> Iterator[Flowable]:
    above = "Chest films read by a network: summary of a batch"
    yield from title(above, page.batch.told.name, wording.RESEARCH_USE)
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
    return figures_row([(words, _number(count)) for words, count in figures])


def _charts(page: SummaryPage) -> Table:
    classes, summary = page.batch.told.classes, page.summary
    bars = class_chart(_HALF, classes, summary.labels)
    normal = wording.class_words(classes[normal_place(classes)])
    bins = histogram_chart(_HALF, max(bars.height, 128.0), summary.histogram, f"1 − P({normal})")
    heads = [paragraph("What the network named", 10, bold=True), "", paragraph("Suspicion", 10, bold=True)]
    style = [("BOTTOMPADDING", (0, 0), (-1, 0), 8)]
    return plain_table([heads, [bars, "", bins]], [_HALF, _GAP, _HALF], style)


def _facts(page: SummaryPage) -> Table:
    told = page.batch.told
    devices = ", ".join(wording.device_words(device) for device in page.summary.devices)
    places = ", ".join(short(wording.film_name(place), 60) for place in told.places[:8])
    more = f" and {len(told.places) - 8} more" if len(told.places) > 8 else ""
    facts = [
        ("Model", wording.model_words(told.model_name or told.model_id, told.model_version)),
        ("SHA-256 of the model", told.model_sha256[:16]),
        ("Device", devices),
        ("Batch started", page.batch.started.replace("T", " ")),
        ("Searched in", places + more),
        ("Films", "" if page.whole else f"{_number(page.summary.films)} chosen from the batch"),
        ("Refused films", "were read all the same, as asked for" if told.override else ""),
    ]
    return facts_table(facts)


def _positives(page: SummaryPage) -> Iterator[Flowable]:
    shown, count = page.summary.positives, page.summary.positive_count
    said = f"{_number(count)} films, the most suspicious first." if count > 1 else "One film."
    if rest := count - len(shown):
        others = f"{_number(rest)} are" if rest > 1 else "one is"
        said = (
            f"The {len(shown)} most suspicious of {_number(count)} films; the other "
            f"{others} in the table of the batch."
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
    widths = [_PICTURE + 8, _PICTURE + 16, WIDTH - 2 * _PICTURE - 24]
    yield plain_table(rows, widths, style)


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
    width = WIDTH - 2 * _PICTURE - 24
    label = film.prediction.label
    colour = label_colour(label, film.prediction.classes)
    yield paragraph(wording.class_words(label), 11, colour=colour, bold=True)
    yield paragraph(short(wording.film_name(film.path), LONGEST_NAME), 8)
    if page.identity and film.identity is not None:
        for line in wording.identity_lines(film.identity):
            yield paragraph(short(line, LONGEST_NAME), 7, colour=QUIET)
    yield Spacer(0, 4)
    yield probability_bars(width, film.prediction.classes, film.prediction.probabilities)
    warnings = "  ".join(wording.warning_words(warning) for warning in film.warnings)
    if warnings:
        yield Spacer(0, 4)
        yield paragraph(short(warnings, _LONGEST_WORDS), 7, colour=QUIET)


def _without_result(page: SummaryPage) -> Iterator[Flowable]:
    shown, count = page.summary.without_result, page.summary.without_result_count
    said = f"{_number(count)} films." if count > 1 else "One film."
    if count > len(shown):
        said = f"The first {len(shown)} of {_number(count)} films; the table of the batch has them all."
    yield from _heading("Films without a result", said, 1)
    rows = [_failed(film) for film in shown]
    style = [("LINEABOVE", (0, 0), (-1, -1), 0.5, HexColor(LINE)), ("TOPPADDING", (0, 0), (-1, -1), 4)]
    yield plain_table(rows, [176, 72, WIDTH - 248], [*style, ("BOTTOMPADDING", (0, 0), (-1, -1), 4)])


def _failed(film: FilmRecord) -> list[Flowable]:
    state = "Refused" if film.state is FilmState.REFUSED else "Not readable"
    reason = "" if film.error is None else film.error.message
    return [
        _padded(paragraph(short(wording.film_name(film.path), LONGEST_NAME), 7)),
        paragraph(state, 7, colour=QUIET),
        paragraph(short(reason, _LONGEST_WORDS), 7),
    ]


def _heading(words: str, below: str, rows: int) -> Iterator[Flowable]:
    """A heading that stays with as many rows of pictures, at least, as fit below it."""
    return heading(words, below, room=64 + rows * (_PICTURE + 16))


def _padded(words: Flowable) -> Table:
    return plain_table([[words]], None, [("RIGHTPADDING", (0, 0), (-1, -1), 8)])


def _picture(data: bytes, pictures: SmallPictures) -> Image:
    scale = _PICTURE / max(pictures.width, pictures.height)
    return Image(io.BytesIO(data), pictures.width * scale, pictures.height * scale, hAlign="LEFT")


def _grey_box(why: str) -> Table:
    """In the place of a picture that cannot be had."""
    words = paragraph(short(why, 120), 7, colour=INK)
    style = [("BACKGROUND", (0, 0), (-1, -1), HexColor(FIELD)), ("VALIGN", (0, 0), (-1, -1), "MIDDLE")]
    padding = [(f"{side}PADDING", (0, 0), (-1, -1), 8) for side in ("LEFT", "RIGHT")]
    return plain_table([[words]], [_PICTURE], [*style, *padding], [_PICTURE])


def _number(count: int) -> str:
    return f"{count:,}"
