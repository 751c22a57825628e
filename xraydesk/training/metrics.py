"""Figures of merit from labels and calibrated probabilities; definitions are scikit-learn's where it has them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import confusion_matrix, precision_recall_fscore_support, roc_auc_score

Labels = NDArray[np.int64]
Probabilities = NDArray[np.float64]

ECE_BINS = 15


def expected_calibration_error(probabilities: Probabilities, labels: Labels, bins: int = ECE_BINS) -> float:
    """Guo et al. 2017, eq. 3: |accuracy - confidence| over equal-width bins of the top probability (N, K)."""
    top = probabilities.max(1)
    correct = probabilities.argmax(1) == labels
    which = np.minimum((top * bins).astype(int), bins - 1)
    gaps = np.bincount(which, weights=correct - top, minlength=bins)
    return float(np.abs(gaps).sum() / len(labels))


def auroc_by_class(probabilities: Probabilities, labels: Labels) -> list[float | None]:
    """One against the rest; None where a class, or everything else, is absent."""
    scores: list[float | None] = []
    for k in range(probabilities.shape[1]):
        is_class = labels == k
        known = is_class.any() and not is_class.all()
        scores.append(float(roc_auc_score(is_class, probabilities[:, k])) if known else None)
    return scores


def figures(probabilities: Probabilities, labels: Labels) -> dict[str, Any]:
    """Point estimates: accuracy, macro precision/recall/F1 over the classes present, AUROC, ECE, confusion."""
    count = probabilities.shape[1]
    predicted = probabilities.argmax(1)
    present = np.unique(labels).tolist()
    precision, recall, f1, support = precision_recall_fscore_support(
        labels, predicted, labels=range(count), zero_division=0.0
    )
    return {
        "accuracy": float((predicted == labels).mean()),
        "precision": float(precision[present].mean()),
        "recall": float(recall[present].mean()),
        "f1": float(f1[present].mean()),
        "ece": expected_calibration_error(probabilities, labels),
        "auroc": auroc_by_class(probabilities, labels),
        "class_precision": [float(v) for v in precision],
        "class_recall": [float(v) for v in recall],
        "class_f1": [float(v) for v in f1],
        "support": [int(v) for v in support],
        "confusion_matrix": confusion_matrix(labels, predicted, labels=range(count)).tolist(),
    }
