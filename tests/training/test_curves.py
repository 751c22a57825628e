"""Curves equal scikit-learn's, and a point of one is what counting films gives."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.metrics import roc_auc_score
from sklearn.metrics import roc_curve as theirs

from xraydesk.training.curves import at_threshold, reliability, roc_curve
from xraydesk.training.metrics import expected_calibration_error


def scores(films: int) -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(films)
    return np.round(rng.random(films), 2), rng.random(films) < 0.3  # many films with the same score


@pytest.mark.parametrize("films", [12, 300, 5000])
def test_the_roc_curve_is_scikit_learns(films: int) -> None:
    found, is_class = scores(films)
    curve = roc_curve(found, is_class)
    for ours, wanted in zip(curve.T, theirs(is_class, found, drop_intermediate=False), strict=True):
        np.testing.assert_allclose(ours, wanted, rtol=0, atol=1e-12)
    area = np.trapezoid(curve[:, 1], curve[:, 0])
    assert area == pytest.approx(roc_auc_score(is_class, found), abs=1e-12)


@pytest.mark.parametrize("threshold", [-1.0, 0.0, 0.25, 0.251, 0.999, 1.0, 2.0])
def test_a_point_is_what_counting_gives(threshold: float) -> None:
    found, is_class = scores(400)
    point = at_threshold(roc_curve(found, is_class), threshold)
    named = found >= threshold
    assert point.sensitivity == pytest.approx((named & is_class).sum() / is_class.sum(), abs=1e-12)
    assert point.specificity == pytest.approx((~named & ~is_class).sum() / (~is_class).sum(), abs=1e-12)


def test_without_a_film_of_the_class_its_sensitivity_is_unknown() -> None:
    point = at_threshold(roc_curve(np.array([0.2, 0.8]), np.array([False, False])), 0.5)
    assert np.isnan(point.sensitivity) and point.specificity == 0.5


def test_reliability_by_hand() -> None:
    # two films at 0.9, one right; two at 0.6, both right; of 15 bins these two hold films
    probabilities = np.array([[0.9, 0.1], [0.9, 0.1], [0.4, 0.6], [0.4, 0.6]])
    np.testing.assert_allclose(
        reliability(probabilities, np.array([0, 1, 1, 1])), [[0.6, 1.0, 2], [0.9, 0.5, 2]]
    )


def test_the_calibration_error_is_the_plots_gap_weighted_by_films() -> None:
    rng = np.random.default_rng(4)
    probabilities, labels = rng.dirichlet([1, 1, 1], 500), rng.integers(0, 3, 500)
    confidence, accuracy, films = reliability(probabilities, labels).T
    gap = (np.abs(confidence - accuracy) * films).sum() / films.sum()
    assert gap == pytest.approx(expected_calibration_error(probabilities, labels), abs=1e-12)
