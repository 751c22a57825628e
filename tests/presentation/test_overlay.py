from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xraydesk.presentation.inferno import inferno
from xraydesk.presentation.overlay import heat_rgba, legend_strip


def lightness(rgb: np.ndarray) -> np.ndarray:
    """CIE L* of sRGB colours (N, 3) uint8 (IEC 61966-2-1, CIE 15)."""
    share = rgb / 255.0
    linear = np.where(share <= 0.04045, share / 12.92, ((share + 0.055) / 1.055) ** 2.4)
    luminance = linear @ np.array([0.2126, 0.7152, 0.0722])
    return np.asarray(116 * np.cbrt(np.maximum(luminance, 0.008856)) - 16)


def test_inferno_has_its_published_ends_and_middle() -> None:
    assert inferno()[[0, 128, 255]].tolist() == [[0, 0, 4], [188, 55, 84], [252, 255, 164]]


def test_hotter_is_always_lighter_and_more_opaque() -> None:
    strip = legend_strip(256, 1)[0]
    assert (np.diff(lightness(strip[:, :3].astype(np.float64))) > -0.3).all()
    assert (np.diff(strip[:, 3].astype(int)) >= 0).all()


def test_cold_stays_film_and_the_hottest_is_opaque() -> None:
    rgba = heat_rgba(np.array([[0.0, 0.05, 1.0]], np.float32))
    assert rgba[0, :, 3].tolist() == [0, 0, 255]


def test_nothing_is_painted_where_the_network_did_not_look() -> None:
    heat = np.array([[np.nan, 1.0], [np.nan, np.nan]], np.float32)
    assert heat_rgba(heat)[..., 3].tolist() == [[0, 255], [0, 0]]
    assert heat_rgba(heat)[0, 0].tolist() == [0, 0, 0, 0]


@given(st.floats(-5, 5, width=32))
def test_heat_out_of_range_is_held_to_it(value: float) -> None:
    held = np.clip(np.float32(value), 0, 1)
    assert np.array_equal(heat_rgba(np.array([[value]], np.float32)), heat_rgba(np.array([[held]])))


def test_the_legend_shows_the_colours_of_the_film() -> None:
    strip = legend_strip(11, 3)
    assert strip.shape == (3, 11, 4)
    assert np.array_equal(strip[1, 10], heat_rgba(np.ones((1, 1), np.float32))[0, 0])
