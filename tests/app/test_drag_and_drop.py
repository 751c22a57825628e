"""A reader drops a folder on the window."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication

from tests.app.conftest import Session


def _drop(session: Session, data: QMimeData) -> bool:
    """Whether the window takes it."""
    middle = QPointF(session.window.rect().center())
    copy, left, none = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(middle.toPoint(), copy, data, left, none)
    enter.ignore()
    QApplication.sendEvent(session.window, enter)
    if enter.isAccepted():
        QApplication.sendEvent(session.window, QDropEvent(middle, copy, data, left, none))
    return enter.isAccepted()


def test_all_films_of_a_dropped_folder_are_opened_and_read(session: Session, films: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(films))])
    assert _drop(session, data)
    rows = session.window.reading.rows
    session.wait(lambda: rows.rowCount() == 3 and not any(row.wants_reading for row in rows))
    assert sorted(row.path.name for row in rows) == ["ct.dcm", "phantom.dcm", "phantom.png"]


def test_a_piece_of_text_is_not_taken(session: Session) -> None:
    data = QMimeData()
    data.setText("not a film")
    assert not _drop(session, data)
