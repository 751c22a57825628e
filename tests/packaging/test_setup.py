"""The set-up scripts on machines that lack something, played by programs that stand in for it."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="the set-up scripts are for Linux")

TOOLS = """
    awk cat cp cut dirname df find flock grep head id ldconfig ls mkdir mv rm sh sha256sum tail tr true uname
"""


@pytest.fixture
def checkout(tmp_path: Path, repository: Path) -> Path:
    """The set-up alone, in a folder with spaces in its name."""
    folder = tmp_path / "a clinic's folder"
    shutil.copytree(repository / "packaging", folder / "packaging")
    shutil.copy(repository / "pyproject.toml", folder)
    return folder


@pytest.fixture
def machine(tmp_path: Path) -> Path:
    """A PATH with the tools every system has, and nothing more: no Python, no apt, no sudo."""
    bin_folder = tmp_path / "bin"
    bin_folder.mkdir()
    search = os.environ["PATH"] + ":/sbin:/usr/sbin"
    for tool in TOOLS.split():
        found = shutil.which(tool, path=search)
        assert found, tool
        (bin_folder / tool).symlink_to(found)
    return bin_folder


def _program(path: Path, script: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)


def _run(script: Path, *arguments: str, path: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [script, *arguments],
        env={"PATH": str(path), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def _setup(checkout: Path, machine: Path) -> subprocess.CompletedProcess[str]:
    return _run(checkout / "packaging/setup/setup.sh", "run", path=machine)


def _with_all_libraries(machine: Path) -> None:
    """An ldconfig that knows every library asked for, so that a test is about Python alone."""
    (machine / "ldconfig").unlink()
    names = "GL.so.1 EGL.so.1 xkbcommon.so.0 fontconfig.so.1 glib-2.0.so.0 dbus-1.so.3 xcb-cursor.so.0"
    names += " xcb-icccm.so.4 xcb-keysyms.so.1 xcb-xkb.so.1 xkbcommon-x11.so.0 xcb-shape.so.0"
    _program(machine / "ldconfig", f'for name in {names}; do echo "lib$name (libc6) => /lib"; done')


def _python_stand_in(path: Path, *, fits: bool, ensurepip: bool = True) -> None:
    """A Python of a fitting or unfitting version, with or without the part that makes environments."""
    answers = f"""case "$*" in
    *version_info*print*|*print*version_info*) echo python3.12-venv ;;
    *"<= sys.version_info"*) exit {int(not fits)} ;;
    *ensurepip*) exit {int(not ensurepip)} ;;
    --version) echo Python 3.10.1 ;;
    *) echo "$*" ;;
esac"""
    _program(path, answers)


def test_without_a_fitting_python_it_says_which_ones_fit(checkout: Path, machine: Path) -> None:
    _with_all_libraries(machine)
    _python_stand_in(machine / "python3", fits=False)
    finished = _setup(checkout, machine)
    assert finished.returncode == 1
    assert "needs Python 3.11, 3.12 or 3.13, and found Python 3.10.1" in finished.stderr


def test_a_python_that_cannot_make_environments_is_named_with_its_package(
    checkout: Path, machine: Path
) -> None:
    _with_all_libraries(machine)
    _python_stand_in(machine / "python3", fits=True, ensurepip=False)
    finished = _setup(checkout, machine)
    assert finished.returncode == 1
    assert "sudo apt-get install python3.12-venv" in finished.stderr


def test_missing_libraries_that_may_not_be_installed_are_named(checkout: Path, machine: Path) -> None:
    (machine / "ldconfig").unlink()
    _program(machine / "ldconfig", "echo 'libGL.so.1 (libc6) => /lib'")
    finished = _setup(checkout, machine)
    assert finished.returncode == 1
    assert "libegl1" in finished.stderr and "libdbus-1-3" in finished.stderr
    assert "libgl1 " not in finished.stderr


def test_a_full_disk_is_called_that(checkout: Path, machine: Path) -> None:
    _with_all_libraries(machine)
    _python_stand_in(machine / "python3", fits=True)
    (machine / "df").unlink()
    _program(machine / "df", "echo header; echo /dev/sda 100 90 10 90% /")
    finished = _setup(checkout, machine)
    assert finished.returncode == 1
    assert "The disk is nearly full" in finished.stderr
    assert not (checkout / ".venv").exists()


@pytest.mark.parametrize(
    ("pip_says", "we_say"),
    [
        ("NewConnectionError: failed", "needs the internet once"),
        ("SSLError: CERTIFICATE_VERIFY_FAILED, connection broken", "certificate that is not trusted"),
        ("OSError: No space left on device", "disk is full"),
        ("ERROR: something else", "above is what pip says"),
    ],
)
def test_why_pip_failed_is_said_in_plain_words(
    checkout: Path, machine: Path, pip_says: str, we_say: str
) -> None:
    _with_all_libraries(machine)
    _program(
        checkout / ".venv/bin/python",
        f'case "$*" in *" pip install "*) echo "{pip_says}" >&2; exit 1 ;; esac',
    )
    finished = _setup(checkout, machine)
    assert finished.returncode == 1
    assert we_say in finished.stderr
    assert (checkout / ".venv/unfinished").exists()


def test_a_second_setup_installs_nothing(checkout: Path, machine: Path) -> None:
    _with_all_libraries(machine)
    _program(checkout / ".venv/bin/python", 'echo "$*" >>"${0%/*}/calls"')
    assert _setup(checkout, machine).returncode == 0
    calls = checkout / ".venv/bin/calls"
    assert "pip install" in calls.read_text()
    calls.unlink()
    second = _setup(checkout, machine)
    assert (second.returncode, second.stderr) == (0, "")
    assert "pip" not in calls.read_text()


def test_changed_pins_are_installed(checkout: Path, machine: Path) -> None:
    _with_all_libraries(machine)
    _program(checkout / ".venv/bin/python", 'echo "$*" >>"${0%/*}/calls"')
    assert _setup(checkout, machine).returncode == 0
    calls = checkout / ".venv/bin/calls"
    calls.unlink()
    (checkout / "packaging/requirements.txt").write_text("numpy==2.4.6\n")
    assert _setup(checkout, machine).returncode == 0
    assert "pip install" in calls.read_text()


@pytest.fixture
def ready(checkout: Path) -> Path:
    """A checkout whose Python says what it was called with."""
    _program(checkout / ".venv/bin/python", 'echo "$*"')
    return checkout


def _start(checkout: Path, machine: Path, **environment: str) -> str:
    return _run(
        checkout / "packaging/setup/start.sh", "a film.dcm", path=machine, **environment
    ).stdout.strip()


def test_without_a_display_it_starts_headless(ready: Path, machine: Path) -> None:
    assert _start(ready, machine) == "-m xraydesk --headless a film.dcm"


def test_a_display_that_nothing_serves_counts_as_none(ready: Path, machine: Path) -> None:
    assert _start(ready, machine, DISPLAY=":9731") == "-m xraydesk --headless a film.dcm"


def test_a_display_reached_over_the_network_opens_the_window(ready: Path, machine: Path) -> None:
    assert _start(ready, machine, DISPLAY="localhost:10.0") == "-m xraydesk a film.dcm"


def test_a_wayland_display_opens_the_window(ready: Path, machine: Path, tmp_path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "wayland-0"))
        started = _start(ready, machine, XDG_RUNTIME_DIR=str(tmp_path), WAYLAND_DISPLAY="wayland-0")
    assert started == "-m xraydesk a film.dcm"
