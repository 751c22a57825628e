"""How good a model is on labelled films, with 95 % intervals, overall and by source."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xraydesk.training.metrics import Labels, Probabilities, figures

Groups = Sequence[str] | Sequence[int]  # in the same order either way: so are the intervals

REPLICATES = 400
_SCALARS = ("accuracy", "precision", "recall", "f1", "ece")


def _resamples(groups: Groups, seed: int) -> Iterator[NDArray[np.int64]]:
    """Bootstrap over groups: films of one patient come or stay away together (Efron)."""
    _, member_of = np.unique(np.array(groups), return_inverse=True)
    order = np.argsort(member_of, kind="stable")
    starts = np.searchsorted(member_of[order], np.arange(member_of.max() + 2))
    rng = np.random.default_rng(seed)
    count = len(starts) - 1
    for _ in range(REPLICATES):
        chosen = rng.integers(0, count, count)
        yield np.concatenate([order[starts[g] : starts[g + 1]] for g in chosen])


def _interval(figure: float | None, values: list[float | None]) -> list[float] | None:
    """Percentiles of the resamples, and wide enough for the figure itself.

    Films that are drawn twice make a calibration error look larger: a small one lies below all its resamples.
    """
    known = [value for value in values if value is not None]
    if not known or figure is None:
        return None
    low, high = np.percentile(known, (2.5, 97.5))
    return [min(float(low), figure), max(float(high), figure)]


def _named(
    point: dict[str, Any], replicates: list[dict[str, Any]], classes: tuple[str, ...]
) -> dict[str, Any]:
    """Figures with their intervals, class figures under the class's name (`evaluate --json`)."""
    result: dict[str, Any] = {"films": sum(point["support"])}
    for name in _SCALARS:
        result[name] = point[name]
        result[f"{name}_interval"] = _interval(point[name], [r[name] for r in replicates])
    result["confusion_matrix"] = point["confusion_matrix"]
    result["classes"] = list(classes)
    result["per_class"] = {
        name: {
            "films": point["support"][k],
            **{
                part: value
                for figure in ("precision", "recall", "f1")
                for part, value in (
                    (figure, point[f"class_{figure}"][k]),
                    (
                        f"{figure}_interval",
                        _interval(point[f"class_{figure}"][k], [r[f"class_{figure}"][k] for r in replicates]),
                    ),
                )
            },
        }
        for k, name in enumerate(classes)
    }
    result["auroc"] = {name: point["auroc"][k] for k, name in enumerate(classes)}
    result["auroc_interval"] = {
        name: _interval(point["auroc"][k], [r["auroc"][k] for r in replicates])
        for k, name in enumerate(classes)
    }
    return result


def evaluated(
    probabilities: Probabilities,
    labels: Labels,
    classes: tuple[str, ...],
    groups: Groups,
    *,
    seed: int = 0,
) -> dict[str, Any]:
    """All figures on films (N, K), each with its bootstrap interval."""
    point = figures(probabilities, labels)
    replicates = [figures(probabilities[i], labels[i]) for i in _resamples(groups, seed)]
    return _named(point, replicates, classes)


def evaluated_by_source(
    probabilities: Probabilities,
    labels: Labels,
    classes: tuple[str, ...],
    groups: Groups,
    sources: Sequence[str],
    *,
    seed: int = 0,
) -> dict[str, Any]:
    """`evaluated` on all films; under `by_source` on each source's own, under `without_source` on all but its.

    The former where sources are known, the latter where there are several: a pooled figure hides which
    hospital it comes from.
    """

    def of(chosen: NDArray[np.int64]) -> dict[str, Any]:
        return evaluated(
            probabilities[chosen], labels[chosen], classes, [groups[i] for i in chosen], seed=seed
        )

    everything = np.arange(len(labels))
    result = of(everything)
    own = {name: everything[np.array(sources) == name] for name in sorted(set(sources)) if name}
    if own:
        result["by_source"] = {name: of(films) for name, films in own.items()}
    if len(own) > 1:
        result["without_source"] = {name: of(np.setdiff1d(everything, films)) for name, films in own.items()}
    return result
