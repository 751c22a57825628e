"""PNG, JPEG, TIFF and BMP films: every kind of pixel ends as one grey channel."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin
from pydicom.uid import UID, JPEGLosslessSV1, JPEGLSLossless

from tests.film.dicom_files import chest_like, data_set, stream
from xraydesk.errors import FilmEncodingUnsupported, FilmError
from xraydesk.film.film import Film, Photometric
from xraydesk.film.open import open_film
from xraydesk.film.voi import display_values

EIGHT = chest_like(64, 60, bits=8).astype(np.uint8)


def saved(folder: Path, image: Image.Image | NDArray[Any], kind: str, **options: Any) -> Film:
    """Saved without a telling name, and opened."""
    path = folder / "film"
    picture = image if isinstance(image, Image.Image) else Image.fromarray(image)
    picture.save(path, kind, **options)
    return open_film(path)


@pytest.mark.parametrize("kind", ["PNG", "TIFF", "BMP"])
def test_grey_films_keep_their_pixels(tmp_path: Path, kind: str) -> None:
    film = saved(tmp_path, EIGHT, kind)
    assert np.array_equal(film.pixels, EIGHT)
    assert (film.format, film.bits_stored, film.colourfulness) == (kind, 8, 0.0)
    assert film.photometric is Photometric.MONOCHROME2
    assert film.identity is None


def test_jpeg_comes_close(tmp_path: Path) -> None:
    film = saved(tmp_path, EIGHT, "JPEG", quality=95)
    assert film.format == "JPEG"
    assert np.abs(film.pixels.astype(int) - EIGHT).max() <= 4


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    path = tmp_path / "film.jpg"
    Image.fromarray(EIGHT).save(path, "PNG")
    assert open_film(path).format == "PNG"


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
def test_sixteen_bits_are_kept(tmp_path: Path, kind: str) -> None:
    wide = chest_like(32, 32, bits=16)
    film = saved(tmp_path, wide, kind)
    assert np.array_equal(film.pixels, wide)
    assert film.pixels.dtype.itemsize == 2
    assert film.bits_stored == 16


def test_white_is_zero_tiffs_are_shown_the_right_way_round(tmp_path: Path) -> None:
    wide = chest_like(32, 32, bits=16)
    upright = display_values(saved(tmp_path, wide, "TIFF"))
    inverted = saved(tmp_path, 65535 - wide, "TIFF", tiffinfo={262: 0})
    assert inverted.photometric is Photometric.MONOCHROME1
    assert np.allclose(display_values(inverted), upright, atol=1e-4)


def test_white_is_zero_tiffs_of_floats_are_shown_the_right_way_round(tmp_path: Path) -> None:
    wide = chest_like(32, 32, bits=16).astype(np.float32)
    plain = saved(tmp_path, wide, "TIFF")
    inverted = saved(tmp_path, wide.max() + wide.min() - wide, "TIFF", tiffinfo={262: 0})
    assert np.allclose(display_values(inverted), display_values(plain), atol=1e-4)


def test_an_intact_tiff_of_pixels_that_pillow_does_not_know_is_not_called_damaged(tmp_path: Path) -> None:
    path = tmp_path / "film"
    Image.fromarray(EIGHT.astype(np.float32)).save(path, "TIFF")
    data = bytearray(path.read_bytes())
    entry = data.index((258).to_bytes(2, "little") + (3).to_bytes(2, "little"))  # bits a sample
    data[entry + 8 : entry + 10] = (64).to_bytes(2, "little")
    path.write_bytes(data)
    with pytest.raises(FilmEncodingUnsupported) as caught:
        open_film(path)
    assert "rare kind of TIFF" in str(caught.value) and "PNG" in caught.value.hint
    path.write_bytes(data[:entry])
    with pytest.raises(FilmError) as caught_short:
        open_film(path)
    assert "rare kind" not in str(caught_short.value)


@pytest.mark.parametrize(
    ("syntax", "words"), [(JPEGLosslessSV1, "lossless JPEG"), (JPEGLSLossless, "JPEG-LS")]
)
def test_an_intact_jpeg_of_a_kind_that_pillow_does_not_know_is_not_called_damaged(
    tmp_path: Path, syntax: UID, words: str
) -> None:
    path = tmp_path / "film.jpg"
    path.write_bytes(stream(data_set(chest_like()), syntax))
    with pytest.raises(FilmEncodingUnsupported) as caught:
        open_film(path)
    assert words in str(caught.value) and "PNG" in caught.value.hint


def test_a_jpeg_of_twelve_bits_is_called_one(tmp_path: Path) -> None:
    path = tmp_path / "film.jpg"
    Image.fromarray(EIGHT).save(path, "JPEG")
    data = path.read_bytes()
    path.write_bytes(data.replace(b"\xff\xc0\x00\x0b\x08", b"\xff\xc1\x00\x0b\x0c"))
    with pytest.raises(FilmEncodingUnsupported, match="12 bits"):
        open_film(path)


def test_float_tiff_keeps_its_values_as_modality_values(tmp_path: Path) -> None:
    values = np.linspace(-1.0, 3.0, 100, dtype=np.float32).reshape(10, 10)
    film = saved(tmp_path, values, "TIFF")
    back = film.modality.slope * film.pixels + film.modality.intercept
    assert np.allclose(back, values, atol=1e-4)
    assert display_values(film)[0, 0] == 0.0
    assert display_values(film)[-1, -1] == 1.0


def test_float_tiff_with_holes_opens(tmp_path: Path) -> None:
    values = np.array([[np.nan, 1.0], [np.inf, 2.0]], dtype=np.float32)
    film = saved(tmp_path, values, "TIFF")
    assert film.pixels.tolist() == [[0, 0], [65535, 65535]]


def test_float_tiff_of_one_value_opens(tmp_path: Path) -> None:
    film = saved(tmp_path, np.full((4, 4), 0.25, dtype=np.float32), "TIFF")
    assert film.modality.slope * film.pixels[0, 0] + film.modality.intercept == 0.25


def test_thirty_two_bit_integers_open(tmp_path: Path) -> None:
    values = np.array([[0, 5], [70000, 140000]], dtype=np.int32)
    film = saved(tmp_path, values, "TIFF")
    assert np.allclose(film.modality.slope * film.pixels + film.modality.intercept, values, atol=2)


def test_thirty_two_bit_integers_without_a_sign_do_not_turn_dark_in_the_bright_half(tmp_path: Path) -> None:
    wide = chest_like(32, 32, bits=16)
    path = tmp_path / "film"
    Image.fromarray((wide.astype(np.uint32) << 16).view(np.int32)).save(path, "TIFF")
    signed = struct.pack("<HHIHH", 339, 3, 1, 2, 0)
    assert signed in path.read_bytes()
    path.write_bytes(path.read_bytes().replace(signed, struct.pack("<HHIHH", 339, 3, 1, 1, 0)))
    shown = display_values(open_film(path))
    assert np.corrcoef(shown.ravel(), wide.ravel())[0, 1] > 0.9999


def _plain_tiff(planes: list[bytes], *, bits: int, kind: int = 1) -> bytes:
    """60 x 64, uncompressed, each plane a strip: written by hand, since Pillow writes no such."""
    many, begin = len(planes), 8
    tags = [(256, [60]), (257, [64]), (258, [bits] * many), (259, [1]), (262, [1 if many == 1 else 2])]
    tags += [(273, [begin + sum(map(len, planes[:n])) for n in range(many)]), (277, [many]), (278, [64])]
    tags += [(279, [len(plane) for plane in planes]), (284, [1 if many == 1 else 2]), (339, [kind] * many)]
    data = b"".join(planes)
    beyond, entries = begin + len(data) + 2 + 12 * len(tags) + 4, b""
    rest = b""
    for tag, values in tags:
        packed = struct.pack(f"<{len(values)}I", *values)
        held = packed if len(values) == 1 else struct.pack("<I", beyond + len(rest))
        rest += b"" if len(values) == 1 else packed
        entries += struct.pack("<HHI", tag, 4, len(values)) + held
    head = b"II*\0" + struct.pack("<I", begin + len(data))
    return head + data + struct.pack("<H", len(tags)) + entries + bytes(4) + rest


def test_tiffs_that_would_be_misread_are_refused_in_words(tmp_path: Path) -> None:
    path, wide = tmp_path / "film", chest_like(64, 60, bits=16).tobytes()
    path.write_bytes(_plain_tiff([EIGHT.tobytes()] * 3, bits=8))
    assert np.array_equal(open_film(path).pixels, EIGHT)
    path.write_bytes(_plain_tiff([wide], bits=16))
    assert open_film(path).pixels.tobytes() == wide
    for data in (_plain_tiff([wide] * 3, bits=16), _plain_tiff([EIGHT.tobytes()], bits=8, kind=2)):
        path.write_bytes(data)
        with pytest.raises(FilmEncodingUnsupported, match="a rare kind of TIFF"):
            open_film(path)


def test_one_bit_is_black_and_white(tmp_path: Path) -> None:
    bits = Image.fromarray(EIGHT).convert("1")
    film = saved(tmp_path, bits, "TIFF")
    assert set(np.unique(film.pixels)) == {0, 255}


def test_colour_becomes_luminance_and_is_measured(tmp_path: Path) -> None:
    red = Image.new("RGB", (40, 30), (255, 0, 0))
    film = saved(tmp_path, red, "PNG")
    assert film.pixels.shape == (30, 40)
    assert film.pixels[0, 0] == 76  # 0.299 * 255
    assert film.colourfulness == 1.0


def test_grey_saved_as_colour_jpeg_has_hardly_any_colour(tmp_path: Path) -> None:
    film = saved(tmp_path, np.dstack([EIGHT] * 3), "JPEG", quality=90)
    assert film.colourfulness < 0.01


def test_transparent_parts_are_black(tmp_path: Path) -> None:
    rgba = Image.new("RGBA", (10, 10), (255, 255, 255, 0))
    rgba.paste((255, 255, 255, 255), (0, 0, 5, 10))
    film = saved(tmp_path, rgba, "PNG")
    assert film.pixels[:, :5].min() == 255
    assert film.pixels[:, 5:].max() == 0


@pytest.mark.parametrize("mode", ["LA", "P", "CMYK"])
def test_other_kinds_of_grey_keep_their_pixels(tmp_path: Path, mode: str) -> None:
    kind = "TIFF" if mode == "CMYK" else "PNG"
    image = Image.fromarray(EIGHT)
    film = saved(
        tmp_path, image.convert(mode) if mode != "CMYK" else image.convert("RGB").convert(mode), kind
    )
    assert np.array_equal(film.pixels, EIGHT)


def test_cmyk_jpeg_is_not_inverted(tmp_path: Path) -> None:
    film = saved(tmp_path, Image.fromarray(EIGHT).convert("CMYK"), "JPEG", quality=95)
    assert np.corrcoef(film.pixels.ravel(), EIGHT.ravel())[0, 1] > 0.99


UPRIGHT: dict[int, Callable[[NDArray[Any]], NDArray[Any]]] = {
    1: lambda a: a,
    2: lambda a: a[:, ::-1],
    3: lambda a: a[::-1, ::-1],
    4: lambda a: a[::-1],
    5: lambda a: a.T,
    6: lambda a: np.rot90(a, -1),
    7: lambda a: a[::-1, ::-1].T,
    8: np.rot90,
}


@pytest.mark.parametrize("kind", ["PNG", "TIFF"])
@pytest.mark.parametrize("orientation", UPRIGHT)
def test_exif_orientation_brings_the_film_upright(tmp_path: Path, orientation: int, kind: str) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    film = saved(tmp_path, EIGHT, kind, exif=exif)
    assert np.array_equal(film.pixels, UPRIGHT[orientation](EIGHT))


def test_the_pages_of_a_tiff_are_counted(tmp_path: Path) -> None:
    page = Image.fromarray(EIGHT)
    film = saved(tmp_path, page, "TIFF", save_all=True, append_images=[page, page])
    assert film.header.frames == 3
    assert np.array_equal(film.pixels, EIGHT)


def test_a_thumbnail_beside_the_page_of_a_tiff_is_no_second_film(tmp_path: Path) -> None:
    page, thumbnail = Image.fromarray(EIGHT), Image.fromarray(EIGHT[::4, ::4])
    thumbnail.encoderinfo = {"tiffinfo": {254: 1}}
    film = saved(tmp_path, page, "TIFF", save_all=True, append_images=[thumbnail])
    assert film.header.frames == 1
    assert np.array_equal(film.pixels, EIGHT)
    assert saved(tmp_path, page, "TIFF", save_all=True, append_images=[page, thumbnail]).header.frames == 2


def test_of_a_tiff_that_begins_with_a_thumbnail_the_film_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "film"
    with TiffImagePlugin.AppendingTiffWriter(str(path), new=True) as file:
        Image.fromarray(EIGHT[::4, ::4]).save(file, "TIFF", tiffinfo={254: 1})
        file.newFrame()
        Image.fromarray(EIGHT).save(file, "TIFF")
    film = open_film(path)
    assert np.array_equal(film.pixels, EIGHT)
    assert film.header.frames == 1


def test_the_frames_of_an_animated_png_are_counted(tmp_path: Path) -> None:
    film = saved(tmp_path, EIGHT, "PNG", save_all=True, append_images=[Image.fromarray(255 - EIGHT)])
    assert film.header.frames == 2
    assert np.array_equal(film.pixels, EIGHT)
    assert saved(tmp_path, EIGHT, "PNG").header.frames == 1


def test_the_preview_that_a_camera_keeps_in_a_jpeg_is_no_second_film(tmp_path: Path) -> None:
    film = saved(tmp_path, EIGHT, "MPO", save_all=True, append_images=[Image.fromarray(EIGHT[::4, ::4])])
    assert (film.format, film.header.frames) == ("JPEG", 1)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_adobe_deflate", "packbits"])
def test_compressed_tiffs_open(tmp_path: Path, compression: str) -> None:
    assert np.array_equal(saved(tmp_path, EIGHT, "TIFF", compression=compression).pixels, EIGHT)


def test_damaged_exif_does_not_hide_the_film(tmp_path: Path) -> None:
    film = saved(tmp_path, EIGHT, "PNG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    assert np.array_equal(film.pixels, EIGHT)


def test_pydicom_is_not_imported_for_a_raster_film(tmp_path: Path) -> None:
    import subprocess
    import sys

    path = tmp_path / "film.png"
    Image.fromarray(EIGHT).save(path)
    code = (
        "import sys; from pathlib import Path; from xraydesk.film.open import open_film; "
        f"open_film(Path({str(path)!r})); sys.exit('pydicom' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
