"""Somebody looks over the reader's shoulder: one key hides whose film it is."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRect, Qt

from tests.app.conftest import Session
from xraydesk.ui import settings as keys
from xraydesk.ui.action_table import Do
from xraydesk.ui.settings import Settings


def test_one_key_hides_the_patient_and_it_stays_hidden(session: Session, films: Path) -> None:
    session.open_and_read(films / "phantom.dcm")
    view = session.window.reading.viewer.film_view
    shown = view.grab().toImage()
    session.press(Qt.Key.Key_H, Qt.KeyboardModifier.ControlModifier)
    hidden = view.grab().toImage()
    assert hidden != shown
    corner = QRect(0, 0, view.width() // 2, view.height() // 4)
    outside = QRect(0, corner.height(), view.width(), view.height() - corner.height())
    assert hidden.copy(corner) != shown.copy(corner)
    assert hidden.copy(outside) == shown.copy(outside)
    session.window.close()
    assert Settings().get(keys.IDENTITY_HIDDEN) is True


def test_the_page_names_nobody_while_identity_is_hidden(session: Session, films: Path) -> None:
    session.open_and_read(films / "phantom.dcm")
    actions = session.window.actions_by_id
    assert session.window.pages.content().identity == ()
    actions[Do.PAGE_IDENTITY].setChecked(True)
    assert session.window.pages.content().identity
    actions[Do.HIDE_IDENTITY].setChecked(True)
    assert session.window.pages.content().identity == ()
    assert session.window.pages.content().file_name == ""
