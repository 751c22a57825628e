from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xraydesk.presentation.fitting import fitted
from xraydesk.presentation.shortlist import shortlist


@pytest.mark.parametrize(
    ("room", "shown"),
    [(22, "Viral pneumonia severe"), (16, "Viral pn…severe"), (6, "Vir…re"), (1, "…")],
)
def test_the_middle_gives_way(room: int, shown: str) -> None:
    assert fitted("Viral pneumonia severe", lambda words: len(words) <= room) == shown


@given(st.text("ab "), st.integers(1, 20))
def test_what_is_left_fits_and_is_the_beginning_and_the_end(words: str, room: int) -> None:
    shown = fitted(words, lambda words: len(words) <= room)
    start, _, end = shown.partition("…")
    assert len(shown) <= room
    assert words.startswith(start) and words.endswith(end)
    assert (shown == words) == (len(words) <= room)


def test_of_more_than_can_be_shown_the_weightiest_are_and_equals_keep_their_order() -> None:
    assert shortlist([1, 5, 3, 5], 4) == ([0, 1, 2, 3], [])
    assert shortlist([1, 5, 3, 5], 2) == ([1, 3], [2, 0])
