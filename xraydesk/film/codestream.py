"""The size a compressed stream claims in its own header, before a decoder believes it."""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator

_STANDALONE = {0x01, *range(0xD0, 0xD9)}
_JPEG_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7}


_JPEG_2000_START = b"\xff\x4f\xff\x51"
_MARKER_IN_DATA = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)


def stream_size(stream: bytes) -> tuple[int, int] | None:
    """(rows, columns) of a JPEG, JPEG-LS or JPEG 2000 stream; None where it does not say."""
    start = stream[:4096].find(_JPEG_2000_START)  # some writers leave the stream in its JP2 wrapping
    if start >= 0:
        return _jpeg2000_size(stream[start : start + 64])
    frame = jpeg_frame(stream)
    return None if frame is None else frame[:2]


def jpeg2000_precision(stream: bytes) -> int | None:
    """Bits of the first component of a JPEG 2000 stream (ISO 15444-1 A.5.1); None if signed, or no such stream."""
    start = stream[:4096].find(_JPEG_2000_START)
    if start < 0 or len(stream) <= start + 42 or stream[start + 42] & 0x80:
        return None
    return stream[start + 42] + 1


def jpeg_frame(stream: bytes) -> tuple[int, int, int, int] | None:
    """Rows, columns, bits and marker of the first frame header (ISO 10918-1 B.2.2)."""
    for marker, segment in _segments(stream):
        if marker in _JPEG_FRAMES and len(segment) >= 6:
            bits, rows, columns = struct.unpack_from(">BHH", segment)
            return rows, columns, bits, marker
    return None


def gdcm_survives(stream: bytes) -> bool:
    """Whether the header of a lossless or 12-bit JPEG is whole and consistent.

    Otherwise gdcm's JPEG library gives up, and gdcm with it ends the process.
    """
    frame, tables, end = b"", {0xC4: set[int](), 0xDB: set[int]()}, 2
    for marker, segment in _segments(stream):
        end += len(segment) + 4
        if marker in _JPEG_FRAMES:
            if frame or marker not in (0xC1, 0xC3) or len(segment) != 6 + 3 * segment[5]:
                return False
            frame = bytes([marker]) + segment
        elif marker == 0xC4 and not _huffman_tables(segment, tables[0xC4]):
            return False
        elif marker == 0xDB:
            tables[0xDB].update(_quantisation_tables(segment))
        elif marker == 0xDA:
            return _scan_fits(frame, segment, tables[0xC4], tables[0xDB]) and _data_is_plain(stream[end:])
        elif marker == 0xCC:  # arithmetic coding
            return False
    return False


def _segments(stream: bytes) -> Iterator[tuple[int, bytes]]:
    """Marker and content of each header segment, the scan header (0xDA) last; stops where it is broken."""
    position = 2 if stream[:2] == b"\xff\xd8" else len(stream)
    while position + 4 <= len(stream) and stream[position] == 0xFF:
        marker = stream[position + 1]
        if marker == 0xFF:  # markers may be padded
            position += 1
            continue
        (length,) = struct.unpack_from(">H", stream, position + 2)
        if marker in _STANDALONE or marker == 0x00 or length < 2:
            return
        yield marker, stream[position + 4 : position + 2 + length]
        if marker == 0xDA:
            return
        position += 2 + length


def _huffman_tables(segment: bytes, found: set[int]) -> bool:
    """Adds each table's class and number; False where codes are too many (ISO 10918-1 B.2.4.2 and C)."""
    while segment:
        counts = segment[1:17]
        codes = sum(count << (16 - length) for length, count in enumerate(counts, 1))
        if len(counts) < 16 or codes > 1 << 16 or len(segment) < 17 + sum(counts):
            return False
        values = segment[17 : 17 + sum(counts)]
        if segment[0] >> 4 > 1 or segment[0] & 15 > 3 or not values:
            return False
        if segment[0] < 16 and max(values) > 16:
            return False
        found.add(segment[0])
        segment = segment[17 + sum(counts) :]
    return True


def _quantisation_tables(segment: bytes) -> Iterator[int]:
    while segment:
        size = 129 if segment[0] >> 4 else 65
        if len(segment) >= size and segment[0] & 15 < 4 and segment[0] >> 4 < 2:
            yield segment[0] & 15
        segment = segment[size:]


def _scan_fits(frame: bytes, scan: bytes, huffman: set[int], quantisation: set[int]) -> bool:
    """Whether the one grey component, its tables and the scan's parameters belong together."""
    if len(frame) != 10 or len(scan) != 6 or scan[0] != 1 or frame[7] != scan[1]:
        return len(frame) > 10 and frame[0] == 0xC3  # colour: left to gdcm
    bits, sampling, dc, ac = frame[1], frame[8], scan[2] >> 4, scan[2] & 15
    if sampling >> 4 not in (1, 2, 3, 4) or sampling & 15 not in (1, 2, 3, 4) or dc not in huffman:
        return False
    if frame[0] == 0xC3:
        return 2 <= bits <= 16 and 1 <= scan[3] <= 7 and scan[4] == 0 and scan[5] < bits
    return bits == 12 and ac + 16 in huffman and frame[9] in quantisation


def _data_is_plain(data: bytes) -> bool:
    """Entropy-coded data holds stuffed zeros, restart markers, and then the end."""
    end = data.find(b"\xff\xd9")
    return _MARKER_IN_DATA.search(data if end < 0 else data[:end]) is None


def _jpeg2000_size(stream: bytes) -> tuple[int, int] | None:
    """From the SIZ marker (ISO 15444-1 A.5.1)."""
    if len(stream) < 24:
        return None
    right, bottom, left, top = struct.unpack_from(">IIII", stream, 8)
    return bottom - top, right - left
