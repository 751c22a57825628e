"""The installers that cannot be tried here at least compile, and say what they must."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

import xraydesk


@pytest.fixture
def windows_layout(tmp_path: Path) -> Path:
    """What a build on Windows leaves, as far as the installer looks at it."""
    folder = tmp_path / "xraydesk"
    for name in (
        "xraydesk.exe",
        "xraydesk-cli.exe",
        "README.txt",
        "_internal/base_library.zip",
        "licences/README.txt",
    ):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(name)
    return folder


def compile_installer(script: Path, layout: Path, output: Path) -> subprocess.CompletedProcess[str]:
    """Without compressing, which takes minutes."""
    if not shutil.which("makensis"):
        pytest.skip("needs makensis (Debian: nsis)")
    given = {"QUICK": "1", "VERSION": xraydesk.__version__, "SOURCE": str(layout), "OUTPUT": str(output)}
    return subprocess.run(
        ["makensis", "-V2", "-WX", *(f"-D{name}={value}" for name, value in given.items()), script],
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_windows_installer_compiles_without_a_warning(
    repository: Path, windows_layout: Path, tmp_path: Path
) -> None:
    output = tmp_path / "installer.exe"
    done = compile_installer(repository / "packaging/windows/xraydesk.nsi", windows_layout, output)
    assert done.returncode == 0, done.stdout + done.stderr
    assert output.read_bytes()[:2] == b"MZ"


def test_the_windows_installer_asks_for_no_administrator(
    repository: Path, windows_layout: Path, tmp_path: Path
) -> None:
    output = tmp_path / "installer.exe"
    compile_installer(repository / "packaging/windows/xraydesk.nsi", windows_layout, output)
    assert b'requestedExecutionLevel level="asInvoker"' in output.read_bytes()


def test_the_windows_installer_removes_nothing_of_the_user(repository: Path) -> None:
    script = (repository / "packaging/windows/xraydesk.nsi").read_text(encoding="utf-8")
    removed = [line.split('"')[1] for line in script.splitlines() if "RMDir /r" in line]
    assert removed == [r"$INSTDIR\_internal", r"$INSTDIR\licences"]


def test_the_menu_entry_is_valid(repository: Path) -> None:
    if not shutil.which("desktop-file-validate"):
        pytest.skip("needs desktop-file-validate (Debian: desktop-file-utils)")
    entry = repository / "packaging/linux/xraydesk.desktop"
    done = subprocess.run(["desktop-file-validate", entry], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "")
    assert "application/dicom" in entry.read_text(encoding="utf-8")
