"""PNG, JPEG, TIFF and BMP films, by Pillow."""

from __future__ import annotations

import io
import logging
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, TiffImagePlugin

from xraydesk.errors import FilmError
from xraydesk.film.codestream import jpeg_frame
from xraydesk.film.failures import damaged, too_large, truncated, unsupported
from xraydesk.film.film import Film, FilmHeader, ModalityTransform, Photometric
from xraydesk.film.grey import colourfulness, luminance, to_stored

# Pillow logs the tags of a TIFF, and a scanner may have put a name there.
logging.getLogger("PIL").setLevel(logging.WARNING)

_SIXTEEN_BITS = ("I;16", "I;16B", "I;16L", "I;16N")
_WIDE = ("I", "F")
_TIFF_PHOTOMETRIC = 262
_MIN_IS_WHITE = 0
_BITS_PER_SAMPLE, _SAMPLE_FORMAT, _SIGNED = 258, 339, 2
_PLANAR_CONFIGURATION, _PLANES = 284, 2
_NEW_SUBFILE_TYPE, _SMALLER_COPY_OR_MASK = 254, 0b101  # TIFF 6.0, page 36
_AS_PLAIN_TIFF = "Export it again as PNG, or as TIFF of 8 or 16 bits in which larger numbers are brighter."
_AS_PLAIN_JPEG = "Export it again as PNG, as ordinary JPEG of 8 bits, or as DICOM."
# By the marker of the frame header (ISO 10918-1 table B.1, ISO 14495-1 C.1.1).
_OTHER_JPEGS = {
    **dict.fromkeys((0xC3, 0xCB), "lossless JPEG"),
    **dict.fromkeys((0xC5, 0xC6, 0xC7, 0xCD, 0xCE, 0xCF), "hierarchical JPEG"),
    0xF7: "JPEG-LS",
}

# EXIF orientation -> how to bring the film upright.
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_SWAPS_SIDES = frozenset(_UPRIGHT[orientation] for orientation in (5, 6, 7, 8))


def open_raster(path: Path, data: bytes, kind: str, *, max_pixels: int, least_side: int = 0) -> Film:
    """The film in `data`, a file of the format `kind`. `least_side` as in `open_film`. Raises FilmError."""
    try:
        return _open(path, data, kind, max_pixels, least_side)
    except (FilmError, MemoryError):
        raise
    except Image.DecompressionBombError as error:
        raise too_large(path) from error
    except Exception as error:
        if kind == "TIFF" and _is_tiff_of_other_pixels(data):
            raise unsupported(path, "a rare kind of TIFF", _AS_PLAIN_TIFF) from error
        if kind == "JPEG" and (rare := _rare_jpeg(data)):
            raise unsupported(path, rare, _AS_PLAIN_JPEG) from error
        # Pillow's decoders fail in many ways on damaged files; what matters is whether the end is there.
        raise (truncated(path) if _ends_early(data, kind, error) else damaged(path)) from error


def _open(path: Path, data: bytes, kind: str, max_pixels: int, least_side: int) -> Film:
    image: Image.Image = Image.open(io.BytesIO(data), formats=[kind])
    frames, page = _full_pages(data) if kind == "TIFF" else (_frames(image, kind), 0)
    if page:
        image.seek(page)
    if _is_misread(image):
        raise unsupported(path, "a rare kind of TIFF", _AS_PLAIN_TIFF)
    if image.width * image.height > max_pixels:
        raise too_large(path)
    inverted, unsigned = _is_white_first(image), _is_unsigned(image)
    full = image.size
    if least_side > 0 and kind == "JPEG":
        image.draft(None, (least_side, least_side))  # no mode: colour must be seen to be measured
    reduced = image.size != full
    try:
        image.load()
    except OSError as error:
        if "not available" in str(error):
            raise unsupported(path, str(image.info.get("compression", kind))) from error
        raise
    method = _way_upright(image)
    image = image if method is None else image.transpose(method)
    pixels, bits, modality, colour = _grey(image, unsigned=unsigned)
    return Film(
        path=path,
        pixels=pixels,
        format=kind,
        bits_stored=bits,
        photometric=Photometric.MONOCHROME1 if inverted else Photometric.MONOCHROME2,
        modality=modality,
        colourfulness=colour,
        header=FilmHeader(frames=frames),
        full_size=((full[0], full[1]) if method in _SWAPS_SIDES else (full[1], full[0])) if reduced else None,
    )


def _frames(image: Image.Image, kind: str) -> int:
    """Frames of an animated PNG; the previews that cameras keep in a JPEG are none."""
    return int(getattr(image, "n_frames", 1)) if kind == "PNG" else 1


def _full_pages(data: bytes) -> tuple[int, int]:
    """Pages of a TIFF that are neither a smaller copy of another nor its mask, at least one; and the first of them."""
    pages = TiffImagePlugin.TiffImageFile(
        io.BytesIO(data)
    )  # another one: after a broken page it is of no use
    full = []
    for page in range(pages.n_frames):
        try:
            pages.seek(page)
            if int(pages.tag_v2.get(_NEW_SUBFILE_TYPE, 0)) & _SMALLER_COPY_OR_MASK:
                continue
        except Exception:
            pass  # what cannot be looked at is a page all the same
        full.append(page)
    return max(1, len(full)), full[0] if full else 0


def _is_white_first(image: Image.Image) -> bool:
    """Pillow turns "white is zero" TIFFs of 1 and 8 bits round itself, but not those of more."""
    tags = getattr(image, "tag_v2", {})
    return image.mode in (*_SIXTEEN_BITS, *_WIDE) and tags.get(_TIFF_PHOTOMETRIC) == _MIN_IS_WHITE


def _is_unsigned(image: Image.Image) -> bool:
    """Whether whole numbers of 32 bits have no sign (TIFF 6.0, page 80); Pillow gives all of them one."""
    tags = getattr(image, "tag_v2", {})
    return (
        image.mode == "I" and tags.get(_BITS_PER_SAMPLE) == (32,) and tags.get(_SAMPLE_FORMAT, (1,)) == (1,)
    )


def _is_misread(image: Image.Image) -> bool:
    """Whether Pillow would take one TIFF for another: signs of 8 bits for light, planes of 16 bits for such of 8."""
    tags = getattr(image, "tag_v2", {})
    bits, kinds = tags.get(_BITS_PER_SAMPLE, (1,)), tags.get(_SAMPLE_FORMAT, (1,))
    apart = tags.get(_PLANAR_CONFIGURATION) == _PLANES and image.info.get("compression") == "raw"
    return (bits[0] == 8 and kinds[0] == _SIGNED) or (bits[0] == 16 and len(bits) > 1 and apart)


def _is_tiff_of_other_pixels(data: bytes) -> bool:
    """Whether the file is intact so far, and Pillow knows no such pixels: floats of 64 bits, for one."""
    try:
        TiffImagePlugin.TiffImageFile(io.BytesIO(data)).close()
    except Exception as error:
        return "unknown pixel mode" in str(error)
    return False


def _rare_jpeg(data: bytes) -> str:
    """What the file is called where it is a JPEG of a kind that Pillow does not decode, else ""."""
    frame = jpeg_frame(data)
    if frame is None:
        return ""
    _, _, bits, marker = frame
    if marker in _OTHER_JPEGS:
        return _OTHER_JPEGS[marker]
    return "" if bits == 8 else f"JPEG of {bits} bits"


def _way_upright(image: Image.Image) -> Image.Transpose | None:
    """By its EXIF orientation; for TIFFs Pillow has turned it and dropped the tag."""
    try:
        return _UPRIGHT.get(image.getexif().get(ExifTags.Base.Orientation, 1))
    except Exception:  # damaged EXIF is no reason to refuse the film
        return None


def _grey(
    image: Image.Image, *, unsigned: bool
) -> tuple[NDArray[np.uint8] | NDArray[np.uint16], int, ModalityTransform, float]:
    """Pixels (H, W), bits stored, what leads to modality values, and how colourful it was."""
    plain = ModalityTransform()
    if image.mode == "L":
        return np.asarray(image), 8, plain, 0.0
    if image.mode in _SIXTEEN_BITS:
        return np.asarray(image).astype(np.uint16, copy=False), 16, plain, 0.0
    if image.mode in _WIDE:
        values = np.asarray(image)
        return (*to_stored(values.view(np.uint32) if unsigned else values), 0.0)
    if image.mode == "1":
        return np.asarray(image.convert("L")), 8, plain, 0.0
    rgb = np.asarray(_over_black(image))
    return luminance(rgb), 8, plain, colourfulness(rgb)


def _over_black(image: Image.Image) -> Image.Image:
    """RGB; what is transparent becomes black, like the dark around a film."""
    if not image.has_transparency_data:
        return image.convert("RGB")
    image = image.convert("RGBA")
    black = Image.new("RGBA", image.size, (0, 0, 0, 255))
    return Image.alpha_composite(black, image).convert("RGB")


def _ends_early(data: bytes, kind: str, error: Exception) -> bool:
    if "truncated" in str(error).lower():
        return True
    if kind == "PNG":
        return b"IEND" not in data[-4096:]
    if kind == "JPEG":
        return b"\xff\xd9" not in data[-4096:]
    return False
