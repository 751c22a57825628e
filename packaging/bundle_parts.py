"""Whose is each file of the bundle? Read from what PyInstaller noted while it put the bundle together."""

from __future__ import annotations

import ast
import hashlib
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from importlib.metadata import Distribution, distributions
from pathlib import Path

PROGRAM, PYTHON, NOBODY = "xraydesk", "Python", "?"


@dataclass
class Part:
    """Something shipped that has a name, a version and terms of its own."""

    name: str
    version: str
    kind: str  # program, python, pypi, deb
    distribution: Distribution | None = None
    files: list[str] = field(default_factory=list)  # places in the bundle
    modules: list[str] = field(default_factory=list)  # inside the executable


@dataclass(frozen=True)
class Noted:
    """One line of PyInstaller's notes."""

    place: str
    source: Path
    kind: str


def noted(work: Path) -> tuple[list[Noted], list[Noted]]:
    """Files of the folder, and modules in the executable."""
    return list(_read(work / "COLLECT-00.toc")), list(_read(work / "PYZ-00.toc"))


def _read(toc: Path) -> Iterator[Noted]:
    for part in ast.literal_eval(toc.read_text(encoding="utf-8")):
        if isinstance(part, list):
            for place, source, kind in part:
                if kind != "SYMLINK":
                    yield Noted(place.replace("\\", "/"), Path(source), kind)


class Owners:
    """Answers whose a source file is, by the lists that distributions and Debian keep of their files."""

    def __init__(self, site_packages: Path, base: Path, checkout: Path) -> None:
        self._site, self._base, self._checkout = (place.resolve() for place in (site_packages, base, checkout))
        self._of_file: dict[Path, Distribution] = {}
        for distribution in distributions(path=[str(site_packages)]):
            for file in distribution.files or []:
                self._of_file[Path(str(distribution.locate_file(file))).resolve()] = distribution
        self._debian: dict[str, tuple[str, str]] = {}

    def part_of(self, source: Path) -> Part:
        source = source.resolve()
        if source in self._of_file:
            owner = self._of_file[source]
            return Part(owner.metadata["Name"], owner.version, "pypi", owner)
        if source.is_relative_to(self._site):
            return Part(NOBODY, str(source), "?")
        if source.is_relative_to(self._checkout):
            return Part(PROGRAM, "", "program")
        if sys.platform == "linux" and (package := self._debian_package(source)):
            return Part(*package, "deb")
        if source.is_relative_to(self._base) or "python" in source.name.lower():
            return Part(PYTHON, "%d.%d.%d" % sys.version_info[:3], "python")
        return Part(NOBODY if sys.platform == "linux" else "system libraries", str(source), "?")

    def _debian_package(self, source: Path) -> tuple[str, str] | None:
        key = str(source)
        if key not in self._debian:
            names = [key, key.removeprefix("/usr")]
            found = next(filter(None, (_asked("dpkg", "-S", name) for name in names)), "")
            package = found.split(":")[0]
            version = _asked("dpkg-query", "-W", "-f=${Version}\n", package).split("\n")[0] if package else ""
            self._debian[key] = (package, version)
        return self._debian[key] if self._debian[key][0] else None


def _asked(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:  # not a Debian
        return ""


def parts(work: Path, owners: Owners, version: str) -> list[Part]:
    """Every part of the bundle with what is its own, the program first."""
    found: dict[tuple[str, str], Part] = {}
    files, modules = noted(work)
    for each in files:
        _part(found, owners, each).files.append(each.place)
    for each in modules:
        if each.source.name not in ("-", ""):
            _part(found, owners, each).modules.append(each.place)
    for part in found.values():
        part.version = part.version or version
    return sorted(found.values(), key=lambda part: (part.kind != "program", part.kind, part.name.lower()))


def _part(found: dict[tuple[str, str], Part], owners: Owners, each: Noted) -> Part:
    if each.kind == "EXECUTABLE" or each.source.name in ("base_library.zip",):
        part = Part(PROGRAM, "", "program") if each.kind == "EXECUTABLE" else Part(PYTHON, _python(), "python")
    else:
        part = owners.part_of(each.source)
    return found.setdefault((part.kind, part.name), part)


def _python() -> str:
    return "%d.%d.%d" % sys.version_info[:3]


def sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
