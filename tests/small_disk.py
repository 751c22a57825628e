"""A disk of its own that is soon full."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def mounted_disk(place: Path, megabytes: int) -> Iterator[Path]:
    """Skips the test where no disk can be made."""
    place.mkdir()
    if not sys.platform.startswith("linux") or not shutil.which("mount"):
        pytest.skip("a small disk of its own is made on Linux only")
    command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(place)]
    mounted = subprocess.run(command, capture_output=True, text=True, check=False)
    if mounted.returncode:
        pytest.skip(f"only root may mount a small disk: {mounted.stderr.strip()}")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", str(place)], check=True)


def fill(disk: Path, *, leaving: int = 0) -> Path:
    """A file that takes all the room but `leaving` bytes."""
    filler = disk / "filler"
    filler.write_bytes(bytes(max(shutil.disk_usage(disk).free - leaving, 0)))
    return filler
