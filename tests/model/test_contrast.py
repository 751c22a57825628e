"""Contrast of model inputs: against Pillow where it has the same, else against what the method promises."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from numpy.typing import NDArray
from PIL import Image, ImageOps

from xraydesk.model.contrast import _clipped_ramp, adaptively_equalized, equalized, stretched

Values = NDArray[np.float32]


def films() -> st.SearchStrategy[Values]:
    return arrays(np.float32, (48, 40), elements=st.floats(0, 1, width=32))


def chest_like(seed: int = 0) -> Values:
    rng = np.random.default_rng(seed)
    slope = np.linspace(0.1, 0.6, 224, dtype=np.float32)
    return np.asarray(slope[:, None] * slope[None, :] + rng.normal(0, 0.01, (224, 224)), dtype=np.float32)


def test_equalisation_is_pillows() -> None:
    rng = np.random.default_rng(1)
    grey = np.minimum(rng.gamma(2.0, 30.0, (200, 200)), 255).astype(np.uint8)
    grey[0, 0], grey[0, 1] = 0, 255  # the film's own range is the whole one
    ours = equalized((grey / np.float32(255)).astype(np.float32)) * 255
    theirs = np.asarray(ImageOps.equalize(Image.fromarray(grey)), dtype=np.float32)
    fullest = (
        np.bincount(grey.ravel()).max() / grey.size
    )  # Pillow counts the darker pixels, we the grey's own, too
    assert np.abs(ours - theirs).max() <= 255 * fullest + 2


@given(films())
def test_every_contrast_stays_in_range_and_keeps_the_shape(values: Values) -> None:
    for made in (equalized(values), adaptively_equalized(values)):
        assert made.shape == values.shape
        assert made.dtype == np.float32
        assert float(made.min()) >= 0.0
        assert float(made.max()) <= 1.0 + 1e-6


@given(films())
def test_equalisation_never_turns_two_greys_round(values: Values) -> None:
    order = np.argsort(values, axis=None)
    assert (np.diff(equalized(values).ravel()[order]) >= 0).all()


def test_a_constant_film_stays_constant() -> None:
    for made in (
        equalized(np.full((64, 64), 0.3, np.float32)),
        stretched(np.ones((9, 9), np.float32), 1, 99),
    ):
        assert (made == 0).all()


@given(arrays(np.intp, (28, 28), elements=st.integers(0, 255)))
def test_adaptive_equalisation_stretches_no_grey_more_than_its_clip_allows(tile: NDArray[np.intp]) -> None:
    steps = np.diff(_clipped_ramp(tile), prepend=0.0)
    assert steps.max() <= (2.0 + 1.0) / 256 + 1e-6  # twice the even share, and its share of what was clipped
    assert abs(float(steps.sum()) - 1.0) < 1e-5


def test_adaptive_equalisation_shows_faint_detail_in_a_dark_corner() -> None:
    film = chest_like()
    film[20:40:4, 20:40] += 0.02
    before = np.abs(np.diff(stretched(film, 0, 100)[20:40, 30])).mean()
    assert np.abs(np.diff(adaptively_equalized(film)[20:40, 30])).mean() > 1.2 * before


@pytest.mark.parametrize("side", [96, 128, 299])
def test_any_side_may_be_equalised_adaptively(side: int) -> None:
    assert adaptively_equalized(np.random.default_rng(2).random((side, side), dtype=np.float32)).shape == (
        side,
        side,
    )
