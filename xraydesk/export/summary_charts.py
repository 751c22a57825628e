"""The charts of a batch's summary, as vector drawings on a grid of eight points."""

from __future__ import annotations

from collections.abc import Sequence

from reportlab.graphics.shapes import Drawing, Line, Rect, String
from reportlab.lib.colors import HexColor
from reportlab.pdfbase.pdfmetrics import stringWidth

from xraydesk.export.fonts import stretches
from xraydesk.export.page_text import FIELD, INK, LINE, QUIET, words_width
from xraydesk.model.prediction import INDETERMINATE
from xraydesk.presentation.colours import Theme, class_colour, undecided_colour
from xraydesk.presentation.fitting import fitted
from xraydesk.presentation.shortlist import shortlist
from xraydesk.presentation.wording import class_words, count_words, more_words, percent_words

MOST_CLASSES = 12  # that have a bar of their own: a chart must fit on a page
_ROW = 32.0
_BAR = 8.0


def label_colour(label: str, classes: tuple[str, ...]) -> str:
    """The colour of a class on paper; grey for INDETERMINATE."""
    return (
        class_colour(classes.index(label), Theme.LIGHT) if label in classes else undecided_colour(Theme.LIGHT)
    )


def class_chart(width: float, classes: tuple[str, ...], labels: dict[str, int]) -> Drawing:
    """A bar for each class and one for INDETERMINATE, each with its count and share.

    Of many classes the most frequent have theirs; the others share one.
    """
    names = [*classes, *(label for label in labels if label not in (*classes, INDETERMINATE))]
    shown, rest = shortlist([labels.get(name, 0) for name in names], MOST_CLASSES)
    rows = [(class_words(names[k]), labels.get(names[k], 0), label_colour(names[k], classes)) for k in shown]
    grey = undecided_colour(Theme.LIGHT)
    if rest:
        rows.append((more_words(len(rest)), sum(labels.get(names[k], 0) for k in rest), grey))
    rows.append((class_words(INDETERMINATE), labels.get(INDETERMINATE, 0), grey))
    total = sum(labels.values())
    drawing = Drawing(width, _ROW * len(rows))
    for place, (words, count, colour) in enumerate(rows):
        base = drawing.height - _ROW * (place + 1) + 8
        said = _count_words(count, total)
        _write(drawing, 0, base + 12, words, INK, room=width - words_width(said, 9.0) - 8)
        _write(drawing, width, base + 12, said, INK, anchor=1.0)
        drawing.add(_rect(0, base, width, _BAR, FIELD))
        if count:
            drawing.add(_rect(0, base, max(width * count / total, 1.0), _BAR, colour))
    return drawing


def _count_words(count: int, total: int) -> str:
    return f"{count:,}" + (f"  ·  {100 * count / total:.1f} %" if total else "")


def histogram_chart(width: float, height: float, bins: Sequence[int], what: str) -> Drawing:
    """How many films lie in each of the equal parts of [0, 1]; `what` is said below the axis."""
    drawing = Drawing(width, height)
    bottom, top = 32.0, height - 16.0
    most = max(*bins, 1)
    step = width / len(bins)
    for share in (0.5, 1.0):
        y = bottom + share * (top - bottom)
        drawing.add(Line(0, y, width, y, strokeColor=HexColor(LINE), strokeWidth=0.5))
    _write(drawing, width, top + 4, count_words(max(bins), "film"), QUIET, size=7, anchor=1.0)
    for place, count in enumerate(bins):
        if count:
            tall = max((top - bottom) * count / most, 0.75)  # one film among thousands is still seen
            drawing.add(_rect(place * step + 0.75, bottom, step - 1.5, tall, QUIET))
    drawing.add(Line(0, bottom, width, bottom, strokeColor=HexColor(INK), strokeWidth=0.75))
    for share in (0.0, 0.5, 1.0):
        _write(drawing, share * width, bottom - 12, f"{100 * share:.0f} %", QUIET, size=7, anchor=share)
    _write(drawing, 0, 4, what, QUIET, size=7)
    return drawing


def probability_bars(width: float, classes: tuple[str, ...], probabilities: Sequence[float]) -> Drawing:
    """A small bar for each class, of many for the likeliest: its name, the bar, its probability in words."""
    shown, rest = shortlist(probabilities, MOST_CLASSES)
    rows = [(class_words(classes[k]), probabilities[k], label_colour(classes[k], classes)) for k in shown]
    if rest:
        others = sum(probabilities[k] for k in rest)
        rows.append((more_words(len(rest)), others, undecided_colour(Theme.LIGHT)))
    row, longest = 12.0, max(words_width(words, 7) for words, _, _ in rows)
    start = min(max(longest + 8, 72.0), 0.45 * width)
    room = width - start - 40.0
    drawing = Drawing(width, row * len(rows))
    for place, (words, share, colour) in enumerate(rows):
        base = drawing.height - row * (place + 1) + 3
        _write(drawing, 0, base, words, QUIET, size=7, room=start - 8)
        drawing.add(_rect(start, base, room, 5, FIELD))
        filled = room * min(max(share, 0.0), 1.0)
        if filled > 0.25:
            drawing.add(_rect(start, base, filled, 5, colour))
        _write(drawing, width, base, percent_words(share), INK, size=7, anchor=1.0)
    return drawing


def _rect(x: float, y: float, width: float, height: float, colour: str) -> Rect:
    return Rect(x, y, width, height, fillColor=HexColor(colour), strokeColor=None, strokeWidth=0)


def _write(
    drawing: Drawing,
    x: float,
    y: float,
    text: str,
    colour: str,
    *,
    size: float = 9.0,
    anchor: float = 0.0,
    room: float | None = None,
) -> None:
    """One line no wider than `room` or the drawing, with `anchor` of its width left of `x`."""
    most = drawing.width if room is None else room
    words = fitted(text, lambda words: words_width(words, size) <= most)
    left = x - anchor * words_width(words, size)
    for face, letters in stretches(words):
        drawing.add(String(left, y, letters, fontName=face.name, fontSize=size, fillColor=HexColor(colour)))
        left += stringWidth(letters, face.name, size)
