from __future__ import annotations

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from reportlab.pdfgen.canvas import Canvas

from tests.export.films import batch_of, record
from tests.export.results import classified
from tests.presentation.films import film_of
from xraydesk.errors import Cancelled, OutputError
from xraydesk.export.batch_summary import summarise
from xraydesk.export.fonts import stretches
from xraydesk.export.small_pictures import SmallPictures, small_pictures
from xraydesk.export.summary_charts import class_chart, histogram_chart
from xraydesk.export.summary_pdf import SummaryPage, write_summary
from xraydesk.film.film import FilmHeader
from xraydesk.journal.records import FilmRecord
from xraydesk.model.heatmap import Crop
from xraydesk.model.prediction import Prediction
from xraydesk.presentation.colours import Theme, class_colour
from xraydesk.presentation.wording import RESEARCH_USE_LONG

FILM = film_of(np.tile(np.arange(0, 4000, 40), (120, 1)))
PICTURES = small_pictures(FILM, classified(crop=Crop(0, 0, 100, 120)))

needs_poppler = pytest.mark.skipif(
    shutil.which("pdftotext") is None, reason="needs pdftotext to read pages by"
)


def written(
    tmp_path: Path, *films: FilmRecord, pictures: SmallPictures | str = PICTURES, **fields: bool
) -> Path:
    path = tmp_path / "ward.pdf"
    page = SummaryPage(batch_of("/mnt/night shift"), summarise(films), lambda _: pictures, **fields)
    write_summary(path, page)
    return path


def text_of(path: Path) -> str:
    """All words of the pages in one line each; pages are parted by a form feed."""
    shown = subprocess.run(["pdftotext", "-layout", path, "-"], capture_output=True, check=True, text=True)
    return "\f".join(" ".join(page.split()) for page in shown.stdout.split("\f"))


@needs_poppler
def test_counts_model_places_and_films_are_on_the_pages(tmp_path: Path) -> None:
    films = [
        record(1, "/ward/a.png"),
        record(2, "/ward/b.png", (0.1, 0.8, 0.1)),
        record(3, "/ward/c.dcm", None),
    ]
    text = text_of(written(tmp_path, *films))
    for words in (
        "3 2 1 0 1 4 films found",
        "DLH_COVID 1.0",
        "ab12cd34ef567890",
        "2026-11-21 22:03:11",
        "night shift",
        "a.png",
        "91 %",
        "This may be a lateral view. Look at the film.",
        "c.dcm Not readable It is cut short.",
    ):
        assert words in text, words
    assert "/mnt" not in text  # names of folders, not where they lie
    assert "b.png" not in text  # neither positive nor failed


@needs_poppler
def test_every_page_has_the_research_sentence_and_its_number(tmp_path: Path) -> None:
    films = [record(number, f"{number}.png") for number in range(1, 30)]
    pages = text_of(written(tmp_path, *films)).split("\f")[:-1]
    assert len(pages) > 2
    for number, page in enumerate(pages, start=1):
        assert RESEARCH_USE_LONG in page
        assert f"Page {number} of {len(pages)}" in page


@needs_poppler
def test_only_the_most_suspicious_are_shown_and_the_rest_is_counted(tmp_path: Path) -> None:
    films = [record(n, f"film-{n:03d}.png", (0.4 + n / 1000, 0.3 - n / 1000, 0.3)) for n in range(1, 71)]
    films += [record(100 + n, f"bad-{n:03d}.dcm", None) for n in range(1, 121)]
    text = text_of(written(tmp_path, *films))
    assert "The 60 most suspicious of 70 films; the other 10" in text
    assert text.index("film-070.png") < text.index("film-069.png") < text.index("film-011.png")
    assert "film-010.png" not in text
    assert "The first 100 of 120 films" in text
    assert "bad-100.dcm" in text
    assert "bad-101.dcm" not in text


@needs_poppler
def test_one_film_is_counted_as_one(tmp_path: Path) -> None:
    text = text_of(written(tmp_path, record(1, "a.png"), whole=False))
    assert "1 chosen from the batch" in text
    assert "One film. Left the film" in text
    text = text_of(written(tmp_path, *(record(n, f"{n}.png") for n in range(1, 62))))
    assert "The 60 most suspicious of 61 films; the other one is in the table" in text


@needs_poppler
def test_a_film_that_cannot_be_shown_has_a_box_that_says_so(tmp_path: Path) -> None:
    text = text_of(written(tmp_path, record(1, "a.png"), pictures="It is gone."))
    assert "It is gone." in text


@needs_poppler
def test_patient_and_study_are_shown_only_when_asked_for(tmp_path: Path) -> None:
    assert "ROSSI, ANNA · PID-4711" in text_of(written(tmp_path, record(1, "a.png"), identity=True))
    assert "ROSSI" not in text_of(written(tmp_path, record(1, "a.png")))


@needs_poppler
@pytest.mark.parametrize(
    ("name", "shown"),
    [("<b>&amp;.png", "<b>&amp;.png"), ("röntgen.png", "röntgen.png"), ("\udcff.png", "?.png")],
)
def test_any_name_is_shown_or_spelt_out(tmp_path: Path, name: str, shown: str) -> None:
    assert shown in text_of(written(tmp_path, record(1, Path("/x") / name)))


@pytest.mark.parametrize(
    "name",
    ["صور محمد (12).dcm", "胸部正位片.dcm", "אבג.png", "🩻.png", "हिन्दी.png", "\ufffe\x01.png", "x" * 250],
)
def test_no_name_keeps_the_summary_from_being_written(tmp_path: Path, name: str) -> None:
    films = [record(1, Path("/x") / name), record(2, Path("/x") / name, None)]
    assert written(tmp_path, *films).read_bytes().startswith(b"%PDF")


def test_letters_no_font_has_are_spelt_out() -> None:
    assert [letters for _, letters in stretches("a\U0010fffd\udcff")] == ["a\\U0010fffd\\udcff"]


def test_an_empty_batch_has_its_page(tmp_path: Path) -> None:
    assert written(tmp_path).read_bytes().startswith(b"%PDF")


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="needs pdftoppm to draw pages by")
def test_bars_are_drawn_in_the_colours_of_the_classes(tmp_path: Path) -> None:
    from PIL import Image

    path = written(tmp_path, record(1, "a.png"), record(2, "b.png", (0.1, 0.8, 0.1)), pictures="none")
    subprocess.run(["pdftoppm", "-r", "72", "-png", "-aa", "no", path, tmp_path / "page"], check=True)
    with Image.open(next(tmp_path.glob("page*.png"))) as page:
        pixels = np.asarray(page.convert("RGB"))
    widths = []
    for place in range(3):
        colour = class_colour(place, Theme.LIGHT)
        wanted = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
        widths.append(int((pixels[:330] == wanted).all(axis=2).sum(axis=1).max()))
    assert widths == [0, pytest.approx(119, abs=2), pytest.approx(119, abs=2)]  # half of half a page


@pytest.mark.parametrize("number", [22, 200])
def test_a_model_of_many_classes_has_its_summary(tmp_path: Path, number: int) -> None:
    classes = tuple(f"class {place}" for place in range(number))
    prediction = Prediction("class 3", classes, (1 / number,) * number)
    batch = batch_of()
    batch = replace(batch, told=replace(batch.told, classes=classes))
    films = [record(1, "a.png", prediction=prediction)]
    write_summary(tmp_path / "a.pdf", SummaryPage(batch, summarise(films), lambda _: PICTURES))
    assert (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF")


def test_charts_of_nothing_and_of_much_are_drawn(tmp_path: Path) -> None:
    canvas = Canvas(str(tmp_path / "a.pdf"))
    for labels in ({}, {"NORMAL": 10**6}, {"other": 1}):
        class_chart(200, ("COVID19", "NORMAL"), labels).drawOn(canvas, 0, 0)
    for bins in ([0] * 20, [1, 10**6] * 10):
        histogram_chart(200, 128, bins, "x").drawOn(canvas, 0, 0)
    canvas.save()


def test_small_pictures_keep_the_proportions_of_the_film() -> None:
    tall = small_pictures(replace(FILM, header=FilmHeader(pixel_aspect=2.0)), classified(), 60)
    assert (tall.width, tall.height) == (25, 60)
    assert PICTURES.heat != PICTURES.film


def test_a_cancelled_summary_leaves_nothing(tmp_path: Path) -> None:
    def pictures(_: FilmRecord) -> str:
        raise Cancelled

    page = SummaryPage(batch_of(), summarise([record(1, "a.png")]), pictures)
    with pytest.raises(Cancelled):
        write_summary(tmp_path / "ward.pdf", page)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"ward\.pdf"):
        write_summary(tmp_path / "nowhere/ward.pdf", SummaryPage(batch_of(), summarise([]), lambda _: ""))
