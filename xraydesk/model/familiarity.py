"""Is a film like those that the model knows? Told from the network's own last features, not from its answer.

The mean of each last activation map, its square root taken since most lie near 0, is compared with those of the
training films by Mahalanobis' distance (Lee et al. 2018, without the classes). The limit is what all but a few
of the validation films keep to. A network cannot say so by its probabilities: far from all it knows they are sharpest.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

UNFAMILIAR = "unfamiliar"
WORDS = "This film is unlike those that the model knows."
HINT = "It may be no frontal chest film, or spoiled. The model can still be asked; do not rely on its answer."

_KEPT = 0.985  # share of the validation films within the limit
_SHRUNK = 1e-3  # of the mean variance, added to each
_LEAST_TRAIN, _LEAST_VALIDATION = 500, 50  # films; of fewer nothing is known for sure


@dataclass(frozen=True, slots=True, eq=False)
class Familiarity:
    """`mean` (C,), `whitening` (C, C), `limit` > 0: float32."""

    mean: NDArray[np.float32]
    whitening: NDArray[np.float32]
    limit: float

    def __post_init__(self) -> None:
        channels = len(self.mean)
        if self.whitening.shape != (channels, channels) or not self.limit > 0:
            raise ValueError("what films the model knows is not told in a way that makes sense")
        if not (np.isfinite(self.mean).all() and np.isfinite(self.whitening).all()):
            raise ValueError("what films the model knows is told in no usable numbers")

    @classmethod
    def fitted(cls, train: NDArray[np.float32], validation: NDArray[np.float32]) -> Self | None:
        """From features (N, C) of films that trained the network and of films that did not; None of too few."""
        if len(train) < _LEAST_TRAIN or len(validation) < _LEAST_VALIDATION:
            return None
        known = _rooted(train)
        covariance = np.atleast_2d(np.cov(known.T))
        spread, axes = np.linalg.eigh(covariance)
        scale = 1 / np.sqrt(spread.clip(0) + max(_SHRUNK * spread.mean(), 1e-12))
        # Rounded as it will be read from half precision, so that the limit fits what is used.
        whitening = (axes * scale).astype(np.float16).astype(np.float32)
        measured = cls(known.mean(0).astype(np.float32), whitening, 1.0)
        return cls(measured.mean, whitening, float(np.quantile(measured.distances(validation), _KEPT)))

    def distances(self, features: NDArray[np.float32]) -> NDArray[np.float64]:
        """(N, C) to (N,), in multiples of the limit: a film beyond 1 is unfamiliar."""
        away = (_rooted(features) - self.mean) @ self.whitening.astype(np.float64)
        return np.asarray(np.linalg.norm(away, axis=1) / self.limit)


def _rooted(features: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.sqrt(features.clip(0).astype(np.float64))
