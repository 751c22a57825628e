"""Temperature scaling (Guo et al. 2017): one number, fitted on validation, reported on test; and before it a number
for each class (bias-corrected temperature scaling, Alexandari et al. 2020)."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.optimize import minimize, minimize_scalar
from scipy.special import logsumexp, softmax

_FEWEST_FOR_OFFSETS = 50  # films of each class; of fewer an offset tells more of them than of the network


def fitted_offsets(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> NDArray[np.float64]:
    """What added to logits (N, K) brings them, at the best temperature for it, to the least cross entropy: (K,),
    of mean 0. Zeros where a class has fewer than fifty films."""
    films, classes = logits.shape
    if np.bincount(labels, minlength=classes).min() < _FEWEST_FOR_OFFSETS:
        return np.zeros(classes)
    truth = np.eye(classes)[labels]

    def loss(of: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        """And its gradient, by the inverse temperature and the offsets after it."""
        scaled = of[0] * logits + of[1:]
        wrong = (softmax(scaled, axis=1) - truth) / films
        value = (logsumexp(scaled, axis=1) - scaled[np.arange(films), labels]).mean()
        return float(value), np.array([(wrong * logits).sum(), *wrong.sum(0)])

    found = minimize(
        loss, [1.0, *np.zeros(classes)], jac=True, bounds=[(0.05, 20.0), *[(None, None)] * classes]
    )
    offsets = found.x[1:] / found.x[0]
    return np.asarray(offsets - offsets.mean(), dtype=np.float64)


def fitted_temperature(logits: NDArray[np.float64], labels: NDArray[np.int64]) -> float:
    """The temperature in [0.05, 20] with the least cross entropy of logits (N, K)."""

    def loss(log_temperature: float) -> float:
        scaled = logits / np.exp(log_temperature)
        own = scaled[np.arange(len(labels)), labels]
        return float((logsumexp(scaled, axis=1) - own).mean())

    found = minimize_scalar(loss, bounds=(np.log(0.05), np.log(20.0)), method="bounded")
    return float(np.exp(found.x))
