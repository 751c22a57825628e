"""JPEGs opened at a fraction of their size: the same film, with fewer pixels, that knows its true size."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from tests.film.dicom_files import chest_like, data_set, to_bytes
from xraydesk.errors import FilmTooLarge
from xraydesk.film.film import Film
from xraydesk.film.gate import gate
from xraydesk.film.open import open_film, open_film_bytes
from xraydesk.presentation.wording import film_lines

GREY = chest_like(401, 333, bits=8).astype(np.uint8)  # height, width: multiples of nothing


def encoded(image: Image.Image | NDArray[np.uint8], kind: str = "JPEG", **options: object) -> bytes:
    file = io.BytesIO()
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    picture.save(file, kind, **options)
    return file.getvalue()


def opened(data: bytes, least_side: int = 0) -> Film:
    return open_film_bytes(Path("film"), data, least_side=least_side)


def box_mean(pixels: NDArray[np.uint8], times: int) -> NDArray[np.float64]:
    height, width = (side // times * times for side in pixels.shape)
    blocks = pixels[:height, :width].reshape(height // times, times, width // times, times)
    return np.asarray(blocks.mean(axis=(1, 3)))


@pytest.mark.parametrize(
    ("least_side", "shape"),
    [
        (1, (51, 42)),  # an eighth, never less
        (41, (51, 42)),  # 333 // 41 is 8
        (42, (101, 84)),
        (83, (101, 84)),
        (84, (201, 167)),
        (166, (201, 167)),
    ],
)
def test_a_jpeg_is_reduced_as_far_as_both_sides_allow(least_side: int, shape: tuple[int, int]) -> None:
    film = opened(encoded(GREY, quality=90), least_side)
    assert film.pixels.shape == shape
    assert min(shape) >= least_side
    assert (film.full_size, film.full_height, film.full_width) == ((401, 333), 401, 333)


@pytest.mark.parametrize("least_side", [0, 167, 333, 5000])
def test_a_jpeg_that_would_become_too_small_is_opened_whole(least_side: int) -> None:
    film = opened(encoded(GREY, quality=90), least_side)
    assert film.pixels.shape == (401, 333)
    assert film.full_size is None
    assert (film.full_height, film.full_width) == (401, 333)


def test_a_reduced_film_looks_like_the_mean_of_its_pixels() -> None:
    data = encoded(GREY, quality=95)
    half = opened(data, 166).pixels[:200, :166]
    assert np.abs(half - box_mean(opened(data).pixels.astype(np.uint8), 2)).mean() < 1.0


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_other_formats_are_opened_whole(kind: str) -> None:
    film = opened(encoded(GREY, kind), 32)
    assert np.array_equal(film.pixels, GREY)
    assert film.full_size is None


def test_dicom_is_opened_whole() -> None:
    film = opened(to_bytes(data_set(chest_like(64, 60))), 8)
    assert film.pixels.shape == (64, 60)
    assert film.full_size is None


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_reduced_film_is_turned_upright_and_so_is_its_size(orientation: int) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = encoded(GREY, quality=95, exif=exif)
    whole, reduced = opened(data), opened(data, 166)
    assert reduced.full_size == whole.pixels.shape
    height, width = whole.pixels.shape
    assert reduced.pixels.shape == ((height + 1) // 2, (width + 1) // 2)
    shrunk = np.asarray(
        Image.fromarray(whole.pixels).resize(reduced.pixels.shape[::-1], Image.Resampling.BOX)
    )
    assert np.corrcoef(shrunk.ravel(), reduced.pixels.ravel())[0, 1] > 0.995


def test_colour_is_still_measured_in_a_reduced_film() -> None:
    ramp = np.tile(np.linspace(0, 255, 320, dtype=np.uint8), (320, 1))
    data = encoded(np.dstack([ramp, ramp[::-1, ::-1], ramp.T]), quality=95)
    whole, reduced = opened(data), opened(data, 40)
    assert reduced.pixels.shape == (40, 40)
    assert whole.colourfulness > 0.2
    assert reduced.colourfulness == pytest.approx(whole.colourfulness, abs=0.01)


def test_a_tinted_film_is_refused_reduced_or_not() -> None:
    data = encoded(Image.new("RGB", (400, 400), (220, 40, 40)))
    for least_side in (0, 50):
        assert "colour_photograph" in {finding.code for finding in gate(opened(data, least_side))}


@pytest.mark.parametrize("mode", ["CMYK", "RGB", "YCbCr"])
def test_other_colour_modes_come_out_grey_and_the_right_way_round(mode: str) -> None:
    data = encoded(Image.fromarray(GREY).convert("RGB").convert(mode), quality=95)
    reduced = opened(data, 166)
    small = box_mean(GREY, 2)
    assert np.corrcoef(reduced.pixels[:200, :166].ravel(), small.ravel())[0, 1] > 0.99
    assert reduced.colourfulness < 0.02


def test_progressive_jpegs_are_reduced_too() -> None:
    film = opened(encoded(GREY, quality=90, progressive=True), 41)
    assert film.pixels.shape == (51, 42)


def test_the_gate_judges_the_size_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "film.jpg"
    path.write_bytes(encoded(chest_like(640, 600, bits=8).astype(np.uint8)))
    reduced = open_film(path, least_side=64)
    assert min(reduced.pixels.shape) < 200
    assert "too_small" not in {finding.code for finding in gate(reduced)}


def test_the_gate_names_the_size_of_the_file() -> None:
    strip = opened(encoded(chest_like(900, 240, bits=8).astype(np.uint8)), 30)
    messages = [finding.message for finding in gate(strip) if finding.code == "aspect"]
    assert messages == ["Unusual shape for a chest film: 240 × 900 pixels."]


def test_the_size_that_is_shown_is_that_of_the_file() -> None:
    assert film_lines(opened(encoded(GREY), 41))[1] == "333 × 401"


def test_max_pixels_is_of_the_file_not_of_the_reduced_copy() -> None:
    with pytest.raises(FilmTooLarge):
        open_film_bytes(Path("film"), encoded(GREY), max_pixels=100_000, least_side=8)


def test_bytes_open_like_their_file(tmp_path: Path) -> None:
    path = tmp_path / "film"
    path.write_bytes(encoded(GREY))
    film = open_film_bytes(path, path.read_bytes())
    assert film.path == path
    assert np.array_equal(film.pixels, open_film(path).pixels)
