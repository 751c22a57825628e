from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xraydesk.presentation.orientation import Orientation
from xraydesk.ui.viewer.geometry import Box, ViewGeometry

SIDES = st.integers(1, 6000)
VIEWS = st.integers(20, 4000)
POINTS = st.floats(-3000, 3000)


@st.composite
def geometries(draw: st.DrawFn) -> ViewGeometry:
    geometry = ViewGeometry(
        draw(SIDES),
        draw(SIDES),
        draw(VIEWS),
        draw(VIEWS),
        orientation=Orientation(draw(st.integers(0, 3)), draw(st.booleans())),
        pixel_aspect=draw(st.sampled_from([1.0, 0.5, 1.7])),
    ).fit()
    if draw(st.booleans()):
        geometry = geometry.at_zoom(draw(st.floats(0.05, 40)))
    return geometry.panned(draw(POINTS), draw(POINTS)) if draw(st.booleans()) else geometry


def close(x: float, y: float) -> object:
    return pytest.approx((x, y), rel=1e-6, abs=1e-4)


@given(geometries(), POINTS, POINTS)
def test_view_to_film_and_back_is_where_it_was(geometry: ViewGeometry, x: float, y: float) -> None:
    assert geometry.to_view(*geometry.to_film(x, y)) == close(x, y)


@given(geometries(), POINTS, POINTS)
def test_film_to_view_and_back_is_where_it_was(geometry: ViewGeometry, x: float, y: float) -> None:
    assert geometry.to_film(*geometry.to_view(x, y)) == close(x, y)


@given(geometries(), st.floats(0.2, 5), st.floats(0, 1), st.floats(0, 1))
def test_zooming_keeps_the_film_point_under_the_pointer(
    geometry: ViewGeometry, factor: float, across: float, down: float
) -> None:
    box = geometry.film_box().intersected(Box(0, 0, geometry.view_width, geometry.view_height))
    if box.is_empty:
        return
    x, y = box.left + across * box.width, box.top + down * box.height
    before = geometry.to_film(x, y)
    after = geometry.zoomed(factor, x, y)
    reached = after.to_film(x, y)
    if 0 < after.center_x < after.film_width and 0 < after.center_y < after.film_height:
        assert reached == close(*before)


@given(geometries())
def test_a_fitted_film_lies_whole_and_centred_in_the_view(geometry: ViewGeometry) -> None:
    box = geometry.fit().film_box()
    assert box.left == pytest.approx(geometry.view_width - box.right, abs=1e-6)
    assert box.top == pytest.approx(geometry.view_height - box.bottom, abs=1e-6)
    assert min(box.left, box.top) >= -1e-6


@given(geometries(), VIEWS, VIEWS)
def test_a_fitted_film_stays_fitted_when_the_view_changes(
    geometry: ViewGeometry, width: int, height: int
) -> None:
    fitted = geometry.fit()
    assert fitted.resized(width, height) == replace(fitted, view_width=width, view_height=height).fit()


@given(geometries(), POINTS, POINTS)
def test_the_middle_of_the_view_always_shows_film(geometry: ViewGeometry, right: float, down: float) -> None:
    panned = geometry.panned(right, down)
    x, y = panned.to_film(panned.view_width / 2, panned.view_height / 2)
    assert -1e-3 <= x <= panned.film_width + 1e-3
    assert -1e-3 <= y <= panned.film_height + 1e-3


@given(geometries())
def test_four_quarter_turns_change_nothing(geometry: ViewGeometry) -> None:
    turned = geometry
    for _ in range(4):
        turned = turned.oriented(turned.orientation.rotated(1))
    assert turned == geometry


@given(geometries(), st.floats(1e-6, 1e6))
def test_zoom_stays_within_reason(geometry: ViewGeometry, zoom: float) -> None:
    zoomed = geometry.at_zoom(zoom)
    fitting = geometry.fit().zoom
    assert zoomed.zoom <= max(40.0, fitting)
    assert zoomed.zoom >= min(fitting, 0.25, 48 / max(geometry.film_width, 1.7 * geometry.film_height))


def test_known_numbers_of_an_upright_film() -> None:
    geometry = ViewGeometry(1000, 500, 416, 316).fit()  # 400 units for 1000 pixels
    assert geometry.zoom == 0.4
    assert geometry.film_box() == Box(8.0, 58.0, 408.0, 258.0)
    assert geometry.to_view(0, 0) == (8.0, 58.0)
    assert geometry.to_film(408.0, 258.0) == pytest.approx((1000.0, 500.0))
    assert geometry.box_in_view(250, 0, 750, 500) == Box(108.0, 58.0, 308.0, 258.0)


def test_a_quarter_turn_brings_the_left_edge_to_the_top() -> None:
    geometry = ViewGeometry(1000, 500, 516, 1016, orientation=Orientation(1)).fit()
    assert geometry.zoom == 1.0
    assert geometry.to_view(0, 500) == (8.0, 8.0)
    assert geometry.to_view(0, 0) == (508.0, 8.0)


def test_tall_pixels_are_drawn_tall() -> None:
    box = ViewGeometry(100, 100, 416, 816, pixel_aspect=2.0).fit().film_box()
    assert (box.width, box.height) == (400.0, 800.0)


def test_filling_leaves_no_margin() -> None:
    geometry = ViewGeometry(1000, 500, 300, 300, orientation=Orientation(1)).filling(50, 100)
    assert geometry.film_box() == Box(0.0, 0.0, 50.0, 100.0)


@pytest.mark.parametrize("size", [(0, 1, 1, 1), (1, 0, 1, 1), (1, 1, 0, 1), (1, 1, 1, -1)])
def test_nothing_without_a_size_has_a_geometry(size: tuple[float, float, float, float]) -> None:
    with pytest.raises(ValueError, match="size"):
        ViewGeometry(*size)
