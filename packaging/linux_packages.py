"""The bundle as a .deb and as a portable archive."""

from __future__ import annotations

import gzip
import os
import shutil
import subprocess
from pathlib import Path

import bundle_check

HERE = Path(__file__).resolve().parent
ICON_SIZES = (16, 24, 32, 48, 64, 128, 256)
_INSTALLED = "opt/xraydesk"
_DISPLAY = (
    "libxcb-cursor0",
    "libxcb-icccm4",
    "libxcb-keysyms1",
    "libxcb-xkb1",
    "libxkbcommon-x11-0",
    "libxcb-shape0",
)
_NOT_NAMED_BY_LIBRARIES = (
    "libxkbcommon0",
    *_DISPLAY,
)  # asked for by the display's plugin, and safest from the system


def debian_package(bundle: Path, made: Path, dist: Path, version: str, *, level: int, epoch: int) -> Path:
    """Builds DIST/xraydesk_VERSION_amd64.deb."""
    root = made / "deb"
    shutil.rmtree(root, ignore_errors=True)
    (root / "opt").mkdir(parents=True)
    subprocess.run(["cp", "-al", bundle, root / _INSTALLED], check=True)
    _integrate(root, made)
    _write_control(root, bundle, version)
    package = dist / f"xraydesk_{version}_amd64.deb"
    subprocess.run(
        ["dpkg-deb", "--root-owner-group", "-Zzstd", f"-z{level}", "--build", root, package],
        env=os.environ | {"SOURCE_DATE_EPOCH": str(epoch)},
        stdout=subprocess.DEVNULL,
        check=True,
    )
    shutil.rmtree(root)
    return package


def _integrate(root: Path, made: Path) -> None:
    """Command, menu entry, icons, manual page, terms."""
    (root / "usr/bin").mkdir(parents=True)
    (root / "usr/bin/xraydesk").symlink_to("/opt/xraydesk/xraydesk")
    _put(HERE / "linux/xraydesk.desktop", root / "usr/share/applications/xraydesk.desktop")
    _put(
        HERE.parent / "resources/icons/xraydesk.svg",
        root / "usr/share/icons/hicolor/scalable/apps/xraydesk.svg",
    )
    for size in ICON_SIZES:
        drawn = made / f"xraydesk-{size}.png"
        _put(drawn, root / f"usr/share/icons/hicolor/{size}x{size}/apps/xraydesk.png")
    manual = root / "usr/share/man/man1/xraydesk.1.gz"
    manual.parent.mkdir(parents=True)
    manual.write_bytes(gzip.compress((HERE / "linux/xraydesk.1").read_bytes(), mtime=0))
    _put(HERE / "linux/copyright", root / "usr/share/doc/xraydesk/copyright")
    for path in (root, *root.rglob("*")):
        if path.is_dir():
            path.chmod(0o755)


def _put(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    target.chmod(0o644)


def depends(bundle: Path) -> str:
    """Every package that a library of the bundle, or Qt when it starts, looks into."""
    missing = bundle_check.missing_libraries(bundle)
    wanted = {" | ".join(names) for library, names in bundle_check.system_libraries() if library in missing}
    wanted.discard("libc6")
    return ", ".join(
        [f"libc6 (>= {bundle_check.least_glibc(bundle)})", *sorted(wanted | set(_NOT_NAMED_BY_LIBRARIES))]
    )


def _write_control(root: Path, bundle: Path, version: str) -> None:
    text = (HERE / "linux/control").read_text(encoding="utf-8")
    text = text.format(
        version=version, depends=depends(bundle), kib=bundle_check.installed_bytes(bundle) // 1024
    )
    (root / "DEBIAN").mkdir()
    (root / "DEBIAN/control").write_text(text, encoding="utf-8")


def portable_archive(bundle: Path, dist: Path, version: str, *, level: int, epoch: int) -> Path:
    """Packs DIST/xraydesk-VERSION-linux-x86_64.tar.zst: one folder that runs from wherever it is unpacked."""
    archive = dist / f"xraydesk-{version}-linux-x86_64.tar.zst"
    owner = ["--owner=0", "--group=0", "--numeric-owner", "--sort=name", f"--mtime=@{epoch}"]
    long = ["--long=27"] if level > 9 else []
    tar = subprocess.Popen(["tar", *owner, "-C", bundle.parent, "-c", bundle.name], stdout=subprocess.PIPE)
    subprocess.run(
        ["zstd", "-q", "-f", "-T0", f"-{level}", *long, "-o", archive], stdin=tar.stdout, check=True
    )
    if tar.wait():
        raise SystemExit("tar could not read the bundle")
    return archive
