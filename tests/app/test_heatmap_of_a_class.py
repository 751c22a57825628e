"""The reader asks what speaks for another class: by mouse, by key."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from tests.app.conftest import CLASSES, Session
from xraydesk.ui.action_table import Do


def test_a_click_on_a_bar_shows_its_heatmap(session: Session, films: Path, qtbot: QtBot) -> None:
    session.open_and_read(films / "phantom.png")
    findings, view = session.window.reading.findings, session.window.reading.viewer.film_view
    for place in (1, 0, 2):
        qtbot.mouseClick(findings.bars()[place], Qt.MouseButton.LeftButton)
        assert view.shown_heatmap_class() == CLASSES[place]
        assert findings.heatmap_class() == place


def test_number_keys_and_n_choose_the_class(session: Session, films: Path) -> None:
    session.open_and_read(films / "phantom.png")
    view = session.window.reading.viewer.film_view
    session.press(Qt.Key.Key_1)
    assert view.shown_heatmap_class() == CLASSES[0]
    session.press(Qt.Key.Key_N)
    assert view.shown_heatmap_class() == CLASSES[1]
    session.press(Qt.Key.Key_3)
    assert view.shown_heatmap_class() == CLASSES[2]


def test_h_switches_it_off_and_choosing_a_class_on_again(session: Session, films: Path) -> None:
    session.open_and_read(films / "phantom.png")
    heatmap = session.window.actions_by_id[Do.HEATMAP]
    view = session.window.reading.viewer.film_view
    session.press(Qt.Key.Key_H)
    assert not heatmap.isChecked()
    without = view.grab().toImage()
    session.press(Qt.Key.Key_1)
    assert heatmap.isChecked()
    assert view.grab().toImage() != without
