"""Padding of DICOM films: what is no part of the film, whatever kind of number the pixels are."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian, JPEGLSLossless, RLELossless

from tests.film.dicom_files import chest_like, data_set, write
from xraydesk.film.open import open_film
from xraydesk.film.voi import display_values


def test_padding_becomes_a_range_of_pixels(tmp_path: Path) -> None:
    ds = data_set(chest_like())
    ds.add_new("PixelPaddingValue", "US", 5)
    ds.add_new("PixelPaddingRangeLimit", "US", 0)
    assert open_film(write(tmp_path / "film", ds)).padding == (0, 5)


def test_signed_padding_is_offset_like_the_pixels(tmp_path: Path) -> None:
    ds = data_set(np.array([[-2000, 0], [5, 9]], dtype=np.int16), bits=16)
    ds.add_new("PixelPaddingValue", "SS", -2000)
    film = open_film(write(tmp_path / "film", ds))
    assert film.padding == (32768 - 2000, 32768 - 2000)
    assert film.pixels[0, 0] == 32768 - 2000


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless, JPEGLSLossless])
def test_padding_that_the_stored_bits_cannot_hold_does_not_blacken_the_white(
    tmp_path: Path, syntax: UID
) -> None:
    ds = data_set(np.where(chest_like() > 3000, 4095, chest_like()).astype(np.uint16))
    ds.add_new("PixelPaddingValue", "US", 65535)
    assert open_film(write(tmp_path / "film", ds, syntax)).padding is None


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
def test_padding_in_the_unused_high_bits_counts_where_pixels_hold_it(tmp_path: Path, syntax: UID) -> None:
    ds = data_set(np.array([[65535, 65535], [17, 2000]], dtype=np.uint16))
    ds.add_new("PixelPaddingValue", "US", 65535)
    film = open_film(write(tmp_path / "film", ds, syntax))
    assert (film.padding, film.pixels.tolist()) == ((4095, 4095), [[4095, 4095], [17, 2000]])


def test_signed_padding_is_understood_where_it_is_written_as_unsigned(tmp_path: Path) -> None:
    ds = data_set(np.array([[-2000, 0], [5, 9]], dtype=np.int16))
    ds.add_new("PixelPaddingValue", "US", 65536 - 2000)
    assert open_film(write(tmp_path / "film", ds)).padding == (48, 48)


def of_fractions(values: NDArray[Any], **elements: Any) -> Dataset:
    """A film of float32 or float64 `values`."""
    kind = {4: "FloatPixelData", 8: "DoubleFloatPixelData"}[values.dtype.itemsize]
    missing = dict.fromkeys(("PixelData", "BitsStored", "HighBit", "PixelRepresentation"))
    bits = values.dtype.itemsize * 8
    return data_set(values, **{"BitsAllocated": bits, kind: values.tobytes(), **missing, **elements})


@pytest.mark.parametrize(("kind", "prefix"), [(np.float32, "Float"), (np.float64, "DoubleFloat")])
def test_padding_of_fractions_leaves_the_range_to_the_film(tmp_path: Path, kind: Any, prefix: str) -> None:
    values = np.array([[-1e30, -1e30], [0.25, 0.75], [0.5, 0.25]], dtype=kind)
    film = open_film(write(tmp_path / "film", of_fractions(values, **{f"{prefix}PixelPaddingValue": -1e30})))
    assert film.padding == (0, 0)
    assert film.pixels.tolist() == [[0, 0], [1, 65535], [32768, 1]]
    back = film.modality.slope * film.pixels[1:] + film.modality.intercept
    assert np.allclose(back, values[1:], atol=1e-5)
    assert np.allclose(display_values(film), np.array([[0, 0], [0, 1], [0.5, 0]]), atol=1e-4)


def test_a_range_of_padding_of_fractions_is_left_out(tmp_path: Path) -> None:
    values = np.array([[-9.0, -7.5], [0.0, 1.0]], dtype=np.float32)
    ds = of_fractions(values, FloatPixelPaddingValue=-9.0, FloatPixelPaddingRangeLimit=-7.0)
    assert open_film(write(tmp_path / "film", ds)).pixels.tolist() == [[0, 0], [1, 65535]]


def test_padding_of_thirty_two_bits_leaves_the_range_to_the_film(tmp_path: Path) -> None:
    values = np.array([[-30000, -30000], [100_000, 103_000]], dtype=np.int32)
    ds = data_set(values, bits=32)
    ds.add_new("PixelPaddingValue", "SS", -30000)
    film = open_film(write(tmp_path / "film", ds))
    assert film.padding == (0, 0)
    assert (film.pixels[1] + film.modality.intercept).tolist() == [100_000, 103_000]


def test_padding_that_no_wide_pixel_holds_changes_nothing(tmp_path: Path) -> None:
    ds = data_set(np.array([[5, 9], [70_000, 3]], dtype=np.uint32), bits=32)
    plain = open_film(write(tmp_path / "plain", ds))
    ds.add_new("PixelPaddingValue", "US", 0)
    film = open_film(write(tmp_path / "film", ds))
    assert film.padding is None
    assert np.array_equal(film.pixels, plain.pixels)


def test_a_film_of_nothing_but_padding_opens(tmp_path: Path) -> None:
    ds = of_fractions(np.full((4, 4), -1.0, np.float32), FloatPixelPaddingValue=-1.0)
    assert open_film(write(tmp_path / "film", ds)).pixels.max() == 0


def test_padding_just_above_the_white_of_the_film_is_no_part_of_it(tmp_path: Path) -> None:
    cells = 4095 - chest_like() // 2  # bright up to the edge, so that the padding is hardly a jump
    cells[:, :20] = 4096
    film = open_film(write(tmp_path / "film", data_set(cells, PixelPaddingValue=4096)))
    shown = display_values(film)
    assert (shown[:, :20] == 0.0).all()
    assert shown[:, 20:].mean() > 0.5
