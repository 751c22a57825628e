"""What a file is, judged by its first bytes and never by its name."""

from __future__ import annotations

import struct

HEAD_BYTES = 264  # as much of a file as `signature` needs to see

_RASTER = (
    (b"\x89PNG\r\n\x1a\n", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"II*\x00", "TIFF"),
    (b"MM\x00*", "TIFF"),
    (b"II+\x00", "TIFF"),
    (b"MM\x00+", "TIFF"),
)

# What else is often taken for a film, in the reader's words.
_KNOWN_OTHERS = (
    (b"GIF8", "a GIF picture"),
    (b"\x00\x00\x00\x0cjP  ", "a JPEG 2000 picture outside DICOM"),
    (b"\xff\x4f\xff\x51", "a JPEG 2000 picture outside DICOM"),
    (b"PK\x03\x04", "a ZIP archive or office document"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"Rar!", "a RAR archive"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an office document"),
    (b"<?xml", "an XML document"),
    (b"<!DOCTYPE", "a web page"),
    (b"<html", "a web page"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
)

_ENCRYPTED = (
    (b"Salted__", "an encrypted file"),
    (b"age-encryption.org", "an encrypted file"),
    (b"-----BEGIN PGP MESSAGE", "an encrypted file"),
    (b"-----BEGIN PKCS7", "an encrypted file"),
)


def signature(head: bytes) -> str:
    """ "DICOM", "PNG", "JPEG", "TIFF" or "BMP", and "" for everything else."""
    if head[128:132] == b"DICM":
        return "DICOM"
    for magic, name in _RASTER:
        if head.startswith(magic):
            return name
    if _is_bmp(head):
        return "BMP"
    return "DICOM" if _is_bare_dicom(head) else ""


def kind_in_words(head: bytes) -> str:
    """What a file that is no film seems to be, "" where nothing is known."""
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "a WebP picture"
    if head[4:8] == b"ftyp":
        return "a HEIC picture or a film clip"
    return next((words for magic, words in _KNOWN_OTHERS if head.startswith(magic)), "")


def is_encrypted(data: bytes) -> bool:
    """Whether `data`, which is no film, is locked by a password or key."""
    if data[:4] == b"PK\x03\x04":
        return bool(data[6:7]) and bool(data[6] & 1)
    if data[:4] == b"%PDF":
        return b"/Encrypt" in data
    if data[:4] == b"\xd0\xcf\x11\xe0":
        return "EncryptedPackage".encode("utf-16-le") in data
    enveloped = bytes.fromhex("06092a864886f70d010703")  # CMS enveloped data, 1.2.840.113549.1.7.3
    return any(data.startswith(magic) for magic, _ in _ENCRYPTED) or enveloped in data[:32]


def _is_bmp(head: bytes) -> bool:
    if head[:2] != b"BM" or len(head) < 18:
        return False
    (header_size,) = struct.unpack("<I", head[14:18])
    return header_size in (12, 16, 40, 52, 56, 64, 108, 124)


def _is_bare_dicom(head: bytes) -> bool:
    """A data set without preamble: it begins with group 2 or 8, in one of three encodings."""
    return _begins_explicit(head, "<") or _begins_implicit(head) or _begins_explicit(head, ">")


_FIRST_ELEMENTS = {
    0x0002: (0x0000, 0x0001, 0x0002, 0x0003, 0x0010, 0x0012),
    0x0008: (0x0000, 0x0001, 0x0005, 0x0006, 0x0008, 0x0012, 0x0013, 0x0014, 0x0016, 0x0018, 0x0020),
}  # fmt: skip
_FIRST_VRS = (b"UL", b"OB", b"UI", b"SH", b"CS", b"DA", b"TM", b"SQ", b"AE")


def _begins_explicit(head: bytes, order: str) -> bool:
    if len(head) < 8:
        return False
    group, element = struct.unpack(order + "HH", head[:4])
    return element in _FIRST_ELEMENTS.get(group, ()) and head[4:6] in _FIRST_VRS


def _begins_implicit(head: bytes) -> bool:
    if len(head) < 16:
        return False
    group, element, length = struct.unpack("<HHI", head[:8])
    if element not in _FIRST_ELEMENTS.get(group, ()) or length > 1024:
        return False
    following = head[8 + length : 10 + length]
    return len(following) < 2 or struct.unpack("<H", following)[0] in (group, 0x0008, 0x0010, 0x0018)
