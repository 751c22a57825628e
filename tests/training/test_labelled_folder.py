"""Labelled films from folders and manifests; what is missing is said in words."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.training.films import labelled_folder, manifest
from xraydesk.errors import LabelledFolderError
from xraydesk.training.labelled_folder import read_labelled_folder


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return labelled_folder(tmp_path_factory.mktemp("films"), each=12)


def test_sub_folders_are_classes_in_alphabetical_order(root: Path) -> None:
    folder = read_labelled_folder(root)
    assert folder.counts() == {"COVID19": 12, "NORMAL": 12, "PNEUMONIA": 12}
    assert len({film.group for film in folder.films}) == 36  # every film its own group


def test_a_manifest_names_patients_and_sources(root: Path) -> None:
    folder = read_labelled_folder(root, manifest(root))
    assert len({film.group for film in folder.films}) == 18
    assert {film.source for film in folder.films} == {"hospital A", "hospital B"}


def test_films_whose_patient_is_left_blank_are_not_one_patient(tmp_path: Path) -> None:
    root = labelled_folder(tmp_path, each=10)
    lines = (f"{film.parent.name}/{film.name},{film.parent.name}, " for film in root.glob("*/*.png"))
    (root / "list.csv").write_text("\n".join(["file,label,patient", *lines]), encoding="utf-8")
    folder = read_labelled_folder(root, root / "list.csv")
    assert len({film.group for film in folder.films}) == 30


def test_films_whose_patient_nobody_knows_are_not_one_patient(tmp_path: Path) -> None:
    cells = ["unknown", "n/a", "NaN", "Anonymous", "-", "anon-1", "anon-1", "0", "0"]
    rows = [f"{number}.png,{'AB'[number % 2]},{cell}" for number, cell in enumerate(cells)]
    (tmp_path / "list.csv").write_text("\n".join(["file,label,patient", *rows]), encoding="utf-8")
    films = read_labelled_folder(tmp_path, tmp_path / "list.csv", least=1).films
    assert [film.patient for film in films] == [""] * 5 + ["anon-1"] * 2 + ["0"] * 2
    assert len({film.group for film in films}) == 7


def test_other_files_are_left_out(tmp_path: Path) -> None:
    labelled_folder(tmp_path, each=10)
    (tmp_path / "NORMAL" / "notes.txt").write_text("not a film", encoding="utf-8")
    assert read_labelled_folder(tmp_path).counts()["NORMAL"] == 10


def test_any_classes_with_any_names(tmp_path: Path) -> None:
    labelled_folder(tmp_path, each=10)
    (tmp_path / "NORMAL").rename(tmp_path / "ohne Befund")
    assert read_labelled_folder(tmp_path).classes == ("COVID19", "PNEUMONIA", "ohne Befund")


def test_too_few_films_are_said_with_their_class(tmp_path: Path) -> None:
    labelled_folder(tmp_path, each=10)
    next((tmp_path / "NORMAL").iterdir()).unlink()
    with pytest.raises(LabelledFolderError, match=r"NORMAL \(9\)"):
        read_labelled_folder(tmp_path)


def test_one_class_is_too_few(tmp_path: Path) -> None:
    labelled_folder(tmp_path, each=10)
    for label in ("NORMAL", "PNEUMONIA"):
        for film in (tmp_path / label).iterdir():
            film.unlink()
    with pytest.raises(LabelledFolderError, match="are of one class, COVID19: training needs two or more"):
        read_labelled_folder(tmp_path)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no columns"),
        ("name;label\na.png;NORMAL\n", "no columns"),
        ("file,label\na.png,\n", "Line 2"),
        ("file,label\na.png,NORMAL\n,COVID19\n", "Line 3"),
    ],
)
def test_a_faulty_manifest_is_named_with_its_line(tmp_path: Path, text: str, complaint: str) -> None:
    file = tmp_path / "list.csv"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(LabelledFolderError, match=complaint) as caught:
        read_labelled_folder(tmp_path, file)
    assert caught.value.hint


def test_a_manifest_in_another_encoding_is_named(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_bytes("file,label\nfoto.png,Lungenentzündung\n".encode("latin-1"))
    with pytest.raises(LabelledFolderError, match=r"list\.csv"):
        read_labelled_folder(tmp_path, tmp_path / "list.csv")


def test_a_folder_without_films_is_said(tmp_path: Path) -> None:
    with pytest.raises(LabelledFolderError, match="holds no sub-folders with films"):
        read_labelled_folder(tmp_path, least=1)


def test_a_folder_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(LabelledFolderError, match="nowhere"):
        read_labelled_folder(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("head", "between", "ends"),
    [
        ("file;label;patient", ";", "\n"),
        ("file\tlabel\tpatient", "\t", "\r\n"),
        ("sep=;\nfile;label;patient", ";", "\n"),
        ("File, Label, Patient", ",", "\n"),
        ("\ufefffile,label,patient", ",", "\r\n"),
        ('file,label,patient,"Remark; by; whom; when; where"', ",", "\n"),
    ],
)
def test_a_list_as_a_spreadsheet_writes_it(
    root: Path, tmp_path: Path, head: str, between: str, ends: str
) -> None:
    films = sorted(root.glob("*/*.png"))
    rows = [between.join((str(film), film.parent.name, f"P{n}")) for n, film in enumerate(films)]
    empty = between * 2
    (tmp_path / "list.csv").write_text(ends.join([head, *rows, empty, empty]), encoding="utf-8", newline="")
    folder = read_labelled_folder(root, tmp_path / "list.csv")
    assert [film.path for film in folder.films] == films
    assert len({film.patient for film in folder.films}) == len(films)


@pytest.mark.skipif(os.sep == "\\", reason="there it is the way to a film")
def test_a_list_written_on_windows_finds_its_films(root: Path, tmp_path: Path) -> None:
    films = sorted(root.glob("*/*.png"))
    rows = [f"{film.parent.name}\\{film.name},{film.parent.name}" for film in films]
    (tmp_path / "list.csv").write_text("\n".join(["file,label", *rows]), encoding="utf-8")
    assert [film.path for film in read_labelled_folder(root, tmp_path / "list.csv").films] == films


def test_a_way_over_the_parent_folder_is_the_film_itself(root: Path, tmp_path: Path) -> None:
    films = sorted(root.glob("*/*.png"))
    rows = [f"../{root.name}/{film.relative_to(root).as_posix()},{film.parent.name}" for film in films]
    (tmp_path / "list.csv").write_text("\n".join(["file,label", *rows]), encoding="utf-8")
    assert [film.path for film in read_labelled_folder(root, tmp_path / "list.csv").films] == films


def test_a_way_too_long_for_the_system_is_a_film_that_cannot_be_read(root: Path, tmp_path: Path) -> None:
    films = [f"{film.parent.name}\\{film.name},{film.parent.name}" for film in root.glob("*/*.png")]
    rows = ["file,label", *films, f"{'胸' * 90}\\1.png,NORMAL"]
    (tmp_path / "list.csv").write_text("\n".join(rows), encoding="utf-8")
    assert len(read_labelled_folder(root, tmp_path / "list.csv").films) == len(films) + 1


def test_class_names_of_a_mac_are_those_of_other_systems(tmp_path: Path) -> None:
    root = labelled_folder(tmp_path, each=12)
    (root / "NORMAL").rename(root / unicodedata.normalize("NFD", "unauffällig"))
    assert unicodedata.normalize("NFC", "unauffällig") in read_labelled_folder(root).classes


def test_a_folder_that_may_not_be_read_is_an_error_in_words(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_folder: Path) -> Iterator[Path]:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "iterdir", refuse)
    with pytest.raises(LabelledFolderError, match="cannot be read: Permission denied"):
        read_labelled_folder(root)
