"""JPEG 2000 in DICOM decoded at a fraction of its size: the same film, smaller; else the whole one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pydicom.uid import JPEG2000Lossless

from tests.film.dicom_files import chest_like, claiming, data_set, stream, with_stream, write
from xraydesk.errors import FilmError
from xraydesk.film.open import open_film


def film_file(folder: Path, bits: int, **elements: Any) -> Path:
    pixels = chest_like(1100, 1031, bits)
    ds = data_set(pixels.astype(np.uint8) if bits == 8 else pixels, bits=bits, **elements)
    return write(folder / f"{bits}.dcm", ds, JPEG2000Lossless)


@pytest.mark.parametrize("bits", [8, 12, 16])
def test_a_fraction_of_a_film_is_the_mean_of_its_blocks(tmp_path: Path, bits: int) -> None:
    path = film_file(tmp_path, bits)
    whole, reduced = open_film(path), open_film(path, least_side=512)
    assert reduced.pixels.shape == (550, 516)
    assert (reduced.full_height, reduced.full_width) == (1100, 1031)
    assert reduced.bits_stored == whole.bits_stored == bits
    blocks = whole.pixels[:, :1030].reshape(550, 2, 515, 2).mean((1, 3))
    assert np.abs(blocks - reduced.pixels[:, :515]).mean() < 0.01 * 2**bits


def test_a_film_that_is_small_enough_is_decoded_whole(tmp_path: Path) -> None:
    film = open_film(film_file(tmp_path, 12), least_side=600)
    assert film.pixels.shape == (1100, 1031) and film.full_size is None


def test_spacing_is_that_of_the_pixels_or_none(tmp_path: Path) -> None:
    path = film_file(tmp_path, 12, PixelSpacing=["0.1", "0.1"])
    assert open_film(path).spacing_mm == (0.1, 0.1)
    assert open_film(path, least_side=512).spacing_mm is None


def test_a_signed_film_in_an_unsigned_stream_reads_alike_in_every_size(tmp_path: Path) -> None:
    signed = chest_like(1100, 1031, 12).astype(np.int16) - 2048
    unsigned = stream(
        data_set(signed.view(np.uint16) & 4095), JPEG2000Lossless
    )  # two's complement in 12 bits
    path = tmp_path / "film"
    path.write_bytes(claiming(JPEG2000Lossless, with_stream(data_set(signed), unsigned)))
    for least_side in (0, 512):
        film = open_film(path, least_side=least_side)
        assert np.array_equal(film.pixels + film.modality.intercept, signed), least_side


def test_a_damaged_stream_ends_in_the_same_words_as_the_whole_film(tmp_path: Path) -> None:
    path = film_file(tmp_path, 12)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - 2000] + bytes(2000))
    outcomes = []
    for least_side in (0, 512):
        try:
            outcomes.append(open_film(path, least_side=least_side).format)
        except FilmError as error:
            outcomes.append(error.code)
    assert outcomes[0] == outcomes[1]
