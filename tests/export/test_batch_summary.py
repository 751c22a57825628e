from __future__ import annotations

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.export.films import batch_of, record
from tests.export.results import CLASSES, classified
from xraydesk.export.batch_summary import result_of, summarise
from xraydesk.journal.records import FilmRecord, FilmState
from xraydesk.model.prediction import INDETERMINATE, Prediction, is_positive, suspicion

UNSURE = Prediction(INDETERMINATE, CLASSES, (0.4, 0.35, 0.25))


def test_states_labels_and_bins_are_counted() -> None:
    films = [
        record(1, "a", (0.06, 0.03, 0.91)),
        record(2, "b", (0.0, 1.0, 0.0)),
        record(3, "c", (0.8, 0.2, 0.0)),
        record(4, "d", prediction=UNSURE),
        record(5, "e", None),
        record(6, "f", None, state=FilmState.REFUSED),
        record(7, "g", state=FilmState.WAITING, prediction=None),
    ]
    summary = summarise(films)
    assert summary.films == 7
    assert summary.states == {
        FilmState.READ: 4,
        FilmState.FAILED: 1,
        FilmState.REFUSED: 1,
        FilmState.WAITING: 1,
    }
    assert summary.labels == {"PNEUMONIA": 1, "NORMAL": 1, "COVID19": 1, INDETERMINATE: 1}
    assert {place: count for place, count in enumerate(summary.histogram) if count} == {
        0: 1,
        13: 1,
        16: 1,
        19: 1,
    }
    assert [film.id for film in summary.positives] == [1, 3]
    assert [film.id for film in summary.without_result] == [5, 6]
    assert summary.devices == ("cpu",)


def test_a_probability_that_is_no_number_is_named_but_in_no_figure() -> None:
    nothing = record(1, "a", prediction=Prediction("COVID19", CLASSES, (math.nan,) * 3))
    summary = summarise([nothing, record(2, "b")])
    assert summary.labels == {"COVID19": 1, "PNEUMONIA": 1}
    assert sum(summary.histogram) == 1
    assert [film.id for film in summary.positives] == [2]


@given(st.lists(st.integers(0, 100), max_size=60), st.integers(0, 10))
def test_the_positives_kept_are_the_most_suspicious_in_order(shares: list[int], most: int) -> None:
    films = [record(n, str(n), (1 - s / 100, s / 100, 0.0)) for n, s in enumerate(shares, start=1)]
    summary = summarise(films, most_positives=most)
    positives = [film for film in films if is_positive(film.prediction)]
    ranked = sorted(positives, key=lambda film: (-_suspicion(film), film.number))
    assert [film.id for film in summary.positives] == [film.id for film in ranked[:most]]
    assert summary.positive_count == len(positives)


def _suspicion(film: FilmRecord) -> float:
    assert film.prediction is not None
    return suspicion(film.prediction)


def test_films_without_a_result_beyond_the_table_are_counted() -> None:
    summary = summarise([record(n, str(n), None) for n in range(5)], most_without=2)
    assert (len(summary.without_result), summary.without_result_count) == (2, 5)


@pytest.mark.parametrize(
    ("classes", "expected"), [(("Normal", "Other"), 0.75), (("A", "B"), 0.25), (("A", "normal"), 0.25)]
)
def test_suspicion_is_against_the_normal_class_or_else_the_last(
    classes: tuple[str, ...], expected: float
) -> None:
    assert suspicion(Prediction(classes[1], classes, (0.25, 0.75))) == expected


def test_a_row_of_the_journal_is_the_result_it_came_from() -> None:
    told = replace(batch_of().told, model_sha256="ab12")
    expected = replace(classified("a.png"), heatmaps=(), crop=None)
    shown = result_of(record(1, "a.png"), told)
    assert _fields(shown) == _fields(expected)


def _fields(result: object) -> dict[str, object]:
    return {name: getattr(result, name) for name in type(result).__slots__}  # type: ignore[attr-defined]
