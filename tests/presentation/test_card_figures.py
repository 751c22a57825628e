"""A card's figures are shown with their intervals; what a stranger's card holds instead of figures is not."""

from __future__ import annotations

from typing import Any

import pytest

from xraydesk.model.card import ModelCard
from xraydesk.model.model_input import Preprocessing
from xraydesk.presentation.card_results import figures_in_words


def card(test: Any) -> ModelCard:
    return ModelCard("a", "A", "1", "dlh_covid", ("A", "B"), Preprocessing(), "", evaluation={"test": test})


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
