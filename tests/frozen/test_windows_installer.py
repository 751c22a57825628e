"""The Windows installer takes in all of a real bundle: as many files, as deep and as large as people get."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

from tests.packaging.test_installers import compile_installer

_MOST = 2 << 30  # bytes: NSIS makes nothing larger


def test_it_compiles_with_the_real_layout(repository: Path, bundle: Path, tmp_path: Path) -> None:
    output = tmp_path / "installer.exe"
    done = compile_installer(repository / "packaging/windows/xraydesk.nsi", bundle, output)
    assert done.returncode == 0, done.stdout + done.stderr
    files = [file for file in bundle.rglob("*") if file.is_file()]
    contents = {
        sha256(file.read_bytes()).digest(): file.stat().st_size for file in files
    }  # each is kept once
    made = output.stat().st_size
    output.unlink()  # three of them would be kept
    assert sum(contents.values()) < made < _MOST
