from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtGui import QFileOpenEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QMenu, QWidget
from pytestqt.qtbot import QtBot

from xraydesk.ui import settings as keys
from xraydesk.ui.opening import FilesFromSystem, Opening, local_paths
from xraydesk.ui.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path / "settings.ini")


@pytest.fixture
def opening(settings: Settings, qtbot: QtBot) -> Opening:
    window = QWidget()
    qtbot.addWidget(window)
    made = Opening(window, settings)
    made.setProperty("window", window)
    return made


def test_files_and_folders_are_dropped_web_addresses_are_not() -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile("/films/a b.png"), QUrl("https://example.org/x.png")])
    assert local_paths(data) == [Path("/films/a b.png")]


def test_a_recent_film_is_opened_from_the_menu(opening: Opening, settings: Settings, qtbot: QtBot) -> None:
    settings.remember_film(Path("/films/a.png"))
    menu = QMenu()
    qtbot.addWidget(menu)
    opening.fill_recent(menu)
    first = menu.actions()[0]
    assert first.text() == "a.png"
    with qtbot.waitSignal(opening.paths_chosen) as chosen:
        opening.on_recent(first)
    assert chosen.args == [[Path("/films/a.png")]]


def test_recent_films_can_be_forgotten(opening: Opening, settings: Settings, qtbot: QtBot) -> None:
    settings.remember_film(Path("/films/a.png"))
    menu = QMenu()
    qtbot.addWidget(menu)
    opening.fill_recent(menu)
    opening.on_recent(menu.actions()[-1])
    assert settings.get(keys.RECENT_FILMS) == ()


def test_an_ampersand_in_a_recent_name_is_no_shortcut(
    opening: Opening, settings: Settings, qtbot: QtBot
) -> None:
    settings.remember_film(Path("/films/a & b.png"))
    menu = QMenu()
    qtbot.addWidget(menu)
    opening.fill_recent(menu)
    assert menu.actions()[0].text() == "a && b.png"


def test_the_sample_film_is_there_to_be_opened(opening: Opening, qtbot: QtBot) -> None:
    with qtbot.waitSignal(opening.paths_chosen) as chosen:
        opening.choose_sample()
    (film,) = chosen.args[0]
    assert film.is_file()


def test_files_are_looked_for_at_home_until_films_were_opened_elsewhere(
    opening: Opening, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders: list[str] = []

    def cancelled(_window: QWidget, _title: str, folder: str, _kinds: str) -> tuple[list[str], str]:
        folders.append(folder)
        return [], ""

    monkeypatch.setattr(QFileDialog, "getOpenFileNames", cancelled)
    opening.ask_for_films()
    settings.remember_film(Path("/films/a.png"))
    opening.ask_for_films()
    assert folders == [str(Path.home()), str(Path("/films"))]


def test_a_film_double_clicked_in_the_finder_is_opened(qapp: QApplication, qtbot: QtBot) -> None:
    from_system = FilesFromSystem()
    qapp.installEventFilter(from_system)
    with qtbot.waitSignal(from_system.paths_chosen) as chosen:
        QApplication.sendEvent(qapp, QFileOpenEvent(QUrl.fromLocalFile("/films/a b.dcm")))
    qapp.removeEventFilter(from_system)
    assert chosen.args == [[Path("/films/a b.dcm")]]
