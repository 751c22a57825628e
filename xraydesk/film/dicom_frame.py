"""The first frame of a data set, decoded, after its claims were checked against its bytes."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset
from pydicom.encaps import generate_frames
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut
from pydicom.uid import UID

from xraydesk.errors import FilmError
from xraydesk.film.codestream import stream_size
from xraydesk.film.dicom_dataset import number, text
from xraydesk.film.failures import damaged, too_large, truncated, unsupported

_PIXEL_ELEMENTS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")


def pixel_element(ds: Dataset) -> str:
    """Which element holds the pixels, "" where none does or it is empty."""
    return next((k for k in _PIXEL_ELEMENTS if k in ds and ds[k].value), "")


def frames(ds: Dataset) -> int:
    return max(1, int(number(ds, "NumberOfFrames", 1)))


def first_frame(path: Path, ds: Dataset, *, max_pixels: int) -> tuple[NDArray[Any], bool]:
    """Grey (H, W) as stored, or RGB (H, W, 3) uint8, and whether it is the latter. Raises FilmError."""
    rows, columns = int(number(ds, "Rows", 0)), int(number(ds, "Columns", 0))
    if rows < 1 or columns < 1 or "BitsAllocated" not in ds:
        raise damaged(path)
    if rows * columns > max_pixels:
        raise too_large(path)
    _mend(ds)
    syntax = UID(ds.file_meta.TransferSyntaxUID)
    try:
        decoder = get_decoder(syntax)
    except NotImplementedError as error:
        raise unsupported(path, syntax.name) from error
    if syntax.is_encapsulated:
        _check_stream(path, ds, rows, columns)
    else:
        _check_length(path, ds, rows * columns)
    try:
        frame, facts = decoder.as_array(ds, index=0)
    except (RuntimeError, NotImplementedError) as error:
        raise _undecodable(path, syntax, error) from error
    return _with_colour(ds, frame, str(facts["photometric_interpretation"]))


def _mend(ds: Dataset) -> None:
    """Fill in what decoders insist on and readers can do without."""
    allocated = int(number(ds, "BitsAllocated", 16))
    if not 0 < int(number(ds, "BitsStored", 0)) <= allocated:
        ds.BitsStored = allocated
    if "SamplesPerPixel" not in ds:
        ds.SamplesPerPixel = 1
    if "PixelRepresentation" not in ds:
        ds.PixelRepresentation = 0
    if not text(ds, "PhotometricInterpretation"):
        ds.PhotometricInterpretation = "MONOCHROME2" if ds.SamplesPerPixel == 1 else "RGB"
    if ds.SamplesPerPixel > 1 and "PlanarConfiguration" not in ds:
        ds.PlanarConfiguration = 0
    ds.NumberOfFrames = frames(ds)


def _check_length(path: Path, ds: Dataset, pixels: int) -> None:
    """Uncompressed pixels must all be there, for every frame that is claimed."""
    bits = pixels * int(ds.SamplesPerPixel) * int(ds.BitsAllocated) * frames(ds)
    needed = math.ceil(bits / 8)
    if ds.PhotometricInterpretation == "YBR_FULL_422":
        needed = needed // 3 * 2
    if len(ds[pixel_element(ds)].value) < needed:
        raise truncated(path)


def _check_stream(path: Path, ds: Dataset, rows: int, columns: int) -> None:
    """A compressed stream must be of the size the header says, or it could be a bomb."""
    stream = next(generate_frames(ds.PixelData, number_of_frames=frames(ds)), b"")
    if not stream:
        raise truncated(path)
    size = stream_size(stream)
    if size is not None and size != (rows, columns):
        raise damaged(path)


def _undecodable(path: Path, syntax: UID, error: Exception) -> FilmError:
    if "does not support" in str(error) or isinstance(error, NotImplementedError):
        return unsupported(path, syntax.name)
    return damaged(path)


def _with_colour(ds: Dataset, frame: NDArray[Any], photometric: str) -> tuple[NDArray[Any], bool]:
    if photometric == "PALETTE COLOR":
        frame = apply_color_lut(frame, ds)
    if frame.ndim == 2:
        return frame, False
    rgb = frame[..., :3]
    if rgb.dtype.itemsize > 1:
        rgb = rgb.astype(np.float32) * (255.0 / max(1, int(rgb.max())))
    return rgb.astype(np.uint8), True
