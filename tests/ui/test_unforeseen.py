"""Faults nobody foresaw reach the log and the reader, and no patient's name does."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Signal, Slot
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from xraydesk.ui.unforeseen import Unforeseen, fault_words

PATIENT = "/films/DOE^JANE 1950.dcm"


class _Widget(QObject):
    clicked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.clicked.connect(self.on_clicked)

    @Slot()
    def on_clicked(self) -> None:
        Path(PATIENT).read_bytes()


@pytest.fixture
def widget() -> _Widget:
    return _Widget()


@pytest.fixture
def log(tmp_path: Path) -> Path:
    return tmp_path / "new folder" / "xraydesk.log"


@pytest.fixture
def unforeseen(log: Path) -> Iterator[Unforeseen]:
    before = sys.excepthook, threading.excepthook
    made = Unforeseen(log)
    made.watch()
    yield made
    sys.excepthook, threading.excepthook = before


def test_a_fault_in_a_slot_is_noted_and_said(
    unforeseen: Unforeseen, widget: _Widget, log: Path, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(unforeseen.met) as said:
        widget.clicked.emit()
    assert "not foreseen" in said.args[0]
    assert str(log) in said.args[0]
    noted = log.read_text(encoding="utf-8")
    assert "FileNotFoundError 2" in noted
    assert "in on_clicked" in noted


def test_neither_names_nor_paths_of_films_are_noted(
    unforeseen: Unforeseen, widget: _Widget, log: Path, capfd: pytest.CaptureFixture[str], qtbot: QtBot
) -> None:
    with qtbot.waitSignal(unforeseen.met):
        widget.clicked.emit()
    for written in (log.read_text(encoding="utf-8"), *capfd.readouterr()):
        assert "DOE" not in written
        assert "/films" not in written
        assert str(Path(__file__).parent) not in written


def test_a_fault_on_a_thread_is_noted_too(unforeseen: Unforeseen, log: Path, qtbot: QtBot) -> None:
    thread = threading.Thread(target=lambda: 1 / 0)
    with qtbot.waitSignal(unforeseen.met):
        thread.start()
        thread.join()
    assert "ZeroDivisionError" in log.read_text(encoding="utf-8")


def test_the_same_fault_again_and_again_does_not_fill_the_log(
    unforeseen: Unforeseen, widget: _Widget, log: Path
) -> None:
    for _ in range(50):
        widget.clicked.emit()
    assert log.read_text(encoding="utf-8").count("FileNotFoundError") == 3


def test_the_log_is_kept_small(unforeseen: Unforeseen, widget: _Widget, log: Path) -> None:
    log.parent.mkdir()
    log.write_text("x" * 300_000, encoding="utf-8")
    widget.clicked.emit()
    assert log.stat().st_size < 10_000
    assert log.with_name("xraydesk.log.1").stat().st_size == 300_000


def test_a_log_that_cannot_be_written_is_no_further_fault(
    widget: _Widget, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "file").touch()
    unforeseen = Unforeseen(tmp_path / "file" / "xraydesk.log")
    with capture_exceptions() as faults:
        before = sys.excepthook
        unforeseen.watch()
        with qtbot.waitSignal(unforeseen.met) as said:
            widget.clicked.emit()
        sys.excepthook = before
    assert faults == []
    assert "xraydesk.log" not in said.args[0]


def test_what_led_to_a_fault_is_noted_with_it() -> None:
    try:
        try:
            raise KeyError("DOE^JANE")
        except KeyError as error:
            raise ValueError("DOE^JANE") from error
    except ValueError as fault:
        words = fault_words(fault)
    assert words.startswith("ValueError\n")
    assert "after KeyError" in words
    assert "DOE" not in words
