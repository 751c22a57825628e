"""Words for a place of which the size is known: what does not fit gives way in the middle."""

from __future__ import annotations

from collections.abc import Callable


def fitted(words: str, fits: Callable[[str], bool]) -> str:
    """The words as they are where they fit, else with as little as possible left out of their middle.

    Names that lie in one list differ at their ends more often than in the middle.
    """
    if fits(words):
        return words
    least, most = 0, max(len(words) - 1, 0)  # letters that stay
    while least < most:
        kept = (least + most + 1) // 2
        if fits(_without_middle(words, kept)):
            least = kept
        else:
            most = kept - 1
    return _without_middle(words, least)


def _without_middle(words: str, kept: int) -> str:
    last = kept // 2
    return f"{words[: kept - last].rstrip()}…{words[len(words) - last :].lstrip()}"
