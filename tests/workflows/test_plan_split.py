"""The split that is shown is the one that trains; test films, their copies and their patients never train."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from tests.film.dicom_files import chest_like, data_set, write
from tests.training.clinic import clinic, draw_chest
from xraydesk.errors import LabelledFolderError, UsageError
from xraydesk.jobs import JobContext
from xraydesk.model.model_input import Preprocessing
from xraydesk.training.config import QUICK
from xraydesk.training.labelled_folder import read_labelled_folder
from xraydesk.training.planning import HELD_BACK, PlannedFilms, Planning, held_back_of, plan
from xraydesk.workflows.plan_split import plan_films, plan_split
from xraydesk.workflows.training_verbs import FilmChoice, PlanSplit, SplitPlanned, TrainModel

CONFIG = replace(QUICK, seed=5, preprocessing=Preprocessing(size=64))


def asked(folder: Path, **more: object) -> TrainModel:
    return TrainModel(folder, folder.parent / "run", config=CONFIG, **more)  # type: ignore[arg-type]


def planned(folder: Path, **more: object) -> SplitPlanned:
    return plan_split(PlanSplit(asked(folder, **more)), JobContext())


def films_of(part: dict[str, tuple[int, int]]) -> dict[str, int]:
    return {label: films for label, (films, _) in part.items()}


def names(films: PlannedFilms, part: str) -> set[str]:
    return {films.folder.films[i].path.name for i in getattr(films.splits[0], part)}


def test_eighty_ten_ten_in_each_class(tmp_path: Path) -> None:
    answer = planned(clinic(tmp_path / "films", 30))
    assert {name: films_of(part) for name, part in answer.parts.items()} == {
        "train": {"NORMAL": 24, "PNEUMONIA": 24},
        "validation": {"NORMAL": 3, "PNEUMONIA": 3},
        "test": {"NORMAL": 3, "PNEUMONIA": 3},
    }
    assert answer.folds == 0 and answer.notes == ()


def test_groups_are_counted_and_kept_whole(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 20)
    for number in range(10):
        draw_chest(number).resize((350, 375)).save(root / "NORMAL" / f"copy{number}.png")
    films = plan_films(asked(root), JobContext())
    answer = films.counts(films.splits[0])
    assert sum(part["NORMAL"][0] for part in answer.values()) == 30
    assert sum(part["NORMAL"][1] for part in answer.values()) == 20
    for part in ("train", "validation", "test"):
        copies = {name for name in names(films, part) if name.startswith("copy")}
        assert {f"N00{name[4]}" for name in copies} <= {name[:4] for name in names(films, part)}


def test_a_patient_that_only_a_header_names_is_known_but_not_by_name(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 12)
    write(root / "NORMAL" / "x.dcm", data_set(chest_like(64, 64), PatientID="Secret-4711"))
    films = plan_films(asked(root), JobContext()).folder.films
    known = {film.path.name: film.patient for film in films if film.patient}
    assert list(known) == ["x.dcm"] and "4711" not in known["x.dcm"]


def test_what_cannot_be_read_or_was_excluded_is_not_counted(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 20)
    (root / "NORMAL" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    first = min((root / "PNEUMONIA").iterdir())
    answer = planned(root, choices=(FilmChoice(first, excluded=True),))
    totals = [sum(part[label][0] for part in answer.parts.values()) for label in ("NORMAL", "PNEUMONIA")]
    assert totals == [20, 19]


def test_test_films_are_the_test_part_and_their_copies_and_patients_do_not_train(tmp_path: Path) -> None:
    root, test = clinic(tmp_path / "films", 20), clinic(tmp_path / "test", 12, seed=9)
    for folder, first in ((root, 0), (test, 100)):
        for number, file in enumerate(sorted(folder.glob("*/*"))):
            file.rename(file.with_name(f"p{first + number}_{file.name}"))
    sample = min((test / "NORMAL").iterdir())
    Image.open(sample).save(root / "NORMAL" / f"copy{sample.suffix}", quality=70)
    draw_chest(4444).save(root / "PNEUMONIA" / "p100_follow-up.png")  # the patient of the first test film
    request = asked(root, test_folder=test, patient_pattern=r"^p(\d+)_")
    films = plan_films(request, JobContext())
    assert names(films, "test") == {file.name for file in test.glob("*/*")}
    assert names(films, "train") | names(films, "validation") == {
        file.name for file in root.glob("*/*") if "copy" not in file.name and "follow" not in file.name
    }
    assert films.notes == (
        "2 films of the folder are copies of test films, or of the same patients: left out of the training.",
    )


def test_films_that_lie_in_both_folders_are_test_films(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 25)
    test = tmp_path / "test"
    for file in sorted(root.glob("*/*0.*")) + sorted(root.glob("*/*5.*")):
        (test / file.parent.name).mkdir(parents=True, exist_ok=True)
        (test / file.parent.name / file.name).symlink_to(file)
    films = plan_films(asked(root, test_folder=test), JobContext())
    assert len(films.folder.films) == 50
    assert names(films, "test") == {file.name for file in test.glob("*/*")}


def test_what_makes_no_sense_with_test_films_is_refused_in_words(tmp_path: Path) -> None:
    root, test = clinic(tmp_path / "films", 12), clinic(tmp_path / "test", 3, seed=9)
    with pytest.raises(UsageError, match="cross validation"):
        planned(root, test_folder=test, folds=3)
    with pytest.raises(LabelledFolderError, match="in the test folder too"):
        planned(root, test_folder=root)
    (test / "NORMAL").rename(test / "HEALTHY")
    with pytest.raises(LabelledFolderError, match="other classes: HEALTHY, NORMAL"):
        planned(root, test_folder=test)


def test_too_few_films_beside_the_test_are_refused(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 12)
    test = tmp_path / "test"
    for file in root.glob("*/*00[0-4].*"):
        (test / file.parent.name).mkdir(parents=True, exist_ok=True)
        (test / file.parent.name / file.name).write_bytes(file.read_bytes())
    with pytest.raises(LabelledFolderError, match=r"NORMAL \(7\)"):
        planned(root, test_folder=test)


def test_folds_are_told_by_the_first(tmp_path: Path) -> None:
    answer = planned(clinic(tmp_path / "films", 25), folds=5)
    assert answer.folds == 5
    assert films_of(answer.parts["test"]) == {"NORMAL": 5, "PNEUMONIA": 5}
    assert "first fold" in answer.notes[0]


def held_back(
    root: Path, cache: Path, kept: frozenset[str], folds: int = 0, seed: int = 5, test: Path | None = None
) -> PlannedFilms:
    testing = read_labelled_folder(test, least=1) if test else None
    asked_for = Planning(folds, seed, testing, held_back=kept)
    return plan(read_labelled_folder(root), asked_for, Preprocessing(size=64), cache, JobContext())


def test_films_that_tested_a_model_never_train_its_heirs(tmp_path: Path) -> None:
    root, cache = clinic(tmp_path / "films", 30), tmp_path / "cache"
    first = held_back(root, cache, frozenset())
    kept = frozenset(first.held_back_by(first.splits[0]))
    heir = held_back(root, cache, kept, seed=77)
    assert names(heir, "test") == names(first, "test")
    assert "6 films tested the model" in heir.notes[0]
    folded = held_back(root, cache, kept, folds=3, seed=77)
    assert not {film.path.name for film in folded.folder.films} & names(first, "test")
    assert "left out of the training" in folded.notes[0]
    assert set(heir.held_back_by(heir.splits[0])) == kept


def test_they_do_not_train_either_where_a_folder_of_its_own_tests(tmp_path: Path) -> None:
    root, cache = clinic(tmp_path / "films", 30), tmp_path / "cache"
    first = held_back(root, cache, frozenset())
    kept = frozenset(first.held_back_by(first.splits[0]))
    heir = held_back(root, cache, kept, test=clinic(tmp_path / "test", 3, seed=9))
    assert not {film.path.name for film in heir.folder.films if film.path.is_relative_to(root)} & names(
        first, "test"
    )
    assert "6 films of the folder are of those that tested the model" in heir.notes[0]


def test_a_handful_of_them_is_no_test_part(tmp_path: Path) -> None:
    root, cache = clinic(tmp_path / "films", 50), tmp_path / "cache"
    first = held_back(root, cache, frozenset())
    of_each = {first.folder.films[i].label: first.contents[i][:16] for i in first.splits[0].test.tolist()}
    heir = held_back(root, cache, frozenset(of_each.values()))
    assert len(heir.splits[0].test) == 10
    assert "2 films of the folder are of those that tested the model" in heir.notes[0]


def test_a_card_that_tells_nonsense_of_films_held_back_holds_none_back() -> None:
    assert held_back_of({HELD_BACK: ["a", "b"]}) == {"a", "b"}
    for nonsense in (5, None, "ab", [["a"]], {"a": 1}):
        assert held_back_of({HELD_BACK: nonsense}) == frozenset()


def test_a_class_of_which_none_can_be_read_is_named(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 12)
    (root / "COVID").mkdir()
    for number in range(12):
        (root / "COVID" / f"{number}.png").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(50))
    with pytest.raises(LabelledFolderError, match="COVID") as caught:
        planned(root)
    assert caught.value.hint.startswith("12 films cannot be read. The first: “")


def test_what_a_model_holds_back_is_read_from_the_card_beside_its_weights(
    tmp_path: Path, repository: Path
) -> None:
    root = clinic(tmp_path / "films", 30)
    first = plan_films(asked(root), JobContext())
    card = json.loads(next((repository / "weights").glob("*/card.json")).read_text(encoding="utf-8"))
    card["data"][HELD_BACK] = first.held_back_by(first.splits[0])
    (tmp_path / "model").mkdir()
    (tmp_path / "model" / "card.json").write_text(json.dumps(card), encoding="utf-8")
    (tmp_path / "model" / "model.safetensors").touch()
    other = replace(CONFIG, seed=99)
    request = replace(asked(root, start=str(tmp_path / "model" / "model.safetensors")), config=other)
    assert names(plan_films(request, JobContext()), "test") == names(first, "test")
    assert names(plan_films(replace(request, start="scratch"), JobContext()), "test") != names(first, "test")


def test_a_class_of_one_patient_cannot_be_divided_and_that_is_said(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 12)
    for file in sorted((root / "NORMAL").iterdir()):
        file.rename(file.with_name(f"p{'7' if file.name < 'N011' else '8'}_{file.name}"))
    with pytest.raises(LabelledFolderError, match="films of NORMAL are of 2 patients, or copies of so many"):
        planned(root, patient_pattern=r"^p(\d+)_")
    with pytest.raises(
        LabelledFolderError, match="All films of NORMAL are of one patient, or copies of each"
    ):
        planned(root, patient_pattern=r"^(p)\d+_")


def test_folds_without_films_of_a_class_are_refused_before_any_is_trained(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 28)
    for film in sorted((root / "NORMAL").iterdir())[12:]:
        film.unlink()
    with pytest.raises(LabelledFolderError, match="NORMAL") as caught:
        planned(root, folds=13)
    assert "fewer folds" in caught.value.hint


def test_as_many_folds_are_said_as_there_are(tmp_path: Path) -> None:
    root = clinic(tmp_path / "films", 14)
    assert planned(root, folds=5).folds == 5
    assert planned(root, folds=20).folds == len(plan_films(asked(root, folds=20), JobContext()).splits) < 20


@pytest.mark.parametrize("name", ["INDETERMINATE", "a" * 130])
def test_a_class_that_no_card_can_name_is_refused_with_the_split(tmp_path: Path, name: str) -> None:
    root = clinic(tmp_path / "films", 12)
    (root / "NORMAL").rename(root / name)
    with pytest.raises(LabelledFolderError, match=name):
        planned(root)


def test_class_folders_without_films_are_told_with_the_split(tmp_path: Path) -> None:
    root, test = clinic(tmp_path / "films", 12), clinic(tmp_path / "test", 3, seed=1)
    (root / "LATER").mkdir()
    (test / "NORMAL" / "more.zip").write_bytes(b"PK\x03\x04" + bytes(200))
    notes = planned(root, test_folder=test).notes
    assert notes == (
        "No films were found in LATER.",
        f"No films were found in {Path('NORMAL', 'more.zip')}.",
    )
