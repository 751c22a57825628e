"""Curves to draw of a tested model: sensitivity against false alarms, and how true its probabilities are.

Numpy only: the window asks for a point of a curve while a threshold is dragged.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

BINS = 15  # of a calibration plot, and of the calibration error


@dataclass(frozen=True, slots=True)
class OperatingPoint:
    """NaN where no film is of the class, or every film is."""

    sensitivity: float
    specificity: float


def roc_curve(scores: NDArray[np.float64], is_class: NDArray[np.bool_]) -> NDArray[np.float64]:
    """(P, 3) false-positive rate, sensitivity, threshold, from (0, 0, infinity) down to the least score.

    At a threshold the films with at least that score (N,) count as named; one row for each score that occurs.
    scikit-learn's `roc_curve` without dropping points. A rate of no films is NaN.
    """
    order = np.argsort(-scores, kind="stable")
    ranked, own = scores[order], is_class[order]
    last = np.flatnonzero(np.append(np.diff(ranked) != 0, True))  # of films with the same score
    hits = np.cumsum(own)[last]
    named = np.column_stack([last + 1 - hits, hits])
    with np.errstate(invalid="ignore"):
        rates = np.vstack([[0, 0], named]) / [(~own).sum(), own.sum()]
    return np.column_stack([rates, np.append(np.inf, ranked[last])])


def at_threshold(curve: NDArray[np.float64], threshold: float) -> OperatingPoint:
    """Where films with at least `threshold` are named, on a curve (P, 3) of `roc_curve`."""
    reached = int((curve[:, 2] >= threshold).sum())  # one at least: the curve begins at infinity
    false_alarms, sensitivity, _ = curve[reached - 1]
    return OperatingPoint(float(sensitivity), float(1.0 - false_alarms))


def reliability(
    probabilities: NDArray[np.float64], labels: NDArray[np.int64], bins: int = BINS
) -> NDArray[np.float64]:
    """(B, 3) mean top probability, share of films read rightly, films; of the equal-width bins that hold any."""
    top = probabilities.max(1)
    right = probabilities.argmax(1) == labels
    which = np.minimum((top * bins).astype(int), bins - 1)
    films = np.bincount(which, minlength=bins)
    held = films > 0
    sums = (np.bincount(which, weights=values, minlength=bins)[held] for values in (top, right))
    confidence, accuracy = (total / films[held] for total in sums)
    return np.column_stack([confidence, accuracy, films[held]])
