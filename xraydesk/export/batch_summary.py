"""A batch in figures: how many of what, the most suspicious films, and those without a result."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from xraydesk.journal.records import FilmRecord, FilmState, NewBatch
from xraydesk.model.film_result import FilmResult
from xraydesk.model.prediction import Prediction, is_positive, suspicion

BINS = 20


def result_of(film: FilmRecord, told: NewBatch) -> FilmResult:
    """The row of the journal as a result, without its heatmaps."""
    return FilmResult(
        film.path,
        film.prediction,
        warnings=film.warnings,
        error=film.error,
        refused=film.state is FilmState.REFUSED,
        model_id=told.model_id,
        model_name=told.model_name,
        model_version=told.model_version,
        model_sha256=told.model_sha256,
        device=film.device,
        seconds=film.seconds,
        sha256=film.sha256,
    )


@dataclass(frozen=True, slots=True, eq=False)
class BatchSummary:
    """`histogram`: films by suspicion in BINS equal parts of [0, 1]. The two tables may be cut short."""

    states: dict[FilmState, int]
    labels: dict[str, int]
    histogram: tuple[int, ...]
    devices: tuple[str, ...]
    positives: tuple[FilmRecord, ...]  # the most suspicious first
    positive_count: int
    without_result: tuple[FilmRecord, ...]  # in the order found
    without_result_count: int

    @property
    def films(self) -> int:
        return sum(self.states.values())


def summarise(
    films: Iterable[FilmRecord], *, most_positives: int = 60, most_without: int = 100
) -> BatchSummary:
    """One pass over the films; of them only those in the two tables are kept."""
    states, labels, devices, bins = Counter[FilmState](), Counter[str](), Counter[str](), Counter[int]()
    positives, without = _MostSuspicious(most_positives), list[FilmRecord]()
    for film in films:
        states[film.state] += 1
        if film.prediction is not None:
            labels[film.prediction.label] += 1
            devices[film.device] += 1
            if not math.isnan(suspicion(film.prediction)):  # what no number says has no place among figures
                bins[_bin(suspicion(film.prediction))] += 1
                positives.add(film, film.prediction)
        elif film.state is not FilmState.WAITING and len(without) < most_without:
            without.append(film)
    return BatchSummary(
        states=dict(states),
        labels=dict(labels),
        histogram=tuple(bins[place] for place in range(BINS)),
        devices=tuple(device for device, _ in devices.most_common() if device),
        positives=positives.in_order(),
        positive_count=positives.count,
        without_result=tuple(without),
        without_result_count=states[FilmState.REFUSED] + states[FilmState.FAILED],
    )


def _bin(share: float) -> int:
    return min(max(int(share * BINS), 0), BINS - 1)


class _MostSuspicious:
    """Keeps the most suspicious positives of any number; of equal ones those found first."""

    def __init__(self, most: int) -> None:
        self.count = 0
        self._most = most
        self._heap: list[tuple[float, int, FilmRecord]] = []

    def add(self, film: FilmRecord, prediction: Prediction) -> None:
        if not is_positive(prediction):
            return
        self.count += 1
        heapq.heappush(self._heap, (suspicion(prediction), -self.count, film))
        if len(self._heap) > self._most:
            heapq.heappop(self._heap)

    def in_order(self) -> tuple[FilmRecord, ...]:
        return tuple(film for _, _, film in sorted(self._heap, key=lambda ranked: ranked[:2], reverse=True))
