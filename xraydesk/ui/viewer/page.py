"""One page about one film: as PNG, as PDF, on the clipboard, on paper."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QGuiApplication, QImage, QPageSize, QPainter, QPdfWriter
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QDialog, QWidget

from xraydesk.errors import OutputError
from xraydesk.export.atomic import whole_file
from xraydesk.model.film_result import FilmResult
from xraydesk.presentation import wording
from xraydesk.ui.viewer.film_view import FilmView
from xraydesk.ui.viewer.page_layout import PAGE_HEIGHT, PAGE_WIDTH, PageContent, paint_page

_PIXELS_PER_UNIT = 0.6  # A4 at 152 pixels an inch
_PDF_RESOLUTION = 300


def page_of(
    view: FilmView, result: FilmResult | None, when: datetime, *, with_identity: bool = False
) -> PageContent:
    """The page about the film in the viewer, as it is shown there.

    Without `with_identity` neither patient nor study nor file name is on it.
    """
    film = view.film()
    known = film is not None and with_identity
    return PageContent(
        film=view.render_page(),
        result=result,
        heatmap_class=view.shown_heatmap_class(),
        read_on=f"{when:%Y-%m-%d %H:%M}",
        identity=wording.identity_lines(film.identity) if known and film and film.identity else (),
        file_name=wording.film_name(film.path) if known and film else "",
    )


def page_image(content: PageContent) -> QImage:
    """The page as it lies on white paper."""
    size = round(PAGE_WIDTH * _PIXELS_PER_UNIT), round(PAGE_HEIGHT * _PIXELS_PER_UNIT)
    image = QImage(*size, QImage.Format.Format_RGB32)
    image.fill("white")
    painter = QPainter(image)
    paint_page(painter, image.width(), image.height(), content)
    painter.end()
    return image


def save_page_png(content: PageContent, path: Path) -> None:
    """Raises OutputError."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    page_image(content).save(buffer, "PNG")  # type: ignore[call-overload]
    _write(path, buffer)


def save_page_pdf(content: PageContent, path: Path) -> None:
    """Raises OutputError."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(0, 0, 0, 0))
    writer.setResolution(_PDF_RESOLUTION)
    writer.setTitle("XRayDesk")
    writer.setCreator("XRayDesk")
    painter = QPainter(writer)
    paint_page(painter, writer.width(), writer.height(), content)
    painter.end()
    _write(path, buffer)


def copy_page(content: PageContent) -> None:
    """Puts the page on the clipboard as a picture."""
    QGuiApplication.clipboard().setImage(page_image(content))


def print_page(content: PageContent, parent: QWidget) -> bool:
    """Asks for the printer and prints; False when the reader thinks better of it. Raises OutputError."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    if QPrintDialog(printer, parent).exec() != QDialog.DialogCode.Accepted:
        return False
    paint_on_printer(content, printer)
    return True


def paint_on_printer(content: PageContent, printer: QPrinter) -> None:
    """Raises OutputError."""
    painter = QPainter()
    if not painter.begin(printer):
        raise OutputError(
            "The page could not be printed: the printer does not answer.",
            hint="Look whether it is switched on and has paper, or save the page as PDF.",
        )
    page = printer.pageRect(QPrinter.Unit.DevicePixel)
    paint_page(painter, page.width(), page.height(), content)
    painter.end()


def _write(path: Path, buffer: QBuffer) -> None:
    with whole_file(path) as part:
        part.write_bytes(buffer.data().data())
