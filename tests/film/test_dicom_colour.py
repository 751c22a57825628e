"""DICOM films in colour: what is grey stays grey, and what is not is measured."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.uid import UID, JPEG2000Lossless, JPEGBaseline8Bit, JPEGLSLossless, RLELossless

from tests.film.dicom_files import chest_like, claiming, compressed, data_set, write
from xraydesk.film.open import open_film


@pytest.mark.parametrize("photometric", ["RGB", "YBR_FULL"])
@pytest.mark.parametrize("planar", [0, 1])
def test_colour_becomes_luminance_and_is_measured(tmp_path: Path, photometric: str, planar: int) -> None:
    rgb = np.zeros((4, 6, 3), dtype=np.uint8)
    rgb[...] = (255, 0, 0) if photometric == "RGB" else (76, 85, 255)  # red in both
    ds = data_set(rgb, bits=8, PhotometricInterpretation=photometric, PlanarConfiguration=planar)
    if planar:
        ds.PixelData = np.moveaxis(rgb, 2, 0).tobytes()
    film = open_film(write(tmp_path / "film", ds))
    assert film.pixels.shape == (4, 6)
    assert np.abs(film.pixels.astype(int) - 76).max() <= 1
    assert film.colourfulness > 0.97


def test_grey_stored_as_rgb_has_no_colour(tmp_path: Path) -> None:
    grey = chest_like(bits=8).astype(np.uint8)
    film = open_film(write(tmp_path / "film", data_set(np.dstack([grey] * 3), bits=8)))
    assert film.colourfulness == 0.0
    assert np.array_equal(film.pixels, grey)


def test_jpeg_colour_opens(tmp_path: Path) -> None:
    grey = chest_like(bits=8).astype(np.uint8)
    ds = data_set(np.dstack([grey] * 3), bits=8, PhotometricInterpretation="YBR_FULL_422")
    film = open_film(write(tmp_path / "film", ds, JPEGBaseline8Bit))
    assert np.abs(film.pixels.astype(int) - grey).max() <= 4
    assert film.colourfulness < 0.01


@pytest.mark.parametrize("planar", [0, 1])
@pytest.mark.parametrize("syntax", [JPEGBaseline8Bit, JPEG2000Lossless, JPEGLSLossless, RLELossless])
def test_compressed_colour_opens_whatever_planes_the_header_claims(
    tmp_path: Path, syntax: UID, planar: int
) -> None:
    grey = chest_like(bits=8).astype(np.uint8)
    ds = compressed(data_set(np.dstack([grey] * 3), bits=8), syntax)
    ds.PlanarConfiguration = planar
    if syntax == JPEGBaseline8Bit:
        ds.PhotometricInterpretation = "YBR_FULL_422"
    path = tmp_path / "film"
    path.write_bytes(claiming(syntax, ds))
    film = open_film(path)
    assert np.abs(film.pixels.astype(int) - grey).max() <= 4
    assert film.colourfulness < 0.01


def palette(indices: NDArray[np.uint8], entries: list[int], bits: int) -> Dataset:
    """A film of `indices` into a palette of grey `entries`, kept in 16 bits each."""
    ds = data_set(indices, bits=8)
    ds.PhotometricInterpretation = "PALETTE COLOR"
    for name in ("Red", "Green", "Blue"):
        setattr(ds, f"{name}PaletteColorLookupTableDescriptor", [len(entries), 0, bits])
        setattr(ds, f"{name}PaletteColorLookupTableData", np.array(entries, "<u2").tobytes())
    return ds


def test_palette_colour_is_looked_up(tmp_path: Path) -> None:
    ds = palette(np.array([[0, 1], [2, 3]], dtype=np.uint8), [0, 21845, 43690, 65535], 16)
    assert open_film(write(tmp_path / "film", ds)).pixels.tolist() == [[0, 85], [170, 255]]


def test_a_palette_keeps_its_white_where_the_film_has_none(tmp_path: Path) -> None:
    ds = palette(np.array([[0, 1], [1, 2]], dtype=np.uint8), [0, 21845, 43690, 65535], 16)
    assert open_film(write(tmp_path / "film", ds)).pixels.tolist() == [[0, 85], [85, 170]]


@pytest.mark.parametrize("claimed", [8, 16])
def test_a_palette_of_eight_bits_is_one_whatever_it_claims(tmp_path: Path, claimed: int) -> None:
    ds = palette(np.array([[0, 1], [1, 2]], dtype=np.uint8), [0, 85, 170, 255], claimed)
    assert open_film(write(tmp_path / "film", ds)).pixels.tolist() == [[0, 85], [85, 170]]


@pytest.mark.parametrize(("bits", "stored"), [(16, 16), (12, 12), (12, 16)])
def test_colour_of_more_than_eight_bits_keeps_its_brightness(tmp_path: Path, bits: int, stored: int) -> None:
    grey = np.array([[0, 32], [64, 100]])
    deep = np.rint(grey * ((1 << bits) - 1) / 255).astype(np.uint16)
    if stored > bits:
        deep[0, 0], grey[0, 0] = (1 << bits) - 1, 255  # that no more bits are used must be seen
    ds = data_set(np.dstack([deep] * 3), bits=stored)
    assert open_film(write(tmp_path / "film", ds)).pixels.tolist() == grey.tolist()
