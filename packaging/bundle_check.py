"""Is the bundle whole, and as small as promised? Reads the folder; builds nothing."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import trimming

MIB = 1024 * 1024
INSTALLED_MIB = 760
PACKAGE_MB = 230

# What must be there although it looks spare; each has broken a start or a training by its absence.
NEEDED = (
    "xraydesk",
    "_internal/torch/bin/torch_shm_manager",
    "_internal/torch/lib/libtorch_cpu.so",
    "_internal/torch/_dynamo/config.py",
    "_internal/torch/_inductor/config.py",
    "_internal/_CharLS*",
    "_internal/_openjpeg*",
    "_internal/rle/rle*",
    "_internal/_gdcm/_gdcmswig*",
    "_internal/pylibjpeg_openjpeg*/entry_points.txt",
    "_internal/pylibjpeg_rle*/entry_points.txt",
    "_internal/resources/codecs/pixels.npy",
    "_internal/weights/*/model.safetensors",
    "_internal/weights/lungs.safetensors",
    "_internal/PySide6/Qt/plugins/platforms/libqxcb.so",
    "_internal/PySide6/Qt/plugins/platforms/libqoffscreen.so",
    "licences/LGPL-3.0.txt",
    "sbom.cdx.json",
)


def complaints(bundle: Path, *, linux: bool, limited: bool = True) -> list[str]:
    """`limited`: the budgets are those of the build for processors."""
    wrong = [f"missing: {needed}" for needed in NEEDED if linux and not list(bundle.glob(needed))]
    wrong += [
        f"should have been left out: {place}" for place in _places(bundle) if trimming.is_left_out(place)
    ]
    size = installed_bytes(bundle) / MIB
    if limited and size > INSTALLED_MIB:
        wrong.append(f"installed size {size:.0f} MiB is above {INSTALLED_MIB}")
    if linux:
        known = {library for library, _ in system_libraries()}
        for library, users in sorted(missing_libraries(bundle).items()):
            if library not in known:
                wrong.append(
                    f"{library}, needed by {users[0]}, is neither in the bundle nor in system_libraries.txt"
                )
    return wrong


def _places(bundle: Path) -> Iterator[str]:
    inner = bundle / "_internal"
    return (
        file.relative_to(inner).as_posix() for file in inner.rglob("*") if file.is_file() or file.is_symlink()
    )


def installed_bytes(bundle: Path) -> int:
    """As a disk counts it for many small files: whole blocks of 4 KiB."""
    files = (file for file in bundle.rglob("*") if file.is_file() and not file.is_symlink())
    return sum(-(-file.stat().st_size // 4096) * 4096 for file in files)


def system_libraries() -> list[tuple[str, list[str]]]:
    """Library and the names of its Debian package."""
    text = (Path(__file__).resolve().parent / "linux" / "system_libraries.txt").read_text(encoding="utf-8")
    lines = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return [(words[0], words[1:]) for words in lines]


def _elf_files(bundle: Path) -> Iterator[Path]:
    for file in bundle.rglob("*"):
        if file.is_file() and not file.is_symlink():
            with file.open("rb") as opened:
                if opened.read(4) == b"\x7fELF":
                    yield file


def missing_libraries(bundle: Path) -> dict[str, list[str]]:
    """Libraries that something in the bundle names and the bundle has not, with who names them."""
    here = {file.name for file in bundle.rglob("*")}
    missing: dict[str, list[str]] = {}
    for file in _elf_files(bundle):
        read = subprocess.run(["readelf", "-d", file], capture_output=True, text=True, check=True).stdout
        for library in re.findall(r"\(NEEDED\).*\[(.+)\]", read):
            if library not in here:
                missing.setdefault(library, []).append(file.relative_to(bundle).as_posix())
    return missing


def least_glibc(bundle: Path) -> str:
    """The newest version of the C library that any file of the bundle asks for."""
    found: set[tuple[int, ...]] = {(2, 28)}
    for file in _elf_files(bundle):
        read = subprocess.run(["readelf", "-V", file], capture_output=True, text=True, check=False).stdout
        found |= {tuple(map(int, version.split("."))) for version in re.findall(r"GLIBC_([\d.]+)", read)}
    return ".".join(map(str, max(found)))


def sizes(bundle: Path) -> list[tuple[str, int]]:
    """Bytes of each part of the folder, the largest first."""
    by_part: Counter[str] = Counter()
    for file in bundle.rglob("*"):
        if file.is_file() and not file.is_symlink():
            by_part[_part(file.relative_to(bundle).parts)] += file.stat().st_size
    return by_part.most_common()


def _part(names: tuple[str, ...]) -> str:
    if names[0] != "_internal":
        return names[0]
    if len(names) == 2:
        return "libraries of the system and single modules"
    if names[-1].startswith("libtorch_cpu"):
        return "torch: libtorch_cpu"
    if names[-1].startswith("libicu"):
        return "PySide6: libicu"
    return names[1].removesuffix(".libs")
