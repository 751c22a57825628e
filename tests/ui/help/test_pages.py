"""The pages of Help say what is there, and take nothing from anybody."""

from __future__ import annotations

from pathlib import Path

import platformdirs
import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from xraydesk import __version__, paths
from xraydesk.presentation.wording import RESEARCH_USE_LONG
from xraydesk.ui.help.guide_page import GuidePage, chapters
from xraydesk.ui.help.places_page import Home, PlacesPage, home_of_this_run, why_not
from xraydesk.ui.help.report_page import ReportPage, report

STATE = "Engine: Ready\nDevice: CPU\nModel: DLH_COVID 2026.11.23"


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    widget = QWidget()
    qtbot.addWidget(widget)
    return widget


@pytest.fixture
def usual(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """As on a computer where nobody has chosen anything."""
    monkeypatch.delenv("XRAYDESK_HOME")
    for kind in ("config", "data", "cache", "log"):
        monkeypatch.setattr(platformdirs.PlatformDirs, f"user_{kind}_dir", str(tmp_path / kind))
    return tmp_path


def test_the_guide_has_a_chapter_for_each_question() -> None:
    text = " ".join(title for title, _ in chapters()).lower()
    assert all(word in text for word in ("first film", "folders", "training", "figures", "limits"))


@pytest.mark.parametrize("chapter", chapters(), ids=lambda chapter: chapter[0])
def test_every_chapter_can_be_read_in_the_window(chapter: tuple[str, str], parent: QWidget) -> None:
    page = GuidePage(parent)
    page.contents.setCurrentRow([title for title, _ in chapters()].index(chapter[0]))
    shown = page.text.toPlainText()
    assert shown.startswith(chapter[0])
    assert "**" not in shown
    assert "{" not in shown


def test_the_guide_says_what_it_is_not_for(parent: QWidget) -> None:
    assert RESEARCH_USE_LONG in dict(chapters())["Limits"]


def test_the_report_tells_version_system_and_device() -> None:
    words = report(STATE)
    assert __version__ in words
    assert "Device: CPU" in words
    assert "No faults are noted." in words


def test_the_report_holds_the_faults_that_were_noted() -> None:
    paths.user_log().parent.mkdir(parents=True)
    paths.user_log().write_text(
        "2026-11-24 XRayDesk KeyError\n  xraydesk/app.py:1 in main\n", encoding="utf-8"
    )
    assert "KeyError" in report(STATE)


def test_the_report_names_no_folder_of_a_person() -> None:
    assert str(Path.home()) not in report(STATE)
    assert str(paths.own_home()) not in report(STATE)


def test_the_report_can_be_copied(parent: QWidget) -> None:
    page = ReportPage(parent, lambda: STATE)
    page.copy.click()
    assert QApplication.clipboard().text() == page.text.toPlainText()


def test_the_self_test_joins_the_report(
    parent: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sys

    monkeypatch.setattr(
        paths, "program", lambda: [sys.executable, "-c", "print('ok  model'); raise SystemExit(1)"]
    )
    page = ReportPage(parent, lambda: STATE)
    page.test.click()
    assert not page.test.isEnabled()
    qtbot.waitUntil(page.test.isEnabled, timeout=30_000)
    assert "ended with 1:\nok  model" in page.text.toPlainText()


def test_a_self_test_that_cannot_start_is_said(
    parent: QWidget, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(paths, "program", lambda: [str(tmp_path / "nothing")])
    page = ReportPage(parent, lambda: STATE)
    page.test.click()
    qtbot.waitUntil(page.test.isEnabled, timeout=30_000)
    assert "could not be started" in page.text.toPlainText()


def test_the_places_can_be_moved_from_the_next_start_on(usual: Path, parent: QWidget) -> None:
    page = PlacesPage(parent, home_of_this_run())
    assert not page.usual.isEnabled()
    page.take(usual)
    assert str(usual) in page.next_start.text()
    assert paths.chosen_home() == usual
    page.usual.click()
    assert paths.chosen_home() is None
    assert page.next_start.text() == ""


def test_a_folder_that_cannot_be_written_to_is_not_taken(usual: Path, parent: QWidget) -> None:
    page = PlacesPage(parent, home_of_this_run())
    page.take(usual / "not there")
    assert "cannot write" in page.next_start.text()
    assert paths.chosen_home() is None
    assert why_not(usual) == ""


def test_what_the_administrator_set_cannot_be_changed_here(parent: QWidget) -> None:
    page = PlacesPage(parent, home_of_this_run())
    assert home_of_this_run() is Home.ADMINISTRATOR
    assert not page.choose.isEnabled()
    assert not page.usual.isEnabled()


def test_who_chose_is_known(usual: Path) -> None:
    assert home_of_this_run() is Home.SYSTEM
    paths.choose_home(usual)
    assert home_of_this_run() is Home.CHOSEN
