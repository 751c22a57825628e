"""The size a compressed stream claims in its own header, before a decoder believes it."""

from __future__ import annotations

import struct

_STANDALONE = {0x01, *range(0xD0, 0xD9)}
_JPEG_FRAMES = {0xC0, 0xC1, 0xC2, 0xC3, 0xC5, 0xC6, 0xC7, 0xC9, 0xCA, 0xCB, 0xCD, 0xCE, 0xCF, 0xF7}


def stream_size(stream: bytes) -> tuple[int, int] | None:
    """(rows, columns) of a JPEG, JPEG-LS or JPEG 2000 stream; None where it tells nothing (RLE)."""
    if stream[:4] == b"\xff\x4f\xff\x51":
        return _jpeg2000_size(stream)
    frame = jpeg_frame(stream)
    return None if frame is None else frame[:2]


def jpeg_frame(stream: bytes) -> tuple[int, int, int, int] | None:
    """Rows, columns, bits and marker of the first frame header (ISO 10918-1 B.2.2)."""
    if stream[:2] != b"\xff\xd8":
        return None
    position = 2
    while position + 9 <= len(stream):
        if stream[position] != 0xFF:
            return None
        marker = stream[position + 1]
        if marker == 0xFF or marker in _STANDALONE:
            position += 1 if marker == 0xFF else 2
            continue
        if marker in _JPEG_FRAMES:
            bits, rows, columns = struct.unpack_from(">BHH", stream, position + 4)
            return rows, columns, bits, marker
        position += 2 + struct.unpack_from(">H", stream, position + 2)[0]
    return None


def _jpeg2000_size(stream: bytes) -> tuple[int, int] | None:
    """From the SIZ marker (ISO 15444-1 A.5.1)."""
    if len(stream) < 24:
        return None
    right, bottom, left, top = struct.unpack_from(">IIII", stream, 8)
    return bottom - top, right - left
