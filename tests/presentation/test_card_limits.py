"""A card names limits that its figures bear, and no others."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from tests.presentation.cards import CLASSES, card
from xraydesk.presentation.card_limits import limits
from xraydesk.training import evaluation
from xraydesk.training.evaluation import evaluated
from xraydesk.training.metrics import Labels, Probabilities, figures

_CARDS = 60


def said(test: dict[str, Any]) -> str:
    groups = {"test": test["films"]}
    return " ".join(limits(card(evaluation={"test": test}, data={"groups": groups})).paragraphs)


def of_a_perfect_model(rng: np.random.Generator, films: int) -> tuple[Probabilities, Labels]:
    """Each film's class is drawn from the very probabilities that are told of it."""
    probabilities = rng.dirichlet([0.35] * len(CLASSES), films)
    labels = np.array([rng.choice(len(CLASSES), p=each) for each in probabilities])
    return probabilities, labels


@pytest.mark.parametrize("films", [40, 100, 1000])
def test_true_probabilities_are_rarely_said_to_be_off(films: int) -> None:
    rng = np.random.default_rng(0)
    tests = [figures(*of_a_perfect_model(rng, films)) for _ in range(_CARDS)]
    complaints = sum("probabilities are off" in said(test | {"films": films}) for test in tests)
    assert complaints <= 0.05 * _CARDS


def test_probabilities_far_too_sure_are_said_to_be_off() -> None:
    rng = np.random.default_rng(0)
    probabilities, labels = of_a_perfect_model(rng, 100)
    sharp = probabilities**6 / (probabilities**6).sum(1, keepdims=True)
    assert "percentage points on average" in said(figures(sharp, labels) | {"films": 100})


def test_without_the_number_of_films_nothing_is_said_of_calibration() -> None:
    assert "probabilities are off" not in said({"ece": 0.3, "films": 0})


def test_films_that_were_misread_are_counted_as_they_were() -> None:
    few = [[2, 1, 0], [0, 3, 0], [0, 0, 3]]
    assert "Of its 3 test films of COVID-19 it misread 1, as Normal." in said(
        {"films": 9, "confusion_matrix": few}
    )


def test_a_source_is_rarely_said_to_be_worse_by_chance(monkeypatch: pytest.MonkeyPatch) -> None:
    """The first 20 of 100 films of a model to which it makes no difference where a film comes from."""
    monkeypatch.setattr(evaluation, "REPLICATES", 60)
    rng = np.random.default_rng(0)
    complaints = 0
    for _ in range(_CARDS):
        probabilities, labels = of_a_perfect_model(rng, 100)
        own = evaluated(probabilities[:20], labels[:20], CLASSES, list(range(20)))
        test = figures(probabilities, labels) | {"films": 100, "by_source": {"A": own}}
        complaints += "films of A its accuracy" in said(test)
    assert complaints <= 0.1 * _CARDS


def test_a_source_is_said_to_be_worse_where_its_interval_lies_below_the_whole() -> None:
    def about(interval: object) -> str:
        own = {"films": 40, "accuracy": 0.8, "accuracy_interval": interval}
        return said({"films": 200, "accuracy": 0.9, "by_source": {"A": own}})

    assert "On the 40 films of A its accuracy was 0.80 (0.70 to 0.88), not the 0.90 of all" in about(
        [0.7, 0.88]
    )
    for unclear in ([0.7, 0.92], None, "0.88"):
        assert "films of A" not in about(unclear)
