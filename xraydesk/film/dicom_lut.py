"""Look-up tables and windows as a data set holds them (PS3.3 C.11.1 and C.11.2)."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from pydicom.dataset import Dataset

from xraydesk.film.dicom_dataset import each, each_number, items, numbers, text, value
from xraydesk.film.film import ModalityTransform, StoredPixels, Voi, VoiFunction, VoiLut, Window


@dataclass(frozen=True, slots=True, eq=False)
class ModalityLut:
    """`values[i]` is the modality value of the stored value `first_mapped + i`."""

    first_mapped: int
    values: NDArray[np.uint16]
    bits: int

    def apply(
        self, pixels: StoredPixels, stored: ModalityTransform, padding: tuple[int, int] | None
    ) -> tuple[NDArray[np.uint16], tuple[int, int] | None]:
        """Pixels become modality values; padding keeps a value that nothing else has, if one is free."""
        by_pixel = np.arange(1 << (8 * pixels.dtype.itemsize), dtype=np.int64)
        index = np.clip(by_pixel + int(stored.intercept) - self.first_mapped, 0, len(self.values) - 1)
        table = self.values[index]
        free = int(self.values.max()) + 1
        if padding is not None and free < 1 << 16:
            table[padding[0] : padding[1] + 1] = free
            return table[pixels], (free, free)
        return table[pixels], None


def modality_lut(ds: Dataset) -> ModalityLut | None:
    """The first usable item of the Modality LUT Sequence."""
    signed = any(numbers(ds, "PixelRepresentation"))
    for item in items(ds, "ModalityLUTSequence"):
        if (table := _table(item, _order(ds), signed=signed)) is not None:
            return ModalityLut(*table)
    return None


def voi_choices(ds: Dataset, *, signed: bool) -> tuple[Voi, ...]:
    """LUTs first, then windows, in the order of the file; what is unusable is left out.

    `signed` says whether modality values may be negative: it decides how a LUT's first value is read.
    """
    luts = []
    for item in items(ds, "VOILUTSequence"):
        if (table := _table(item, _order(ds), signed=signed)) is not None:
            luts.append(VoiLut(float(table[0]), table[1], table[2], text(item, "LUTExplanation")))
    return (*luts, *_windows(ds))


def _windows(ds: Dataset) -> list[Window]:
    centers, widths = each_number(ds, "WindowCenter"), each_number(ds, "WindowWidth")
    words = each(ds, "WindowCenterWidthExplanation")
    name = text(ds, "VOILUTFunction").upper()
    function = VoiFunction(name) if name in VoiFunction.__members__ else VoiFunction.LINEAR
    found = []
    for i, (center, width) in enumerate(zip(centers, widths, strict=False)):
        if center is not None and width is not None and width > 0:
            # A LINEAR window narrower than one is not allowed (C.11.2.1.2.1); LINEAR_EXACT means the same.
            narrow = function is VoiFunction.LINEAR and width < 1
            kind = VoiFunction.LINEAR_EXACT if narrow else function
            found.append(Window(center, width, kind, str(words[i]) if i < len(words) else ""))
    return found


def _order(ds: Dataset) -> str:
    """Byte order of the file, for words that pydicom leaves as bytes."""
    return ">" if ds.original_encoding[1] is False else "<"


def _table(item: Dataset, order: str, *, signed: bool) -> tuple[int, NDArray[np.uint16], int] | None:
    """First mapped value, table and bits of a LUT item; None where it makes no sense."""
    descriptor = numbers(item, "LUTDescriptor")
    if len(descriptor) != 3:
        return None
    count, first, bits = (int(n) for n in descriptor)
    count = (count & 0xFFFF) or 1 << 16  # 0 means 65536, which 16 bits cannot say
    first = (first & 0xFFFF) - (1 << 16) if signed and first & 0x8000 else first & 0xFFFF
    values = _lut_data(item, count, order)
    if values is None or not values.any():
        return None
    return first, values, real_bits(bits, int(values.max()))


def _lut_data(item: Dataset, count: int, order: str) -> NDArray[np.uint16] | None:
    data = value(item, "LUTData")
    if isinstance(data, bytes):
        packed = count > 1 and len(data) in (count, count + count % 2)  # 8-bit entries, two a word
        kind = "u1" if packed else f"{order}u2"
        array = np.frombuffer(data, kind, count=len(data) // np.dtype(kind).itemsize)
    else:
        array = np.asarray(numbers(item, "LUTData"))
    return array[:count].astype(np.int64).astype(np.uint16) if len(array) >= count else None


def real_bits(claimed: int, largest: int) -> int:
    """Bits of the output. Some makers claim 16 for tables of 10 or 12, which would show black."""
    used = max(1, largest.bit_length())
    return claimed if used <= claimed <= used + 2 and claimed <= 16 else used
