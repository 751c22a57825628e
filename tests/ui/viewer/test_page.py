from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtGui import QColor, QGuiApplication, QImage
from PySide6.QtPrintSupport import QPrinter
from pytestqt.qtbot import QtBot

from tests.export.results import LATERAL, classified
from tests.presentation.films import film_of
from xraydesk.errors import OutputError
from xraydesk.film.film import FilmIdentity, GateFinding, Severity
from xraydesk.model.film_result import FilmResult
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


def of_classes(*names: str) -> FilmResult:
    return replace(classified(), prediction=Prediction(names[0], names, (1 / len(names),) * len(names)))


LONG = "Consolidation of the left lower lobe and of much that lies beside it, "
ENDLESS = GateFinding("x", Severity.WARNING, "W" * 3000, "Look at the film.")


@pytest.mark.parametrize(
    ("result", "identity", "file_name"),
    [
        (of_classes(*(f"CLASS {place}" for place in range(40))), ("DOE, JANE",) * 4, "film.dcm"),
        (of_classes(*(f"{LONG}{place}" for place in range(9))), (), ""),
        (replace(classified(), warnings=(LATERAL,) * 20), (), ""),
        (replace(classified(), warnings=(ENDLESS,) * 20), (), ""),
        (classified(), ("free text\n" * 60,) * 4, "W" * 255),
        (replace(classified(), model_name=20 * LONG), (), ""),
    ],
)
def test_whatever_stands_above_the_sentence_is_whole_at_the_foot(
    view: FilmView, result: FilmResult, identity: tuple[str, ...], file_name: str
) -> None:
    content = page.page_of(view, result, WHEN)
    image = page.page_image(replace(content, identity=identity, file_name=file_name))
    plain = page.page_image(page.page_of(view, None, WHEN))
    foot = round(0.915 * image.height())  # a strip of white above the sentence, too
    assert image.copy(0, foot, image.width(), image.height()) == plain.copy(
        0, foot, image.width(), image.height()
    )


def test_the_film_has_the_room_that_the_words_leave(view: FilmView) -> None:
    view.set_heatmap_visible(False)
    sides = []
    for names in ("AB", "ABCDEFGHIJKL"):
        image = page.page_image(page.page_of(view, of_classes(*names), WHEN))
        grey = [y for y in range(image.height()) if image.pixelColor(630, y) == QColor(85, 85, 85)]
        sides.append(len(grey))
    assert sides[0] == pytest.approx(1080, abs=2)  # as wide as the page
    assert 600 < sides[1] < 1000


def test_a_long_name_does_not_lie_under_its_bar(view: FilmView) -> None:
    image = page.page_image(page.page_of(view, of_classes(LONG, "NORMAL"), WHEN))
    field, white = QColor("#e3e6e9").rgb(), QColor("white").rgb()
    row = next(y for y in range(1200, image.height()) if image.pixel(1000, y) == field)
    end = next(x for x in range(1000, 0, -1) if image.pixel(x, row + 5) == white)
    gap = [image.pixel(x, y) for x in range(end - 12, end) for y in range(row - 8, row + 22)]
    assert set(gap) == {white}


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
