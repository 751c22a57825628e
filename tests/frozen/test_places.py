"""It runs from wherever it is put, and says so in words where it cannot write."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.frozen.conftest import Run, program_in, run_program
from xraydesk import paths

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="mounts and rights as on Linux")

# Of every codec library: what to take out, and the check that must name it.
CODECS = {
    "_CharLS*": "library pyjpegls",
    "_openjpeg*": "library pylibjpeg-openjpeg",
    "rle/rle*": "library pylibjpeg-rle",
    "_gdcm/_gdcmswig*": "library gdcm",
    "PIL/_imaging.*": "start: PIL",  # everything needs it
}


@pytest.fixture
def stick(bundle: Path, tmp_path: Path) -> Iterator[Path]:
    """The bundle seen through a mount that cannot be written, at a place with spaces and letters of other tongues."""
    place = tmp_path / "USB Stick für Röntgen 胸"
    place.mkdir()
    where = str(place)
    mounts = (["mount", "--bind", str(bundle), where], ["mount", "-o", "remount,bind,ro", where])
    for command in mounts:
        if not shutil.which("mount") or subprocess.run(command, capture_output=True, check=False).returncode:
            pytest.skip("only root may mount")
    try:
        yield place
    finally:
        subprocess.run(["umount", "-l", place], check=True)


def test_it_runs_from_a_folder_that_cannot_be_written(stick: Path, tmp_path: Path) -> None:
    with pytest.raises(OSError, match="Read-only"):
        (stick / "probe").touch()
    sample = paths.resources() / "sample/phantom.dcm"
    picture = tmp_path / "window.png"
    done = run_program(program_in(stick), "--headless", sample, "--picture", picture)
    assert done.returncode == 0, done.stdout + done.stderr
    assert picture.is_file()


@pytest.mark.parametrize("library", CODECS)
def test_without_a_codec_the_self_test_fails_and_names_it(linked_bundle: Path, library: str) -> None:
    taken = [file for file in (linked_bundle / "_internal").glob(library) if file.suffix == ".so"]
    assert taken
    for file in taken:
        file.unlink()
    done = run_program(program_in(linked_bundle), "selftest", "--json")
    assert "Traceback" not in done.stderr
    told = json.loads(done.stdout)
    failed = {check["name"] for check in told["checks"] if not check["passed"]}
    assert (done.returncode, told["passed"]) == (1, False)
    assert CODECS[library] in failed


def test_a_home_that_cannot_be_written_is_said_in_words(frozen: Run, tmp_path: Path) -> None:
    nowhere = tmp_path / "file"
    nowhere.touch()  # nothing can be made below a file, not even by root
    places = {
        name: str(nowhere / "x") for name in ("HOME", "XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_CACHE_HOME")
    }
    places |= {"XDG_STATE_HOME": str(nowhere / "x"), "XRAYDESK_HOME": ""}
    sample = paths.resources() / "sample/phantom.dcm"
    read = frozen("classify", sample, **places)
    window = frozen("--headless", sample, "--picture", tmp_path / "window.png", **places)
    for done in (read, window):
        assert done.returncode in (0, 1)
        assert "Traceback" not in done.stdout + done.stderr
        assert done.stdout or done.stderr


def test_it_works_with_its_streams_closed(bundle: Path, tmp_path: Path) -> None:
    """As a program without a console has none."""
    picture = tmp_path / "window.png"
    sample = paths.resources() / "sample/phantom.dcm"
    closed = f'exec "$0" --headless "{sample}" --picture "{picture}" <&- >&- 2>&-'
    done = subprocess.run(
        ["sh", "-c", closed, program_in(bundle)], env=dict(os.environ), timeout=300, check=False
    )
    assert done.returncode == 0
    assert picture.is_file()
