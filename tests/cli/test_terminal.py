"""Consoles of every kind: other encodings, closed streams, full disks, readers that go away."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from xraydesk.cli import terminal
from xraydesk.errors import OutputError
from xraydesk.jobs import Progress

PRINT = "from xraydesk.cli import terminal; terminal.never_fail_at_a_letter(); terminal.result({!r})"


class Console(io.TextIOWrapper):
    """A terminal of some encoding that remembers what was written."""

    def __init__(self, encoding: str) -> None:
        self.bytes = io.BytesIO()
        super().__init__(self.bytes, encoding=encoding, write_through=True, newline="")

    def isatty(self) -> bool:
        return True

    def said(self) -> str:
        return self.bytes.getvalue().decode(self.encoding)


@pytest.mark.parametrize("encoding", ["ascii", "cp1252", "cp437", "latin-1"])
def test_letters_a_console_does_not_know_are_spelt_out(encoding: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", PRINT.format("胸部.png: “Röntgen”")],
        env=os.environ | {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"},
        capture_output=True,
        check=True,
    )
    assert b"\\u80f8\\u90e8.png" in done.stdout


def test_names_that_are_no_text_are_spelt_out() -> None:
    done = subprocess.run([sys.executable, "-c", PRINT.format("\udcff.png")], capture_output=True, check=True)
    assert done.stdout.startswith(b"\\udcff.png")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs /dev/full, a disk that is always full")
def test_a_full_disk_behind_standard_output_is_said_without_a_traceback() -> None:
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(
            [sys.executable, "-m", "xraydesk", "models", "list"],
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
        printed = subprocess.run(
            [sys.executable, "-c", PRINT.format("a")], stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert b"Exception ignored" not in done.stderr + printed.stderr
    assert b"OutputError" in printed.stderr and b"No space left" in printed.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="a closed pipe has another error there")
def test_a_reader_that_goes_away_ends_the_program_quietly() -> None:
    script = (
        "from xraydesk.cli import main, terminal\n"
        "def verb(options, stop):\n"
        "    while True:\n"
        "        terminal.result('line' * 1000)\n"
        "main._VERBS['models'] = verb\n"
        "raise SystemExit(main.main(['models', 'list']))"
    )
    program = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert program.stdout is not None and program.stderr is not None
    program.stdout.readline()
    program.stdout.close()
    assert program.stderr.read() == b""
    assert program.wait() == 1
    program.stderr.close()


def test_without_any_stream_nothing_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("stdout", "stderr"):
        monkeypatch.setattr(sys, name, None)
    terminal.result("nobody reads this")
    terminal.message("nor this")
    bar = terminal.ProgressBar()
    bar.show(Progress(1, 2, "classifying"))
    bar.clear()


@pytest.mark.parametrize(("encoding", "full"), [("utf-8", "█"), ("cp1252", "#")])
def test_the_progress_bar_uses_letters_the_console_knows_and_leaves_a_clear_line(
    monkeypatch: pytest.MonkeyPatch, encoding: str, full: str
) -> None:
    console = Console(encoding)
    monkeypatch.setattr(sys, "stderr", console)
    bar = terminal.ProgressBar()
    bar.show(Progress(10, 10, "classifying"))
    assert full * 28 in console.said() and "\x1b" not in console.said()
    bar.clear()
    shown = console.said().split("\r")
    assert shown[-1] == "" and shown[-2].strip() == "" and len(shown[-2]) == len(shown[-3])


def test_a_number_that_is_none_is_null_in_json() -> None:
    assert terminal.plain({"loss": float("nan"), "all": (1.0, float("inf"))}) == {
        "loss": None,
        "all": [1.0, None],
    }


def test_an_output_error_names_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def write(self, _text: str) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr(sys, "stdout", Full())
    with pytest.raises(OutputError, match="No space left") as caught:
        terminal.result("line")
    assert caught.value.hint
