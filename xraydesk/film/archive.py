"""ZIP archives, looked into like folders: each member has a path of its own.

The member `a/b.dcm` of `/x/disk.zip` has the path `/x/disk.zip/a/b.dcm`, which never exists on disk but
opens like any other (`film.open`). Such a path is safe and unlike every other of its archive: `..`, `.`,
leading and doubled slashes are dropped, backslashes separate folders, control characters and colons (drive
letters) become `_`, of very deep or long names the end is kept, and the second `name.dcm` becomes
`name (2).dcm`. Names without a stated encoding are UTF-8 where that is possible, else code page 437.
The same archive gives the same paths, in the same order, always.
"""

from __future__ import annotations

import functools
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import BinaryIO

from xraydesk.errors import FilmEncodingUnsupported, FilmEncrypted, FilmError, FilmNotFound, FilmTooLarge
from xraydesk.film.failures import damaged, too_large, truncated

MAX_MEMBERS = 200_000
_MAX_CONTENTS_BYTES = 64 << 20  # the list of contents: 335 bytes for each of so many members

_MEMBER_MAGIC, _CONTENTS_MAGIC = b"PK\x03\x04", b"PK\x01\x02"
_MAGICS = (_MEMBER_MAGIC, b"PK\x05\x06", b"PK00PK\x03\x04", b"PK\x07\x08PK\x03\x04")
_MEMBER_HEADER = struct.Struct("<4s22xHH")  # APPNOTE.TXT 4.3.7: name and extra field follow
_UTF8_NAME, _ENCRYPTED = 0x800, 0x1 | 0x40 | 0x2000  # APPNOTE.TXT 4.4.4

_UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f:]")
_DEEPEST, _LONGEST_PART = 64, 200

# No film is packed so small. What is claimed counts: more than that is never unpacked.
_SWELLS_BEYOND_BYTES, _SWELLS_TIMES = 64 << 20, 200

# All that usual archives hold. Python cannot bound what the rarer methods make of a few bytes: any multiple.
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_STEP_BYTES = 1 << 20

_DOCUMENTS_BY_ANY_MEMBER = {"[Content_Types].xml": "an office document", "AndroidManifest.xml": "a program"}
_DOCUMENTS_BY_FIRST_MEMBER = {"mimetype": "an office document or e-book", "META-INF/MANIFEST.MF": "a program"}
_DOCUMENTS = _DOCUMENTS_BY_ANY_MEMBER | _DOCUMENTS_BY_FIRST_MEMBER


@dataclass(frozen=True, slots=True, eq=False)
class Member:
    """One file in an archive; `name` is its safe path in it, with slashes."""

    name: str
    info: zipfile.ZipInfo

    @property
    def is_encrypted(self) -> bool:
        return bool(self.info.flag_bits & _ENCRYPTED)

    @property
    def swells(self) -> bool:
        """Packed so small that it can be no film, but only something meant to fill a computer."""
        size = self.info.file_size
        return size > _SWELLS_BEYOND_BYTES and size > _SWELLS_TIMES * self.info.compress_size


def is_archive(head: bytes) -> bool:
    """By the first bytes of a file. Documents and programs may be archives too: see `document_kind`."""
    return head.startswith(_MAGICS)


def document_kind(archive: Path) -> str:
    """What an archive is, in words, that is no collection of files; "" for a plain one. Raises as `members`."""
    contents = _contents_of(archive)
    by_first = _DOCUMENTS_BY_FIRST_MEMBER.get(next(iter(contents), ""), "")
    return by_first or next(
        (words for name, words in _DOCUMENTS_BY_ANY_MEMBER.items() if name in contents), ""
    )


def document_kind_by_head(head: bytes) -> str:
    """The same by the first bytes alone, as far as the first member gives it away."""
    if not head.startswith(_MEMBER_MAGIC):
        return ""
    name = head[_MEMBER_HEADER.size :].decode("latin-1")
    return next((words for first, words in _DOCUMENTS.items() if name.startswith(first)), "")


def members(archive: Path) -> list[Member]:
    """The files in `archive`, without folders, sorted like files in folders.

    Raises FilmError in words about the archive, and OSError where it cannot be read.
    """
    return sorted(_contents_of(archive).values(), key=lambda member: member.name.split("/"))


def member_place(path: Path) -> tuple[Path, str] | None:
    """The file on disk that `path` leads into, and the name in it; None where it leads into none."""
    for parent in path.parents:
        try:
            if parent.is_file():
                return parent, "/".join(path.parts[len(parent.parts) :])
            if parent.exists():
                return None
        except (OSError, ValueError):  # longer than the system takes, or a null character
            continue
    return None


def read_member(archive: Path, name: str, *, limit: int) -> bytes:
    """All bytes of a member, at most `limit`. Raises FilmError, and OSError where the archive cannot be read."""
    path = archive / name
    member = _contents_of(archive).get(name)
    if member is None:
        hint = "The archive may have been replaced by another."
        raise FilmNotFound(f"“{path.name}” was not found in “{archive.name}”.", hint=hint, path=path)
    if member.is_encrypted:
        hint = f"Unpack “{archive.name}” with its password and open the film inside."
        raise FilmEncrypted(f"“{path.name}” is locked with a password.", hint=hint, path=path)
    if member.swells or member.info.file_size > limit:
        raise too_large(path)
    with archive.open("rb") as file:
        return unpacked(file, member, path, limit=limit)


def unpacked(file: BinaryIO, member: Member, path: Path, *, limit: int) -> bytes:
    """The first `limit` bytes of a member of the open archive `file`, its checksum compared if that is all.

    Never holds much more, whatever the archive claims. `path` is for words. Raises as `read_member`.
    """
    if member.info.compress_type not in _METHODS:
        words = f"“{path.name}” is packed in a way that XRayDesk cannot unpack."
        raise FilmEncodingUnsupported(words, hint="Unpack the archive first and open the folder.", path=path)
    try:
        data = _read(_opened(file, member.info), limit)
    except EOFError as error:
        raise truncated(path) from error
    except (zipfile.BadZipFile, zlib.error, struct.error, ValueError) as error:
        raise damaged(path) from error
    if len(data) < min(limit, member.info.file_size):
        raise truncated(path)
    return data


def _opened(file: BinaryIO, info: zipfile.ZipInfo) -> zipfile.ZipExtFile:
    file.seek(info.header_offset)
    magic, name_bytes, extra_bytes = _MEMBER_HEADER.unpack(file.read(_MEMBER_HEADER.size))
    if magic != _MEMBER_MAGIC:
        raise zipfile.BadZipFile
    file.seek(name_bytes + extra_bytes, io.SEEK_CUR)
    return zipfile.ZipExtFile(file, "r", info)


def _read(packed: zipfile.ZipExtFile, limit: int) -> bytes:
    data = bytearray()
    while len(data) < limit and (chunk := packed.read1(min(_STEP_BYTES, limit - len(data)))):
        data += chunk
    return bytes(data)


def _contents_of(archive: Path) -> dict[str, Member]:
    """By name. Read once for as long as the archive stays as it is; no file is left open."""
    status = archive.stat()
    return _contents(archive, status.st_size, status.st_mtime_ns)


@functools.lru_cache(maxsize=2)
def _contents(archive: Path, size: int, _mtime_ns: int) -> dict[str, Member]:
    try:
        with archive.open("rb") as file:
            if not is_archive(file.read(8)):
                return {}
            with zipfile.ZipFile(_GuardedFile(file, archive)) as opened:
                infos = opened.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, struct.error) as error:
        raise _damaged(archive) from error
    if any(not 0 <= info.header_offset < size for info in infos):
        raise _damaged(archive)
    if _overlap(infos):
        words = f"“{archive.name}” is made to fill a computer: its members overlap."
        raise FilmTooLarge(words, hint="Get the films from where they come from.", path=archive)
    return {member.name: member for member in _members(infos)}


class _GuardedFile:
    """What zipfile asks of a file; hands out no list of contents of more than so many members.

    Reading one takes memory for each member, whatever number the archive states.
    """

    def __init__(self, file: BinaryIO, archive: Path) -> None:
        self._file, self._archive = file, archive
        self.seek, self.tell = file.seek, file.tell

    def read(self, size: int = -1, /) -> bytes:
        if size <= _MAX_CONTENTS_BYTES:
            data = self._file.read(size)
            if data.count(_CONTENTS_MAGIC) <= MAX_MEMBERS:
                return data
        words = f"“{self._archive.name}” holds too many files: more than {MAX_MEMBERS:,}."
        raise FilmTooLarge(words, hint="Unpack it first and open the folder.", path=self._archive)


def _damaged(archive: Path) -> FilmError:
    hint = "Copy it again from where it came from, all parts of it."
    return FilmError(f"“{archive.name}” is a damaged archive, or a part of one.", hint=hint, path=archive)


def _overlap(infos: Iterable[zipfile.ZipInfo]) -> bool:
    """Whether the same bytes are unpacked for more than one member."""
    end = 0
    for info in sorted(infos, key=lambda info: info.header_offset):
        if info.header_offset < end:
            return True
        end = info.header_offset + _MEMBER_HEADER.size + info.compress_size
    return False


def _members(infos: Iterable[zipfile.ZipInfo]) -> Iterator[Member]:
    """With names that are safe and unique; folders left out."""
    taken: set[str] = set()
    times: dict[str, int] = {}
    for info in infos:
        if info.orig_filename.endswith(("/", "\\")) and info.file_size == 0:
            continue
        plain = name = _safe_name(info)
        while name in taken:
            times[plain] = times.get(plain, 1) + 1
            path = PurePosixPath(plain)
            name = str(path.with_name(f"{path.stem} ({times[plain]}){path.suffix}"))
        taken.add(name)
        yield Member(name, info)


def _safe_name(info: zipfile.ZipInfo) -> str:
    parts = re.split(r"[/\\]", _decoded(info))
    kept = [_UNSAFE.sub("_", part)[-_LONGEST_PART:] for part in parts if part.strip() not in ("", ".", "..")]
    return "/".join(kept[-_DEEPEST:]) or "unnamed"


def _decoded(info: zipfile.ZipInfo) -> str:
    if info.flag_bits & _UTF8_NAME:
        return info.orig_filename
    try:
        return info.orig_filename.encode("cp437").decode("utf-8")  # zipfile took it for code page 437
    except UnicodeError:
        return info.orig_filename
