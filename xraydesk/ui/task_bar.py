"""How far the work is, as a bar over the program's entry in the task bar or dock, where the system has one.

Linux: the launcher signal of Unity, to which KDE's task bar and Ubuntu's dock among others listen.
Windows: ITaskbarList3. macOS draws no such bar for a program; there, as everywhere, the window's title tells.
"""

from __future__ import annotations

import ctypes
import os
import sys
import uuid
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QWidget

_Show = Callable[[int | None], None]  # percent, or None for no bar

_LAUNCHER = ("/xraydesk", "com.canonical.Unity.LauncherEntry", "Update")
_TASKBAR_LIST = uuid.UUID("56fdf344-fd6d-11d0-958a-006097c9a090").bytes_le  # shobjidl_core.h
_TASKBAR_LIST_3 = uuid.UUID("ea1afb91-9e28-4b86-90e9-9e9f8a5eefaf").bytes_le
_HR_INIT, _SET_PROGRESS_VALUE, _SET_PROGRESS_STATE = 3, 9, 10  # places in the interface's table
_IN_PROCESS, _NO_PROGRESS = 1, 0


class TaskBar:
    """Where there is no such bar nothing happens. What it takes is loaded at the first share."""

    def __init__(self, window: QWidget) -> None:
        self._window = window
        self._percent: int | None = None
        self._show: _Show | None = None

    def show_share(self, share: float | None, /) -> None:
        """From 0 to 1; None takes the bar away."""
        percent = None if share is None else int(100 * share)
        if percent == self._percent:
            return
        self._percent = percent
        with suppress(OSError, AttributeError):  # COM's refusals are OSErrors
            if self._show is None:
                self._show = _bar_of(self._window)
            self._show(percent)


def _bar_of(window: QWidget) -> _Show:
    if sys.platform == "win32":
        return _windows_bar(int(window.winId()))
    bus = session_bus()
    return _launcher_bar(bus) if sys.platform == "linux" and bus else _no_bar


def _no_bar(_percent: int | None) -> None:
    return None


def session_bus() -> str:
    """Its address, empty where there is none. Asking D-Bus itself would start one."""
    named = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    usual = Path(os.environ.get("XDG_RUNTIME_DIR", "/nowhere"), "bus")
    return named or (f"unix:path={usual}" if usual.is_socket() else "")


def _launcher_bar(address: str) -> _Show:
    from PySide6.QtDBus import QDBusConnection, QDBusMessage  # noqa: PLC0415 - few need it

    connection = QDBusConnection.connectToBus(address, address)
    entry = f"application://{QGuiApplication.desktopFileName()}.desktop"

    def show(percent: int | None) -> None:
        signal = QDBusMessage.createSignal(*_LAUNCHER)
        share = 0.0 if percent is None else percent / 100
        signal.setArguments([entry, {"progress": share, "progress-visible": percent is not None}])
        connection.send(signal)

    return show


def _windows_bar(window: int) -> _Show:
    """Called by hand, since no package of ours speaks COM. Qt has opened COM in this thread."""
    if sys.platform != "win32":
        return _no_bar
    bar = ctypes.c_void_p()
    create = ctypes.OleDLL("ole32").CoCreateInstance
    create(_TASKBAR_LIST, None, _IN_PROCESS, _TASKBAR_LIST_3, ctypes.byref(bar))
    table = ctypes.cast(bar, ctypes.POINTER(ctypes.POINTER(ctypes.c_void_p)))[0]

    def call(place: int, *arguments: ctypes.c_void_p | ctypes.c_uint64 | ctypes.c_int) -> None:
        kinds = (ctypes.c_void_p, *map(type, arguments))
        ctypes.WINFUNCTYPE(ctypes.HRESULT, *kinds)(table[place])(bar, *arguments)

    def show(percent: int | None) -> None:
        if percent is None:
            call(_SET_PROGRESS_STATE, ctypes.c_void_p(window), ctypes.c_int(_NO_PROGRESS))
        else:
            of_hundred = ctypes.c_uint64(percent), ctypes.c_uint64(100)
            call(_SET_PROGRESS_VALUE, ctypes.c_void_p(window), *of_hundred)

    call(_HR_INIT)
    return show
