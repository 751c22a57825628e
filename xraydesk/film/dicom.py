"""DICOM films: from a data set to pixels, modality values, windows, header and, apart, identity.

Follows PS3.3 C.7.6.3 (Image Pixel), C.11.1 (Modality LUT), C.11.2 (VOI LUT), C.7.5.1.1.2 (padding).
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from xraydesk.errors import FilmEncrypted, FilmWithoutPixels
from xraydesk.film.dicom_dataset import data_set, lift_functional_groups, number, numbers, text
from xraydesk.film.dicom_frame import cells_hold, first_frame, pixel_element
from xraydesk.film.dicom_header import film_header, film_identity, spacing_mm
from xraydesk.film.dicom_lut import modality_lut, voi_choices
from xraydesk.film.failures import damaged, truncated
from xraydesk.film.film import Film, ModalityTransform, Photometric, StoredPixels
from xraydesk.film.grey import colourfulness, luminance, to_stored

# pydicom quotes values, patient data among them, when it complains.
logging.getLogger("pydicom").setLevel(logging.CRITICAL + 1)
logging.getLogger("pydicom").propagate = False

_PIXEL_DATA_TAGS = (b"\xe0\x7f\x10\x00", b"\x7f\xe0\x00\x10")
_LARGEST = 1e30  # of a slope or intercept: beyond it sums of values soon are infinite

_AS_STORED = ModalityTransform()


@dataclass(frozen=True, slots=True, eq=False)
class _Grey:
    """Unsigned pixels and what is known of them."""

    pixels: StoredPixels
    bits: int
    modality: ModalityTransform = _AS_STORED
    padding: tuple[int, int] | None = None
    colourfulness: float = 0.0


def open_dicom(path: Path, data: bytes, *, max_pixels: int, least_side: int = 0) -> Film:
    """The first frame of the DICOM file in `data`; with `least_side`, JPEG 2000 may be decoded reduced.

    Raises FilmError, and on damaged bytes whatever pydicom raises.
    """
    ds = data_set(path, data)
    if not pixel_element(ds):
        raise _without_pixels(path, ds, data)
    lift_functional_groups(ds)
    frame, is_colour = first_frame(path, ds, max_pixels=max_pixels, least_side=least_side)
    grey = _from_colour(frame) if is_colour else _from_grey(ds, frame)
    lowest = grey.modality.intercept + min(0.0, grey.modality.slope * (2**grey.bits - 1))
    full = (int(ds.Rows), int(ds.Columns))
    is_reduced = grey.pixels.shape != full
    return Film(
        path=path,
        pixels=grey.pixels,
        format="DICOM",
        full_size=full if is_reduced else None,
        bits_stored=grey.bits,
        photometric=_photometric(ds, is_colour=is_colour),
        modality=grey.modality,
        voi=() if is_colour else voi_choices(ds, signed=lowest < 0),
        padding=grey.padding,
        spacing_mm=None if is_reduced else spacing_mm(ds),  # of the file's pixels
        colourfulness=grey.colourfulness,
        header=film_header(ds),
        identity=film_identity(ds),
    )


def _from_colour(rgb: NDArray[Any]) -> _Grey:
    return _Grey(luminance(rgb), 8, colourfulness=colourfulness(rgb))


def _from_grey(ds: Dataset, frame: NDArray[Any]) -> _Grey:
    frame = _without_overshoot(ds, frame)
    bits = _bits(ds, frame)
    if frame.dtype.kind == "f" or bits > 16:
        apart = _is_padding(ds, frame)
        pixels, stored_bits, transform = to_stored(frame, apart)
        padding = (0, 0) if apart.any() else None
    else:
        pixels, stored_bits, transform = _stored(frame, bits)
        padding = _padding(ds, transform, bits)
    lut = modality_lut(ds)
    if lut is None:
        return _Grey(pixels, stored_bits, _rescaled(ds, transform), padding)
    pixels, padding = lut.apply(pixels, transform, padding)
    return _Grey(pixels, lut.bits, padding=padding)


def _photometric(ds: Dataset, *, is_colour: bool) -> Photometric:
    """MONOCHROME1 where the lowest value is white, by Presentation LUT Shape too (PS3.3 C.11.6)."""
    inverse = text(ds, "PresentationLUTShape").upper() == "INVERSE"
    white_first = text(ds, "PhotometricInterpretation").upper() == "MONOCHROME1" or inverse
    return Photometric.MONOCHROME1 if white_first and not is_colour else Photometric.MONOCHROME2


def _without_overshoot(ds: Dataset, frame: NDArray[Any]) -> NDArray[Any]:
    """Lossy 12-bit JPEG may land a little above the largest value of the bits stored."""
    full = (1 << int(ds.BitsStored)) - 1
    if frame.dtype.kind == "u" and full < int(frame.max()) <= full * 1.1:
        return np.asarray(np.minimum(frame, frame.dtype.type(full)))
    return frame


def _bits(ds: Dataset, frame: NDArray[Any]) -> int:
    """Bits stored, but never fewer than the pixels use: some headers lie."""
    if frame.dtype.kind == "f":
        return 16
    allocated = frame.dtype.itemsize * 8
    bits = int(number(ds, "BitsStored", allocated))
    bits = bits if 0 < bits <= allocated else allocated
    low, high = int(frame.min()), int(frame.max())
    used = max(high.bit_length(), (-low - 1).bit_length() if low < 0 else 0) + (frame.dtype.kind == "i")
    return max(bits, used)


def _stored(frame: NDArray[Any], bits: int) -> tuple[StoredPixels, int, ModalityTransform]:
    """Unsigned pixels of up to 16 bits, offset by half the range where the file's are signed."""
    if frame.dtype.kind == "i":
        offset = 1 << (bits - 1)
        shifted = (frame.astype(np.int32) + offset).astype(np.uint16)
        return shifted, bits, ModalityTransform(1.0, -float(offset))
    if frame.dtype.itemsize == 1:
        return frame, bits, ModalityTransform()
    return frame.astype(np.uint16, copy=False), bits, ModalityTransform()


def _rescaled(ds: Dataset, stored: ModalityTransform) -> ModalityTransform:
    """Rescale slope and intercept on top of `stored`; a slope of nothing or of absurd size counts as 1."""
    slope = number(ds, "RescaleSlope", 1.0)
    intercept = number(ds, "RescaleIntercept", 0.0)
    if slope == 0.0 or max(abs(slope), abs(intercept)) > _LARGEST:
        slope, intercept = 1.0, 0.0
    return ModalityTransform(slope * stored.slope, intercept + slope * stored.intercept)


def _padding(ds: Dataset, stored: ModalityTransform, bits: int) -> tuple[int, int] | None:
    """Pixel padding (PS3.3 C.7.5.1.1.2) as an inclusive range of unsigned pixels.

    65535 beside 12 bits is no 4095, the white of the film, unless the file does write 65535 into its cells.
    """
    value = numbers(ds, "PixelPaddingValue")
    if not value:
        return None
    limit = numbers(ds, "PixelPaddingRangeLimit") or value
    signed = int(number(ds, "PixelRepresentation", 0)) == 1
    width = max(16, int(ds.BitsAllocated))  # 16 bits are those of the element, signed or not
    written = [_wrapped(int(end), width, signed=signed) for end in (value[0], limit[0])]
    ends = [_wrapped(end, bits, signed=signed) for end in written]
    if any(there != end and not cells_hold(ds, there) for there, end in zip(written, ends, strict=True)):
        return None
    low, high = sorted(end - int(stored.intercept) for end in ends)
    return (low, high) if low >= 0 and high < 1 << 16 else None


def _is_padding(ds: Dataset, frame: NDArray[Any]) -> NDArray[np.bool_]:
    """Which pixels are padding (PS3.3 C.7.5.1.1.2): for fractions and for more than 16 bits."""
    kind = {"f4": "Float", "f8": "DoubleFloat"}.get(frame.dtype.str[1:], "")
    value = numbers(ds, f"{kind}PixelPaddingValue")
    limit = numbers(ds, f"{kind}PixelPaddingRangeLimit") or value
    if not value:
        return np.zeros(frame.shape, bool)
    low, high = sorted((value[0], limit[0]))
    return np.asarray((frame >= low) & (frame <= high))


def _wrapped(value: int, bits: int, *, signed: bool) -> int:
    """`value` read as a pixel of `bits` is, whatever VR the file chose for it."""
    value &= (1 << bits) - 1
    return value - (1 << bits) if signed and value >> (bits - 1) else value


def _without_pixels(path: Path, ds: Dataset, data: bytes) -> Exception:
    if "PixelData" not in ds and any(tag in data for tag in _PIXEL_DATA_TAGS):
        return truncated(path)
    if "EncryptedAttributesSequence" in ds:
        hint = "Ask the sender for the film without encryption."
        return FilmEncrypted(f"“{path.name}” is encrypted.", hint=hint, path=path)
    if not len(ds):
        return damaged(path)
    hint = "It may be a report or a link to a film, or cut short: export the film itself again."
    return FilmWithoutPixels(f"“{path.name}” is a DICOM file without an image.", hint=hint, path=path)
