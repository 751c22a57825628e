"""Files that are no films, or were once: each ends in a clear error, none in a traceback."""

from __future__ import annotations

import io
import logging
import os
import struct
import sys
import tempfile
import zipfile
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pydicom.dataset import Dataset
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
    JPEGLosslessSV1,
    JPEGLSLossless,
    RLELossless,
)

from tests.film.dicom_files import chest_like, claiming, data_set, to_bytes, with_stream, write
from xraydesk.errors import (
    FilmEmpty,
    FilmEncodingUnsupported,
    FilmEncrypted,
    FilmError,
    FilmNotFound,
    FilmTooLarge,
    FilmTruncated,
    FilmUnknownFormat,
    FilmWithoutPixels,
)
from xraydesk.film.open import open_film

SECRET = "Confidential^Name"


def raster_bytes(kind: str) -> bytes:
    file = io.BytesIO()
    Image.fromarray(chest_like(bits=8).astype(np.uint8)).save(file, kind)
    return file.getvalue()


def dicom_bytes(syntax: UID = ExplicitVRLittleEndian) -> bytes:
    pixels = chest_like(64, 60)
    if syntax == JPEGBaseline8Bit:
        return to_bytes(data_set((pixels >> 4).astype(np.uint8), bits=8, PatientName=SECRET), syntax)
    return to_bytes(data_set(pixels, PatientName=SECRET), syntax)


def refused(path: Path, kind: type[FilmError]) -> FilmError:
    with pytest.raises(FilmError) as caught:
        open_film(path)
    error = caught.value
    assert type(error) is kind, repr(error)
    assert path.name in error.message
    assert str(path.parent) not in error.message
    assert error.hint
    assert error.path == path
    assert SECRET not in str(error.failure())
    return error


def written(folder: Path, data: bytes, name: str = "film.dcm") -> Path:
    path = folder / name
    path.write_bytes(data)
    return path


def test_a_missing_file(tmp_path: Path) -> None:
    refused(tmp_path / "gone.png", FilmNotFound)
    with pytest.raises(FilmNotFound):
        open_film(tmp_path / "null\0name")


def test_an_empty_file(tmp_path: Path) -> None:
    refused(written(tmp_path, b""), FilmEmpty)


def test_a_file_of_zeros(tmp_path: Path) -> None:
    refused(written(tmp_path, bytes(5000)), FilmEmpty)


def test_a_folder(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    assert "folder" in refused(tmp_path / "films", FilmError).message


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_devices_and_pipes_are_refused_unread(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    refused(tmp_path / "pipe", FilmUnknownFormat)  # reading it would wait for ever
    refused(Path("/dev/zero"), FilmUnknownFormat)


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="this user may read everything")
def test_a_file_without_the_right_to_read_it(tmp_path: Path) -> None:
    path = written(tmp_path, dicom_bytes())
    path.chmod(0)
    assert "may not be read" in refused(path, FilmError).message


def test_no_permission_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, dicom_bytes())

    def denied(self: Path) -> bytes:
        raise PermissionError(13, "denied")

    monkeypatch.setattr(Path, "read_bytes", denied)
    assert "may not be read" in refused(path, FilmError).message


def test_a_failing_drive_is_said_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, dicom_bytes())

    def failing(self: Path) -> bytes:
        raise OSError(5, "input/output error")

    monkeypatch.setattr(Path, "read_bytes", failing)
    assert "drive" in refused(path, FilmError).message


def test_a_file_of_ten_gigabytes_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "huge.dcm"
    with path.open("wb") as file:
        file.write(dicom_bytes())
        file.truncate(10 << 30)  # sparse: takes no room
    refused(path, FilmTooLarge)


def test_text_is_no_film(tmp_path: Path) -> None:
    refused(written(tmp_path, b"Dear colleague, thank you for the film.", "letter.txt"), FilmUnknownFormat)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"GIF89a" + bytes(20), "GIF"),
        (b"%PDF-1.7 nothing", "PDF"),
        (b"RIFF\0\0\0\0WEBPVP8 ", "WebP"),
        (b"\0\0\0\x18ftypheic" + bytes(20), "HEIC"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(20), "7-Zip"),
        (b"MZ" + bytes(200), "program"),
    ],
)
def test_other_files_are_called_by_their_name(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in refused(written(tmp_path, data, "file"), FilmUnknownFormat).message


def test_an_archive_is_to_be_unpacked(tmp_path: Path) -> None:
    path = tmp_path / "films.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("film.dcm", dicom_bytes())
    assert "Unpack" in refused(path, FilmUnknownFormat).hint


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04\x14\x00\x09\x00" + bytes(60),  # flag bit 0: encrypted
        b"%PDF-1.7\n<< /Encrypt 12 0 R >>",
        b"Salted__" + bytes(range(64)),
        b"-----BEGIN PGP MESSAGE-----\n",
        b"\x30\x82\x01\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x07\x03" + bytes(40),
        b"\xd0\xcf\x11\xe0" + bytes(600) + "EncryptedPackage".encode("utf-16-le"),
    ],
)
def test_locked_files_are_to_be_unlocked(tmp_path: Path, data: bytes) -> None:
    refused(written(tmp_path, data, "locked"), FilmEncrypted)


def test_a_dicom_film_with_its_pixels_encrypted(tmp_path: Path) -> None:
    ds = data_set(chest_like())
    del ds.PixelData
    item = Dataset()
    item.EncryptedContentTransferSyntaxUID = ExplicitVRLittleEndian
    item.EncryptedContent = b"\1\2\3\4"
    ds.EncryptedAttributesSequence = [item]
    refused(write(tmp_path / "film", ds), FilmEncrypted)


def test_a_dicom_file_without_pixels(tmp_path: Path) -> None:
    ds = data_set(chest_like())
    del ds.PixelData
    refused(write(tmp_path / "report", ds), FilmWithoutPixels)
    ds.PixelData = b""
    refused(write(tmp_path / "empty", ds), FilmWithoutPixels)


@pytest.mark.parametrize("keyword", ["Rows", "Columns", "BitsAllocated"])
def test_a_dicom_film_without_its_size(tmp_path: Path, keyword: str) -> None:
    ds = data_set(chest_like())
    delattr(ds, keyword)
    refused(write(tmp_path / "film", ds), FilmError)


def test_an_encoding_no_codec_knows(tmp_path: Path) -> None:
    path = write(tmp_path / "film", data_set(chest_like()), JPEG2000Lossless)
    mpeg = path.read_bytes().replace(b"1.2.840.10008.1.2.4.90\0", b"1.2.840.10008.1.2.4.102")
    mpeg = mpeg.replace(b"1.2.840.10008.1.2.4.90", b"1.2.840.10008.1.2.4.93")
    path.write_bytes(mpeg)
    refused(path, FilmEncodingUnsupported)


@pytest.mark.parametrize(
    ("uid", "stream"),
    [
        ("1.2.840.10008.1.2.4.100", b"\0\0\1\xb3\x14\0\xf0\x13"),  # MPEG-2
        ("1.2.840.10008.1.2.4.102", b"\0\0\0\x18ftypisom"),  # H.264
        ("1.2.840.10008.1.2.4.107", b"\0\0\0\x18ftypisom"),  # HEVC
        ("1.2.840.10008.1.2.4.110", b"\xff\x0a"),  # JPEG XL
        ("1.2.840.10008.1.2.8.1", b"\x78\x9c"),  # Deflated Image Frame
        ("1.2.840.10008.1.2.1.98", b""),  # Encapsulated Uncompressed
        ("1.2.840.113619.5.2", b""),  # GE's own
        ("1.2.3.4.5", b""),
    ],
)
def test_an_intact_film_in_a_foreign_encoding_is_not_called_damaged(
    tmp_path: Path, uid: str, stream: bytes
) -> None:
    ds = data_set(chest_like(64, 60), PatientName=SECRET)
    path = written(tmp_path, claiming(uid, with_stream(ds, stream + bytes(range(256)) * 20)))
    error = refused(path, FilmEncodingUnsupported)
    assert "without compression" in error.hint
    assert "encoding" in error.message


def test_a_transfer_syntax_that_is_no_uid_is_not_repeated(tmp_path: Path) -> None:
    error = refused(written(tmp_path, claiming(SECRET, data_set(chest_like()))), FilmEncodingUnsupported)
    assert "unknown" in error.message


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "TIFF", "BMP"])
@pytest.mark.parametrize("share", [0.3, 0.6, 0.95])
def test_raster_films_cut_short(tmp_path: Path, kind: str, share: float) -> None:
    data = raster_bytes(kind)
    path = written(tmp_path, data[: int(len(data) * share)], "film")
    if kind == "TIFF":  # its table of contents stands at the end: without it nothing says what was lost
        with pytest.raises(FilmError):
            open_film(path)
    else:
        refused(path, FilmTruncated)


SYNTAXES = (
    ExplicitVRLittleEndian,
    DeflatedExplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGLosslessSV1,
    JPEGLSLossless,
    JPEGBaseline8Bit,
    RLELossless,
)

ORIGINALS = [raster_bytes(kind) for kind in ("PNG", "JPEG", "TIFF", "BMP")]
ORIGINALS += [dicom_bytes(syntax) for syntax in SYNTAXES]


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_dicom_films_cut_short(tmp_path: Path, syntax: UID, share: float) -> None:
    data = dicom_bytes(syntax)
    head = data.index(b"\xe0\x7f\x10\x00") + 12 if b"\xe0\x7f\x10\x00" in data else 400
    refused(written(tmp_path, data[: head + int((len(data) - head) * share)]), FilmTruncated)


def test_a_header_that_claims_ten_gigabytes(tmp_path: Path) -> None:
    ds = data_set(chest_like(), Rows=65535, Columns=65535)
    refused(write(tmp_path / "film", ds), FilmTooLarge)


def test_a_header_that_claims_more_frames_than_there_are(tmp_path: Path) -> None:
    ds = data_set(chest_like(), NumberOfFrames=100_000)
    refused(write(tmp_path / "film", ds), FilmTruncated)


def test_a_stream_that_claims_another_size_than_the_header(tmp_path: Path) -> None:
    for syntax, size in ((JPEG2000Lossless, ">II"), (JPEGLosslessSV1, ">HH"), (JPEGBaseline8Bit, ">HH")):
        data = dicom_bytes(syntax)
        order = (60, 64) if syntax == JPEG2000Lossless else (64, 60)
        bomb = data.replace(struct.pack(size, *order), struct.pack(size, 60000, 60000), 1)
        assert bomb != data
        refused(written(tmp_path, bomb), FilmError)


def test_a_codec_that_panics_is_an_error_like_any_other(tmp_path: Path) -> None:
    data = dicom_bytes(RLELossless)
    start = data.index(b"\xe0\x7f\x10\x00")
    header = data.index(struct.pack("<II", 2, 64), start)  # two segments, the first at byte 64
    for offset in range(64, 76):
        broken = data[: header + 8] + struct.pack("<I", offset) + data[header + 12 :]
        try:
            open_film(written(tmp_path, broken))
        except FilmError as error:
            assert error.hint


def test_a_png_that_claims_to_be_a_bomb(tmp_path: Path) -> None:
    data = bytearray(raster_bytes("PNG"))
    data[16:24] = struct.pack(">II", 60000, 60000)
    data[29:33] = struct.pack(">I", zlib.crc32(data[12:29]))
    refused(written(tmp_path, bytes(data), "film"), FilmTooLarge)


def test_the_pixel_limit_is_the_callers(tmp_path: Path) -> None:
    for path in (written(tmp_path, raster_bytes("PNG"), "a"), written(tmp_path, dicom_bytes(), "b")):
        with pytest.raises(FilmTooLarge):
            open_film(path, max_pixels=1000)
        open_film(path, max_pixels=256 * 240)


def test_a_deflated_bomb_is_not_inflated(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xraydesk.film.dicom_dataset._MAX_INFLATED_BYTES", 1 << 20)
    meta = dicom_bytes(DeflatedExplicitVRLittleEndian)[:340]
    start = meta.index(b"1.2.840.10008.1.2.1.99") + 22
    deflater = zlib.compressobj(wbits=-15)
    bomb = deflater.compress(bytes(16 << 20)) + deflater.flush()
    end_of_meta = 132 + 12 + struct.unpack("<I", meta[140:144])[0]
    assert end_of_meta >= start
    path = written(tmp_path, dicom_bytes(DeflatedExplicitVRLittleEndian)[:end_of_meta] + bomb)
    refused(path, FilmTooLarge)


def test_odd_values_in_the_header_do_not_hide_the_film(tmp_path: Path) -> None:
    data = to_bytes(data_set(chest_like(64, 60), WindowCenter="1234567", WindowWidth="7654321"))
    for center in (b"abcdefg ", b"1\\2\\3\\4 ", b"\\\\\\\\\\\\\\ ", b"1e999999", b"        "):
        path = written(tmp_path, data.replace(b"1234567 ", center))
        assert np.array_equal(open_film(path).pixels, chest_like(64, 60)), center


def test_nothing_reaches_the_error_stream_or_the_log(
    tmp_path: Path, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for original in ORIGINALS:
        broken = bytearray(original)
        broken[len(original) // 2 : len(original) // 2 + 40] = bytes(40)
        for content in (original, original[: len(original) // 2], bytes(broken)):
            try:
                open_film(written(tmp_path, content))
            except FilmError as error:
                assert SECRET not in str(error)
    captured = capfd.readouterr()
    assert (captured.out, captured.err, caplog.text) == ("", "", "")


def _only_film_errors(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "film"
        path.write_bytes(data)
        try:
            film = open_film(path, max_pixels=1_000_000)
        except FilmError as error:
            assert "film" in error.message
            assert error.hint
        else:
            assert film.pixels.size <= 1_000_000


@settings(max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_films_never_end_in_anything_but_a_film_error(data: st.DataObject) -> None:
    original = bytearray(data.draw(st.sampled_from(ORIGINALS)))
    near_head = st.integers(0, min(len(original), 1200) - 1)
    places = data.draw(st.lists(st.one_of(near_head, st.integers(0, len(original) - 1)), max_size=12))
    for place in places:
        original[place] = data.draw(st.integers(0, 255))
    keep = data.draw(st.one_of(st.just(len(original)), st.integers(0, len(original))))
    _only_film_errors(bytes(original[:keep]))


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=600),
    st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\0", bytes(128) + b"DICM"]),
)
def test_arbitrary_bytes_never_end_in_anything_but_a_film_error(tail: bytes, head: bytes) -> None:
    _only_film_errors(head + tail)


@pytest.mark.skipif(os.name == "nt", reason="Windows asks for a right to make links")
def test_a_link_to_itself_is_said_to_be_one(tmp_path: Path) -> None:
    link = tmp_path / "film.png"
    link.symlink_to(link)
    with pytest.raises(FilmNotFound, match=r"film\.png.* link that leads back to itself"):
        open_film(link)
