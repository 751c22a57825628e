"""What is seen of a film, by hand and against pydicom."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut, apply_voi, apply_windowing

from tests.film.dicom_files import chest_like, data_set, write
from xraydesk.film.film import (
    Film,
    ModalityTransform,
    Photometric,
    StoredPixels,
    Voi,
    VoiFunction,
    VoiLut,
    Window,
)
from xraydesk.film.open import open_film
from xraydesk.film.voi import default_voi, display_table, display_values, own_voi_unusable, whole_range_window


def film_of(
    pixels: StoredPixels,
    *,
    bits: int = 8,
    voi: tuple[Voi, ...] = (),
    photometric: Photometric = Photometric.MONOCHROME2,
    modality: ModalityTransform | None = None,
    padding: tuple[int, int] | None = None,
) -> Film:
    return Film(
        path=Path("film"),
        pixels=pixels,
        format="DICOM",
        bits_stored=bits,
        voi=voi,
        photometric=photometric,
        modality=modality or ModalityTransform(),
        padding=padding,
    )


def ramp() -> NDArray[np.uint8]:
    return np.arange(256, dtype=np.uint8).reshape(16, 16)


def test_linear_window_follows_the_standards_formula() -> None:
    # PS3.3 C.11.2.1.2.1, note 3: c = 100, w = 100: black up to 50, white from 149.
    table = display_table(film_of(ramp()), Window(100, 100))
    assert table[50] == 0.0
    assert table[51] > 0.0
    assert table[148] < 1.0
    assert table[149] == 1.0
    assert table[99] == pytest.approx((99 - 99.5) / 99 + 0.5)


def test_linear_window_of_one_is_a_step() -> None:
    table = display_table(film_of(ramp()), Window(100, 1))
    assert table[99] == 0.0
    assert table[100] == 1.0


def test_linear_exact_window_is_half_at_its_center() -> None:
    table = display_table(film_of(ramp()), Window(100, 50, VoiFunction.LINEAR_EXACT))
    assert (table[75], table[100], table[125]) == (0.0, 0.5, 1.0)


def test_sigmoid_window() -> None:
    table = display_table(film_of(ramp()), Window(100, 40, VoiFunction.SIGMOID))
    assert table[100] == 0.5
    assert table[110] == pytest.approx(1 / (1 + np.exp(-1.0)))


def test_monochrome1_is_inverted_last() -> None:
    window = Window(100, 50, VoiFunction.LINEAR_EXACT)
    plain = display_table(film_of(ramp()), window)
    inverted = display_table(film_of(ramp(), photometric=Photometric.MONOCHROME1), window)
    assert np.allclose(inverted, 1.0 - plain)


@pytest.mark.parametrize("photometric", list(Photometric))
def test_padding_is_black_and_does_not_count(photometric: Photometric) -> None:
    pixels = np.array([[255, 255], [10, 20]], dtype=np.uint8)
    film = film_of(pixels, photometric=photometric, padding=(200, 255))
    shown = display_values(film)
    assert shown[0].tolist() == [0.0, 0.0]
    assert sorted(shown[1].tolist()) == [0.0, 1.0]


def test_a_film_that_is_all_padding_is_black() -> None:
    film = film_of(np.full((4, 4), 7, dtype=np.uint8), padding=(7, 7))
    assert not display_values(film).any()


def test_window_counts_in_modality_values() -> None:
    film = film_of(ramp(), modality=ModalityTransform(2.0, -100.0))
    table = display_table(film, Window(100, 100, VoiFunction.LINEAR_EXACT))
    assert table[100] == 0.5  # 2 * 100 - 100


def test_negative_rescale_slope_turns_black_and_white_round() -> None:
    film = film_of(ramp(), modality=ModalityTransform(-1.0, 255.0))
    assert display_values(film)[0, 0] == 1.0
    assert display_values(film)[-1, -1] == 0.0


def test_voi_lut_is_looked_up_and_clamped() -> None:
    lut = VoiLut(100.0, np.array([0, 512, 1023], dtype=np.uint16), 10)
    table = display_table(film_of(ramp()), lut)
    assert table[[0, 100, 101, 102, 255]] == pytest.approx([0, 0, 512 / 1023, 1, 1])


def test_without_a_window_eight_bits_are_shown_as_they_are() -> None:
    pixels = np.linspace(10, 240, 400).reshape(20, 20).astype(np.uint8)
    assert np.allclose(display_values(film_of(pixels)), pixels / 255.0)


def test_the_same_film_in_8_12_and_16_bits_is_shown_the_same() -> None:
    eight = np.linspace(10, 240, 400).reshape(20, 20).astype(np.uint8)
    reference = display_values(film_of(eight))
    for bits in (12, 16):
        wide = np.rint(eight / 255.0 * ((1 << bits) - 1)).astype(np.uint16)
        assert np.allclose(display_values(film_of(wide, bits=bits)), reference, atol=2e-4)


def test_twelve_bits_in_a_sixteen_bit_file_are_shown_over_twelve() -> None:
    pixels = np.array([[100, 4000]], dtype=np.uint16)
    shown = display_values(film_of(pixels, bits=16))
    assert shown[0].tolist() == pytest.approx([100 / 4095, 4000 / 4095])


def test_a_film_of_little_contrast_is_stretched() -> None:
    pixels = np.array([[3000, 3100, 3200]], dtype=np.uint16)
    assert display_values(film_of(pixels, bits=12)).tolist() == [[0.0, 0.5, 1.0]]
    assert whole_range_window(film_of(pixels, bits=12)).center == 3100.0


def test_a_window_that_shows_nothing_is_passed_over() -> None:
    useless, useful = Window(60000, 10), Window(128, 256)
    film = film_of(ramp(), voi=(useless, useful))
    assert default_voi(film) is useful
    assert not own_voi_unusable(film)
    alone = film_of(ramp(), voi=(useless,))
    assert own_voi_unusable(alone)
    assert np.allclose(display_values(alone), ramp() / 255.0)


def test_a_blank_film_is_not_blamed_on_its_window() -> None:
    assert not own_voi_unusable(film_of(np.full((9, 9), 3, np.uint8), voi=(Window(60000, 10),)))


@given(
    center=st.floats(-500, 5000),
    width=st.floats(1, 6000),
    slope=st.floats(0.1, 4),
    intercept=st.floats(-2000, 2000),
    function=st.sampled_from(["LINEAR", "LINEAR_EXACT", "SIGMOID"]),
)
def test_windows_agree_with_pydicom(
    center: float, width: float, slope: float, intercept: float, function: str
) -> None:
    pixels = np.arange(0, 4096, 7, dtype=np.uint16).reshape(-1, 1)
    ds = data_set(pixels, VOILUTFunction=function)
    ds.WindowCenter, ds.WindowWidth = round(center, 3), round(width, 3)
    ds.RescaleSlope, ds.RescaleIntercept = round(slope, 3), round(intercept, 3)
    modality = apply_modality_lut(pixels, ds)
    with np.errstate(over="ignore"):
        reference = apply_windowing(modality, ds)
    ends = sorted(float(ds.RescaleSlope) * end + float(ds.RescaleIntercept) for end in (0, 4095))
    film = film_of(
        pixels, bits=12, modality=ModalityTransform(float(ds.RescaleSlope), float(ds.RescaleIntercept))
    )
    window = Window(float(ds.WindowCenter), float(ds.WindowWidth), VoiFunction(function))
    shown = display_values(film, window) * (ends[1] - ends[0]) + ends[0]
    assert np.allclose(shown, reference, atol=0.01 * (ends[1] - ends[0]) / 100)


def test_voi_luts_agree_with_pydicom(tmp_path: Path) -> None:
    ds = data_set(chest_like())
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [1000, 500, 16])
    item.add_new("LUTData", "OW", (np.linspace(0, 1, 1000) ** 2 * 65535).astype("<u2").tobytes())
    ds.VOILUTSequence = [item]
    path = write(tmp_path / "film", ds)
    reference = apply_voi(chest_like(), pydicom.dcmread(path))
    assert np.allclose(display_values(open_film(path)), reference / 65535.0, atol=1e-6)
