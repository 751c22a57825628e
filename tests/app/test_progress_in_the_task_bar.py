"""How far a batch is can be seen in the task bar of a desktop that listens, and a desktop without costs nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.app.conftest import Session
from xraydesk.app import application
from xraydesk.ui.batch.run_words import RunState, RunView
from xraydesk.ui.settings import Settings
from xraydesk.ui.task_bar import TaskBar, session_bus

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="D-Bus is the way of Linux desktops")

_OPEN_BUS = """<busconfig><type>session</type><listen>unix:path={socket}</listen><policy context="default">
<allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/></policy></busconfig>"""


class Desktop:
    """A session bus of its own, and dbus-monitor that listens there. `heard`: entry, share, visible."""

    def __init__(self, folder: Path) -> None:
        self.heard: list[tuple[str, float, bool]] = []
        config = folder / "bus.conf"
        config.write_text(_OPEN_BUS.format(socket=folder / "bus"))
        self._daemon = _started("dbus-daemon", f"--config-file={config}", "--nofork", "--print-address")
        self.address = _lines(self._daemon).readline().strip()
        told = "interface='com.canonical.Unity.LauncherEntry'"
        self._monitor = _started("dbus-monitor", "--address", self.address, told)
        while "NameLost" not in (line := _lines(self._monitor).readline()):  # then it listens
            assert line, "dbus-monitor ended"
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def _listen(self) -> None:
        """Its words: the entry, then a dictionary of progress and progress-visible."""
        entry, share = "", -1.0
        for line in _lines(self._monitor):
            kind, _, value = line.strip().removeprefix("variant").strip().partition(" ")
            if kind == "string" and "://" in value:
                entry = value.strip('"')
            elif kind == "double":
                share = float(value)
            elif kind == "boolean":
                self.heard.append((entry, share, value == "true"))

    def end(self) -> None:
        for process in (self._monitor, self._daemon):
            process.terminate()
            process.wait()
        self._listener.join()
        for process in (self._monitor, self._daemon):
            _lines(process).close()


def _started(*command: str) -> subprocess.Popen[str]:
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)


def _lines(process: subprocess.Popen[str]) -> IO[str]:
    assert process.stdout is not None
    return process.stdout


@pytest.fixture
def desktop(monkeypatch: pytest.MonkeyPatch, qtbot: QtBot) -> Iterator[Desktop]:
    if shutil.which("dbus-daemon") is None:
        pytest.skip("needs dbus-daemon, of Debian's package dbus")
    with tempfile.TemporaryDirectory() as folder:  # a socket's path may not be as long as tmp_path
        desktop = Desktop(Path(folder))
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", desktop.address)
        yield desktop
        desktop.end()


@pytest.fixture
def task_bar(qtbot: QtBot, tmp_path: Path) -> TaskBar:
    application(Settings(tmp_path / "settings.ini"))
    window = QWidget()
    qtbot.addWidget(window)
    made = TaskBar(window)
    made.window = window  # type: ignore[attr-defined]
    return made


def test_the_task_bar_hears_how_far_a_batch_is(desktop: Desktop, session: Session) -> None:
    running = session.window.batch.running
    running.emit(RunView(RunState.RUNNING, 3, 10, all_found=False))
    running.emit(RunView(RunState.RUNNING, 37, 100, all_found=True))
    running.emit(RunView(RunState.RUNNING, 100, 100, all_found=True))
    running.emit(None)
    entry = "application://xraydesk.desktop"
    session.wait(lambda: len(desktop.heard) == 3)
    assert desktop.heard == [(entry, 0.37, True), (entry, 1.0, True), (entry, 0.0, False)]


def test_each_whole_percent_is_told_once(desktop: Desktop, task_bar: TaskBar, qtbot: QtBot) -> None:
    for thousandth in range(251):
        task_bar.show_share(thousandth / 1000)
    task_bar.show_share(None)
    qtbot.waitUntil(lambda: desktop.heard[-1:] == [("application://xraydesk.desktop", 0.0, False)])
    assert [share for _, share, visible in desktop.heard if visible] == [n / 100 for n in range(26)]


def test_a_session_that_ends_meanwhile_is_not_missed(desktop: Desktop, task_bar: TaskBar) -> None:
    task_bar.show_share(0.1)
    desktop.end()
    task_bar.show_share(0.2)
    task_bar.show_share(None)


@pytest.mark.parametrize("address", ["", "disabled:", "unix:path=/nowhere/bus"])
def test_without_a_session_bus_nothing_happens(
    address: str, task_bar: TaskBar, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address)
    monkeypatch.delenv("XDG_RUNTIME_DIR", raising=False)
    task_bar.show_share(0.5)
    task_bar.show_share(None)


def test_the_bus_of_the_login_is_found_without_being_named(
    tmp_path: Path, desktop: Desktop, monkeypatch: pytest.MonkeyPatch
) -> None:
    socket = Path(desktop.address.removeprefix("unix:path=").partition(",")[0])
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS")
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    assert session_bus() == ""
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(socket.parent))
    assert session_bus() == f"unix:path={socket}"
