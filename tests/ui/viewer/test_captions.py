from __future__ import annotations

from dataclasses import replace
from typing import Protocol

import numpy as np
import pytest
from numpy.typing import NDArray
from PySide6.QtGui import QColor, QFont, QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.presentation.films import WHOLE, film_of
from xraydesk.film.film import FilmIdentity
from xraydesk.model.heatmap import Crop
from xraydesk.presentation.orientation import EdgeLetters, Orientation
from xraydesk.ui.images import grey_from_image
from xraydesk.ui.viewer import captions
from xraydesk.ui.viewer.annotations import AnnotationPainter, Annotations, scaled_font
from xraydesk.ui.viewer.captions import PointerValue
from xraydesk.ui.viewer.geometry import Box, ViewGeometry


class Paint(Protocol):
    def __call__(self, what: Annotations, grey: int = 0) -> NDArray[np.uint8]: ...


GEOMETRY = ViewGeometry(1000, 500, 416, 316).fit()  # 0.4 view units a pixel


@pytest.mark.parametrize(
    ("row_mm", "column_mm", "zoom", "bar"),
    [
        (0.2, 0.2, 0.4, (100.0, 50.0)),  # 2 units a mm: 5 cm are 100 units, 10 cm would be 200
        (0.1, 0.1, 0.4, (80.0, 20.0)),
        (0.2, 0.1, 0.4, (80.0, 20.0)),  # across the film it is the column spacing that counts
        (5.0, 5.0, 0.001, (0.04, 200.0)),
        (0.001, 0.001, 1.0, None),  # a millimetre is longer than the view
    ],
)
def test_the_scale_bar_is_the_longest_round_length_that_fits(
    row_mm: float, column_mm: float, zoom: float, bar: tuple[float, float] | None
) -> None:
    film = film_of(np.zeros((500, 1000)), spacing_mm=(row_mm, column_mm))
    drawn = captions.scale_bar(film, replace(GEOMETRY, zoom=zoom))
    assert drawn == (None if bar is None else pytest.approx(bar))


def test_without_spacing_there_is_no_scale() -> None:
    assert captions.scale_bar(film_of(np.zeros((500, 1000))), GEOMETRY) is None


def test_the_crop_frame_turns_with_the_film() -> None:
    crop = Crop(0, 0, 500, 500)
    assert captions.crop_frame(GEOMETRY, crop) == Box(8.0, 58.0, 208.0, 258.0)
    flipped = GEOMETRY.oriented(Orientation(0, True))
    assert captions.crop_frame(flipped, crop) == Box(208.0, 58.0, 408.0, 258.0)


def test_identity_shown_hidden_and_unknown() -> None:
    film = film_of([[0]], identity=FilmIdentity(patient_name="DOE^JANE"))
    assert captions.identity_lines(film, hidden=False) == ("DOE, JANE",)
    assert captions.identity_lines(film, hidden=True) == ("Identity hidden",)
    assert captions.identity_lines(replace(film, identity=None), hidden=True) == ()


def test_the_values_under_the_film() -> None:
    assert captions.value_lines(WHOLE, 0.42, None, inverted=False) == ("C 2048  W 4095    42 %",)
    assert captions.value_lines(WHOLE, 1.0, PointerValue(1, 2, 3.0), inverted=True) == (
        "x 1  y 2  value 3",
        "C 2048  W 4095    100 %    inverted",
    )


@pytest.fixture
def painted(qtbot: QtBot) -> Paint:
    """Paints annotations over a film of one grey level: (200, 400)."""

    def paint(what: Annotations, grey: int = 0) -> NDArray[np.uint8]:
        image = QImage(400, 200, QImage.Format.Format_RGB32)
        image.fill(QColor(grey, grey, grey))
        painter = QPainter(image)
        AnnotationPainter(QFont()).paint(painter, 400, 200, what)
        painter.end()
        return grey_from_image(image)

    return paint


def inked(pixels: NDArray[np.uint8], grey: int = 0) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is not film."""
    rows, columns = np.nonzero(pixels != grey)
    return int(columns.min()), int(rows.min()), int(columns.max()), int(rows.max())


def test_each_part_stands_in_its_place(painted: Paint) -> None:
    left, top, right, bottom = inked(painted(Annotations(top_left=("A",))))
    assert right < 60 and bottom < 60
    left, top, right, bottom = inked(painted(Annotations(top_right=("A",))))
    assert left > 340 and bottom < 60
    left, top, right, bottom = inked(painted(Annotations(bottom_left=("A",))))
    assert right < 60 and top > 140
    left, top, right, bottom = inked(painted(Annotations(legend="low – high")))
    assert left > 200 and top > 140
    left, top, right, bottom = inked(painted(Annotations(scale_bar=(100.0, 50.0))))
    assert (left, right) == pytest.approx((150, 250), abs=3)
    left, top, right, bottom = inked(painted(Annotations(edges=EdgeLetters(right="L"))))
    assert left > 360 and 60 < top < bottom < 140
    assert inked(painted(Annotations(frame=Box(50, 60, 150, 160)))) == pytest.approx(
        (50, 60, 150, 160), abs=2
    )


def test_a_long_line_stays_clear_of_the_middle(painted: Paint) -> None:
    assert 150 < inked(painted(Annotations(top_left=("A long hospital name " * 9,))))[2] < 180


@pytest.mark.parametrize("grey", [0, 128, 200, 255])
def test_words_stand_out_from_any_grey(painted: Paint, grey: int) -> None:
    pixels = painted(Annotations(top_left=("HHHH",)), grey).astype(int)[:40, :80]
    assert pixels.max() - pixels.min() > 120


@pytest.mark.parametrize("pixels", [True, False])
def test_fonts_scale_however_their_size_is_given(qtbot: QtBot, pixels: bool) -> None:
    font = QFont()
    if pixels:
        font.setPixelSize(10)
        assert scaled_font(font, 1.4).pixelSize() == 14
    else:
        font.setPointSizeF(10.0)
        assert scaled_font(font, 1.4).pointSizeF() == 14.0
