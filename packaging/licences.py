"""Gathers the terms of every part of the bundle in one folder."""

from __future__ import annotations

import fnmatch
import shutil
from pathlib import Path

from bundle_parts import Part
from sbom import licence_words

_NAMES = ("*licen[cs]e*", "*copying*", "*notice*", "*copyright*", "authors*")
HERE = Path(__file__).resolve().parent


def gather(parts: list[Part], base: Path, folder: Path) -> list[str]:
    """Writes the folder; returns the parts whose terms are known by name only."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(HERE / "licences", folder)
    shutil.copy(HERE.parent / "LICENSE", folder / "XRayDesk.txt")
    return [part.name for part in parts[1:] if not _copied(part, base, folder / part.name)]


def _copied(part: Part, base: Path, folder: Path) -> bool:
    texts = _texts(part, base)
    folder.mkdir()
    if "LGPL" in licence_words(part):
        texts += [HERE / "licences/LGPL-3.0.txt", HERE / "licences/GPL-3.0.txt"]
    for text in texts:
        shutil.copy(text, folder / _name(text, folder))
    if part.distribution is not None:
        home = part.distribution.metadata.get("Home-page") or ", ".join(
            part.distribution.metadata.get_all("Project-URL", [])
        )
        words = f"{part.name} {part.version}\nLicence: {licence_words(part)}\nFrom: {home}\n"
        (folder / "about.txt").write_text(words, encoding="utf-8")
    return bool(texts)


def _texts(part: Part, base: Path) -> list[Path]:
    if part.kind == "python":
        found = [
            *base.glob("LICENSE*"),
            *base.glob("lib/python3*/LICENSE*"),
            *base.glob("share/doc/python*/copyright"),
        ]
        return found[:1]
    if part.kind == "deb":
        return [text for text in [Path("/usr/share/doc", part.name, "copyright")] if text.is_file()]
    if part.distribution is None:
        return []
    files = [Path(str(part.distribution.locate_file(file))) for file in part.distribution.files or []]
    return [file for file in files if file.is_file() and _is_licence(file)]


def _is_licence(file: Path) -> bool:
    in_folder = file.parent.name.lower() in ("licenses", "license_files") and file.suffix not in (
        ".py",
        ".pyc",
    )
    named = any(fnmatch.fnmatch(file.name.lower(), name) for name in _NAMES)
    return in_folder or (named and file.suffix.lower() in ("", ".txt", ".md", ".rst", ".apache", ".bsd"))


def _name(text: Path, folder: Path) -> str:
    name, number = text.name, 2
    while (folder / name).exists():
        name, number = f"{text.stem}-{number}{text.suffix}", number + 1
    return name
