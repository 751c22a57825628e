from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.export.results import classified, failed
from tests.presentation.films import film_of
from xraydesk.errors import OutputError
from xraydesk.export.fonts import stretches
from xraydesk.export.picture import film_picture, save_picture
from xraydesk.film.film import FilmHeader, FilmIdentity
from xraydesk.model.heatmap import Crop
from xraydesk.model.prediction import Prediction
from xraydesk.presentation.colours import class_colour

GREY = film_of(np.full((800, 800), 1365))  # shown as grey level 85


def test_the_heat_lies_in_the_crop_and_the_rest_stays_grey() -> None:
    picture = np.asarray(film_picture(GREY, classified(crop=Crop(0, 0, 400, 800)), opacity=1.0))
    assert picture[400, 700].tolist() == [85, 85, 85]
    assert np.ptp(picture[400, 100].astype(int)) > 100


def test_less_opacity_lets_more_film_through() -> None:
    faint, strong = (
        np.asarray(film_picture(GREY, classified(crop=Crop(0, 0, 800, 800)), opacity=share))[400, 400]
        for share in (0.2, 0.8)
    )
    assert np.abs(faint.astype(int) - 85).sum() < np.abs(strong.astype(int) - 85).sum()


def test_bars_are_as_long_as_the_probabilities() -> None:
    picture = np.asarray(film_picture(GREY, classified()))
    lengths = []
    for place in range(3):
        colour = np.array([int(class_colour(place)[at : at + 2], 16) for at in (1, 3, 5)])
        lengths.append((picture[800:] == colour).all(axis=2).sum(axis=1).max())
    assert np.array(lengths) / sum(lengths) == pytest.approx([0.06, 0.03, 0.91], abs=0.01)


@pytest.mark.parametrize("name", ["Consolidation of much of the left lower lobe, " * 3, "W" * 200])
def test_long_names_keep_clear_of_the_bars_and_within_the_picture(name: str) -> None:
    result = replace(classified(), model_name=name, prediction=Prediction(name, (name, "B"), (0.5, 0.5)))
    heat = replace(result.heatmaps[0], class_name=name)
    footer = np.asarray(film_picture(GREY, replace(result, heatmaps=(heat,))))[800:]
    panel = footer[0, 0]
    for edge in (footer[:, :18], footer[:, -18:]):
        assert (edge == panel).all()
    field = (footer == (43, 46, 51)).all(axis=2)
    field[: field.shape[0] // 4] = False  # the legend
    rows = field.any(axis=1)
    bar = np.array([int(class_colour(0)[at : at + 2], 16) for at in (1, 3, 5)])
    start = int((footer == bar).all(axis=2).any(axis=0).argmax())
    assert (footer[rows, start - 15 : start] == panel).all()


@pytest.mark.skipif(
    [letters for _, letters in stretches("肺炎")] != ["肺炎"], reason="needs a font with Chinese letters"
)
def test_names_of_any_script_are_written_in_a_font_that_has_it() -> None:
    one, other = (
        film_picture(GREY, replace(failed(), model_name=name)).tobytes() for name in ("肺炎", "胸片")
    )
    assert one != other  # boxes would be alike


def test_a_film_without_a_result_has_its_reason_and_no_heat() -> None:
    picture = np.asarray(film_picture(GREY, failed()))
    assert (picture[:800] == 85).all()
    assert (picture[800:] != picture[-1, 0]).any()


def test_nothing_in_the_picture_depends_on_whose_film_it_is() -> None:
    known = replace(GREY, identity=FilmIdentity(patient_name="DOE^JANE"), path=Path("DOE_JANE.dcm"))
    result = replace(classified(), path=known.path)
    assert film_picture(known, result).tobytes() == film_picture(GREY, classified()).tobytes()


def test_tall_pixels_and_large_films_keep_their_proportions() -> None:
    tall = film_of(np.zeros((100, 700)), header=FilmHeader(pixel_aspect=2.0))
    small = film_picture(tall, failed())
    assert np.asarray(small)[:200].max() == 0  # 200 rows of film
    assert small.width == 700
    assert film_picture(film_of(np.zeros((3000, 2560))), failed()).width == round(2560 * 1280 / 3000)


def test_the_file_is_a_png_and_holds_the_picture(tmp_path: Path) -> None:
    save_picture(tmp_path / "a.png", GREY, classified())
    with Image.open(tmp_path / "a.png") as read:
        assert read.format == "PNG"
        assert read.tobytes() == film_picture(GREY, classified()).tobytes()


def test_a_place_that_cannot_be_written_is_an_output_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"a\.png"):
        save_picture(tmp_path / "nowhere" / "a.png", GREY, classified())
