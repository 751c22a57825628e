"""Logits to calibrated probabilities, and from these to what the program dares to say."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

INDETERMINATE = "INDETERMINATE"
_NORMAL = "NORMAL"


@dataclass(frozen=True, slots=True)
class Prediction:
    """`label` is one of `classes`, or INDETERMINATE where no probability reaches the model's threshold."""

    label: str
    classes: tuple[str, ...]
    probabilities: tuple[float, ...]  # calibrated, in the order of `classes`, sum 1

    @property
    def top_class(self) -> str:
        return self.classes[int(np.argmax(self.probabilities))]

    def as_dict(self) -> dict[str, float]:
        return dict(zip(self.classes, self.probabilities, strict=True))


def calibrated_probabilities(logits: NDArray[np.float64], temperature: float) -> NDArray[np.float64]:
    """Softmax of logits (..., K) over `temperature` (Guo et al. 2017): (..., K), each row sums to 1."""
    scaled = np.asarray(logits, dtype=np.float64) / temperature
    exponent = np.exp(scaled - scaled.max(axis=-1, keepdims=True))
    return np.asarray(exponent / exponent.sum(axis=-1, keepdims=True))


def predict(
    logits: NDArray[np.float64], classes: tuple[str, ...], *, temperature: float, threshold: float
) -> Prediction:
    """Logits (K,) of one film to its prediction; below `threshold` the film is INDETERMINATE."""
    probabilities = calibrated_probabilities(logits, temperature)
    top = int(np.argmax(probabilities))
    label = classes[top] if probabilities[top] >= threshold else INDETERMINATE
    return Prediction(label, classes, tuple(float(p) for p in probabilities))


def normal_place(classes: Sequence[str]) -> int:
    """The place of the class NORMAL, written in any case, else that of the last class."""
    places = (place for place, name in enumerate(classes) if name.upper() == _NORMAL)
    return next(places, len(classes) - 1)


def suspicion(prediction: Prediction) -> float:
    """1 - P(NORMAL); of a model without such a class, 1 - P(its last class)."""
    return 1.0 - prediction.probabilities[normal_place(prediction.classes)]


def is_positive(prediction: Prediction | None) -> bool:
    """Whether a class is named, and another than NORMAL."""
    return prediction is not None and prediction.label.upper() not in {_NORMAL, INDETERMINATE}
