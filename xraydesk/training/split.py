"""Training, validation and test part: stratified, and no group on two sides."""

from __future__ import annotations

import warnings
from collections import Counter
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from sklearn.model_selection import StratifiedGroupKFold

from xraydesk.training.labelled_folder import LabelledFolder

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Positions in `LabelledFolder.films`, ascending."""

    train: Indices
    validation: Indices
    test: Indices


def _folds(folder: LabelledFolder, chosen: Indices, parts: int, seed: int) -> list[Indices]:
    """`chosen` in `parts` test folds, stratified by class and source where they are common enough for it
    (else by class, and in fewer parts where all classes are rarer than that), groups kept whole."""
    films = [folder.films[i] for i in chosen]
    labels = [film.label for film in films]
    strata = [f"{film.label}\0{film.source}" for film in films]
    if max(Counter(strata).values()) < parts:
        strata = labels
    parts = min(parts, max(Counter(labels).values()), len({film.group for film in films}))
    folds = StratifiedGroupKFold(parts, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings(
            "ignore", message="The least populated class"
        )  # a rare stratum is spread thin
        return [
            np.sort(chosen[test]) for _, test in folds.split(strata, strata, [film.group for film in films])
        ]


def split_80_10_10(folder: LabelledFolder, seed: int) -> Split:
    """The paper's proportions."""
    tenths = _folds(folder, np.arange(len(folder.films)), 10, seed)
    return Split(np.sort(np.concatenate(tenths[2:])), tenths[1], tenths[0])


def split_beside_test(folder: LabelledFolder, test: Indices, seed: int) -> Split:
    """`test` is the test part; a ninth of the rest validates, as in 80/10/10."""
    ninths = _folds(folder, np.setdiff1d(np.arange(len(folder.films)), test), 9, seed)
    return Split(np.sort(np.concatenate(ninths[1:])), ninths[0], np.sort(test))


def cross_validation(folder: LabelledFolder, folds: int, seed: int) -> list[Split]:
    """k splits; each test part is one fold, about a tenth of the rest, with films of every class, validates."""
    everything = np.arange(len(folder.films))
    splits = []
    for test in _folds(folder, everything, folds, seed):
        rest = np.setdiff1d(everything, test)
        tenths = _folds(folder, rest, 10, seed)
        validation = max(tenths, key=lambda tenth: len({folder.films[i].label for i in tenth}))
        splits.append(Split(np.setdiff1d(rest, validation), validation, test))
    return splits
