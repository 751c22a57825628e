"""The first frame of a data set, decoded, after its claims were checked against its bytes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import (
    UID,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEGBaseline8Bit,
    JPEGExtended12Bit,
    JPEGLossless,
    JPEGLosslessSV1,
    RLELossless,
)

from xraydesk.film.codestream import jpeg_frame, stream_size
from xraydesk.film.dicom_codecs import can_decode, decode_frame, first_stream, reduced_frame, syntax_of_stream
from xraydesk.film.dicom_dataset import number, numbers, text
from xraydesk.film.dicom_lut import real_bits
from xraydesk.film.failures import damaged, too_large, truncated, unsupported

_WITHOUT_COMPRESSION = "Export it again from where it came from, without compression."
_ROWS_LOOKED_AT = 256
_PIXEL_ELEMENTS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


def pixel_element(ds: Dataset) -> str:
    """Which element holds the pixels, "" where none does or it is empty."""
    return next((k for k in _PIXEL_ELEMENTS if k in ds and ds[k].value), "")


def frames(ds: Dataset) -> int:
    return max(1, int(number(ds, "NumberOfFrames", 1)))


def first_frame(
    path: Path, ds: Dataset, *, max_pixels: int, least_side: int = 0
) -> tuple[NDArray[Any], bool]:
    """Grey (H, W) as stored, or RGB (H, W, 3) uint8, and whether it is the latter. Raises FilmError.

    With `least_side`, grey may come at a fraction of its size (`reduced_frame`).
    """
    rows, columns = int(number(ds, "Rows", 0)), int(number(ds, "Columns", 0))
    if rows < 1 or columns < 1 or "BitsAllocated" not in ds:
        raise damaged(path)
    if rows * columns > max_pixels:
        raise too_large(path)
    _mend(ds, rows, columns)
    syntax = _real_syntax(path, ds)
    if syntax.is_encapsulated:
        _check_stream(path, ds, syntax, rows, columns)
        _mend_bits(ds, syntax)
        if syntax != RLELossless and ds.SamplesPerPixel > 1:
            ds.PlanarConfiguration = 0  # whatever is claimed (PS3.5 8.2.1, 8.2.4); JPEG-LS says it itself
    else:
        _check_length(path, ds, rows * columns)
    reduced = reduced_frame(ds, syntax, least_side) if syntax.is_encapsulated else None
    if reduced is not None:
        return reduced, False
    stored, spare = _upper_bits(ds, syntax)
    ds.BitsStored = ds.BitsAllocated if _is_masked(ds, syntax) else stored
    try:
        frame, photometric = decode_frame(ds, syntax)
    except NotImplementedError as error:
        raise unsupported(path, syntax.name) from error
    ds.BitsStored = stored
    if spare:
        frame = _brought_down(frame, stored, spare)
    elif _is_masked(ds, syntax):
        frame = _of_bits_that_count(frame, stored)
    return _with_colour(ds, frame, photometric)


def cells_hold(ds: Dataset, value: int) -> bool:
    """Whether a cell of the first frame is `value` where the bits above those stored count too.

    For a data set whose `first_frame` was decoded. False for other streams than RLE: they have no such bits.
    """
    syntax, stored = UID(ds.file_meta.TransferSyntaxUID), ds.BitsStored
    if syntax.is_encapsulated and syntax != RLELossless:
        return False
    ds.BitsStored = ds.BitsAllocated
    try:
        return bool((decode_frame(ds, syntax)[0] == value).any())
    finally:
        ds.BitsStored = stored


def _mend(ds: Dataset, rows: int, columns: int) -> None:
    """Fill in what decoders insist on and readers can do without, one value each."""
    allocated, samples = int(number(ds, "BitsAllocated", 16)), int(number(ds, "SamplesPerPixel", 1))
    stored = int(number(ds, "BitsStored", 0))
    ds.Rows, ds.Columns, ds.BitsAllocated, ds.SamplesPerPixel = rows, columns, allocated, samples
    ds.BitsStored = stored if 0 < stored <= allocated else allocated
    ds.PixelRepresentation = int(number(ds, "PixelRepresentation", 0)) & 1
    ds.PhotometricInterpretation = text(ds, "PhotometricInterpretation").upper() or (
        "MONOCHROME2" if samples == 1 else "RGB"
    )
    if samples > 1:
        ds.PlanarConfiguration = int(number(ds, "PlanarConfiguration", 0))
    ds.NumberOfFrames = frames(ds)


def _real_syntax(path: Path, ds: Dataset) -> UID:
    """The transfer syntax; where the file contradicts itself, the bytes are believed.

    Raises FilmEncodingUnsupported where it is none that can be decoded: films in MPEG, JPEG XL, of private kinds.
    """
    syntax = UID(ds.file_meta.TransferSyntaxUID)
    in_items = bytes(ds[pixel_element(ds)].value[:4]) == b"\xfe\xff\x00\xe0"
    if not syntax.is_transfer_syntax or (in_items and not can_decode(syntax)):
        raise unsupported(path, syntax.name if syntax.is_valid else "an unknown one", _WITHOUT_COMPRESSION)
    if syntax.is_encapsulated and not in_items:
        syntax = ExplicitVRLittleEndian
    elif in_items and syntax in (ImplicitVRLittleEndian, ExplicitVRLittleEndian):
        syntax = syntax_of_stream(first_stream(ds)) or syntax
    ds.file_meta.TransferSyntaxUID = syntax
    return syntax


def _upper_bits(ds: Dataset, syntax: UID) -> tuple[int, int]:
    """Bits stored, and below them in each cell the spare ones (ACR-NEMA, old CR: high bit at the top)."""
    stored = int(ds.BitsStored)
    spare = int(number(ds, "HighBit", stored - 1)) + 1 - stored
    plain = (not syntax.is_encapsulated or syntax == RLELossless) and ds.SamplesPerPixel == 1
    return stored, spare if plain and 0 < spare <= ds.BitsAllocated - stored else 0


def _brought_down(cells: NDArray[Any], stored: int, spare: int) -> NDArray[Any]:
    """Values of `stored` bits from cells with `spare` bits below them; overlays above, if any, are cut off.

    Cells that fit without being shifted, and would lose bits by it, have a header that lies.
    """
    number_of, signed = cells.dtype.type, cells.dtype.kind == "i"
    fits = int(cells.max()) < 1 << stored and int(cells.min()) >= (-(1 << stored - 1) if signed else 0)
    header_lies = fits and bool((cells & number_of((1 << spare) - 1)).any())
    return _lowest_bits(cells if header_lies else cells >> spare, stored)


def _is_masked(ds: Dataset, syntax: UID) -> bool:
    """Whether decoders cut off what a cell holds above the bits stored, which may be a part of the film."""
    whole = not syntax.is_encapsulated or syntax in (RLELossless, JPEGLossless, JPEGLosslessSV1)
    return whole and ds.SamplesPerPixel == 1 and ds.BitsAllocated > ds.BitsStored


def _of_bits_that_count(cells: NDArray[Any], stored: int) -> NDArray[Any]:
    """The lowest bits of cells, or all of them where the header names too few.

    Overlays and padding in the upper bits make a film rough; a film that lacks them jumps from white to black.
    """
    if cells.dtype.kind not in "iu":
        return cells
    values = _lowest_bits(cells, stored)
    beyond = cells[cells != values]
    if not beyond.size or beyond.min() == beyond.max():  # one value alone is padding
        return values
    return cells if _roughness(cells) < _roughness(values) else values


def _roughness(cells: NDArray[Any]) -> int:
    """How much neighbours differ, along some of the rows."""
    rows = cells[:: max(1, len(cells) // _ROWS_LOOKED_AT)]
    return int(np.abs(np.diff(rows.astype(np.int64), axis=1)).sum())


def _lowest_bits(cells: NDArray[Any], stored: int) -> NDArray[Any]:
    number_of = cells.dtype.type
    values, sign = cells & number_of((1 << stored) - 1), number_of(1 << stored - 1)
    return np.asarray((values ^ sign) - sign if cells.dtype.kind == "i" else values)


def _mend_bits(ds: Dataset, syntax: UID) -> None:
    """A stream of eight bits stays one, also where the header still tells of the film it was made from."""
    eight = (
        syntax in (JPEGBaseline8Bit, JPEGExtended12Bit)
        and (jpeg_frame(first_stream(ds)) or (0, 0, 0))[2] == 8
    )
    if eight and ds.BitsAllocated != 8:
        ds.BitsAllocated, ds.BitsStored, ds.PixelRepresentation = 8, 8, 0


def _check_length(path: Path, ds: Dataset, pixels: int) -> None:
    """Uncompressed pixels must all be there, for every frame that is claimed."""
    bits = pixels * int(ds.SamplesPerPixel) * int(ds.BitsAllocated) * frames(ds)
    needed = math.ceil(bits / 8)
    if ds.PhotometricInterpretation == "YBR_FULL_422":
        needed = needed // 3 * 2
    if len(ds[pixel_element(ds)].value) < needed:
        raise truncated(path)


def _check_stream(path: Path, ds: Dataset, syntax: UID, rows: int, columns: int) -> None:
    """A compressed stream must be of the size the header says, or it could be a bomb."""
    stream = first_stream(ds)
    if not stream:
        raise truncated(path)
    if syntax != RLELossless and stream_size(stream) != (rows, columns):
        raise damaged(path)


def _with_colour(ds: Dataset, frame: NDArray[Any], photometric: str) -> tuple[NDArray[Any], bool]:
    """Grey (H, W) as it is, or RGB (H, W, 3) of eight bits, and whether it is the latter."""
    if frame.ndim == 2 and photometric != "PALETTE COLOR":
        return frame, False
    claimed, entries = int(ds.BitsStored), frame
    if photometric == "PALETTE COLOR":
        count, first, claimed = (int(n) for n in numbers(ds, "RedPaletteColorLookupTableDescriptor"))
        entries = apply_color_lut(np.arange(first, first + (count or 1 << 16))[np.newaxis], ds)
        frame = apply_color_lut(frame, ds)
    rgb = frame[..., :3]
    if rgb.dtype.itemsize > 1:
        full = (1 << max(8, real_bits(claimed, int(entries[..., :3].max())))) - 1
        rgb = np.rint(rgb.astype(np.float32) * (255.0 / full))
    return rgb.astype(np.uint8), True
