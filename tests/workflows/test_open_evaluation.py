"""A finished run beside the model in use: the very same films, read once, and honest about what is not known."""

from __future__ import annotations

import json
import math
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.network.models import model_folder
from tests.training.films import labelled_folder, manifest
from xraydesk.errors import Cancelled, TrainingError
from xraydesk.jobs import JobContext, Progress
from xraydesk.model.card import read_card, write_card
from xraydesk.registry.registry import CARD, Registry
from xraydesk.training.config import QUICK
from xraydesk.training.test_results import FILE
from xraydesk.workflows.open_evaluation import open_evaluation
from xraydesk.workflows.train_model import TrainModel, train_model
from xraydesk.workflows.training_verbs import Comparison, OpenEvaluation, RunEvaluation

CONFIG = replace(QUICK, epochs=2, batch_size=8, average_decay=0.5, seed=3)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = labelled_folder(tmp_path_factory.mktemp("films"), each=20)
    manifest(root)
    return root


@pytest.fixture(scope="module")
def trained(films: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("run") / "out"
    train_model(TrainModel(films, out, films / "manifest.csv", CONFIG, device="cpu"), JobContext())
    return out


@pytest.fixture
def out(trained: Path, tmp_path: Path) -> Path:
    return shutil.copytree(trained, tmp_path / "out")


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    """A model of random weights is in use, whose card tells nothing of its films."""
    return Registry(tmp_path / "own", model_folder(tmp_path / "shipped", "random").parent)


def opened(out: Path, registry: Registry, events: list[object] | None = None) -> RunEvaluation:
    heard = [] if events is None else events
    return open_evaluation(OpenEvaluation(out), JobContext(heard.append), registry, "cpu")


def change_card(folder: Path, **changes: object) -> None:
    write_card(replace(read_card(folder / CARD), **changes), folder / CARD)  # type: ignore[arg-type]


def test_figures_curves_and_films_are_the_runs(out: Path, registry: Registry) -> None:
    found = opened(out, registry)
    assert found.new.figures == read_card(out / "model" / CARD).evaluation["test"]
    assert found.new.name == "Own model" and found.classes == ("COVID19", "NORMAL", "PNEUMONIA")
    assert len(found.films) == len(found.labels) == found.new.figures["films"]
    assert {film.parent.name for film in found.films} == set(found.classes)
    assert found.ece_after == pytest.approx(found.new.figures["ece"])
    for name, area in found.new.figures["auroc"].items():
        curve = found.roc[name]
        assert np.trapezoid(curve[:, 1], curve[:, 0]) == pytest.approx(area, abs=1e-12)
    assert found.operating_point("NORMAL", 2.0).sensitivity == 0.0
    assert set(found.reliability) == {"before", "after"}


def test_the_model_in_use_reads_the_very_same_films(out: Path, registry: Registry) -> None:
    found = opened(out, registry)
    assert found.active is not None and found.active.name == "Model random"
    assert found.active.probabilities.shape == found.new.probabilities.shape
    right = [
        (model.probabilities.argmax(1) == found.labels).astype(int) for model in (found.new, found.active)
    ]
    difference = right[0] - right[1]
    assert f"reads {(difference > 0).sum()} rightly" in found.sentence
    assert f"misreads {(difference < 0).sum()} that" in found.sentence
    assert found.active.figures["accuracy"] == right[1].mean()
    assert "its card does not tell" in found.sentence


def test_it_reads_them_once(out: Path, registry: Registry) -> None:
    events = list[object]()
    first = opened(out, registry, events)
    assert any(isinstance(event, Progress) for event in events)
    events.clear()
    second = opened(out, registry, events)
    assert events == []
    assert first.active is not None and second.active is not None
    np.testing.assert_array_equal(first.active.probabilities, second.active.probabilities)
    assert first.sentence == second.sentence


def test_another_model_in_use_is_asked_anew_and_a_damaged_file_too(
    out: Path, registry: Registry, tmp_path: Path
) -> None:
    opened(out, registry)
    kept = next(out.glob("compared-*.json"))
    kept.write_text('{"logits": [[1, 2, 3]], "known": null}', encoding="utf-8")
    again = opened(out, registry)
    assert again.active is not None and len(again.active.probabilities) == len(again.films)
    registry.add(model_folder(tmp_path, "random-2", seed=2))
    registry.activate("random-2")
    other = opened(out, registry)
    assert other.active is not None and other.active.name == "Model random-2"
    assert len(list(out.glob("compared-*.json"))) == 2


def test_the_order_and_case_of_class_names_do_not_matter(
    out: Path, registry: Registry, tmp_path: Path
) -> None:
    first = opened(out, registry)
    change_card(tmp_path / "shipped" / "random", classes=("Covid19", "normal", "Pneumonia"))
    same = opened(out, registry)
    assert first.active is not None and same.active is not None
    np.testing.assert_array_equal(first.active.probabilities, same.active.probabilities)
    change_card(tmp_path / "shipped" / "random", classes=("NORMAL", "COVID19", "PNEUMONIA"))
    turned = opened(out, registry)
    assert turned.active is not None
    np.testing.assert_array_equal(turned.active.probabilities, first.active.probabilities[:, [1, 0, 2]])


def test_a_model_of_other_classes_is_not_compared(out: Path, registry: Registry, tmp_path: Path) -> None:
    change_card(tmp_path / "shipped" / "random", classes=("COVID19", "NORMAL", "TUBERCULOSIS"))
    found = opened(out, registry)
    assert found.compared is Comparison.NOT_COMPARABLE and found.active is None and math.isnan(found.p_value)
    assert found.sentence == (
        "Not comparable: the active one tells other classes apart (COVID-19, Normal, Tuberculosis)."
    )


def test_a_run_in_use_is_compared_with_the_model_before_it(out: Path, registry: Registry) -> None:
    own = registry.add(out / "model")
    registry.activate(own.card.id)
    found = opened(out, registry)
    assert found.active is not None and found.active.name == "Model random"
    assert "the one in use before it" in found.sentence


def test_without_another_model_that_is_said(out: Path, tmp_path: Path) -> None:
    registry = Registry(tmp_path / "own", tmp_path / "nothing")
    assert opened(out, registry).sentence == "Not comparable: no other model was in use."
    registry.add(out / "model")
    assert opened(out, registry).compared is Comparison.NOT_COMPARABLE


def test_films_that_the_other_model_was_trained_on_are_counted(
    films: Path, out: Path, registry: Registry, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    config = replace(CONFIG, epochs=1, seed=4)  # another split: it has seen most of these films
    train_model(TrainModel(films, other, films / "manifest.csv", config, device="cpu"), JobContext())
    registry.activate(registry.add(other / "model").card.id)
    found = opened(out, registry)
    counted = [word for word in found.sentence.split() if word.isdigit()]
    assert "was trained on" in found.sentence and "which flatters it" in found.sentence
    assert 0 < int(counted[-2]) <= len(found.films)


def test_the_same_split_is_known_to_be_clean(
    films: Path, out: Path, registry: Registry, tmp_path: Path
) -> None:
    other = tmp_path / "other"
    config = replace(CONFIG, epochs=1)
    train_model(TrainModel(films, other, films / "manifest.csv", config, device="cpu"), JobContext())
    registry.activate(registry.add(other / "model").card.id)
    assert "was not trained on any of these films" in opened(out, registry).sentence


def moved(out: Path, films: Path, keep: int) -> None:
    """The run's films lie elsewhere now, but for the first few."""
    data = json.loads((out / FILE).read_text(encoding="utf-8"))
    for film in data["films"][keep:]:
        film["film"] = "moved/" + film["film"]
    (out / FILE).write_text(json.dumps(data), encoding="utf-8")


def test_films_that_are_gone_leave_the_comparison_to_the_others(
    films: Path, out: Path, registry: Registry
) -> None:
    moved(out, films, keep=4)
    found = opened(out, registry)
    assert found.active is not None
    assert np.isnan(found.active.probabilities[4:]).all() and found.active.figures["films"] == 4
    assert "of 4 test films" in found.sentence
    assert list(out.glob("compared-*.json")) == []  # they may come back


def test_films_that_are_all_gone_are_said(films: Path, out: Path, registry: Registry) -> None:
    moved(out, films, keep=0)
    found = opened(out, registry)
    assert found.compared is Comparison.NOT_COMPARABLE and "cannot be read any more" in found.sentence
    assert found.new.figures["films"] == len(found.films)


def test_reading_can_be_cancelled(out: Path, registry: Registry) -> None:
    with pytest.raises(Cancelled):
        open_evaluation(OpenEvaluation(out), JobContext(is_cancelled=lambda: True), registry, "cpu")
    assert list(out.glob("compared-*")) == []


def test_a_run_that_is_not_finished_has_no_evaluation(tmp_path: Path, registry: Registry) -> None:
    with pytest.raises(TrainingError, match="no evaluation"):
        opened(tmp_path, registry)


def test_a_cross_validation_is_one_evaluation_of_all_films(
    films: Path, tmp_path: Path, registry: Registry
) -> None:
    out = tmp_path / "folds"
    config = replace(CONFIG, epochs=1)
    train_model(TrainModel(films, out, config=config, folds=2, device="cpu"), JobContext())
    found = opened(out, registry)
    assert len(set(found.films)) == 60 == found.new.figures["films"]
    assert found.new.name == "2-fold cross validation"
    assert len(found.folds) == 2
    assert set(found.spread) == {"accuracy", "precision", "recall", "f1", "ece"}
    assert found.active is not None and found.compared is not Comparison.NOT_COMPARABLE
