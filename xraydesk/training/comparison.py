"""Two models on the very same films: McNemar's test, exact."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.stats import binomtest


@dataclass(frozen=True, slots=True)
class Paired:
    """`gained` films the new model alone reads rightly, `lost` the other alone; `p_value` is two-sided."""

    films: int
    gained: int
    lost: int
    p_value: float
    by_group: bool  # some patients have several films, and counted once


def paired(new_right: NDArray[np.bool_], other_right: NDArray[np.bool_], groups: NDArray[np.int64]) -> Paired:
    """McNemar's exact test: are as many films gained as lost?

    Films of one group are no independent witnesses: each group speaks once, for the model that reads more of its
    films rightly. Where every film is its own group that is McNemar's test of the films.
    """
    difference = new_right.astype(int) - other_right.astype(int)
    _, member_of = np.unique(groups, return_inverse=True)
    by_group = np.bincount(member_of, weights=difference)
    for_new, for_other = int((by_group > 0).sum()), int((by_group < 0).sum())
    return Paired(
        films=len(difference),
        gained=int((difference > 0).sum()),
        lost=int((difference < 0).sum()),
        p_value=mcnemar(for_new, for_other),
        by_group=len(by_group) < len(difference),
    )


def mcnemar(gained: int, lost: int) -> float:
    """Two-sided exact p-value; 1 where the models agree on everything."""
    if gained + lost == 0:
        return 1.0
    return float(binomtest(gained, gained + lost, 0.5).pvalue)
