"""Whose is each file of the bundle? Read from what PyInstaller noted while it put the bundle together."""

from __future__ import annotations

import ast
import hashlib
import os
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
        self._site, self._base, self._checkout = (_real(place) for place in (site_packages, base, checkout))
        self._of_file: dict[str, Distribution] = {}
        for distribution in distributions(path=[str(site_packages)]):
            for file in distribution.files or []:
                place = os.path.normpath(f"{self._site}/{file}")  # names ../.. for what lies in bin
                self._of_file[os.path.normcase(place)] = distribution
        self._debian: dict[str, tuple[str, str]] = {}

    def learn(self, sources: list[Path]) -> None:
        """Asks Debian for the owners of all these at once; asking for each alone takes a minute."""
        known = (self._site, self._checkout)
        foreign = {_real(source) for source in sources if source.is_absolute()}
        foreign = {source for source in foreign if not source.startswith(known)}
        names = sorted(foreign | {source.removeprefix("/usr") for source in foreign})
        owner = dict(
            _owner_and_file(line) for line in _asked("dpkg", "-S", *names).splitlines() if ": /" in line
        )
        found = _asked("dpkg-query", "-W", "-f=${Package} ${Version}\n", *sorted(set(owner.values())))
        version = dict(line.split(" ", 1) for line in found.splitlines() if " " in line)
        for source in foreign:
            package = owner.get(source) or owner.get(source.removeprefix("/usr"))
            if package:
                self._debian[source] = (package, version.get(package, ""))

    def part_of(self, source: Path) -> Part:
        place = _real(source)
        owner = self._of_file.get(os.path.normcase(place))
        if owner is not None:
            return Part(owner.metadata["Name"], owner.version, "pypi", owner)
        if place.startswith(self._site):
            return Part(NOBODY, place, "?")
        if place.startswith(self._checkout):
            return Part(PROGRAM, "", "program")
        if place.startswith(os.path.normpath(f"{self._base}/lib/python")) or "python" in source.name.lower():
            return Part(PYTHON, _python(), "python")
        if place in self._debian:
            return Part(*self._debian[place], "deb")
        if place.startswith(self._base):
            return Part(PYTHON, _python(), "python")
        return Part(NOBODY if sys.platform == "linux" else "system libraries", "of the system", "?")


def _real(place: Path) -> str:
    return os.path.realpath(place)


def _owner_and_file(line: str) -> tuple[str, str]:
    package, _, file = line.partition(": ")
    return file, package.split(",")[0].split(":")[0]


def _asked(*command: str) -> str:
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout
    except FileNotFoundError:  # not a Debian
        return ""


def parts(work: Path, owners: Owners, version: str) -> list[Part]:
    """Every part of the bundle with what is its own, the program first."""
    found: dict[tuple[str, str], Part] = {}
    files, modules = noted(work)
    owners.learn([each.source for each in files])
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
        part = (
            Part(PROGRAM, "", "program") if each.kind == "EXECUTABLE" else Part(PYTHON, _python(), "python")
        )
    else:
        part = owners.part_of(each.source)
    return found.setdefault((part.kind, part.name), part)


def _python() -> str:
    return ".".join(map(str, sys.version_info[:3]))


def sha256(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
