"""A crash in native code leaves a note that says where, and names nobody."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from xraydesk import paths
from xraydesk.engine import crash_notes

_CRASHES = """
import faulthandler
from xraydesk.engine import crash_notes
crash_notes.begin(crash_notes.{part})
faulthandler._sigsegv()
"""
_STARTS = """
from xraydesk.engine import crash_notes
print(crash_notes.begin(crash_notes.WINDOW))
"""


def _run(program: str) -> str:
    return subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=60
    ).stdout.strip()


@pytest.mark.parametrize(("part", "name"), [("WINDOW", "window"), ("ENGINE", "engine")])
def test_a_crash_is_told_to_whoever_asks(part: str, name: str) -> None:
    _run(_CRASHES.format(part=part))
    ((found, note),) = crash_notes.found()
    assert found == name
    assert "Segmentation fault" in note or "access violation" in note


def test_the_start_after_a_crash_knows_of_it_and_the_one_after_that_does_not() -> None:
    _run(_CRASHES.format(part="WINDOW"))
    assert _run(_STARTS) == "True"
    assert len(crash_notes.found()) == 1, "the report needs it still"
    assert _run(_STARTS) == "False"


def test_a_start_that_ends_well_leaves_nothing_to_tell() -> None:
    assert _run(_STARTS) == "False"
    assert crash_notes.found() == []


@pytest.mark.parametrize(
    ("file", "shown"),
    [
        ("/home/jane.doe/lib/site-packages/torch/nn/conv.py", "site-packages/torch/nn/conv.py"),
        ("C:\\Users\\Jane Doe\\XRayDesk\\xraydesk\\app.py", "xraydesk/app.py"),
        ("/home/jane.doe/notes.py", "notes.py"),
    ],
)
def test_no_folder_of_a_person_is_shown(file: str, shown: str) -> None:
    note = f'Fatal Python error\n  File "{file}", line 3 in run\n'
    assert crash_notes.without_folders(note) == f'Fatal Python error\n  File "{shown}", line 3 in run\n'


def test_without_a_place_to_write_the_program_starts_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("XRAYDESK_HOME", str(tmp_path / "file"))
    assert _run(_STARTS) == "False"
    assert not paths.user_crash_notes().exists()
