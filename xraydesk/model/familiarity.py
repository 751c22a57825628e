"""Is a film like those that the model knows? Told from the network's own last features, not from its answer.

The mean of each last activation map, its square root taken since most lie near 0, is compared with those of the
training films by Mahalanobis' distance (Lee et al. 2018, without the classes). The limit is what all but a few
of the validation films keep to. A network cannot say so by its probabilities: far from all it knows they are sharpest.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

UNFAMILIAR = "unfamiliar"
WORDS = "This film is unlike those that the model knows."
HINT = "It may be no frontal chest film, or spoiled. The model can still be asked; do not rely on its answer."

_MOST_AXES = 256  # of more channels, the directions in which the known films vary most
_KEPT = 0.985  # share of the validation films within the limit
_SHRUNK = 1e-3  # of the mean variance, added to each
_LEAST_TRAIN, _LEAST_VALIDATION = 500, 50  # films; of fewer nothing is known for sure


@dataclass(frozen=True, slots=True, eq=False)
class Familiarity:
    """`mean` (C,) and `whitening` (C, A) float16, as a card keeps them; `limit` > 0."""

    mean: NDArray[np.float16]
    whitening: NDArray[np.float16]
    limit: float

    def __post_init__(self) -> None:
        if self.mean.ndim != 1 or self.whitening.ndim != 2 or len(self.mean) != len(self.whitening):
            raise ValueError("what films the model knows is not told in a way that makes sense")
        if not (np.isfinite(self.mean).all() and np.isfinite(self.whitening).all() and 0 < self.limit < 1e9):
            raise ValueError("what films the model knows is told in no usable numbers")

    @classmethod
    def fitted(cls, train: NDArray[np.float32], validation: NDArray[np.float32]) -> Self | None:
        """From features (N, C) of films that trained the network and of films that did not; None of too few."""
        if len(train) < _LEAST_TRAIN or len(validation) < _LEAST_VALIDATION:
            return None
        known = _rooted(train)
        spread, axes = np.linalg.eigh(np.atleast_2d(np.cov(known.T)))  # ascending
        scale = 1 / np.sqrt(spread.clip(0) + max(_SHRUNK * spread.mean(), 1e-9))
        whitening = (axes * scale)[:, -_MOST_AXES:].astype(np.float16)
        measured = cls(known.mean(0).astype(np.float16), whitening, 1.0)
        return cls(measured.mean, whitening, float(np.quantile(measured.distances(validation), _KEPT)))

    @classmethod
    def from_dict(cls, told: Mapping[str, Any]) -> Self | None:
        """As a card tells it; None where it tells nothing. Raises ValueError."""
        if not told:
            return None
        try:
            mean = np.frombuffer(base64.b64decode(told["mean"], validate=True), "<f2")
            whitening = np.frombuffer(base64.b64decode(told["whitening"], validate=True), "<f2")
            return cls(mean, whitening.reshape(len(mean), -1), float(told["limit"]))
        except (KeyError, TypeError, ZeroDivisionError) as error:
            raise ValueError("what films the model knows is damaged") from error

    def as_dict(self) -> dict[str, Any]:
        return {
            "limit": self.limit,
            "mean": base64.b64encode(self.mean.astype("<f2").tobytes()).decode("ascii"),
            "whitening": base64.b64encode(self.whitening.astype("<f2").tobytes()).decode("ascii"),
        }

    def distances(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """(N, C) to (N,), in multiples of the limit: a film beyond 1 is unfamiliar."""
        away = (_rooted(features) - self.mean) @ self.whitening.astype(np.float64)
        return np.asarray(np.linalg.norm(away, axis=1) / self.limit)


def _rooted(features: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.sqrt(features.clip(0).astype(np.float64))
