"""Figures of merit from labels and calibrated probabilities; definitions are scikit-learn's where it has them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.stats import rankdata

from xraydesk.training.curves import BINS

Labels = NDArray[np.int64]
Probabilities = NDArray[np.float64]


def expected_calibration_error(probabilities: Probabilities, labels: Labels, bins: int = BINS) -> float:
    """Guo et al. 2017, eq. 3: |accuracy - confidence| over equal-width bins of the top probability (N, K)."""
    top = probabilities.max(1)
    correct = probabilities.argmax(1) == labels
    which = np.minimum((top * bins).astype(int), bins - 1)
    gaps = np.bincount(which, weights=correct - top, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))


def auroc_by_class(probabilities: Probabilities, labels: Labels) -> list[float | None]:
    """One against the rest, as the rank-sum statistic (Mann and Whitney); None where a class, or everything
    else, is absent."""
    scores: list[float | None] = []
    for k in range(probabilities.shape[1]):
        is_class = labels == k
        own = int(is_class.sum())
        others = len(labels) - own
        if own and others:
            ranks = float(rankdata(probabilities[:, k])[is_class].sum())
            scores.append((ranks - own * (own + 1) / 2) / (own * others))
        else:
            scores.append(None)
    return scores


def figures(probabilities: Probabilities, labels: Labels) -> dict[str, Any]:
    """Point estimates: accuracy, macro precision/recall/F1 over the classes present, AUROC, ECE, confusion.

    Own arithmetic: scikit-learn's, to which the tests hold it, takes seconds for a bootstrap's hundreds of calls.
    """
    count = probabilities.shape[1]
    matrix = np.bincount(labels * count + probabilities.argmax(1), minlength=count * count)
    matrix = matrix.reshape(count, count)  # rows actual, columns predicted
    right, support, predicted = matrix.diagonal(), matrix.sum(1), matrix.sum(0)
    precision, recall = _share(right, predicted), _share(right, support)
    f1 = _share(2 * right, predicted + support)
    present = support > 0
    return {
        "accuracy": float(right.sum() / len(labels)),
        "precision": float(precision[present].mean()),
        "recall": float(recall[present].mean()),
        "f1": float(f1[present].mean()),
        "ece": expected_calibration_error(probabilities, labels),
        "auroc": auroc_by_class(probabilities, labels),
        "class_precision": precision.tolist(),
        "class_recall": recall.tolist(),
        "class_f1": f1.tolist(),
        "support": support.tolist(),
        "confusion_matrix": matrix.tolist(),
    }


def _share(part: NDArray[np.int64], whole: NDArray[np.int64]) -> NDArray[np.float64]:
    """`part` of `whole`, class by class; 0 of nothing is 0."""
    return np.asarray(part / np.maximum(whole, 1))
