"""One way from a film to the network's input, the same for every form a film comes in."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from PIL import Image

from xraydesk.film.film import Film, ModalityTransform, Photometric, Window
from xraydesk.film.open import open_film
from xraydesk.film.phantom import draw_phantom
from xraydesk.model.heatmap import Crop
from xraydesk.model.model_input import (
    PAPER_PREPROCESSING,
    Contrast,
    Framing,
    Preprocessing,
    crop_of,
    to_model_input,
)

PLAIN = Preprocessing(contrast=Contrast.NONE)


def film(pixels: NDArray[np.uint8] | NDArray[np.uint16], **more: object) -> Film:
    bits = 8 * pixels.dtype.itemsize
    return Film(Path("film"), pixels, "PNG", **({"bits_stored": bits} | more))  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def phantom() -> NDArray[np.uint8]:
    """(1600, 1300) uint8"""
    drawn = draw_phantom(1600, 1300).astype(np.float64)
    return np.asarray(np.rint(drawn / drawn.max() * 255), dtype=np.uint8)


def furthest(a: NDArray[np.uint8], b: NDArray[np.uint8]) -> int:
    return int(np.abs(a.astype(int) - b.astype(int)).max())


def test_a_square_film_of_the_networks_size_is_left_as_it_is() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (224, 224), dtype=np.uint8)
    np.testing.assert_array_equal(to_model_input(film(pixels), PLAIN), pixels)


def test_reducing_by_a_whole_factor_keeps_the_mean() -> None:
    pixels = np.random.default_rng(1).integers(0, 256, (896, 1792), dtype=np.uint8)
    assert to_model_input(film(pixels), PLAIN).mean() == pytest.approx(pixels.mean(), abs=0.5)


def test_stretching_puts_the_percentiles_at_both_ends() -> None:
    ramp = np.tile(np.linspace(60, 180, 224).astype(np.uint8), (224, 1))
    stretched = to_model_input(film(ramp), Preprocessing())
    assert stretched.min() == 0 and stretched.max() == 255
    assert int(stretched[0, 112]) == pytest.approx(128, abs=3)


def test_a_blank_film_becomes_black_and_not_an_error() -> None:
    assert not to_model_input(film(np.full((300, 300), 77, np.uint8)), Preprocessing()).any()


def test_paper_framing_takes_the_middle_square() -> None:
    wide = film(np.zeros((200, 300), np.uint8))
    assert crop_of(wide, PAPER_PREPROCESSING) == Crop(50, 0, 250, 200)
    pixels = np.zeros((448, 896), np.uint8)
    pixels[:, 224:672] = 200
    assert (to_model_input(film(pixels), PAPER_PREPROCESSING)[:, 4:-4] == 200).all()


def test_squashing_sees_the_whole_film() -> None:
    assert crop_of(film(np.zeros((200, 300), np.uint8)), Preprocessing()) == Crop(0, 0, 300, 200)


def test_monochrome1_and_2_of_one_film_give_one_input(phantom: NDArray[np.uint8]) -> None:
    positive = to_model_input(film(phantom), Preprocessing())
    negative = to_model_input(film(255 - phantom, photometric=Photometric.MONOCHROME1), Preprocessing())
    assert furthest(positive, negative) <= 1


def test_rescale_and_sixteen_bits_do_not_matter(phantom: NDArray[np.uint8]) -> None:
    deep = film(phantom.astype(np.uint16) * 16, bits_stored=12, modality=ModalityTransform(2.0, -1024.0))
    assert (
        furthest(to_model_input(film(phantom), Preprocessing()), to_model_input(deep, Preprocessing())) <= 1
    )


def test_the_films_own_window_counts(phantom: NDArray[np.uint8]) -> None:
    narrow = film(phantom, voi=(Window(100.0, 40.0),))
    assert (
        furthest(to_model_input(film(phantom), Preprocessing()), to_model_input(narrow, Preprocessing())) > 50
    )


def test_size_does_not_matter_much(phantom: NDArray[np.uint8]) -> None:
    whole = to_model_input(film(phantom), Preprocessing()).astype(float)
    for part in (2, 4):
        small = Image.fromarray(phantom).resize((1300 // part, 1600 // part), Image.Resampling.LANCZOS)
        other = to_model_input(film(np.asarray(small)), Preprocessing()).astype(float)
        assert np.abs(whole - other).mean() < 1.5


def test_a_limit_of_detail_hides_how_fine_a_film_came() -> None:
    fine = np.random.default_rng(5).integers(0, 256, (448, 448), dtype=np.uint8)
    coarse = np.asarray(Image.fromarray(fine).resize((224, 224), Image.Resampling.LANCZOS))

    def difference(detail: int) -> float:
        how = Preprocessing(detail=detail, contrast=Contrast.NONE)
        a, b = (to_model_input(film(pixels), how).astype(float) for pixels in (fine, coarse))
        return float(np.abs(a - b).mean())

    assert difference(0) > 5
    assert difference(128) < 1


def test_a_card_from_before_the_limit_of_detail_has_none() -> None:
    assert Preprocessing.from_dict({"size": 224}).detail == 0


def test_png_and_jpeg_of_one_film_give_nearly_one_input(phantom: NDArray[np.uint8], tmp_path: Path) -> None:
    picture = Image.fromarray(phantom)
    picture.save(tmp_path / "a.png")
    picture.save(tmp_path / "a.jpg", quality=95)
    png, jpeg = (to_model_input(open_film(tmp_path / name), Preprocessing()) for name in ("a.png", "a.jpg"))
    assert np.abs(png.astype(float) - jpeg.astype(float)).mean() < 0.5


@settings(max_examples=30, deadline=None)
@given(
    st.integers(1, 400), st.integers(1, 400), st.sampled_from(list(Framing)), st.sampled_from(list(Contrast))
)
def test_films_of_any_shape_become_the_networks_input(
    height: int, width: int, framing: Framing, contrast: Contrast
) -> None:
    pixels = np.arange(height * width, dtype=np.uint64).reshape(height, width).astype(np.uint16)
    made = to_model_input(film(pixels), Preprocessing(framing=framing, contrast=contrast))
    assert made.shape == (224, 224) and made.dtype == np.uint8


def test_preprocessing_survives_its_card() -> None:
    for preprocessing in (Preprocessing(low_percentile=0.5), PAPER_PREPROCESSING):
        assert Preprocessing.from_dict(preprocessing.as_dict()) == preprocessing
