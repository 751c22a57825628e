"""Builds what people install: `python packaging/build.py`, or `make bundle`. Plain Python, nothing to install first.

A clean environment from pinned versions, PyInstaller, trimming, terms and bill of materials, a check, packages.
Everything lands in dist/; work in progress, which may be thrown away, in build/.
"""

from __future__ import annotations

import argparse
import fnmatch
import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Callable
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))
import bundle_check
import licences
import linux_packages
import sbom
import trimming
from bundle_parts import Owners, Part, parts, sha256

ROOT = HERE.parent
LISTS = ("requirements.txt", "requirements-bundle.txt")
_NOT_HERE = 75  # exit status: not the bundle's fault, there is no package index say
LINUX, WINDOWS = sys.platform == "linux", sys.platform == "win32"


def say(words: str) -> None:
    print(f"XRayDesk: {words}", file=sys.stderr, flush=True)


def run(*command: object, **more: object) -> None:
    words = [str(word) for word in command]
    subprocess.run(words, check=True, **more)  # type: ignore[call-overload]


class Build:
    """One build, step by step; each step may rely on the ones before."""

    def __init__(self, asked: argparse.Namespace) -> None:
        self.made, self.dist = asked.work.resolve(), asked.dist.resolve()
        self.variant, self.level = asked.variant, 3 if asked.fast else 19
        self.packages = not asked.folder_only
        self.environment = asked.environment.resolve() if asked.environment else self.made / "environment"
        self.given = asked.environment is not None
        self.bundle = self.dist / "xraydesk"
        self.version = _version()
        self.found: list[Part] = []

    @property
    def python(self) -> Path:
        return self.environment / ("Scripts/python.exe" if WINDOWS else "bin/python")

    @property
    def epoch(self) -> int:
        """Files are dated by the commit, so that the same commit gives the same archive."""
        asked = subprocess.run(
            ["git", "log", "-1", "--format=%ct"], cwd=ROOT, capture_output=True, text=True, check=False
        )
        return int(os.environ.get("SOURCE_DATE_EPOCH") or asked.stdout.strip() or 0)

    def make_environment(self) -> None:
        """Nothing but the pinned versions, so that nothing of this machine can get into the bundle."""
        stamp = self.environment / "made-from"
        pins = b"".join((HERE / name).read_bytes() for name in LISTS)
        wanted = hashlib.sha256(
            pins + f"{sys.version} {sys.base_prefix} {self.environment}".encode()
        ).hexdigest()
        if self.given or (stamp.is_file() and stamp.read_text() == wanted):
            return
        shutil.rmtree(self.environment, ignore_errors=True)
        venv.EnvBuilder(with_pip=True, symlinks=not WINDOWS).create(self.environment)
        listed = [word for name in LISTS for word in ("--requirement", HERE / name)]
        try:
            run(
                self.python,
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-input",
                "--disable-pip-version-check",
                *listed,
            )
        except subprocess.CalledProcessError as error:
            raise SystemExit(_NOT_HERE) from error
        stamp.write_text(wanted)

    def look_at_torch(self) -> None:
        """Several gigabytes of libraries for graphics cards must not come in unasked, nor be missed."""
        cuda = any(self.environment.glob("**/site-packages/torch/lib/*torch_cuda*"))
        if cuda != (self.variant != "cpu"):
            say(
                f"the torch of this environment is {'a CUDA' if cuda else 'a CPU'} build: --variant cuda or cpu?"
            )
            raise SystemExit(_NOT_HERE)

    def draw(self) -> None:
        run(self.python, HERE / "draw_icons.py", ROOT / "resources/icons/xraydesk.svg", self.made)
        numbers = ", ".join([*self.version.split(".")[:3], "0"])
        text = (HERE / "windows/version_info.in").read_text(encoding="utf-8")
        text = text.replace("@NUMBERS@", numbers).replace("@VERSION@", self.version)
        (self.made / "version_info.txt").write_text(text, encoding="utf-8")

    def freeze(self) -> None:
        places = ["--distpath", self.dist, "--workpath", self.made / "pyinstaller"]
        run(
            *(
                self.python,
                "-m",
                "PyInstaller",
                "--noconfirm",
                "--log-level",
                "ERROR",
                *places,
                HERE / "xraydesk.spec",
            ),
            env=os.environ | {"XRAYDESK_MADE": str(self.made), "PYTHONHASHSEED": "1"},
            cwd=ROOT,
        )

    def strip(self) -> None:
        """What only debuggers read goes; see trimming.STRIPPED for what may not be touched."""
        if not LINUX:
            return
        inner = self.bundle / "_internal"
        for file in sorted(inner.rglob("*")):
            place = file.relative_to(inner).as_posix()
            if (
                file.is_file()
                and not file.is_symlink()
                and any(fnmatch.fnmatch(place, each) for each in trimming.STRIPPED)
            ):
                run("strip", "--strip-unneeded", file)

    def describe(self) -> None:
        """Terms, bill of materials and a word to the reader, inside the bundle."""
        asked = "import sys, sysconfig; print(sysconfig.get_path('purelib')); print(sys.base_prefix)"
        site, base = subprocess.check_output([self.python, "-I", "-c", asked], text=True).split("\n")[:2]
        work = self.made / "pyinstaller/xraydesk"
        self.found = parts(work, Owners(Path(site), Path(base), ROOT), self.version)
        by_name_only = licences.gather(self.found, Path(base), self.bundle / "licences")
        if by_name_only:
            say(f"terms known by name only: {', '.join(by_name_only)}")
        bill = sbom.bill(self.found, ROOT / "weights")
        (self.bundle / "sbom.cdx.json").write_text(json.dumps(bill, indent=1), encoding="utf-8")
        shutil.copy(HERE / "bundle_readme.txt", self.bundle / "README.txt")
        inside_app = self.dist / "XRayDesk.app/Contents/Resources"
        if inside_app.is_dir():  # the program of a Mac
            shutil.copytree(self.bundle / "licences", inside_app / "licences", dirs_exist_ok=True)
            shutil.copy(self.bundle / "sbom.cdx.json", inside_app)

    def check(self) -> None:
        wrong = bundle_check.complaints(self.bundle, linux=LINUX, limited=self.variant == "cpu")
        _stop_over(wrong + sbom.complaints(self.found, self.bundle))
        run(self.bundle / ("xraydesk-cli.exe" if WINDOWS else "xraydesk"), "--version")

    def pack(self) -> None:
        if not (LINUX and self.packages):
            return
        options = {"level": self.level, "epoch": self.epoch}
        name = self.version if self.variant == "cpu" else f"{self.version}+{self.variant}"
        made = [linux_packages.debian_package(self.bundle, self.made, self.dist, name, **options)]
        if self.level > 3:
            made.append(linux_packages.portable_archive(self.bundle, self.dist, name, **options))
            _stop_over(_too_large(made) if self.variant == "cpu" else [])
        self.sum_up(made)

    def sum_up(self, made: list[Path]) -> None:
        lines = [f"{sha256(file)}  {file.name}\n" for file in made]
        (self.dist / "SHA256SUMS").write_text("".join(lines), encoding="utf-8")

    def write_sizes(self) -> None:
        rows = [(part, size / bundle_check.MIB) for part, size in bundle_check.sizes(self.bundle)]
        lines = [f"{size:8.1f} MiB  {part}" for part, size in rows if size >= 0.1]
        lines.append(
            f"{bundle_check.installed_bytes(self.bundle) / bundle_check.MIB:8.1f} MiB  installed, in blocks of 4 KiB"
        )
        lines += [
            f"{file.stat().st_size / 1e6:8.1f} MB   {file.name}"
            for file in sorted(self.dist.glob("xraydesk[-_]*.*"))
        ]
        (self.dist / "sizes.txt").write_text("\n".join(lines) + "\n", encoding="utf-8")
        say("\n".join(["sizes:", *lines]))


def _version() -> str:
    text = (ROOT / "xraydesk/__init__.py").read_text(encoding="utf-8")
    found = re.search(r'__version__ = "(.+)"', text)
    return found[1] if found else "0"


def _too_large(made: list[Path]) -> list[str]:
    sizes = {file.name: file.stat().st_size / 1e6 for file in made}
    return [f"{name}: {mb:.1f} MB is too large" for name, mb in sizes.items() if mb > bundle_check.PACKAGE_MB]


def _stop_over(wrong: list[str]) -> None:
    if wrong:
        raise SystemExit("\n".join(["XRayDesk: the bundle is not as it should be:", *wrong]))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dist", type=Path, default=ROOT / "dist", help="where the results go")
    parser.add_argument("--work", type=Path, default=ROOT / "build", help="where the work is done")
    parser.add_argument("--environment", type=Path, help="use this environment instead of making a clean one")
    parser.add_argument(
        "--variant", default="cpu", help="name of the build: cpu, or cuda with a CUDA build of torch"
    )
    parser.add_argument(
        "--from", dest="first", default="", metavar="STEP", help="go on from this step: strip, describe …"
    )
    parser.add_argument(
        "--fast", action="store_true", help="pack quickly and large, and only the .deb, for tests"
    )
    parser.add_argument("--folder-only", action="store_true", help="build the folder and pack nothing")
    asked = parser.parse_args()
    build = Build(asked)
    build.made.mkdir(parents=True, exist_ok=True)
    steps: list[Callable[[], None]] = [
        *(build.make_environment, build.look_at_torch, build.draw, build.freeze, build.strip),
        *(build.describe, build.check, build.pack, build.write_sizes),
    ]
    names = [step.__name__ for step in steps]
    for step in steps[names.index(asked.first) if asked.first else 0 :]:
        began = time.monotonic()
        step()
        say(f"{step.__name__}: {time.monotonic() - began:.0f} s")


if __name__ == "__main__":
    main()
