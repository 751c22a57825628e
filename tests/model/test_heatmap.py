"""A heatmap lies on the film where the network looked, and nowhere else."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from xraydesk.model.heatmap import Crop, Heatmap, normalised_heat


def spot(row: int, column: int) -> np.ndarray:
    coarse = np.zeros((14, 14), np.float32)
    coarse[row, column] = 1.0
    return coarse


def test_heat_lies_over_the_film_place_by_place() -> None:
    grid = Heatmap("COVID19", spot(3, 10), Crop(0, 0, 1400, 2800)).on_grid(280, 140, 2800, 1400)
    row, column = np.unravel_index(int(np.nanargmax(grid)), grid.shape)
    assert 60 <= row < 80 and 100 <= column < 110  # cell 3 of 14 down, 10 of 14 across


def test_nothing_is_known_outside_the_crop() -> None:
    grid = Heatmap("COVID19", spot(7, 7), Crop(50, 0, 250, 200)).on_grid(200, 300, 200, 300)
    assert np.isnan(grid[:, :50]).all() and np.isnan(grid[:, 250:]).all()
    assert not np.isnan(grid[:, 50:250]).any()


@given(st.integers(1, 300), st.integers(1, 300))
def test_heat_stays_between_0_and_1_at_any_size(height: int, width: int) -> None:
    grid = Heatmap("NORMAL", spot(0, 13), Crop(0, 0, 500, 400)).on_grid(height, width, 400, 500)
    assert grid.shape == (height, width)
    assert np.nanmin(grid) >= 0.0 and np.nanmax(grid) <= 1.0


def test_only_evidence_for_the_class_is_shown_and_its_strongest_place_is_1() -> None:
    heat = normalised_heat(np.array([[-4.0, 2.0], [0.0, 8.0]], np.float32))
    np.testing.assert_array_equal(heat, np.array([[0.0, 0.25], [0.0, 1.0]], np.float32))


def test_where_nothing_speaks_for_the_class_the_map_is_empty() -> None:
    assert not normalised_heat(np.full((14, 14), -1.0, np.float32)).any()


def test_the_share_within_a_mask_is_that_of_the_heat_not_of_the_area() -> None:
    even = Heatmap("NORMAL", np.ones((14, 14), np.float32), Crop(0, 0, 224, 224))
    left = np.zeros((128, 128), bool)
    left[:, :32] = True
    assert even.share_within(left) == 0.25
    hot = Heatmap("NORMAL", spot(7, 1), Crop(0, 0, 224, 224))
    assert (hot.share_within(left) or 0) > 0.99
    assert (hot.share_within(~left) or 0) < 0.01


@given(st.integers(0, 2**32 - 1))
def test_the_shares_of_a_mask_and_of_the_rest_are_the_whole(seed: int) -> None:
    rng = np.random.default_rng(seed)
    heat = Heatmap("NORMAL", rng.random((14, 14), np.float32), Crop(0, 0, 300, 200))
    mask = rng.random((128, 128)) < 0.4
    inside, outside = heat.share_within(mask), heat.share_within(~mask)
    assert inside is not None and outside is not None
    np.testing.assert_allclose(inside + outside, 1.0, atol=1e-6)


def test_without_heat_there_is_no_share() -> None:
    cold = Heatmap("NORMAL", np.zeros((14, 14), np.float32), Crop(0, 0, 224, 224))
    assert cold.share_within(np.ones((128, 128), bool)) is None


@pytest.mark.parametrize("crop", [Crop(1499, 0, 1500, 1), Crop(2999, 0, 3000, 1), Crop(0, 0, 1, 1)])
def test_a_crop_narrower_than_a_drawn_pixel_is_drawn_as_one(crop: Crop) -> None:
    grid = Heatmap("NORMAL", spot(0, 0), crop).on_grid(1, 300, 1, 3000)
    assert np.isfinite(grid).sum() == 1
