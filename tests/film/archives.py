"""ZIP archives made for tests, good ones and crafted ones."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from PIL import Image

CENTRAL = b"PK\x01\x02"


def png(value: int = 0) -> bytes:
    """A film of one grey: every value has other bytes."""
    file = io.BytesIO()
    Image.fromarray(np.full((8, 8), value, np.uint8)).save(file, "PNG")
    return file.getvalue()


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, method)
    return file.getvalue()


def write_zip(path: Path, files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(zipped(files, method))
    return path


def with_names(data: bytes, names: Mapping[str, bytes]) -> bytes:
    """ASCII names replaced by any bytes of the same length, wherever they stand."""
    for old, new in names.items():
        assert len(old) == len(new), (old, new)
        data = data.replace(old.encode("ascii"), new)
    return data


def with_flags(data: bytes, flags: int) -> bytes:
    """General purpose flags set in every header (APPNOTE.TXT 4.4.4)."""
    return _patched(_patched(data, b"PK\x03\x04", 6, flags), CENTRAL, 8, flags)


def _patched(data: bytes, magic: bytes, offset: int, flags: int) -> bytes:
    changed, place = bytearray(data), data.find(magic)
    while place >= 0:
        (before,) = struct.unpack_from("<H", changed, place + offset)
        struct.pack_into("<H", changed, place + offset, before | flags)
        place = data.find(magic, place + 4)
    return bytes(changed)


def with_claimed_size(data: bytes, size: int, member: int = 0) -> bytes:
    """The unpacked size that the list of contents claims for a member (APPNOTE.TXT 4.3.12)."""
    changed, place = bytearray(data), data.find(CENTRAL)
    for _ in range(member):
        place = data.find(CENTRAL, place + 4)
    struct.pack_into("<I", changed, place + 24, size)
    return bytes(changed)


def with_offset(data: bytes, offset: int, member: int) -> bytes:
    """Where the list of contents says that a member begins."""
    changed, place = bytearray(data), data.find(CENTRAL)
    for _ in range(member):
        place = data.find(CENTRAL, place + 4)
    struct.pack_into("<I", changed, place + 42, offset)
    return bytes(changed)
