from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp

from tests.presentation.films import WHOLE, film_of
from xraydesk.film.film import Photometric, StoredPixels, Window
from xraydesk.presentation.render import Pyramid, grey_table, halved, look_up, render


def test_a_window_maps_its_ends_to_black_and_white() -> None:
    film = film_of([[0, 4095, 1000, 2000, 3000]])
    shown = render(film, Window(2000.5, 2001.0))  # LINEAR: black up to 1000, white from 3000
    assert shown.tolist() == [[0, 255, 0, 128, 255]]


def test_inverting_exchanges_black_and_white() -> None:
    film = film_of([[0, 1365, 4095]])
    assert render(film, WHOLE).tolist() == [[0, 85, 255]]
    assert render(film, WHOLE, inverted=True).tolist() == [[255, 170, 0]]


def test_monochrome1_shows_its_lowest_value_white() -> None:
    film = film_of([[0, 1365, 4095]], photometric=Photometric.MONOCHROME1)
    assert render(film, WHOLE).tolist() == [[255, 170, 0]]


def test_padding_stays_black_inverted_or_not() -> None:
    film = film_of([[0, 1365, 4095]], padding=(0, 10))
    assert render(film, WHOLE).tolist() == [[0, 85, 255]]
    assert render(film, WHOLE, inverted=True).tolist() == [[0, 170, 0]]


def test_eight_bit_films_have_a_table_of_256() -> None:
    film = film_of([[0]])
    eight = type(film)(film.path, np.zeros((2, 2), np.uint8), "PNG")
    assert grey_table(eight, Window(128.0, 256.0)).shape == (256,)
    assert grey_table(film, WHOLE).shape == (65536,)


@given(hnp.arrays(np.uint16, hnp.array_shapes(min_dims=2, max_dims=2, max_side=150)))
def test_looking_up_in_strips_equals_indexing(pixels: StoredPixels) -> None:
    table = np.random.default_rng(1).integers(0, 256, 65536).astype(np.uint8)
    assert np.array_equal(look_up(table, pixels), table[pixels])


def test_halving_takes_rounded_means_of_two_by_two() -> None:
    pixels = np.array([[1, 2, 10, 10, 99], [3, 4, 10, 11, 99], [65535] * 5], dtype=np.uint16)
    assert halved(pixels).tolist() == [[3, 10]]  # 2.5 and 10.25; the odd row and column fall away


def test_halving_white_does_not_overflow() -> None:
    assert halved(np.full((4, 4), 65535, np.uint16)).tolist() == [[65535, 65535]] * 2
    assert halved(np.full((4, 4), 255, np.uint8)).tolist() == [[255, 255]] * 2


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, min_side=2, max_side=140)))
def test_halving_agrees_with_a_plain_mean(pixels: StoredPixels) -> None:
    rows, columns = pixels.shape[0] // 2, pixels.shape[1] // 2
    cut = pixels[: 2 * rows, : 2 * columns].astype(np.float64)
    means = cut.reshape(rows, 2, columns, 2).mean(axis=(1, 3))
    assert np.array_equal(halved(pixels), np.floor(means + 0.5))


@pytest.mark.parametrize("build", [Pyramid.of, Pyramid.rough])
def test_a_pyramid_halves_down_to_what_no_screen_needs_smaller(build) -> None:  # type: ignore[no-untyped-def]
    levels = build(np.zeros((3000, 2500), np.uint16)).levels
    assert [level.shape for level in levels] == [
        (3000, 2500),
        (1500, 1250),
        (750, 625),
        (375, 312),
        (187, 156),
    ]


def test_a_film_one_pixel_high_has_one_level() -> None:
    assert len(Pyramid.of(np.zeros((1, 4000), np.uint16)).levels) == 1


@pytest.mark.parametrize(
    ("scale", "level"), [(8.0, 0), (1.0, 0), (0.51, 0), (0.5, 1), (0.26, 1), (0.25, 2), (0.01, 4)]
)
def test_the_level_drawn_never_has_fewer_pixels_than_the_screen(scale: float, level: int) -> None:
    assert Pyramid.of(np.zeros((3000, 2500), np.uint8)).level_for(scale) == level
