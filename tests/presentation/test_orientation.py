from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xraydesk.presentation.orientation import EdgeLetters, Orientation, edge_letters, opposite_letters

ORIENTATIONS = st.builds(Orientation, st.integers(0, 3), st.booleans())
PIXELS = np.arange(12, dtype=np.uint8).reshape(3, 4)


def test_a_quarter_turn_is_clockwise() -> None:
    turned = Orientation().rotated(1).apply(PIXELS)
    assert turned[0].tolist() == [8, 4, 0]  # the left column, read upwards, is now the top row


@given(ORIENTATIONS)
def test_flips_and_turns_move_pixels_as_numpy_does(start: Orientation) -> None:
    now = start.apply(PIXELS)
    assert np.array_equal(start.flipped_horizontally().apply(PIXELS), now[:, ::-1])
    assert np.array_equal(start.flipped_vertically().apply(PIXELS), now[::-1])
    assert np.array_equal(start.rotated(1).apply(PIXELS), np.rot90(now, -1))
    assert np.array_equal(start.rotated(-1).apply(PIXELS), np.rot90(now))


@given(ORIENTATIONS, st.integers(0, 3), st.integers(0, 2))
def test_points_go_where_their_pixels_go(orientation: Orientation, column: int, row: int) -> None:
    x, y = orientation.place(column + 0.5, row + 0.5, 4, 3)
    assert orientation.apply(PIXELS)[int(y), int(x)] == PIXELS[row, column]


@given(ORIENTATIONS, st.floats(-50, 50), st.floats(-50, 50))
def test_placing_and_unplacing_cancel(orientation: Orientation, x: float, y: float) -> None:
    assert orientation.unplace(*orientation.place(x, y, 40, 30), 40, 30) == pytest.approx((x, y))


def test_more_than_three_quarter_turns_are_refused() -> None:
    with pytest.raises(ValueError, match="0 to 3"):
        Orientation(4)


def test_the_letters_of_an_upright_chest_film() -> None:
    assert edge_letters(("L", "F"), Orientation()) == EdgeLetters("R", "H", "L", "F")


def test_letters_follow_the_film() -> None:
    upright = Orientation()
    assert edge_letters(("L", "F"), upright.rotated(1)) == EdgeLetters("F", "R", "H", "L")
    assert edge_letters(("L", "F"), upright.rotated(3)) == EdgeLetters("H", "L", "F", "R")
    assert edge_letters(("L", "F"), upright.rotated(2)) == EdgeLetters("L", "F", "R", "H")
    assert edge_letters(("L", "F"), upright.flipped_horizontally()) == EdgeLetters("L", "H", "R", "F")
    assert edge_letters(("L", "F"), upright.flipped_vertically()) == EdgeLetters("R", "F", "L", "H")


@given(ORIENTATIONS)
def test_opposite_edges_show_opposite_sides(orientation: Orientation) -> None:
    letters = edge_letters(("AL", "FP"), orientation)
    assert opposite_letters(letters.left) == letters.right
    assert opposite_letters(letters.top) == letters.bottom


@pytest.mark.parametrize("said", [(), ("L",), ("X", ""), ("L", "F", "A")])
def test_no_letters_are_made_up(said: tuple[str, ...]) -> None:
    assert edge_letters(said, Orientation()) == EdgeLetters()
