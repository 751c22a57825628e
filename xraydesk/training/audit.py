"""What a network looks at besides lungs: the same films with parts taken away, and their source told from its features.

Changes are made to model inputs (N, S, S) uint8, after the contrast was stretched. What is taken away becomes
black, as a film's margin is, or the film's own mean grey where the lungs are concerned, so that no black
silhouette of them is left to go by.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedGroupKFold, cross_val_predict
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

Inputs = NDArray[np.uint8]
Masks = NDArray[np.bool_]

_BORDER = 0.1  # share of the side
_CORNER = 0.2
_FOLDS = 5


def without_borders(inputs: Inputs) -> Inputs:
    """A tenth of the side black on every side: letters, margins, collimation."""
    margin = round(inputs.shape[1] * _BORDER)
    changed = np.zeros_like(inputs)
    inner = slice(margin, inputs.shape[1] - margin)
    changed[:, inner, inner] = inputs[:, inner, inner]
    return changed


def without_corners(inputs: Inputs) -> Inputs:
    """A square of a fifth of the side black in each corner: side marks and dates."""
    corner = round(inputs.shape[1] * _CORNER)
    changed = inputs.copy()
    for rows in (slice(None, corner), slice(-corner, None)):
        for columns in (slice(None, corner), slice(-corner, None)):
            changed[:, rows, columns] = 0
    return changed


def without(inputs: Inputs, masks: Masks) -> Inputs:
    """The masked places take the mean grey of the others of their film."""
    return only(inputs, ~masks)


def only(inputs: Inputs, masks: Masks) -> Inputs:
    """All but the masked places takes their mean grey."""
    kept = masks.sum((1, 2)).clip(1)
    mean = ((inputs * masks).sum((1, 2)) / kept).round().astype(np.uint8)
    return np.where(masks, inputs, mean[:, None, None])


@dataclass(frozen=True, slots=True)
class SourceProbe:
    """How often a linear model names a film's source from the network's features, cross-validated by group.

    `chance`: how often always naming the most frequent one is right.
    """

    accuracy: float
    chance: float
    sources: tuple[str, ...]


def source_probe(
    features: NDArray[np.float32], sources: Sequence[str], groups: Sequence[str], seed: int = 0
) -> SourceProbe | None:
    """`features` (N, C). None where fewer than two sources have films in as many groups as there are folds."""
    names, of = np.unique(np.array(sources), return_inverse=True)
    _, group = np.unique(np.array(groups), return_inverse=True)
    large = [k for k in range(len(names)) if len(np.unique(group[of == k])) >= _FOLDS]
    kept = np.isin(of, large)
    if len(large) < 2:
        return None
    told = cross_val_predict(
        make_pipeline(StandardScaler(), LogisticRegression(C=0.1, max_iter=500)),
        features[kept],
        of[kept],
        groups=group[kept],
        cv=StratifiedGroupKFold(_FOLDS, shuffle=True, random_state=seed),
    )
    return SourceProbe(
        float((told == of[kept]).mean()),
        float(np.bincount(of[kept]).max() / kept.sum()),
        tuple(str(names[k]) for k in large),
    )
