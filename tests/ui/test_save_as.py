"""No file is replaced that the reader was not asked about."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from xraydesk.ui.save_as import ask_file

Typed = Callable[[str], Path | None]


@pytest.fixture
def typed(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Typed:
    """What is asked for where the reader typed this into the dialog."""
    window = QWidget()
    qtbot.addWidget(window)

    def ask(name: str) -> Path | None:
        answer = str(tmp_path / name) if name else ""
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_: (answer, ""))
        return ask_file(window, "Save", tmp_path / "proposed.pdf", ".pdf")

    return ask


def test_a_name_without_the_suffix_gets_it(typed: Typed, tmp_path: Path) -> None:
    assert typed("report") == tmp_path / "report.pdf"
    assert typed("report 1.5") == tmp_path / "report 1.5.pdf"
    assert typed("") is None


def test_a_whole_name_replaces_what_the_dialog_has_asked_about(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "Report.PDF").touch()
    assert typed("Report.PDF") == tmp_path / "Report.PDF"


def test_a_name_that_only_became_that_of_a_file_replaces_nothing(typed: Typed, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").touch()
    assert typed("report") == tmp_path / "report (2).pdf"
    (tmp_path / "report (2).pdf").touch()
    assert typed("report") == tmp_path / "report (3).pdf"
