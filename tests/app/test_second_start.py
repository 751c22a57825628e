"""A second double-click opens its film in the window that is open."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtNetwork import QLocalSocket
from pytestqt.qtbot import QtBot

from xraydesk.ui import one_window
from xraydesk.ui.one_window import OneWindow, Wanted

_STARTS_WITHIN_MS = 60_000
_PATHS = st.lists(st.text(st.characters(exclude_characters="\0"), min_size=1).map(Path)).map(tuple)

Start = Callable[..., "subprocess.Popen[str]"]


@pytest.fixture
def folder(own_places: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    found = one_window.own_folder()
    assert found is not None
    return found


@pytest.fixture
def first(folder: Path, qtbot: QtBot) -> Iterator[OneWindow]:
    """The start that keeps the window."""
    made = OneWindow()
    assert made.is_first()
    yield made
    made.close()


@pytest.fixture
def start(folder: Path) -> Iterator[Start]:
    """Starts the whole program once more, as a double-click does."""
    started: list[subprocess.Popen[str]] = []

    def begin(*arguments: str) -> subprocess.Popen[str]:
        program = [sys.executable, "-m", "xraydesk", *arguments]
        environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
        started.append(subprocess.Popen(program, env=environment, text=True, stderr=subprocess.PIPE))
        return started[-1]

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def _status(process: subprocess.Popen[str], qtbot: QtBot) -> int:
    qtbot.waitUntil(lambda: process.poll() is not None, timeout=_STARTS_WITHIN_MS)
    return int(process.returncode)


def _is_socket(file: Path) -> bool:
    return stat.S_ISSOCK(file.stat().st_mode)


def test_films_of_a_second_start_are_handed_over(
    first: OneWindow, start: Start, qtbot: QtBot, tmp_path: Path
) -> None:
    film = tmp_path / "Grüße 1.dcm"
    with qtbot.waitSignal(first.wanted, timeout=_STARTS_WITHIN_MS) as heard:
        process = start(str(film))
    assert heard.args == [Wanted(films=(film,))]
    assert _status(process, qtbot) == 0


def test_a_second_start_names_films_as_its_own_folder_has_them(
    first: OneWindow, start: Start, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(first.wanted, timeout=_STARTS_WITHIN_MS) as heard:
        start("film.dcm", "--batch", "folder")
    here = Path.cwd()
    assert heard.args == [Wanted(films=(here / "film.dcm",), batch=(here / "folder",))]


def test_a_second_start_without_films_asks_for_the_window(
    first: OneWindow, start: Start, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(first.wanted, timeout=_STARTS_WITHIN_MS) as heard:
        start()
    assert heard.args == [Wanted()]


def test_the_window_may_be_opened_again_when_it_was_closed(first: OneWindow) -> None:
    first.close()
    again = OneWindow()
    assert again.is_first()
    again.close()


def test_a_start_after_a_kill_is_the_first(folder: Path, start: Start, qtbot: QtBot) -> None:
    process = start()
    qtbot.waitUntil(lambda: any(map(_is_socket, folder.iterdir())), timeout=_STARTS_WITHIN_MS)
    process.kill()
    process.wait()
    after = OneWindow()
    assert after.is_first()
    after.close()


def test_places_elsewhere_are_another_program(
    first: OneWindow, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("XRAYDESK_HOME", str(tmp_path / "elsewhere"))
    other = OneWindow()
    assert other.is_first()
    other.close()


def test_a_window_that_does_not_answer_is_not_waited_for_for_ever(
    first: OneWindow, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(one_window, "_ANSWERS_WITHIN_S", 0.3)
    second = OneWindow()
    assert not second.is_first()
    assert not second.hand_over(Wanted())  # the first is busy here: its events are not looked after


def test_thousands_of_films_are_handed_over_at_once(first: OneWindow, qtbot: QtBot) -> None:
    wanted = Wanted(tuple(Path(f"/Рентгенограммы/Отделение пульмонологии/{n}.dcm") for n in range(10_000)))
    socket = QLocalSocket()
    socket.connectToServer(first._name)
    with qtbot.waitSignal(first.wanted, timeout=10_000) as heard:
        socket.write(wanted.to_line())
    assert heard.args == [wanted]


@pytest.mark.parametrize("line", [b"\n", b"{}\n", b"[]\n", b'{"films": "x", "batch": []}\n', b"\xff\n"])
def test_other_words_are_not_answered(first: OneWindow, qtbot: QtBot, line: bytes) -> None:
    socket = QLocalSocket()
    socket.connectToServer(first._name)
    with qtbot.assertNotEmitted(first.wanted), qtbot.waitSignal(socket.disconnected, timeout=10_000):
        socket.write(line)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows' folder of temporary files is its user's own")
def test_a_folder_that_others_may_write_to_is_not_used(
    own_places: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "xraydesk").mkdir()
    (tmp_path / "xraydesk").chmod(0o777)
    assert one_window.own_folder() is None
    alone = OneWindow()
    assert alone.is_first()
    assert not any((tmp_path / "xraydesk").iterdir())


@given(films=_PATHS, batch=_PATHS)
def test_what_is_wanted_survives_the_way(films: tuple[Path, ...], batch: tuple[Path, ...]) -> None:
    assert Wanted.from_line(Wanted(films, batch).to_line()) == Wanted(films, batch)
