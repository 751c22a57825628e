"""What would spoil a training is found and named; a clean folder is left in peace."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageFilter, ImageOps

from tests.film.dicom_files import data_set, write
from tests.training.clinic import clinic, draw_chest
from xraydesk.errors import Cancelled, LabelledFolderError, UsageError
from xraydesk.jobs import JobContext, Progress
from xraydesk.workflows.scan_folder import scan_folder
from xraydesk.workflows.training_verbs import (
    DoctorFinding,
    FilmChoice,
    ScanFolder,
    ScannedFolder,
    Severity,
)


def scan(root: Path, **more: object) -> ScannedFolder:
    return scan_folder(ScanFolder(root, **more), JobContext())  # type: ignore[arg-type]


def codes(scanned: ScannedFolder) -> set[str]:
    return {finding.code for finding in scanned.findings}


def the(scanned: ScannedFolder, code: str) -> DoctorFinding:
    found = [finding for finding in scanned.findings if finding.code == code]
    assert len(found) == 1, scanned.findings
    return found[0]


def names(scanned: ScannedFolder, finding: DoctorFinding) -> set[str]:
    return {scanned.films[i].path.stem for i in finding.films}


def redrawn(folder: Path, change: object) -> None:
    """Every film of a class, changed in place."""
    for file in folder.iterdir():
        image = Image.open(file).convert("L")
        assert callable(change)
        change(image).save(file)


@pytest.mark.parametrize("seed", range(4))
def test_a_clean_folder_raises_no_alarm(tmp_path: Path, seed: int) -> None:
    scanned = scan(clinic(tmp_path / "films", (12, 25, 40, 60)[seed], seed))
    assert codes(scanned) == {"few"}  # films of each class, truly
    assert scanned.may_train
    assert len({film.group for film in scanned.films}) == len(scanned.films)


@pytest.mark.parametrize("width", [1, 4, 16])
def test_a_white_border_on_one_class_is_found_and_named(tmp_path: Path, width: int) -> None:
    root = clinic(tmp_path / "films", 40)
    redrawn(root / "NORMAL", lambda film: ImageOps.expand(film, width, 255))
    finding = the(scan(root), "shortcut")
    assert finding.severity is Severity.WARNING
    assert finding.message.startswith(
        "NORMAL and PNEUMONIA films can be told apart by their borders alone (AUROC"
    )


def test_a_blurred_class_is_found_and_named_among_three(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 40, classes=("COVID19", "NORMAL", "PNEUMONIA"))
    redrawn(root / "NORMAL", lambda film: film.filter(ImageFilter.GaussianBlur(1.5)))
    scanned = scan(root)
    finding = the(scanned, "shortcut")
    assert finding.message.startswith("NORMAL films can be told by their sharpness alone (AUROC")
    assert {scanned.films[i].label for i in finding.films} == {"NORMAL"}


def test_a_class_of_another_file_type_or_size_is_found_and_named(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 40)
    for file in (root / "PNEUMONIA").iterdir():
        film = Image.open(file)
        file.unlink()
        film.resize((512, 512)).save(file.with_suffix(".bmp"))
    message = the(scan(root), "shortcut").message
    assert all(f"their {clue}" in message for clue in ("file type", "size", "aspect ratio"))


def test_sources_that_tell_the_class_are_found(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 40)
    rows = [
        (f"{file.parent.name}/{file.name}", file.parent.name, "A" if file.parent.name == "NORMAL" else "B")
        for file in root.glob("*/*")
    ]
    with (root / "list.csv").open("w", encoding="utf-8", newline="") as text:
        csv.writer(text).writerows([("file", "label", "source"), *rows])
    assert (
        "their source alone (AUROC 1.00)" in the(scan(root, manifest=root / "list.csv"), "shortcut").message
    )


def test_copies_across_classes_are_found_whatever_was_done_to_them(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 30)
    (root / "PNEUMONIA" / "same.jpg").write_bytes((next((root / "NORMAL").glob("*.jpg"))).read_bytes())
    small, dark = draw_chest(0), draw_chest(1)  # as N000 and N001 were drawn
    small.resize((200, 214)).save(root / "PNEUMONIA" / "small.jpg", quality=60)
    dark.point(lambda grey: int(grey * 0.8)).save(root / "PNEUMONIA" / "dark.png")
    scanned = scan(root)
    finding = the(scanned, "duplicates_across_classes")
    assert names(scanned, finding) >= {"same", "small", "dark", "N000", "N001"}
    assert len(finding.films) in (5, 6)
    assert "3 pairs of copies lie in two classes" in finding.message
    group = {film.path.stem: film.group for film in scanned.films}
    assert group["small"] == group["N000"] and group["dark"] == group["N001"]


def test_copies_within_a_class_are_a_note(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 30)
    draw_chest(0).resize((400, 420)).save(root / "NORMAL" / "large.png")
    first = next((root / "NORMAL").glob("*.jpg"))
    (root / "NORMAL" / "again.jpg").write_bytes(first.read_bytes())
    scanned = scan(root)
    assert names(scanned, the(scanned, "near_duplicates")) == {"large", "N000"}
    assert names(scanned, the(scanned, "exact_duplicates")) == {"again", first.stem}
    assert the(scanned, "near_duplicates").severity is Severity.NOTE


def dicom_clinic(root: Path, patient_of: dict[str, str]) -> Path:
    for number, (place, patient) in enumerate(patient_of.items()):
        file = root / place
        file.parent.mkdir(parents=True, exist_ok=True)
        pixels = np.asarray(draw_chest(number)).astype(np.uint16) * 16
        write(file, data_set(pixels, PatientID=patient, WindowCenter="2048", WindowWidth="4096"))
    return root


def test_a_patient_in_two_classes_is_found_by_the_header(tmp_path: Path) -> None:
    patients = {f"{label}/{i}.dcm": f"{label}-{i // 2}" for label in ("A", "B") for i in range(12)}
    patients |= {"A/leak1.dcm": "leaky", "B/leak2.dcm": "leaky"}
    scanned = scan(dicom_clinic(tmp_path / "films", patients))
    finding = the(scanned, "patient_in_two_classes")
    assert names(scanned, finding) == {"leak1", "leak2"}
    assert finding.message == "1 patient has films in more than one class."
    assert scanned.patients_known
    assert len({film.group for film in scanned.films}) == 13
    assert "leaky" not in repr(scanned).replace("leak1", "").replace("leak2", "")


def test_an_identifier_that_all_films_share_is_nobodys(tmp_path: Path) -> None:
    patients = {f"{label}/{i}.dcm": "4711" for label in ("A", "B") for i in range(12)}
    patients |= {f"{label}/x{i}.dcm": "Anonymous" for label in ("A", "B") for i in range(2)}
    scanned = scan(dicom_clinic(tmp_path / "films", patients))
    assert "patient_in_two_classes" not in codes(scanned)
    assert not scanned.patients_known
    assert len({film.group for film in scanned.films}) == 28


def test_pseudonyms_are_patients(tmp_path: Path) -> None:
    patients = {f"{label}/{i}.dcm": f"ANON-00{label}{i // 3 + 1}" for label in ("A", "B") for i in range(12)}
    scanned = scan(dicom_clinic(tmp_path / "films", patients))
    assert scanned.patients_known
    assert len({film.group for film in scanned.films}) == 8


def test_a_patient_in_two_classes_is_found_by_the_file_name(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 12)
    for label, numbers in (("NORMAL", range(12)), ("PNEUMONIA", range(11, 23))):
        for file, number in zip(sorted((root / label).iterdir()), numbers, strict=True):
            file.rename(file.with_stem(f"p{number}_{label}"))
    scanned = scan(root, patient_pattern=r"^p(\d+)_")
    assert names(scanned, the(scanned, "patient_in_two_classes")) == {"p11_NORMAL", "p11_PNEUMONIA"}
    assert scanned.patients_known
    for pattern in ("(", "nothing", "(a)(b)"):
        with pytest.raises(UsageError, match=r"pattern|brackets"):
            scan(root, patient_pattern=pattern)


def test_what_a_list_keeps_together_stays_so_where_names_tell_patients(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 12)
    films = sorted(root.glob("*/*"))
    rows = [f"{film.relative_to(root)},{film.parent.name},P{i // 4}" for i, film in enumerate(films)]
    (root / "list.csv").write_text("\n".join(["file,label,patient", *rows]), encoding="utf-8")
    scanned = scan(root, manifest=root / "list.csv", patient_pattern=r"^(.\d+)\.")
    assert [film.group for film in scanned.films] == [i // 4 for i in range(24)]


def test_too_few_films_refuse_a_training(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 40)
    for file in sorted((root / "NORMAL").iterdir())[9:]:
        file.unlink()
    scanned = scan(root)
    assert not scanned.may_train
    assert scanned.findings[0].message == "Too few films of NORMAL (9): training needs 10 of each class."
    assert "PNEUMONIA has 4.4 times as many films as NORMAL" in the(scanned, "imbalance").message


def test_what_cannot_be_read_is_told_with_the_reason(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 12)
    (root / "NORMAL" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    (root / "NORMAL" / "page.jpg").write_text("<html>", encoding="utf-8")
    (root / "NORMAL" / "notes.txt").write_text("of no interest", encoding="utf-8")
    scanned = scan(root)
    finding = the(scanned, "unreadable")
    assert names(scanned, finding) == {"broken", "page"}
    assert all(scanned.films[i].problem for i in finding.films)


def test_films_that_are_small_or_no_chest_are_named(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 12)
    draw_chest(7777, width=100, height=110).save(root / "NORMAL" / "tiny.png")
    noise = np.random.default_rng(0).integers(0, 255, (300, 300), dtype=np.uint8)
    Image.fromarray(noise).save(root / "NORMAL" / "noise.png")
    scanned = scan(root)
    assert names(scanned, the(scanned, "small_films")) == {"tiny"}
    assert names(scanned, the(scanned, "no_chest_film")) == {"noise"}
    assert the(scanned, "no_chest_film").message.startswith("1 film may be no frontal chest film: 1 unlike")


@pytest.mark.parametrize(("good", "severity"), [(24, Severity.WARNING), (98, Severity.NOTE)])
def test_as_few_odd_films_as_good_folders_have_are_a_note(
    tmp_path: Path, good: int, severity: Severity
) -> None:
    root = clinic(tmp_path / "films", good // 2)
    noise = np.random.default_rng(0).integers(0, 255, (300, 300), dtype=np.uint8)
    Image.fromarray(noise).save(root / "NORMAL" / "noise.png")
    finding = the(scan(root), "no_chest_film")
    assert finding.severity is severity
    assert finding.hint.startswith("Look at them")


def test_what_a_person_excluded_or_relabelled_is_heeded(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 12)
    twin = root / "PNEUMONIA" / "twin.png"
    draw_chest(0).save(twin)
    assert "duplicates_across_classes" in codes(scan(root))
    excluded = scan(root, choices=(FilmChoice(twin, excluded=True),))
    assert "duplicates_across_classes" not in codes(excluded)
    assert [film.path for film in excluded.films if film.excluded] == [twin]
    relabelled = scan(root, choices=(FilmChoice(twin, label="NORMAL"),))
    assert "near_duplicates" in codes(relabelled) and "duplicates_across_classes" not in codes(relabelled)
    assert {film.label for film in relabelled.films if film.path == twin} == {"NORMAL"}


def test_thumbnails_of_each_class_come_with_their_places(tmp_path: Path) -> None:
    scanned = scan(clinic(tmp_path / "films", 30))
    for label in scanned.classes:
        positions, pixels = scanned.thumbnails[label]
        assert pixels.shape == (12, 96, 96) and pixels.dtype == np.uint8 and pixels.any(axis=(1, 2)).all()
        assert {scanned.films[i].label for i in positions} == {label}


def test_a_scan_tells_how_far_it_is_and_can_be_cancelled(tmp_path: Path) -> None:
    root, seen = clinic(tmp_path / "films", 12), list[object]()
    scan_folder(ScanFolder(root), JobContext(seen.append))
    assert Progress(24, 24, "reading films") in seen
    with pytest.raises(Cancelled):
        scan_folder(ScanFolder(root), JobContext(is_cancelled=lambda: True))


def test_a_folder_without_films_is_an_error_in_words(tmp_path: Path) -> None:
    with pytest.raises(LabelledFolderError, match="holds no sub-folders with films"):
        scan(tmp_path)


def test_a_class_of_which_no_film_was_found_is_named(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 12)
    (root / "LATER").mkdir()
    (root / "TB").mkdir()
    (root / "TB" / "films.zip").write_bytes(b"PK\x03\x04" + bytes(200))
    found = the(scan(root), "not_seen")
    assert found.message == f"No films were found in LATER, {Path('TB', 'films.zip')}."
    assert found.hint.startswith("The first: It holds no films.")


def test_films_beside_the_class_folders_are_named(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 12)
    for number in range(5):
        draw_chest(number).save(root / f"new{number}.png")
    (root / "read me.txt").write_text("of no interest", encoding="utf-8")
    scanned = scan(root)
    assert the(scanned, "not_seen").message == (
        "5 films lie in no class folder and will not be used: new0.png, new1.png, new2.png and 2 more."
    )
    assert len(scanned.films) == 24


def test_a_class_without_a_readable_film_refuses_a_training(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 12)
    (root / "COVID").mkdir()
    for number in range(12):
        (root / "COVID" / f"{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    scanned = scan(root)
    assert scanned.findings[0].message == "Too few films of COVID (0): training needs 10 of each class."
    assert not scanned.may_train
    none_of_them = tuple(FilmChoice(film, excluded=True) for film in (root / "COVID").iterdir())
    assert scan(root, choices=none_of_them).may_train


def test_copies_across_classes_stay_found_when_the_first_of_three_is_left_out(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 12)
    first = min((root / "NORMAL").iterdir())
    for copy in (root / "NORMAL" / "zz.png", root / "PNEUMONIA" / "zz.png"):
        copy.write_bytes(first.read_bytes())
    scanned = scan(root, choices=(FilmChoice(first, excluded=True),))
    assert names(scanned, the(scanned, "duplicates_across_classes")) == {"zz"}


def test_one_class_that_a_list_writes_in_two_ways_is_named(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 20)
    films = sorted(root.glob("*/*"))
    rows = [
        f"{film.relative_to(root)},{name if i % 2 else name.lower()}"
        for i, film in enumerate(films)
        for name in [film.parent.name if film.parent.name == "NORMAL" else "Viral_pneumonia"]
    ]
    (root / "list.csv").write_text("\n".join(["file,label", *rows]), encoding="utf-8")
    scanned = scan(root, manifest=root / "list.csv")
    found = [finding for finding in scanned.findings if finding.code == "alike_classes"]
    assert [finding.message.partition(" are classes")[0] for finding in found] == [
        "NORMAL and normal",
        "Viral_pneumonia and viral_pneumonia",
    ]
    assert all(len(finding.films) == 20 for finding in found) and scanned.may_train
    assert "alike_classes" not in codes(scan(root))
