"""What compressed streams say of themselves, read before any decoder sees them."""

from __future__ import annotations

import pytest
from pydicom.uid import JPEG2000Lossless, JPEGBaseline8Bit, JPEGLosslessSV1, JPEGLSLossless

from tests.film.dicom_files import chest_like, data_set, stream
from xraydesk.film.codestream import gdcm_survives, jpeg_frame, stream_size

LOSSLESS = stream(data_set(chest_like(64, 60)), JPEGLosslessSV1)
HUFFMAN = LOSSLESS.index(b"\xff\xc4")
SCAN = LOSSLESS.index(b"\xff\xda")


def test_size_of_every_kind_of_stream() -> None:
    ds = data_set(chest_like(64, 60))
    eight = data_set(chest_like(64, 60, bits=8).astype("u1"), bits=8)
    for syntax in (JPEG2000Lossless, JPEGLosslessSV1, JPEGLSLossless):
        assert stream_size(stream(ds, syntax)) == (64, 60)
    assert stream_size(stream(eight, JPEGBaseline8Bit)) == (64, 60)
    assert stream_size(b"\0\0\0\x0cjP  " + bytes(60) + stream(ds, JPEG2000Lossless)) == (64, 60)


def test_streams_that_say_nothing() -> None:
    for nothing in (b"", b"\xff\xd8", b"\xff\x4f\xff\x51", bytes(200), LOSSLESS[:9]):
        assert stream_size(nothing) is None


def test_padded_markers_are_read() -> None:
    padded = LOSSLESS[:2] + b"\xff\xff" + LOSSLESS[2:]
    assert jpeg_frame(padded) == (64, 60, 16, 0xC3)


def test_a_whole_stream_is_given_to_gdcm() -> None:
    assert gdcm_survives(LOSSLESS)


@pytest.mark.parametrize(
    "broken",
    [
        LOSSLESS[:SCAN],
        LOSSLESS[:HUFFMAN] + LOSSLESS[SCAN:],
        LOSSLESS[: HUFFMAN + 4] + b"\x02" + LOSSLESS[HUFFMAN + 5 :],
        LOSSLESS[: HUFFMAN + 5] + b"\x03" + LOSSLESS[HUFFMAN + 6 :],
        LOSSLESS[: SCAN + 5] + b"\x09" + LOSSLESS[SCAN + 6 :],
        LOSSLESS[: SCAN + 7] + b"\x08" + LOSSLESS[SCAN + 8 :],
        LOSSLESS[:2] + LOSSLESS[2:15] + LOSSLESS[2:],
        LOSSLESS[:-20] + b"\xff\xd8" + LOSSLESS[-20:],
        LOSSLESS.replace(b"\xff\xc3", b"\xff\xc9", 1),
        b"\xff\xd8\xff\xcc\x00\x04\x00\x00" + LOSSLESS[2:],
        b"",
    ],
    ids=[
        "no scan",
        "no table",
        "other table",
        "too many codes",
        "other component",
        "no predictor",
        "two frames",
        "marker in the data",
        "other process",
        "arithmetic",
        "empty",
    ],
)
def test_streams_that_would_end_the_process_are_kept_from_gdcm(broken: bytes) -> None:
    assert not gdcm_survives(broken)
