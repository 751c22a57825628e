"""The words for films that cannot be opened, said in one place for all formats."""

from __future__ import annotations

from pathlib import Path

from xraydesk.errors import FilmEncodingUnsupported, FilmError, FilmTooLarge, FilmTruncated

_COPY_AGAIN = "Copy or export it again from where it came from."


def too_large(path: Path) -> FilmTooLarge:
    return FilmTooLarge(
        f"“{path.name}” is, or claims to be, far larger than any film.",
        hint="Export the film again from its source; if it is right, export it at a smaller size.",
        path=path,
    )


def damaged(path: Path) -> FilmError:
    return FilmError(
        f"“{path.name}” is damaged and cannot be decoded.",
        hint=_COPY_AGAIN,
        path=path,
    )


def truncated(path: Path) -> FilmTruncated:
    return FilmTruncated(
        f"“{path.name}” is cut short: the end of the film is missing.", hint=_COPY_AGAIN, path=path
    )


def unsupported(
    path: Path, encoding: str, hint: str = "Export it again without compression or with lossless compression."
) -> FilmEncodingUnsupported:
    return FilmEncodingUnsupported(
        f"“{path.name}” is stored in an encoding that XRayDesk cannot decode ({encoding}).",
        hint=hint,
        path=path,
    )
