"""What a card holds, taken only where it is what it should be: cards come from strangers, too."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from xraydesk.model.card import is_one_line

_LONGEST = 300  # letters of one value
_MOST = 10_000  # entries of one table: a class may have one for each source


def is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) < 1e9


def table(value: object) -> dict[str, Any]:
    """A dictionary of that name's entries, none where it is something else; far too many are cut off."""
    if not isinstance(value, Mapping):
        return {}
    return {plain(key): entry for key, entry in list(value.items())[:_MOST]}


def count(value: object) -> int:
    return int(value) if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < 1e9 else 0


def plain(value: object) -> str:
    """In one line, not too long, nothing that draws itself."""
    if not isinstance(value, str | int | float) or isinstance(value, bool):
        return ""
    text = "".join(letter if is_one_line(letter) else " " for letter in str(value)[: _LONGEST + 1])
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"


def figure_words(figures: Mapping[str, Any], name: str) -> str:
    """ "0.912 (0.890 to 0.931)", without the interval where there is none, "" where there is no figure."""
    value = figures.get(name)
    if not isinstance(value, int | float) or not is_number(value):
        return ""
    return f"{value:.3f}{interval_words(figures.get(f'{name}_interval'))}"


def interval_words(interval: object, *, digits: int = 3) -> str:
    """ " (0.890 to 0.931)", or nothing."""
    if isinstance(interval, list) and len(interval) == 2 and all(is_number(end) for end in interval):
        return f" ({interval[0]:.{digits}f} to {interval[1]:.{digits}f})"
    return ""


def matrix(value: object, side: int) -> list[list[int]]:
    """A confusion matrix of that many classes, empty where it is none."""
    if not isinstance(value, list) or len(value) != side:
        return []
    if not all(isinstance(row, list) and len(row) == side for row in value):
        return []
    return [[count(entry) for entry in row] for row in value]
