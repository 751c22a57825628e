"""Opinions on their way from the reading room to a training."""

from __future__ import annotations

import hashlib
import os
import unicodedata
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from xraydesk import paths
from xraydesk.errors import Cancelled, OutputError, UsageError
from xraydesk.film.open import read_film_bytes
from xraydesk.jobs import JobContext, Progress
from xraydesk.journal.journal import Journal
from xraydesk.journal.opinions import Opinion
from xraydesk.model.prediction import INDETERMINATE, Prediction
from xraydesk.training.labelled_folder import read_labelled_folder
from xraydesk.workflows.agreement import agreements
from xraydesk.workflows.opinion_desk import OpinionDesk
from xraydesk.workflows.opinion_verbs import (
    NOT_READ,
    Agreed,
    Agreements,
    CompareOpinions,
    ExportOpinions,
    GivenOpinions,
    GiveOpinion,
    LabelledFilms,
    ListOpinions,
    OpinionNoted,
    TakeBackOpinion,
)

CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")
CTX = JobContext()


@pytest.fixture
def desk() -> Iterator[OpinionDesk]:
    journal = Journal(paths.user_journal())
    yield OpinionDesk(lambda: journal)
    journal.close()


def film(path: Path, grey: int) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.full((8, 8), grey, np.uint8)).save(path, "PNG")
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(read_film_bytes(path)).hexdigest()


def said(
    path: Path | str,
    label: str,
    predicted: str | None = "PNEUMONIA",
    *,
    digest: str = "",
    month: str = "2026-05",
    model: str = "ab12",
) -> Opinion:
    prediction = None if predicted is None else Prediction(predicted, CLASSES, (0.06, 0.03, 0.91))
    digest = digest or (sha256(path) if isinstance(path, Path) else path)
    return Opinion(
        digest, Path(path), label, prediction, "dlh", "DLH_COVID", "1.0", model, f"{month}-01T00:00:00"
    )


def test_opinions_are_given_listed_and_taken_back(desk: OpinionDesk) -> None:
    assert desk.answer(ListOpinions(), CTX) == GivenOpinions({})
    assert desk.answer(GiveOpinion(said("cd34", "NORMAL")), CTX) == OpinionNoted("cd34", "NORMAL")
    assert desk.answer(ListOpinions(), CTX) == GivenOpinions({"cd34": "NORMAL"})
    assert desk.answer(TakeBackOpinion("cd34"), CTX) == OpinionNoted("cd34")
    assert desk.answer(ListOpinions(), CTX) == GivenOpinions({})


# -- agreement ----------------------------------------------------------------------------------------


def test_the_confusion_matrix_has_the_reader_in_rows_and_the_model_in_columns(desk: OpinionDesk) -> None:
    pairs = [
        *[("COVID19", "COVID19")] * 3,
        *[("COVID19", "PNEUMONIA")] * 2,
        ("NORMAL", "NORMAL"),
        ("NORMAL", INDETERMINATE),
        ("PNEUMONIA", None),
    ]
    for number, (label, predicted) in enumerate(pairs):
        desk.answer(GiveOpinion(said(f"{number}", label, predicted)), CTX)
    found = desk.answer(CompareOpinions(), CTX)
    assert isinstance(found, Agreements)
    [model] = found.models
    assert model.rows == CLASSES
    assert model.columns == (*CLASSES, INDETERMINATE, NOT_READ)
    assert model.matrix == ((3, 0, 2, 0, 0), (0, 1, 0, 1, 0), (0, 0, 0, 0, 1))
    assert (model.films, model.overall) == (8, Agreed(4, 6))
    assert found.labels == (("COVID19", 5), ("NORMAL", 2), ("PNEUMONIA", 1))


def test_agreement_is_told_month_by_month_and_model_by_model() -> None:
    judged = [
        said("1", "NORMAL", "NORMAL", month="2026-03"),
        said("2", "NORMAL", "COVID19", month="2026-03"),
        said("3", "NORMAL", "NORMAL", month="2026-04"),
        said("4", "NORMAL", None, month="2026-04"),
        said("4", "NORMAL", "NORMAL", month="2026-05", model="newer"),
    ]
    newer, older = agreements(judged, ["NORMAL"] * 4).models
    assert older.months == (("2026-03", Agreed(1, 2)), ("2026-04", Agreed(1, 1)))
    assert (newer.model_sha256, newer.months) == ("newer", (("2026-05", Agreed(1, 1)),))


def test_films_that_no_model_was_shown_are_labelled_all_the_same() -> None:
    unread = Opinion("1", Path("/a"), "NORMAL")
    found = agreements([unread], ["NORMAL"])
    assert (found.models, found.films) == ((), 1)


def test_a_class_that_the_model_does_not_know_is_a_row_of_its_own() -> None:
    [model] = agreements([said("1", "Effusion", "NORMAL")], ["Effusion"]).models
    assert model.rows == (*CLASSES, "Effusion")
    assert model.matrix[-1] == (0, 1, 0)


def test_a_class_that_was_renamed_in_the_card_keeps_its_films_in_the_matrix() -> None:
    before = Prediction("P", ("N", "P"), (0.1, 0.9))
    after = Prediction("Pneumonia", ("N", "Pneumonia"), (0.1, 0.9))
    judged = [
        replace(said("1", "P"), prediction=before),
        replace(said("2", "Pneumonia"), prediction=after),
    ]
    [model] = agreements(judged, ["P", "Pneumonia"]).models
    assert model.rows == model.columns == ("N", "Pneumonia", "P")
    assert model.films == model.overall.films == 2


@pytest.mark.parametrize(
    ("agreed", "films", "interval"),
    # Newcombe 1998, Stat Med 17:857, table I, method 3: the score interval without continuity correction.
    [
        (81, 263, (0.2553, 0.3662)),
        (15, 148, (0.0624, 0.1605)),
        (0, 20, (0.0, 0.1611)),
        (1, 29, (0.0061, 0.1718)),
    ],
)
def test_the_interval_is_wilsons(agreed: int, films: int, interval: tuple[float, float]) -> None:
    assert Agreed(agreed, films).interval == pytest.approx(interval, abs=5e-5)


def test_of_no_films_nothing_is_known() -> None:
    assert Agreed(0, 0).share != Agreed(0, 0).share
    assert Agreed(0, 0).interval == (0.0, 1.0)


# -- as labelled films --------------------------------------------------------------------------------


@pytest.fixture
def ward(desk: OpinionDesk, tmp_path: Path) -> Path:
    """Two classes in three films, two of them of one name; one more is gone, and one has changed since."""
    folder = tmp_path / "ward"
    for number, (name, label) in enumerate(
        [("a/1.png", "NORMAL"), ("b/1.png", "NORMAL"), ("b/胸, 2.png", "COVID19")]
    ):
        desk.answer(GiveOpinion(said(film(folder / name, 10 + number), label)), CTX)
    gone, changed = film(folder / "gone.png", 20), film(folder / "changed.png", 21)
    for path in (gone, changed):
        desk.answer(GiveOpinion(said(path, "COVID19")), CTX)
    gone.unlink()
    film(changed, 22)
    return folder


def exported(desk: OpinionDesk, target: Path, *, copied: bool) -> LabelledFilms:
    answer = desk.answer(ExportOpinions(target, copied), CTX)
    assert isinstance(answer, LabelledFilms)
    return answer


def test_films_are_copied_into_class_folders_that_a_training_takes(
    desk: OpinionDesk, ward: Path, tmp_path: Path
) -> None:
    answer = exported(desk, tmp_path / "out", copied=True)
    assert (answer.folder, answer.manifest, answer.films, answer.left_out) == (tmp_path / "out", None, 3, 2)
    assert "1 COVID-19, 2 Normal" in answer.message
    assert "1 film not found" in answer.message
    assert "1 film changed" in answer.message
    found = read_labelled_folder(answer.folder, least=1)
    labels = {sha256(each.path): each.label for each in found.films}
    assert labels == {
        sha256(ward / "a/1.png"): "NORMAL",
        sha256(ward / "b/1.png"): "NORMAL",
        sha256(ward / "b/胸, 2.png"): "COVID19",
    }
    assert list(tmp_path.glob(".*")) == []


def test_a_list_refers_to_films_where_they_are(desk: OpinionDesk, ward: Path, tmp_path: Path) -> None:
    target = tmp_path / "lists" / "opinions.csv"
    target.parent.mkdir()
    answer = exported(desk, target, copied=False)
    assert (answer.folder, answer.manifest, answer.left_out) == (target.parent, target, 2)
    found = read_labelled_folder(answer.folder, answer.manifest, least=1)
    assert {(each.path, each.label) for each in found.films} == {
        (ward / "a/1.png", "NORMAL"),
        (ward / "b/1.png", "NORMAL"),
        (ward / "b/胸, 2.png", "COVID19"),
    }
    assert target.read_text(encoding="utf-8").splitlines()[0] == "file,label"


@pytest.mark.parametrize("copied", [True, False])
def test_a_film_within_an_archive_is_handed_on_too(desk: OpinionDesk, tmp_path: Path, copied: bool) -> None:
    with zipfile.ZipFile(tmp_path / "disk.zip", "w") as archive:
        archive.write(film(tmp_path / "1.png", 10), "series/1.png")
    member = tmp_path / "disk.zip" / "series" / "1.png"
    desk.answer(GiveOpinion(said(member, "NORMAL")), CTX)
    answer = exported(desk, tmp_path / ("out" if copied else "out.csv"), copied=copied)
    [found] = read_labelled_folder(answer.folder, answer.manifest, least=1).films
    assert sha256(found.path) == sha256(tmp_path / "1.png")


def test_odd_classes_have_folders_of_their_own(desk: OpinionDesk, tmp_path: Path) -> None:
    labels = ["a/b", "a_b", "A_b", "a_b (2)", ".hidden", "CON", "正常", "film"]
    for number, label in enumerate(labels):
        desk.answer(GiveOpinion(said(film(tmp_path / f"{number}.png", number), label)), CTX)
    answer = exported(desk, tmp_path / "out", copied=True)
    found = read_labelled_folder(answer.folder, least=1)
    assert len(found.films) == len(found.classes) == len({name.casefold() for name in found.classes}) == 8


@pytest.mark.skipif(os.name != "posix", reason="elsewhere every name is text")
def test_names_that_a_list_cannot_hold_are_counted_and_can_be_copied(
    desk: OpinionDesk, tmp_path: Path
) -> None:
    odd = tmp_path / os.fsdecode(b"caf\xe9.png")
    desk.answer(GiveOpinion(said(film(odd, 10), "NORMAL")), CTX)
    desk.answer(GiveOpinion(said(film(tmp_path / "ends with a space ", 11), "NORMAL")), CTX)
    desk.answer(GiveOpinion(said(film(tmp_path / "plain.png", 12), "NORMAL")), CTX)
    listed = exported(desk, tmp_path / "out.csv", copied=False)
    assert (listed.films, listed.left_out) == (1, 2)
    assert exported(desk, tmp_path / "out", copied=True).films == 3


def test_names_that_would_be_passed_over_are_changed_so_that_a_training_takes_the_films(
    desk: OpinionDesk, tmp_path: Path
) -> None:
    names = [".x.png", "x.png", "..y.png", "DICOMDIR", "dicomdir", "Thumbs.db", " .png", "film"]
    for number, name in enumerate(names):
        path = film(tmp_path / str(number) / name, number)
        desk.answer(GiveOpinion(said(path, "NORMAL")), CTX)
    answer = exported(desk, tmp_path / "out", copied=True)
    found = read_labelled_folder(answer.folder, least=1)
    assert answer.films == len(found.films) == len(names)


def test_names_are_as_different_for_a_system_that_composes_letters(desk: OpinionDesk, tmp_path: Path) -> None:
    composed, apart = unicodedata.normalize("NFC", "é.png"), unicodedata.normalize("NFD", "É.png")
    for number, name in enumerate((composed, apart, "e.png")):
        path = film(tmp_path / str(number) / name, number)
        desk.answer(GiveOpinion(said(path, f"caf{name[:-4]}")), CTX)
        desk.answer(GiveOpinion(said(film(tmp_path / str(number) / f"more {name}", 10 + number), "N")), CTX)
    exported(desk, tmp_path / "out", copied=True)
    for folder in (tmp_path / "out", tmp_path / "out" / "N"):
        told = {unicodedata.normalize("NFC", entry.name).casefold() for entry in folder.iterdir()}
        assert len(told) == len(list(folder.iterdir())) == (4 if folder.name == "out" else 3)


def test_one_class_in_two_spellings_of_its_letters_is_one_folder(desk: OpinionDesk, tmp_path: Path) -> None:
    name = "Épanchement"
    for number, label in enumerate((unicodedata.normalize("NFC", name), unicodedata.normalize("NFD", name))):
        desk.answer(GiveOpinion(said(film(tmp_path / f"{number}.png", number), label)), CTX)
    answer = exported(desk, tmp_path / "out", copied=True)
    assert read_labelled_folder(answer.folder, least=1).counts() == {"Épanchement": 2}


def test_a_folder_with_something_in_it_is_left_alone(desk: OpinionDesk, ward: Path) -> None:
    with pytest.raises(OutputError, match="there already"):
        exported(desk, ward, copied=True)
    assert sorted(entry.name for entry in ward.iterdir()) == ["a", "b", "changed.png"]


def test_an_empty_folder_can_be_filled(desk: OpinionDesk, ward: Path, tmp_path: Path) -> None:
    (tmp_path / "out").mkdir()
    assert exported(desk, tmp_path / "out", copied=True).films == 3


@pytest.mark.parametrize("copied", [True, False])
def test_a_cancelled_export_leaves_nothing(
    desk: OpinionDesk, ward: Path, tmp_path: Path, copied: bool
) -> None:
    before = set(tmp_path.iterdir())
    told: list[object] = []
    ctx = JobContext(told.append, lambda: len(told) >= 2)
    with pytest.raises(Cancelled):
        desk.answer(ExportOpinions(tmp_path / "out", copied), ctx)
    assert [type(event) for event in told] == [Progress, Progress]
    assert set(tmp_path.iterdir()) == before


def test_without_opinions_there_is_nothing_to_hand_on(desk: OpinionDesk, tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no film with your opinion"):
        exported(desk, tmp_path / "out", copied=True)


def test_where_every_film_is_gone_an_earlier_list_stays(desk: OpinionDesk, tmp_path: Path) -> None:
    path = film(tmp_path / "1.png", 10)
    desk.answer(GiveOpinion(said(path, "NORMAL")), CTX)
    path.unlink()
    earlier = tmp_path / "opinions.csv"
    earlier.write_text("file,label\n/x,y\n", encoding="utf-8")
    with pytest.raises(UsageError, match=r"No film is left to hand on\. 1 film not found"):
        exported(desk, earlier, copied=False)
    assert earlier.read_text(encoding="utf-8") == "file,label\n/x,y\n"
    with pytest.raises(UsageError, match="No film is left"):
        exported(desk, tmp_path / "out", copied=True)
    assert list(tmp_path.glob(".*.part")) == [] and not (tmp_path / "out").exists()


def test_nothing_handed_on_names_a_patient(desk: OpinionDesk, ward: Path, tmp_path: Path) -> None:
    target = tmp_path / "opinions.csv"
    exported(desk, target, copied=False)
    header, *rows = target.read_text(encoding="utf-8").splitlines()
    assert (header, len(rows)) == ("file,label", 3)
