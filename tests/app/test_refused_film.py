"""The gate takes a film for a CT slice; the reader knows better."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from tests.app.conftest import Session


def test_a_refused_film_is_classified_when_the_reader_insists(
    session: Session, films: Path, qtbot: QtBot
) -> None:
    session.open_and_read(films / "ct.dcm")
    assert session.headline == "Not read"
    assert any("CT" in note for note in session.notes)
    buttons = session.window.reading.findings.findChildren(QPushButton)
    override = next(button for button in buttons if button.text() == "Classify anyway")
    assert override.isVisible()
    qtbot.mouseClick(override, Qt.MouseButton.LeftButton)
    session.wait(lambda: session.headline not in ("Not read", ""))
    assert not override.isVisible()
    assert session.window.reading.findings.bars()[0].probability is not None
