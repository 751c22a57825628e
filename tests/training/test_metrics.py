"""Figures of merit against the paper's own and against scikit-learn."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import (
    accuracy_score,
    confusion_matrix,
    f1_score,
    log_loss,
    precision_recall_fscore_support,
    roc_auc_score,
)

from xraydesk.model.prediction import calibrated_probabilities
from xraydesk.training.calibration import fitted_temperature
from xraydesk.training.evaluation import evaluated, evaluated_by_source
from xraydesk.training.metrics import expected_calibration_error, figures

PAPER_MATRIX = np.array([[55, 1, 2], [1, 150, 8], [0, 9, 419]])  # rows actual: COVID19, NORMAL, PNEUMONIA


def paper_predictions() -> tuple[np.ndarray, np.ndarray]:
    actual, predicted = np.indices((3, 3)).reshape(2, -1).repeat(PAPER_MATRIX.ravel(), axis=1)
    return np.eye(3)[predicted] * 0.98 + 0.01, actual


def test_the_papers_confusion_matrix_gives_the_papers_figures() -> None:
    found = figures(*paper_predictions())
    assert found["confusion_matrix"] == PAPER_MATRIX.tolist()
    assert found["accuracy"] == pytest.approx(0.967442, abs=5e-7)
    assert found["precision"] == pytest.approx(0.965444, abs=5e-7)
    assert found["recall"] == pytest.approx(0.956881, abs=5e-7)
    assert found["f1"] == pytest.approx(0.96106, abs=5e-6)


def test_calibration_error_by_hand() -> None:
    # two films at 0.9, one right: |0.5 - 0.9| · 2/4; two films at 0.6, both right: |1 - 0.6| · 2/4
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.4, 0.6]])
    assert expected_calibration_error(probabilities, np.array([0, 1, 1, 1])) == pytest.approx(0.4)


def test_auroc_of_perfect_order_is_1_and_of_an_absent_class_unknown() -> None:
    probabilities = np.array([[0.8, 0.1, 0.1], [0.6, 0.3, 0.1], [0.3, 0.6, 0.1], [0.2, 0.7, 0.1]])
    assert figures(probabilities, np.array([0, 0, 1, 1]))["auroc"] == [1.0, 1.0, None]


@pytest.mark.parametrize("films", [3, 7, 40, 500])
def test_all_figures_are_scikit_learns(films: int) -> None:
    rng = np.random.default_rng(films)
    labels = rng.integers(0, 3, films)  # of few films a class may be absent
    probabilities = calibrated_probabilities(rng.integers(0, 4, (films, 4)) / 2.0, 1.0)  # many are equal
    found, predicted = figures(probabilities, labels), probabilities.argmax(1)
    wanted = precision_recall_fscore_support(labels, predicted, labels=range(4), zero_division=0.0)
    for name, values in zip(("class_precision", "class_recall", "class_f1", "support"), wanted, strict=True):
        np.testing.assert_allclose(found[name], values, rtol=0, atol=1e-12)
    np.testing.assert_array_equal(
        found["confusion_matrix"], confusion_matrix(labels, predicted, labels=range(4))
    )
    for k, area in enumerate(found["auroc"]):
        if area is None:
            assert (labels == k).sum() in (0, films)
        else:
            assert area == pytest.approx(roc_auc_score(labels == k, probabilities[:, k]), abs=1e-12)
    present = sorted(set(labels.tolist()))
    macro = precision_recall_fscore_support(
        labels, predicted, labels=present, average="macro", zero_division=0.0
    )
    ours = [found["accuracy"], found["precision"], found["recall"], found["f1"]]
    np.testing.assert_allclose(ours, [accuracy_score(labels, predicted), *macro[:3]], rtol=0, atol=1e-12)


def test_one_known_source_is_reported_too() -> None:
    logits, labels = random_results(20)
    groups = [str(i) for i in range(20)]
    found = evaluated_by_source(
        calibrated_probabilities(logits, 1.0), labels, ("x", "y", "z"), groups, ["A"] * 20
    )
    assert found["by_source"]["A"]["accuracy"] == found["accuracy"] and "without_source" not in found


def random_results(films: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(8)
    labels = rng.integers(0, 3, films)
    logits = rng.normal(0, 1, (films, 3)) + 2.0 * np.eye(3)[labels]
    return logits, labels


def test_each_figure_has_an_interval_around_it_overall_and_by_source() -> None:
    logits, labels = random_results(200)
    probabilities = calibrated_probabilities(logits, 1.0)
    sources = ["A" if i % 4 else "B" for i in range(200)]
    groups = [str(i // 2) for i in range(200)]
    found = evaluated_by_source(probabilities, labels, ("x", "y", "z"), groups, sources)
    assert found["accuracy"] == accuracy_score(labels, probabilities.argmax(1))
    assert found["f1"] == pytest.approx(f1_score(labels, probabilities.argmax(1), average="macro"))
    for name in ("accuracy", "precision", "recall", "f1"):
        low, high = found[f"{name}_interval"]
        assert low < found[name] < high
    assert {name: part["films"] for name, part in found["by_source"].items()} == {"A": 150, "B": 50}
    without_b = found["without_source"]["B"]  # of two sources, the one is what is left without the other
    assert without_b == found["by_source"]["A"]
    assert set(found["per_class"]) == set(found["auroc"]) == {"x", "y", "z"}


def test_a_small_calibration_error_lies_in_its_interval() -> None:
    tenths = np.repeat([6, 7, 8, 9], 10)  # ten films each of which the model is so sure, and as often right
    right = np.tile(np.arange(10), 4) < tenths
    sure = np.stack([tenths / 10, 1 - tenths / 10], axis=1)
    found = evaluated(sure, np.where(right, 0, 1), ("x", "y"), [str(i) for i in range(40)])
    low, high = found["ece_interval"]
    assert found["ece"] == pytest.approx(0.0, abs=1e-12)
    assert low == found["ece"] and high > 0.05


def test_films_of_one_patient_widen_the_interval() -> None:
    logits, labels = random_results(60)
    once = calibrated_probabilities(logits, 1.0)
    four_times, same_labels = np.repeat(once, 4, axis=0), np.repeat(labels, 4)
    patients = [str(i // 4) for i in range(240)]
    strangers = [str(i) for i in range(240)]

    def width(groups: list[str]) -> float:
        low, high = evaluated_by_source(four_times, same_labels, ("x", "y", "z"), groups, [""] * 240)[
            "accuracy_interval"
        ]
        return float(high - low)

    assert width(patients) > 1.5 * width(strangers)


def test_temperature_scaling_undoes_overconfidence() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(0, 1.5, (4000, 3))
    labels = np.array([rng.choice(3, p=p) for p in calibrated_probabilities(truth, 1.0)])
    temperature = fitted_temperature(truth * 3.0, labels)
    assert temperature == pytest.approx(3.0, rel=0.1)
    losses = [
        log_loss(labels, calibrated_probabilities(truth * 3.0, t)) for t in (temperature, temperature * 1.1)
    ]
    assert losses[0] < losses[1]
