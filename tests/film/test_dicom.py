"""DICOM films: every encoding, and pixel values by hand."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_modality_lut
from pydicom.uid import (
    UID,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    RLELossless,
)

from tests.film.dicom_files import (
    LOSSLESS,
    LOSSY,
    chest_like,
    claiming,
    compressed,
    data_set,
    stream,
    with_stream,
    write,
)
from xraydesk.film.film import ModalityTransform, Photometric, VoiFunction, VoiLut, Window
from xraydesk.film.open import open_film


@pytest.mark.parametrize("syntax", LOSSLESS, ids=lambda syntax: syntax.name)
@pytest.mark.parametrize("bits", [8, 12, 16])
def test_lossless_encodings_give_the_stored_pixels(tmp_path: Path, syntax: UID, bits: int) -> None:
    pixels = chest_like(bits=bits).astype(np.uint8 if bits == 8 else np.uint16)
    film = open_film(write(tmp_path / "film", data_set(pixels, bits=bits), syntax))
    assert np.array_equal(film.pixels, pixels)
    assert film.pixels.dtype == pixels.dtype
    assert film.bits_stored == bits
    assert film.header.transfer_syntax == syntax.name
    assert film.format == "DICOM"


@pytest.mark.parametrize("syntax", LOSSY, ids=lambda syntax: syntax.name)
def test_lossy_encodings_come_close(tmp_path: Path, syntax: UID) -> None:
    pixels = chest_like(bits=8).astype(np.uint8)
    film = open_film(write(tmp_path / "film", data_set(pixels, bits=8), syntax))
    assert np.abs(film.pixels.astype(int) - pixels).max() <= 3


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian])
def test_a_film_without_preamble_opens(tmp_path: Path, syntax: UID) -> None:
    pixels = chest_like()
    film = open_film(write(tmp_path / "IM000001", data_set(pixels), syntax, preamble=False))
    assert np.array_equal(film.pixels, pixels)
    assert film.header.transfer_syntax == syntax.name


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ImplicitVRLittleEndian, ExplicitVRBigEndian])
def test_a_film_opens_where_its_transfer_syntax_is_empty(tmp_path: Path, syntax: UID) -> None:
    bare = write(tmp_path / "bare", data_set(chest_like()), syntax, preamble=False).read_bytes()
    path = tmp_path / "film"
    path.write_bytes(bytes(128) + b"DICM" + b"\2\0\x10\0UI\0\0" + bare)
    film = open_film(path)
    assert np.array_equal(film.pixels, chest_like())
    assert film.header.transfer_syntax == syntax.name


def test_compressed_pixels_open_where_the_file_forgets_to_say_how(tmp_path: Path) -> None:
    ds = data_set(chest_like())
    for syntax in (JPEG2000Lossless, JPEGLosslessSV1, RLELossless):
        bare = write(tmp_path / "film", compressed(ds, syntax), ExplicitVRLittleEndian, preamble=False)
        assert np.array_equal(open_film(bare).pixels, chest_like()), syntax.name


def test_plain_pixels_open_where_the_file_claims_compression(tmp_path: Path) -> None:
    path = write(tmp_path / "film", data_set(chest_like()))
    claimed = path.read_bytes().replace(b"1.2.840.10008.1.2.1\0", b"1.2.840.10008.1.2.5\0")
    path.write_bytes(claimed)
    assert np.array_equal(open_film(path).pixels, chest_like())


def test_signed_pixels_are_offset_and_keep_their_modality_values(tmp_path: Path) -> None:
    signed = np.array([[-2048, -1], [0, 2047]], dtype=np.int16)
    ds = data_set(signed, RescaleSlope="2", RescaleIntercept="-10")
    film = open_film(write(tmp_path / "film", ds))
    assert film.pixels.tolist() == [[0, 2047], [2048, 4095]]
    assert film.modality == ModalityTransform(2.0, -2.0 * 2048 - 10)
    modality = film.modality.slope * film.pixels + film.modality.intercept
    assert modality.tolist() == [[-4106, -12], [-10, 4084]]


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
def test_garbage_in_the_unused_high_bits_is_masked(tmp_path: Path, syntax: UID) -> None:
    clean = chest_like(bits=12)
    overlaid = clean | np.uint16(0xA000)
    film = open_film(write(tmp_path / "film", data_set(overlaid), syntax))
    assert np.array_equal(film.pixels, clean)
    assert film.bits_stored == 12


def test_pixels_stored_in_the_upper_bits_come_down(tmp_path: Path) -> None:
    clean = chest_like(bits=12)
    film = open_film(write(tmp_path / "film", data_set(clean << 4 | 3, HighBit=15, BitsStored=12)))
    assert np.array_equal(film.pixels, clean)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, ExplicitVRBigEndian, RLELossless])
@pytest.mark.parametrize("high_bit", [11, 13, 15])
@pytest.mark.parametrize("kind", [np.uint16, np.int16])
def test_pixels_come_down_wherever_their_high_bit_is(
    tmp_path: Path, syntax: UID, high_bit: int, kind: type[np.integer[Any]]
) -> None:
    values = chest_like(bits=12).astype(int) - (2048 if kind is np.int16 else 0)
    cells = (values << high_bit - 11).astype(kind)
    ds = data_set(cells, BitsStored=12, HighBit=high_bit)
    film = open_film(write(tmp_path / "film", ds, syntax))
    assert np.array_equal(film.pixels + film.modality.intercept, values)
    assert film.bits_stored == 12


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless])
@pytest.mark.parametrize("kind", [np.uint16, np.int16])
def test_pixels_in_the_lower_bits_stay_there_whatever_the_header_claims(
    tmp_path: Path, syntax: UID, kind: type[np.integer[Any]]
) -> None:
    values = chest_like(bits=12).astype(int) - (2048 if kind is np.int16 else 0)
    film = open_film(
        write(tmp_path / "film", data_set(values.astype(kind), BitsStored=12, HighBit=15), syntax)
    )
    assert np.array_equal(film.pixels + film.modality.intercept, values)


def test_thirty_two_bits_are_brought_to_sixteen(tmp_path: Path) -> None:
    wide = chest_like().astype(np.uint32) + 100_000
    film = open_film(write(tmp_path / "film", data_set(wide, bits=32)))
    assert np.array_equal(film.pixels + film.modality.intercept, wide)


def test_one_bit_pixels_open(tmp_path: Path) -> None:
    bits = np.zeros((16, 16), dtype=np.uint8)
    bits[4:8] = 1
    ds = data_set(bits, BitsAllocated=1, BitsStored=1, HighBit=0)
    ds.PixelData = np.packbits(bits, bitorder="little").tobytes()
    assert np.array_equal(open_film(write(tmp_path / "film", ds)).pixels, bits)


@pytest.mark.parametrize("syntax", [ExplicitVRLittleEndian, RLELossless, JPEGLosslessSV1])
@pytest.mark.parametrize("signed", [False, True])
def test_a_film_of_more_bits_than_its_header_names_is_whole(
    tmp_path: Path, syntax: UID, signed: bool
) -> None:
    pixels = chest_like() if not signed else chest_like().astype(np.int16) - 2048
    ds = data_set(pixels)
    ds = with_stream(ds, stream(ds, syntax)) if syntax.is_encapsulated else ds
    ds.BitsStored, ds.HighBit = 10, 9
    (tmp_path / "film").write_bytes(claiming(str(syntax), ds))
    film = open_film(tmp_path / "film")
    assert np.array_equal(film.pixels + film.modality.intercept, pixels)
    assert film.bits_stored == 12


@pytest.mark.parametrize("upper", [0x8000, 0xF000])
def test_what_lies_in_the_bits_above_a_film_is_no_part_of_it(tmp_path: Path, upper: int) -> None:
    cells = chest_like()
    cells[100:120:2, 30:90:3] |= upper
    film = open_film(write(tmp_path / "film", data_set(cells)))
    assert np.array_equal(film.pixels, chest_like())
    assert film.bits_stored == 12


def test_a_jpeg_of_eight_bits_opens_though_its_header_tells_of_twelve(tmp_path: Path) -> None:
    pixels = chest_like(bits=8).astype(np.uint8)
    ds = data_set(pixels, bits=8)
    ds = with_stream(ds, stream(ds, JPEGBaseline8Bit))
    ds.BitsAllocated, ds.BitsStored, ds.HighBit = 16, 12, 11
    (tmp_path / "film").write_bytes(claiming(str(JPEGBaseline8Bit), ds))
    film = open_film(tmp_path / "film")
    assert np.abs(film.pixels.astype(int) - pixels).max() <= 3
    assert film.bits_stored == 8


def test_monochrome1_stays_as_it_is_stored(tmp_path: Path) -> None:
    ds = data_set(chest_like(), PhotometricInterpretation="MONOCHROME1")
    film = open_film(write(tmp_path / "film", ds))
    assert film.photometric is Photometric.MONOCHROME1
    assert np.array_equal(film.pixels, chest_like())


@pytest.mark.parametrize(("photometric", "shape"), [("MONOCHROME1", "INVERSE"), ("MONOCHROME2", "INVERSE")])
def test_an_inverse_presentation_lut_shape_inverts_once(tmp_path: Path, photometric: str, shape: str) -> None:
    ds = data_set(chest_like(), PhotometricInterpretation=photometric, PresentationLUTShape=shape)
    assert open_film(write(tmp_path / "film", ds)).photometric is Photometric.MONOCHROME1


def _lut_item(first: int, values: list[int], bits: int) -> Dataset:
    item = Dataset()
    item.add_new("LUTDescriptor", "US", [len(values) % 65536, first & 0xFFFF, bits])
    item.add_new("LUTData", "OW", np.array(values, "<u2").tobytes())
    item.LUTExplanation = "made by hand"
    return item


def test_a_modality_lut_is_applied(tmp_path: Path) -> None:
    ds = data_set(np.array([[0, 2], [3, 9]], dtype=np.uint16), bits=4)
    item = _lut_item(2, [1000, 2000, 4000], 16)
    item.ModalityLUTType = "US"
    ds.ModalityLUTSequence = [item]
    path = write(tmp_path / "film", ds)
    film = open_film(path)
    assert film.pixels.tolist() == [[1000, 1000], [2000, 4000]]
    assert (film.bits_stored, film.modality) == (12, ModalityTransform())
    reference = pydicom.dcmread(path)
    assert np.array_equal(film.pixels, apply_modality_lut(reference.pixel_array, reference))


def test_a_lut_in_a_big_endian_file_is_read_in_its_order(tmp_path: Path) -> None:
    ds = data_set(np.array([[0, 1], [2, 3]], dtype=np.uint16), bits=2)
    item = _lut_item(0, [0, 0, 0, 0], 10)
    item.LUTData = np.array([0, 300, 600, 900], ">u2").tobytes()
    ds.ModalityLUTSequence = [item]
    film = open_film(write(tmp_path / "film", ds, ExplicitVRBigEndian))
    assert film.pixels.tolist() == [[0, 300], [600, 900]]


def test_padding_survives_a_modality_lut(tmp_path: Path) -> None:
    ds = data_set(np.array([[0, 1], [2, 3]], dtype=np.uint16), bits=2)
    ds.ModalityLUTSequence = [_lut_item(0, [700, 0, 700, 900], 10)]
    ds.add_new("PixelPaddingValue", "US", 0)
    film = open_film(write(tmp_path / "film", ds))
    assert film.padding is not None
    inside = (film.pixels >= film.padding[0]) & (film.pixels <= film.padding[1])
    assert inside.tolist() == [[True, False], [False, False]]


def test_windows_are_read_in_order(tmp_path: Path) -> None:
    ds = data_set(
        chest_like(),
        WindowCenter=["2000", "1000"],
        WindowWidth=["3000", "500"],
        WindowCenterWidthExplanation=["lung", "bone"],
        VOILUTFunction="SIGMOID",
    )
    assert open_film(write(tmp_path / "film", ds)).voi == (
        Window(2000, 3000, VoiFunction.SIGMOID, "lung"),
        Window(1000, 500, VoiFunction.SIGMOID, "bone"),
    )


def test_useless_windows_are_left_out(tmp_path: Path) -> None:
    ds = data_set(chest_like(), WindowCenter=["1", "2", "3"], WindowWidth=["0", "-4"])
    assert open_film(write(tmp_path / "film", ds)).voi == ()


def test_a_voi_lut_comes_before_the_windows(tmp_path: Path) -> None:
    ds = data_set(chest_like(), WindowCenter="2000", WindowWidth="3000")
    ds.VOILUTSequence = [_lut_item(10, [0, 100, 1023], 10)]
    lut, window = open_film(write(tmp_path / "film", ds)).voi
    assert isinstance(lut, VoiLut)
    assert isinstance(window, Window)
    assert (lut.first_mapped, lut.values.tolist(), lut.bits) == (10.0, [0, 100, 1023], 10)
    assert lut.explanation == "made by hand"


def test_a_voi_lut_of_negative_modality_values_begins_below_zero(tmp_path: Path) -> None:
    ds = data_set(chest_like(), RescaleSlope="1", RescaleIntercept="-1024")
    ds.VOILUTSequence = [_lut_item(-1000, [0, 5, 255], 8)]
    (lut,) = open_film(write(tmp_path / "film", ds)).voi
    assert isinstance(lut, VoiLut)
    assert lut.first_mapped == -1000.0


def test_a_lut_that_claims_more_bits_than_it_uses_is_still_bright(tmp_path: Path) -> None:
    ds = data_set(chest_like())
    ds.VOILUTSequence = [_lut_item(0, list(range(1024)), 16)]
    (lut,) = open_film(write(tmp_path / "film", ds)).voi
    assert isinstance(lut, VoiLut)
    assert lut.bits == 10


def test_rescale_that_makes_no_sense_is_ignored(tmp_path: Path) -> None:
    ds = data_set(chest_like(), RescaleSlope="0", RescaleIntercept="5")
    assert open_film(write(tmp_path / "zero", ds)).modality == ModalityTransform()
    ds = data_set(chest_like(), RescaleSlope="1e307", RescaleIntercept="5")
    assert open_film(write(tmp_path / "huge", ds)).modality == ModalityTransform()
    odd = write(tmp_path / "nan", data_set(chest_like(), RescaleSlope="1", RescaleIntercept="777"))
    odd.write_bytes(odd.read_bytes().replace(b"777 ", b"nan "))
    assert open_film(odd).modality == ModalityTransform()


def test_the_first_frame_is_shown_and_the_frames_are_counted(tmp_path: Path) -> None:
    frame = chest_like()
    ds = data_set(frame, NumberOfFrames=3)
    ds.PixelData = frame.tobytes() * 3
    film = open_film(write(tmp_path / "film", ds))
    assert film.header.frames == 3
    assert np.array_equal(film.pixels, frame)


def test_header_and_identity_are_kept_apart(tmp_path: Path) -> None:
    ds = data_set(
        chest_like(),
        PatientName="Doe^Jane",
        PatientID="4711",
        Modality="DX",
        Laterality="L",
        SeriesDescription="Chest PA",
        PatientOrientation=["L", "F"],
        PixelSpacing=["0.2", "0.1"],
        InstitutionName="St. Elsewhere",
    )
    film = open_film(write(tmp_path / "film", ds))
    assert film.spacing_mm == (0.2, 0.1)
    assert film.header.pixel_aspect == pytest.approx(2.0)
    assert (film.header.modality, film.header.body_part, film.header.view_position) == ("DX", "CHEST", "PA")
    assert (film.header.laterality, film.header.description) == ("L", "Chest PA")
    assert film.header.patient_orientation == ("L", "F")
    assert film.header.sop_class == "Computed Radiography Image Storage"
    assert film.identity is not None
    assert (film.identity.patient_name, film.identity.patient_id) == ("Doe^Jane", "4711")
    assert "Doe" not in repr(film)
    assert "4711" not in repr(film)
    assert "Elsewhere" not in repr(film)


def test_missing_tags_that_can_be_guessed_are_guessed(tmp_path: Path) -> None:
    missing = dict.fromkeys(
        ("PhotometricInterpretation", "SamplesPerPixel", "PixelRepresentation", "BitsStored", "HighBit")
    )
    film = open_film(write(tmp_path / "film", data_set(chest_like(bits=16), bits=16, **missing)))
    assert np.array_equal(film.pixels, chest_like(bits=16))


def test_spacing_of_zero_is_no_spacing(tmp_path: Path) -> None:
    ds = data_set(chest_like(), PixelSpacing=["0", "0"])
    assert open_film(write(tmp_path / "film", ds)).spacing_mm is None


def test_real_files_open_as_their_list_says(shared_data: Path) -> None:
    folder = shared_data / "dicom"
    films = {path.stem: open_film(path) for path in sorted(folder.glob("*.dcm"))}
    assert len(films) == 15
    assert films["chest_pa_mono1_j2k_lossless"].bits_stored == 12
    lossless = films["leg_mono1_jpeg_lossless"].pixels.astype(int)
    assert np.abs(films["leg_mono1_jpeg_extended"].pixels - lossless).max() < 64
    assert np.array_equal(films["hip_mono2_rle"].pixels, films["hip_mono2_jpegls_lossless"].pixels)
    for stem in ("chest_pa_mono1_10bit", "hip_mono2_rle", "dog_thorax_lateral_mono1"):
        assert np.array_equal(films[stem].pixels, pydicom.dcmread(folder / f"{stem}.dcm").pixel_array)


def test_films_decode_in_several_threads_and_the_error_stream_comes_back(
    tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    syntaxes = (JPEGLosslessSV1, JPEG2000Lossless, RLELossless) * 4
    paths = [write(tmp_path / f"{i}", data_set(chest_like()), s) for i, s in enumerate(syntaxes)]
    with ThreadPoolExecutor(3) as pool:
        films = list(pool.map(open_film, paths))
    assert all(np.array_equal(film.pixels, chest_like()) for film in films)
    os.write(2, b"still here")
    assert capfd.readouterr().err == "still here"


def test_a_film_opens_where_there_is_no_error_stream(tmp_path: Path) -> None:
    path = write(tmp_path / "film", data_set(chest_like()), JPEGLosslessSV1)
    code = (
        "import os, sys; from pathlib import Path; from xraydesk.film.open import open_film; os.close(2); "
        f"sys.exit(open_film(Path({str(path)!r})).height != 256)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_a_width_keeps_its_centre_where_another_centre_is_empty(tmp_path: Path) -> None:
    ds = data_set(chest_like(), WindowCenter=["", "2048"], WindowWidth=["100", "4096"])
    (window,) = open_film(write(tmp_path / "film.dcm", ds)).voi
    assert isinstance(window, Window)
    assert (window.center, window.width) == (2048, 4096)
