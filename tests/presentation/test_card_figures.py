"""A card's figures are shown with their intervals; what a stranger's card holds instead of figures is not."""

from __future__ import annotations

from typing import Any

import pytest

from xraydesk.model.card import ModelCard
from xraydesk.model.model_input import Preprocessing
from xraydesk.presentation.card_results import figures_in_words, results


def card(test: Any, **data: Any) -> ModelCard:
    return ModelCard(
        "a", "A", "1", "dlh_covid", ("A (b)", "B"), Preprocessing(), "", evaluation={"test": test}, data=data
    )


def test_figures_come_with_their_intervals() -> None:
    test = {"accuracy": 0.9123, "accuracy_interval": [0.89, 0.93], "f1": 0.9, "films": 1050}
    assert figures_in_words(card(test)) == (
        ("Accuracy", "0.912 (0.890 to 0.930)"),
        ("Macro F1", "0.900"),
        ("Films in the test part", "1050"),
    )


@pytest.mark.parametrize(
    ("test", "shown"),
    [
        ([], ()),
        ("0.99", ()),
        ({"accuracy": "perfect", "films": "many", "f1": 10**400}, ()),
        ({"accuracy": 0.9, "accuracy_interval": ["a", 1]}, (("Accuracy", "0.900"),)),
        ({"accuracy": 0.9, "accuracy_interval": 3}, (("Accuracy", "0.900"),)),
    ],
)
def test_what_is_no_figure_is_left_out(test: Any, shown: tuple[tuple[str, str], ...]) -> None:
    assert figures_in_words(card(test)) == shown


def test_intervals_are_explained_only_where_some_are_shown() -> None:
    own = {"films": 9, "recall": 0.8}
    assert results(card({"accuracy": 0.97, "per_class": {"A (b)": own}})).paragraphs == ()
    with_one = {"accuracy": 0.97, "per_class": {"A (b)": own | {"recall_interval": [0.7, 0.9]}}}
    [said] = results(card(with_one)).paragraphs
    assert "95 % intervals, from drawing the films or patients of the test part" in said


def test_where_no_patients_were_known_films_were_drawn() -> None:
    [said] = results(card({"f1": 0.9, "f1_interval": [0.8, 1.0]}, patients_known=False)).paragraphs
    assert "from drawing the films of the test part" in said
