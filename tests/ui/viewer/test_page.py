from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from tests.export.results import LATERAL, classified
from tests.presentation.films import film_of
from xraydesk.errors import OutputError
from xraydesk.film.film import FilmIdentity
from xraydesk.model.heatmap import Crop
from xraydesk.model.prediction import Prediction
from xraydesk.ui.viewer import page
from xraydesk.ui.viewer.film_view import FilmView
from xraydesk.ui.viewer.page_layout import PAGE_HEIGHT, PageContent, how_lines
from xraydesk.workflows.verbs import OpenedFilm

WHEN = datetime(2021, 7, 15, 9, 30)


@pytest.fixture
def view(qtbot: QtBot) -> FilmView:
    widget = FilmView()
    qtbot.addWidget(widget)
    film = film_of(np.full((40, 40), 1365), identity=FilmIdentity(patient_name="DOE^JANE", patient_id="77"))
    widget.show_film(OpenedFilm(film, (), ""))
    widget.show_heatmaps(classified(crop=Crop(0, 0, 40, 40)).heatmaps, 2)
    return widget


def inked_rows(image: QImage) -> list[int]:
    return [
        y for y in range(image.height()) if any(image.pixel(x, y) != 0xFFFFFFFF for x in range(0, 1260, 2))
    ]


def test_a_page_names_nobody_unless_asked(view: FilmView) -> None:
    content = page.page_of(view, classified(), WHEN)
    assert (content.identity, content.file_name) == ((), "")
    known = page.page_of(view, classified(), WHEN, with_identity=True)
    assert (known.identity, known.file_name) == (("DOE, JANE  ·  77",), "film.dcm")
    assert page.page_image(known) != page.page_image(content)


def test_a_page_says_with_what_and_when_the_film_was_read(view: FilmView) -> None:
    assert list(how_lines(page.page_of(view, classified(), WHEN))) == [
        "DLH_COVID 1.0  ·  CPU  ·  41 ms  ·  2021-07-15 09:30",
        "Film SHA-256 cd34  ·  weights SHA-256 ab12",
    ]
    assert list(how_lines(page.page_of(view, None, WHEN))) == ["2021-07-15 09:30"]


def test_a_page_carries_the_heatmap_only_while_it_is_in_sight(view: FilmView) -> None:
    assert page.page_of(view, classified(), WHEN).heatmap_class == "PNEUMONIA"
    view.set_heatmap_visible(False)
    content = page.page_of(view, classified(), WHEN)
    assert content.heatmap_class == ""
    assert content.film.pixelColor(20, 20).saturation() == 0


def test_the_research_sentence_stands_at_the_foot(view: FilmView) -> None:
    image = page.page_image(page.page_of(view, classified(), WHEN))
    assert image.height() * 0.93 < inked_rows(image)[-1] < image.height() * 0.96


def test_many_classes_and_warnings_still_fit_the_paper(view: FilmView) -> None:
    names = tuple(f"CLASS {place}" for place in range(8))
    result = replace(
        classified(), prediction=Prediction(names[0], names, (0.125,) * 8), warnings=(LATERAL,) * 5
    )
    image = page.page_image(page.page_of(view, result, WHEN))
    assert inked_rows(image)[-1] < image.height() * 0.96


def test_a_page_is_saved_as_png(tmp_path: Path, view: FilmView) -> None:
    content = page.page_of(view, classified(), WHEN)
    page.save_page_png(content, tmp_path / "a.png")
    read = QImage(str(tmp_path / "a.png"))
    assert read.height() == round(PAGE_HEIGHT * 0.6)
    assert read.convertToFormat(QImage.Format.Format_RGB32) == page.page_image(content)


def test_a_page_is_saved_as_one_page_of_pdf(tmp_path: Path, view: FilmView) -> None:
    page.save_page_pdf(page.page_of(view, classified(), WHEN), tmp_path / "a.pdf")
    written = (tmp_path / "a.pdf").read_bytes()
    assert written.startswith(b"%PDF-")
    assert written.count(b"/Type /Page\n") == 1
    assert b"DOE" not in written


def test_a_place_that_cannot_be_written_is_an_output_error(tmp_path: Path, view: FilmView) -> None:
    content = page.page_of(view, classified(), WHEN)
    with pytest.raises(OutputError, match=r"a\.png"):
        page.save_page_png(content, tmp_path / "nowhere" / "a.png")
    with pytest.raises(OutputError, match=r"a\.pdf"):
        page.save_page_pdf(content, tmp_path / "nowhere" / "a.pdf")


def test_the_clipboard_gets_the_page(view: FilmView) -> None:
    content = page.page_of(view, classified(), WHEN)
    page.copy_page(content)
    copied = QGuiApplication.clipboard().image()
    assert copied.convertToFormat(QImage.Format.Format_RGB32) == page.page_image(content)


def test_a_page_is_printed(tmp_path: Path, view: FilmView) -> None:
    printer = QPrinter(QPrinter.PrinterMode.ScreenResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(tmp_path / "paper.pdf"))
    page.paint_on_printer(page.page_of(view, classified(), WHEN), printer)
    assert (tmp_path / "paper.pdf").read_bytes().count(b"/Type /Page\n") == 1


def test_a_page_of_an_unread_film_can_be_painted(view: FilmView) -> None:
    view.clear_heatmaps()
    content = PageContent(view.render_page(), None)
    assert inked_rows(page.page_image(content))
