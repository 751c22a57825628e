"""The built program. Its tests need a bundle: `make bundle`, or XRAYDESK_BUNDLE with the folder of one."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

Run = Callable[..., subprocess.CompletedProcess[str]]
_LIMIT_S = 300


@pytest.fixture(scope="session")
def bundle(repository: Path) -> Path:
    """The folder that people get."""
    named = os.environ.get("XRAYDESK_BUNDLE")
    folder = Path(named) if named else repository / "dist" / "xraydesk"
    if not program_in(folder).is_file():
        if named:
            pytest.fail(f"XRAYDESK_BUNDLE names no bundle: {folder}")
        pytest.skip("no bundle was built: make bundle")
    return folder


def program_in(bundle: Path) -> Path:
    return bundle / ("xraydesk-cli.exe" if sys.platform == "win32" else "xraydesk")


def run_program(
    program: Path, *arguments: str | Path, **environment: str
) -> subprocess.CompletedProcess[str]:
    """Runs it as a person would who has no Python: nothing of this one's environment reaches it."""
    ours = {
        name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_ENV"))
    }
    return subprocess.run(
        [program, *arguments],
        env=ours | environment,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        encoding="utf-8",
        timeout=_LIMIT_S,
        check=False,
    )


@pytest.fixture
def frozen(bundle: Path) -> Run:
    """frozen("classify", film, XRAYDESK_HOME="…")"""

    def run(*arguments: str | Path, **environment: str) -> subprocess.CompletedProcess[str]:
        return run_program(program_in(bundle), *arguments, **environment)

    return run


@pytest.fixture
def linked_bundle(bundle: Path, tmp_path: Path) -> Path:
    """The bundle in another folder, as links to its files, for a test to take something out of."""
    if sys.platform == "win32":
        pytest.skip("links need rights there")
    copy = tmp_path / "copy"
    copied = subprocess.run(["cp", "-al", bundle, copy], capture_output=True, check=False)
    if copied.returncode:  # another disk
        subprocess.run(["cp", "-a", bundle, copy], check=True)
    return copy
