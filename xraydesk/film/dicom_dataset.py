"""Read a data set out of bytes, and values out of a data set, whatever state both are in."""

from __future__ import annotations

import io
import math
import struct
import zlib
from pathlib import Path
from typing import Any

import pydicom
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from xraydesk.film.failures import too_large, truncated

_MAX_INFLATED_BYTES = 1 << 30
_FUNCTIONAL_GROUPS = ("PerFrameFunctionalGroupsSequence", "SharedFunctionalGroupsSequence")
_LIFTED = {
    "FrameVOILUTSequence": (
        "WindowCenter",
        "WindowWidth",
        "WindowCenterWidthExplanation",
        "VOILUTFunction",
        "VOILUTSequence",
    ),
    "PixelValueTransformationSequence": ("RescaleSlope", "RescaleIntercept", "ModalityLUTSequence"),
    "PixelMeasuresSequence": ("PixelSpacing",),
}
_LONG_VRS = (b"OB", b"OW", b"UN", b"UT", b"SQ")


def data_set(path: Path, data: bytes) -> Dataset:
    """The data set in `data`, its transfer syntax always named. Raises FilmError."""
    _check_inflated_size(path, data)
    try:
        ds = pydicom.dcmread(io.BytesIO(data), force=True)
    except zlib.error as error:
        raise truncated(path) from error
    meta = getattr(ds, "file_meta", None) or FileMetaDataset()
    if "TransferSyntaxUID" in meta and not meta.TransferSyntaxUID:
        # pydicom takes an empty one for explicit little endian; where there is none it looks at the bytes.
        _, start = _meta_transfer_syntax(data)
        ds = pydicom.dcmread(io.BytesIO(data[start:]), force=True)
    if not getattr(ds, "file_meta", None):
        ds.file_meta = FileMetaDataset()
    if "TransferSyntaxUID" not in ds.file_meta:
        implicit, little = ds.original_encoding
        guess = ExplicitVRLittleEndian if little else ExplicitVRBigEndian
        ds.file_meta.TransferSyntaxUID = ImplicitVRLittleEndian if implicit else guess
    return ds


def lift_functional_groups(ds: Dataset) -> None:
    """Copies window, rescale and spacing of the first frame to where most films have them.

    Enhanced objects keep them in functional groups (PS3.3 C.7.6.16). What the film itself says stays.
    """
    groups = [group for name in _FUNCTIONAL_GROUPS if (group := _first_item(ds, name)) is not None]
    for macro, keywords in _LIFTED.items():
        if any(value(ds, keyword) is not None for keyword in keywords):
            continue
        item = next(
            (found for group in groups if (found := _first_item(group, macro)) is not None), Dataset()
        )
        for keyword in keywords:
            if keyword in item:
                ds[keyword] = item[keyword]


def _first_item(ds: Dataset, keyword: str) -> Dataset | None:
    return next(iter(items(ds, keyword)), None)


def _check_inflated_size(path: Path, data: bytes) -> None:
    """Refuses a deflated data set that would fill the memory, before anything inflates it whole."""
    syntax, start = _meta_transfer_syntax(data)
    if syntax != str(DeflatedExplicitVRLittleEndian):
        return
    inflater, size, rest = zlib.decompressobj(-zlib.MAX_WBITS), 0, data[start:]
    while rest and not inflater.eof:
        size += len(inflater.decompress(rest, 1 << 20))
        rest = inflater.unconsumed_tail
        if size > _MAX_INFLATED_BYTES:
            raise too_large(path)
    if not inflater.eof:
        raise truncated(path)


def _meta_transfer_syntax(data: bytes) -> tuple[str, int]:
    """Transfer syntax UID in the file meta information, and where the data set after it begins."""
    position, syntax = (132 if data[128:132] == b"DICM" else 0), ""
    while data[position : position + 2] == b"\x02\x00" and position + 12 <= len(data):
        if data[position + 4 : position + 6] in _LONG_VRS:
            (length,), value = struct.unpack_from("<I", data, position + 8), position + 12
        else:
            (length,), value = struct.unpack_from("<H", data, position + 6), position + 8
        if data[position + 2 : position + 4] == b"\x10\x00":
            syntax = data[value : value + length].rstrip(b"\0 ").decode("ascii", "replace")
        position = value + length
    return syntax, position


def value(ds: Dataset, keyword: str) -> Any:
    """The element's value, None where it is absent, empty or unreadable."""
    try:
        found = ds.get(keyword)
    except Exception:  # one unreadable element is no reason to lose the film
        return None
    return None if found is None or found == "" else found


def each(ds: Dataset, keyword: str) -> tuple[Any, ...]:
    """The values, however many; none where they are bytes of an unknown kind."""
    found = value(ds, keyword)
    if found is None or isinstance(found, bytes):
        return ()
    return tuple(found) if isinstance(found, list | tuple | pydicom.multival.MultiValue) else (found,)


def items(ds: Dataset, keyword: str) -> tuple[Dataset, ...]:
    """Those of a sequence; none where the file holds something else in its place."""
    found = value(ds, keyword)
    return tuple(found) if isinstance(found, pydicom.Sequence) else ()


def text(ds: Dataset, keyword: str) -> str:
    """The first value as a plain line, "" where there is none."""
    found = value(ds, keyword)
    if isinstance(found, list | tuple | pydicom.multival.MultiValue):
        found = found[0] if len(found) else None
    if found is None or isinstance(found, bytes | pydicom.Sequence):
        return ""
    return " ".join(str(found).replace("\0", " ").split())


def numbers(ds: Dataset, keyword: str) -> tuple[float, ...]:
    """The finite numbers among the values, whatever their multiplicity."""
    return tuple(n for n in each_number(ds, keyword) if n is not None)


def each_number(ds: Dataset, keyword: str) -> tuple[float | None, ...]:
    """The values in their places, None for what is empty or no finite number."""
    return tuple(map(_as_number, each(ds, keyword)))


def number(ds: Dataset, keyword: str, default: float) -> float:
    found = numbers(ds, keyword)
    return found[0] if found else default


def _as_number(found: Any) -> float | None:
    try:
        result = float(found)
    except (TypeError, ValueError, OverflowError):
        return None
    return result if math.isfinite(result) else None
