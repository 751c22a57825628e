"""Cards for tests: one that tells all, one that tells nothing, one of many long classes, one of a stranger's."""

from __future__ import annotations

from copy import deepcopy
from functools import cache
from typing import Any

import numpy as np

from xraydesk.model.card import ModelCard
from xraydesk.model.model_input import PAPER_PREPROCESSING, Preprocessing
from xraydesk.training.config import RECOMMENDED
from xraydesk.training.evaluation import evaluated_by_source

CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")
MANY = tuple(f"finding_number_{n:02d}_of_a_very_long_list_with_a_very_long_name" for n in range(12))


def card(classes: tuple[str, ...] = CLASSES, **changes: Any) -> ModelCard:
    """Measured on 120 films of two hospitals, 60 of them of one patient each."""
    made: dict[str, Any] = {
        "id": "own-1",
        "name": "Own model",
        "version": "2026.11.24",
        "architecture": "dlh_covid",
        "classes": classes,
        "preprocessing": Preprocessing(detail=128),
        "sha256": "ab" * 32,
        "temperature": 0.8,
        "threshold": 0.4,
        "description": "Trained on 1200 films on 2026-11-24.",
        "evaluation": {} if "evaluation" in changes else {"test": deepcopy(measured(classes))},
        "data": data_of(classes),
        "training": RECOMMENDED.as_dict() | {"best_epoch": 9, "validation_loss": 0.412},
        "versions": {"xraydesk": "0.1.0", "torch": "2.13.0"},
    }
    return ModelCard(**(made | changes))


@cache
def measured(classes: tuple[str, ...]) -> dict[str, Any]:
    rng = np.random.default_rng(4)
    labels = np.arange(120) % len(classes)
    logits = rng.normal(0, 1, (120, len(classes))) + 2.5 * np.eye(len(classes))[labels]
    probabilities = np.exp(logits) / np.exp(logits).sum(1, keepdims=True)
    sources = ["hospital A" if i % 3 else "hospital B" for i in range(120)]
    return evaluated_by_source(probabilities, labels, classes, [i // 2 for i in range(120)], sources)


def data_of(classes: tuple[str, ...]) -> dict[str, Any]:
    def films(number: int) -> dict[str, int]:
        a = {f"{name} hospital A": number for name in classes}
        return a | {f"{name} hospital B": number // 2 for name in classes}

    return {
        "films_sha256": "cd" * 32,
        "films": {"train": films(200), "validation": films(30), "test": films(26)},
        "groups": {"train": 350, "validation": 60, "test": 60},
        "licences": {
            "hospital A": {"own films, consent of the ethics board": 3},
            "hospital B": {"not stated": 2},
        },
    }


def silent_card() -> ModelCard:
    """The authors' checkpoint: nothing is known of it."""
    return ModelCard(
        "dlh-1", "DLH_COVID (best)", "as published", "dlh_covid", CLASSES, PAPER_PREPROCESSING, ""
    )


def strange_card() -> ModelCard:
    """What a stranger may write into a card that is still a card."""
    odd = {
        "accuracy": "perfect",
        "films": "many",
        "per_class": 3,
        "confusion_matrix": [[1, 2], "x"],
        "auroc": [],
    }
    return card(
        evaluation={"test": odd | {"by_source": {"<b>x</b>": 1, "y": {"films": -1, "accuracy": 1e300}}}},
        data={"films": {"train": {"COVID19 x": "lots", "OTHER": 3}}, "licences": {"x": ["a"]}, "groups": 7},
        training={"augmentation": "strong", "epochs": [1], "learning_rate": "fast", "seed": {"a": 1}},
        versions={"x": ["y"]},
        description="\x1b[2J<script>" + "very " * 200,
    )
