"""The reader takes the film and its findings along: as PNG, as PDF, on the clipboard."""

from __future__ import annotations

from pathlib import Path

from PIL import Image
from PySide6.QtGui import QGuiApplication

from tests.app.conftest import Session


def test_saved_as_png(session: Session, films: Path, tmp_path: Path) -> None:
    session.open_and_read(films / "phantom.dcm")
    file = tmp_path / "page.png"
    session.window.pages.save_png(file)
    assert session.window.status.message() == "Saved as page.png."
    with Image.open(file) as page:
        assert page.height > page.width > 500
        assert len(page.convert("L").getcolors() or []) > 50


def test_saved_as_pdf(session: Session, films: Path, tmp_path: Path) -> None:
    session.open_and_read(films / "phantom.dcm")
    file = tmp_path / "page.pdf"
    session.window.pages.save_pdf(file)
    assert file.read_bytes().startswith(b"%PDF-")


def test_a_page_that_cannot_be_written_is_said_and_leaves_nothing(
    session: Session, films: Path, tmp_path: Path
) -> None:
    session.open_and_read(films / "phantom.dcm")
    session.window.pages.save_png(tmp_path / "nowhere" / "page.png")
    assert "page.png" in session.window.status.message()
    assert not session.window.status.message().startswith("Saved")
    assert list(tmp_path.iterdir()) == []


def test_copied_to_the_clipboard(session: Session, films: Path) -> None:
    session.open_and_read(films / "phantom.dcm")
    QGuiApplication.clipboard().clear()
    session.window.pages.copy()
    copied = QGuiApplication.clipboard().image()
    assert copied.height() > copied.width() > 500
