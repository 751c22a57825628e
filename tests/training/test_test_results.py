"""What a run's test part said is kept film by film, without a patient's number, and read back to the last bit."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest

from xraydesk.errors import OutputError, TrainingError
from xraydesk.training.labelled_folder import LabelledFilm, LabelledFolder
from xraydesk.training.test_results import (
    FILE,
    JudgedFilms,
    is_cross_validation,
    judged_films,
    pooled,
    read_cross_validation,
    read_test_results,
    write_cross_validation,
    write_test_results,
)

CLASSES = ("A", "B", "C")


def folder(root: Path, films: int = 9) -> LabelledFolder:
    return LabelledFolder(
        root,
        tuple(
            LabelledFilm(root / CLASSES[i % 3] / f"{i}.png", CLASSES[i % 3], f"MRN{7000 + i // 2}", "ward")
            for i in range(films)
        ),
        CLASSES,
    )


def judged(root: Path, *, films: int = 9, temperature: float = 0.7) -> JudgedFilms:
    logits = np.random.default_rng(films).normal(0, 3, (films, 3))
    return judged_films(folder(root, films), np.arange(films), logits, temperature, seed=5)


def test_what_is_read_is_what_was_written(tmp_path: Path) -> None:
    kept = judged(tmp_path / "films")
    write_test_results(tmp_path, kept)
    found = read_test_results(tmp_path)
    np.testing.assert_array_equal(found.logits, kept.logits)
    np.testing.assert_array_equal(found.labels, [0, 1, 2] * 3)
    np.testing.assert_array_equal(found.groups, [0, 0, 1, 1, 2, 2, 3, 3, 4])
    assert (found.classes, found.sources, found.seed) == (CLASSES, ("ward",) * 9, 5)
    assert found.paths[1] == tmp_path / "films" / "B" / "1.png"
    assert [entry.name for entry in tmp_path.iterdir()] == [FILE]


def test_no_patients_number_is_kept(tmp_path: Path) -> None:
    write_test_results(tmp_path, judged(tmp_path / "films"))
    assert "MRN" not in (tmp_path / FILE).read_text(encoding="utf-8")


def test_films_of_another_folder_are_found_again(tmp_path: Path) -> None:
    films = folder(tmp_path / "own")
    other = LabelledFilm(tmp_path / "fixed test" / "A" / "x.png", "A", "x")
    both = LabelledFolder(films.root, (*films.films, other), CLASSES)
    kept = judged_films(both, np.array([9]), np.zeros((1, 3)), 1.0, seed=0)
    assert kept.films == ("../fixed test/A/x.png",)
    assert kept.paths == (other.path,)


def test_a_run_without_an_evaluation_says_so(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="has no evaluation"):
        read_test_results(tmp_path)


@pytest.mark.parametrize(
    "change",
    [
        {"format": 2},
        {"temperature": 0.0},
        {"temperature": "warm"},
        {"classes": ["A", "B"]},
        {"films": []},
        {"films": [{"film": "x", "label": 3, "group": 0, "source": "", "logits": [0, 0, 0]}]},
        {"films": [{"film": "x", "label": 0, "group": 0, "source": "", "logits": [0, 0, float("nan")]}]},
        {"films": "many"},
    ],
    ids=str,
)
def test_a_damaged_evaluation_is_said(tmp_path: Path, change: dict[str, object]) -> None:
    write_test_results(tmp_path, judged(tmp_path / "films"))
    data = json.loads((tmp_path / FILE).read_text(encoding="utf-8"))
    (tmp_path / FILE).write_text(json.dumps({**data, **change}), encoding="utf-8")
    with pytest.raises(TrainingError, match="damaged"):
        read_test_results(tmp_path)


@pytest.mark.parametrize("size", [0, 10, 400])
def test_a_torn_evaluation_is_said(tmp_path: Path, size: int) -> None:
    write_test_results(tmp_path, judged(tmp_path / "films"))
    os.truncate(tmp_path / FILE, size)
    with pytest.raises(TrainingError, match="damaged"):
        read_test_results(tmp_path)


def test_an_evaluation_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=FILE):
        write_test_results(tmp_path / "nowhere", judged(tmp_path))


def test_folds_are_pooled_each_with_its_own_temperature_and_no_shared_patient(tmp_path: Path) -> None:
    first, second = judged(tmp_path, films=6, temperature=0.5), judged(tmp_path, films=9, temperature=2.0)
    both = pooled([first, second])
    np.testing.assert_array_equal(
        both.probabilities, np.concatenate([first.probabilities, second.probabilities])
    )
    assert set(both.groups[:6]).isdisjoint(both.groups[6:])
    assert len(both.films) == 15


def test_a_cross_validation_is_kept(tmp_path: Path) -> None:
    assert not is_cross_validation(tmp_path)
    folds, spread = [{"accuracy": 0.5}, {"accuracy": 0.7}], {"accuracy": {"mean": 0.6}}
    write_cross_validation(tmp_path, folds, spread)
    assert is_cross_validation(tmp_path)
    assert read_cross_validation(tmp_path) == (folds, spread)
    os.truncate(tmp_path / "cross_validation.json", 12)
    with pytest.raises(TrainingError, match="damaged"):
        read_cross_validation(tmp_path)
