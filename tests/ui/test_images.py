from __future__ import annotations

import gc

import numpy as np
from hypothesis import given
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from xraydesk.ui.images import (
    grey_from_image,
    image_from_grey,
    image_from_rgb32,
    image_from_rgba,
    rgb32_table,
)

GREYS = hnp.arrays(np.uint8, hnp.array_shapes(min_dims=2, max_dims=2, max_side=20))


@given(GREYS)
def test_grey_goes_into_an_image_and_back(grey: NDArray[np.uint8]) -> None:
    assert np.array_equal(grey_from_image(image_from_grey(grey)), grey)
    assert np.array_equal(grey_from_image(image_from_grey(grey[::-1, ::-1])), grey[::-1, ::-1])


@given(GREYS)
def test_a_table_makes_opaque_greys(grey: NDArray[np.uint8]) -> None:
    table = rgb32_table(np.arange(256, dtype=np.uint8))
    assert np.array_equal(grey_from_image(image_from_rgb32(table[grey])), grey)


def test_an_image_keeps_its_pixels_alive() -> None:
    image = image_from_rgb32(np.full((300, 300), 0xFF123456, dtype=np.uint32))
    gc.collect()
    np.zeros((300, 300), np.uint32)
    assert image.pixel(299, 299) == 0xFF123456


def test_colours_are_premultiplied() -> None:
    image = image_from_rgba(np.array([[[200, 100, 0, 128], [9, 9, 9, 0]]], dtype=np.uint8))
    assert image.pixelColor(0, 0).alpha() == 128
    assert abs(image.pixelColor(0, 0).red() - 200) <= 1
    assert image.pixel(1, 0) == 0
