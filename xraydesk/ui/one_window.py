"""One window for each user: who double-clicks a second film finds it in the window that is open.

The first start holds a lock and listens on a local socket (a named pipe on Windows), which no network
reaches and which is its user's alone. A later start hands over what it was asked to open, and ends.
"""

from __future__ import annotations

import hashlib
import json
import os
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from PySide6.QtCore import QLockFile, QObject, Signal, Slot
from PySide6.QtNetwork import QLocalServer, QLocalSocket

from xraydesk import paths

_ANSWERS_WITHIN_S = 10.0  # an old disk takes its time from the lock to the first event
_STEP_MS = 100
_TAKEN = b"taken\n"
_LONGEST = 64 << 20  # bytes of a message: more than any command line holds, each letter written as six


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a start was asked to open: films and folders to read, places to classify. Absolute paths."""

    films: tuple[Path, ...] = ()
    batch: tuple[Path, ...] = ()

    def to_line(self) -> bytes:
        lists = {"films": [str(path) for path in self.films], "batch": [str(path) for path in self.batch]}
        return json.dumps(lists).encode("ascii") + b"\n"

    @classmethod
    def from_line(cls, line: bytes) -> Self:
        """Raises ValueError where it is not what `to_line` wrote."""
        lists = json.loads(line)
        if not isinstance(lists, dict):
            raise ValueError("no lists of paths")
        films, batch = (lists.get(key) for key in ("films", "batch"))
        return cls(_paths(films), _paths(batch))


def _paths(found: object) -> tuple[Path, ...]:
    if not isinstance(found, list) or not all(isinstance(path, str) for path in found):
        raise ValueError("no list of paths")
    return tuple(Path(path) for path in found)


class OneWindow(QObject):
    """`wanted` carries what another start handed over; empty, it only asks for the window to come forward."""

    wanted = Signal(object)

    def __init__(self, folder: Path | None = None, parent: QObject | None = None) -> None:
        """`folder` is where lock and socket lie: its user's own, on this computer."""
        super().__init__(parent)
        folder = folder or own_folder()
        self._name = _name(folder)
        self._lock = QLockFile(str(folder / f"{_of_places()}.lock")) if folder else None
        self._server: QLocalServer | None = None
        self._callers: list[QLocalSocket] = []  # later starts that have not said yet what they want

    def is_first(self) -> bool:
        """True for the one that keeps the window, and where nothing can be known; it listens from now on."""
        if self._lock is None:
            return True
        self._lock.setStaleLockTime(0)  # stale when its process is gone, however old it is
        if not self._lock.tryLock(0):
            return self._lock.error() is not QLockFile.LockError.LockFailedError
        self._listen()
        return True

    def hand_over(self, wanted: Wanted) -> bool:
        """To the first window; False where that does not answer, and another window is better than none."""
        until = time.monotonic() + _ANSWERS_WITHIN_S
        while time.monotonic() < until:
            socket = QLocalSocket()
            socket.connectToServer(self._name)
            if socket.waitForConnected(_STEP_MS):
                _let_come_forward()
                socket.write(wanted.to_line())
                remaining = max(int((until - time.monotonic()) * 1000), _STEP_MS)
                return socket.waitForReadyRead(remaining) and bytes(socket.readAll().data()) == _TAKEN
            time.sleep(_STEP_MS / 1000)
        return False

    def close(self) -> None:
        if self._server is not None:
            self._server.close()
        if self._lock is not None:
            self._lock.unlock()

    def _listen(self) -> None:
        QLocalServer.removeServer(self._name)  # what a killed one left; the lock says there is no other
        self._server = QLocalServer(self)
        self._server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
        self._server.newConnection.connect(self._on_connection)
        self._server.listen(self._name)

    @Slot()
    def _on_connection(self) -> None:
        socket = self._server.nextPendingConnection() if self._server else None
        if socket is not None:
            socket.setReadBufferSize(_LONGEST)
            self._callers.append(socket)
            socket.readyRead.connect(self._on_words)
            self._on_words()

    @Slot()
    def _on_words(self) -> None:
        for socket in [each for each in self._callers if each.canReadLine()]:
            self._callers.remove(socket)
            line = bytes(socket.readLine(_LONGEST).data())
            try:
                wanted = Wanted.from_line(line)
            except ValueError:
                socket.disconnectFromServer()
                continue
            socket.write(_TAKEN)
            socket.flush()
            self.wanted.emit(wanted)


def own_folder() -> Path | None:
    """A folder on this computer that nobody else can write to; None where there is none."""
    given = os.environ.get("XDG_RUNTIME_DIR")
    user = os.getuid() if sys.platform != "win32" else "own"
    folder = Path(given, "xraydesk") if given else Path(tempfile.gettempdir(), f"xraydesk-{user}")
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return None
    if sys.platform != "win32" and (found.st_uid != user or found.st_mode & 0o077):
        return None
    return folder


def _name(folder: Path | None) -> str:
    """Of the local socket: a file on Unix, a pipe's name on Windows."""
    if folder is None or sys.platform != "win32":
        return str(folder and folder / _of_places())
    return f"xraydesk-{_digest(str(folder))}-{_of_places()}"


def _of_places() -> str:
    """Two starts that keep their settings and journal in different places are two programs."""
    return _digest(f"{paths.user_settings()}\n{paths.user_journal()}")


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]


def _let_come_forward() -> None:
    """Windows lets a window come forward only if the program that was just started allows it."""
    if sys.platform == "win32":
        import ctypes  # noqa: PLC0415

        ctypes.windll.user32.AllowSetForegroundWindow(-1)
