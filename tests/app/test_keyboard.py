"""A reader who never leaves the keyboard."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from tests.app.conftest import Session
from xraydesk.film.film import Voi, Window
from xraydesk.ui.help.guide_page import GuidePage
from xraydesk.ui.help.shortcuts_page import ShortcutsPage


def as_window(voi: Voi | None) -> Window:
    assert isinstance(voi, Window)
    return voi


def test_arrows_lead_through_the_films(session: Session, films: Path) -> None:
    session.open(films / "phantom.dcm", films / "phantom.png")
    session.wait(lambda: session.film_name() == "phantom.dcm")
    session.press(Qt.Key.Key_Down)
    session.wait(lambda: session.film_name() == "phantom.png")
    session.press(Qt.Key.Key_PageUp)
    session.wait(lambda: session.film_name() == "phantom.dcm")
    session.window.reading.viewer.film_view.setFocus()
    session.press(Qt.Key.Key_Right)
    session.wait(lambda: session.film_name() == "phantom.png")
    session.press(Qt.Key.Key_Left)
    session.wait(lambda: session.film_name() == "phantom.dcm")


def test_tab_leads_from_the_films_over_the_film_to_the_class_and_arrows_to_the_others(
    session: Session, films: Path
) -> None:
    session.open_and_read(films / "phantom.png")
    reading = session.window.reading
    findings, bars = reading.findings, reading.findings.bars()
    reading.film_list.view.setFocus()
    session.press(Qt.Key.Key_1)
    met = []
    for _ in range(3):
        session.press(Qt.Key.Key_Tab)
        met.append(session.window.focusWidget())
    assert met[-2:] == [reading.viewer.film_view, bars[0]]
    session.press(Qt.Key.Key_Right)
    assert session.window.focusWidget() is bars[1]
    assert findings.heatmap_class() == 1
    assert reading.viewer.film_view.shown_heatmap_class() == bars[1].class_name


def test_view_keys_work_on_the_film(session: Session, films: Path) -> None:
    session.open_and_read(films / "phantom.dcm")
    view = session.window.reading.viewer.film_view
    fitted = view.zoom()
    session.press(Qt.Key.Key_Z)
    assert view.zoom() == 1.0
    session.press(Qt.Key.Key_I)
    assert view.is_inverted()
    session.press(Qt.Key.Key_R)
    assert not view.is_inverted()
    assert view.zoom() == fitted
    session.press(Qt.Key.Key_P)
    assert view.tool() == "pan"


def test_zoom_window_and_place_change_by_key(session: Session, films: Path) -> None:
    session.open_and_read(films / "phantom.dcm")
    view = session.window.reading.viewer.film_view
    shift, alt = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.AltModifier
    fitted, as_stored = view.zoom(), as_window(view.current_window())
    session.press(Qt.Key.Key_Plus)
    assert view.zoom() == pytest.approx(1.15 * fitted)
    session.press(Qt.Key.Key_Minus)
    assert view.zoom() == pytest.approx(fitted)
    session.press(Qt.Key.Key_Up, shift)
    assert as_window(view.current_window()).center < as_stored.center
    session.press(Qt.Key.Key_Right, shift)
    assert as_window(view.current_window()).width > as_stored.width
    before = view.grab().toImage()
    session.press(Qt.Key.Key_Left, alt)
    assert view.grab().toImage() != before
    session.press(Qt.Key.Key_R)
    assert as_window(view.current_window()) == as_stored


def test_keys_for_films_rest_while_models_are_shown(session: Session, films: Path) -> None:
    session.open_and_read(films / "phantom.dcm")
    session.press(Qt.Key.Key_4, Qt.KeyboardModifier.ControlModifier)
    assert session.window.models.isVisible()
    session.press(Qt.Key.Key_I)
    assert not session.window.reading.viewer.film_view.is_inverted()
    session.press(Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    session.press(Qt.Key.Key_I)
    assert session.window.reading.viewer.film_view.is_inverted()


def test_a_key_leads_to_training(session: Session) -> None:
    session.press(Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert session.window.train_place.isVisible()
    assert session.window.train_place.sentence() == "Choose the films first."


@pytest.mark.parametrize(
    ("modifier", "kind"),
    [(Qt.KeyboardModifier.NoModifier, GuidePage), (Qt.KeyboardModifier.ShiftModifier, ShortcutsPage)],
)
def test_f1_opens_the_guide_and_with_shift_the_list_of_keys(
    session: Session, modifier: Qt.KeyboardModifier, kind: type[QDialog]
) -> None:
    session.press(Qt.Key.Key_F1, modifier)
    session.wait(lambda: bool(session.window.findChildren(kind)))
    session.press(Qt.Key.Key_F1, modifier)
    (page,) = session.window.findChildren(kind)
    assert page.isVisible()
    page.close()
