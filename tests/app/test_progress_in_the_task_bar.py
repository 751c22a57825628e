"""How far a batch is can be seen in the task bar of a desktop that listens, and a desktop without costs nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import QDBusConnection
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


class Desktop(QObject):
    """A session bus of its own, and a task bar that listens there. `heard`: entry, share, visible."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.heard: list[tuple[str, float, bool]] = []
        config = folder / "bus.conf"
        config.write_text(_OPEN_BUS.format(socket=folder / "bus"))
        command = ["dbus-daemon", f"--config-file={config}", "--nofork", "--print-address"]
        self._daemon = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        assert self._daemon.stdout is not None
        self.address = self._daemon.stdout.readline().strip()
        self._bus = QDBusConnection.connectToBus(self.address, "desktop")
        assert self._bus.isConnected(), self._bus.lastError().message()
        hear = SLOT("hear(QString,QVariantMap)").encode()
        assert self._bus.connect("", "", "com.canonical.Unity.LauncherEntry", "Update", self, hear)

    @Slot(str, "QVariantMap")
    def hear(self, entry: str, told: dict[str, object]) -> None:
        share, visible = told["progress"], told["progress-visible"]
        assert isinstance(share, float) and isinstance(visible, bool), told
        self.heard.append((entry, share, visible))

    def end(self) -> None:
        QDBusConnection.disconnectFromBus("desktop")
        with self._daemon:
            self._daemon.terminate()


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
