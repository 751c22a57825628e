"""No socket to any network is opened: the system's own record of every call says so."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from xraydesk import paths
from xraydesk.ui.one_window import OneWindow, Wanted

_SOCKET = re.compile(r"socket\((AF_\w+)")
_ON_THIS_COMPUTER = {"AF_UNIX"}
_LIMIT_S = 180


@pytest.fixture
def traced(tmp_path: Path) -> list[str]:
    """The start of a command line whose sockets are written to `record`, those of all its children too."""
    record = tmp_path / "record"
    traced = ["strace", "-f", "-qq", "-e", "trace=socket", "-o", str(record)]
    if shutil.which("strace") is None:
        pytest.skip("needs strace")
    if subprocess.run([*traced, "true"], capture_output=True, check=False).returncode:
        pytest.skip("this system lets no process watch another")
    return traced


def _families(tmp_path: Path) -> set[str]:
    return set(_SOCKET.findall((tmp_path / "record").read_text()))


def _xraydesk(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "xraydesk", *map(str, arguments)]


def _sample() -> Path:
    return paths.resources() / "sample" / "phantom.dcm"


def test_the_record_tells_of_a_socket(traced: list[str], tmp_path: Path) -> None:
    program = "import socket; socket.socket(socket.AF_INET, socket.SOCK_DGRAM)"
    subprocess.run([*traced, sys.executable, "-c", program], check=True)
    assert "AF_INET" in _families(tmp_path)


def test_reading_a_film_in_the_window_opens_none(traced: list[str], tmp_path: Path) -> None:
    program = _xraydesk("--headless", _sample(), "--picture", tmp_path / "window.png")
    subprocess.run([*traced, *program], check=True, capture_output=True, timeout=_LIMIT_S)
    assert _families(tmp_path) <= _ON_THIS_COMPUTER


def test_classifying_a_folder_opens_none(traced: list[str], tmp_path: Path) -> None:
    program = _xraydesk("classify", _sample().parent)
    subprocess.run([*traced, *program], check=True, capture_output=True, timeout=_LIMIT_S)
    assert _families(tmp_path) <= _ON_THIS_COMPUTER


def test_a_window_that_listens_for_a_second_start_opens_none(
    traced: list[str], tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    program = [*traced, *_xraydesk()]
    window = subprocess.Popen(program, env=environment, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        qtbot.waitUntil(lambda: any(tmp_path.glob("xraydesk/*.lock")), timeout=_LIMIT_S * 1000)
        second = OneWindow()
        assert not second.is_first()
        assert second.hand_over(Wanted(films=(_sample(),)))
    finally:
        os.killpg(window.pid, signal.SIGKILL)
        window.wait(timeout=_LIMIT_S)
    assert _families(tmp_path) == _ON_THIS_COMPUTER
