"""Installed models in a few words and figures."""

from __future__ import annotations

from typing import Any

from xraydesk.errors import ModelNotFound
from xraydesk.model.card import ModelCard
from xraydesk.registry.registry import Registry
from xraydesk.workflows.verbs import ModelSummary

_SHOWN = (
    ("accuracy", "Accuracy"),
    ("f1", "Macro F1"),
    ("precision", "Macro precision"),
    ("recall", "Macro recall"),
    ("ece", "Calibration error (ECE)"),
)


def described(registry: Registry) -> tuple[ModelSummary, ...]:
    """Every installed model, in the registry's order."""
    try:
        active = registry.active().card.id
    except ModelNotFound:
        active = ""
    return tuple(
        ModelSummary(
            model_id=model.card.id,
            name=model.card.name,
            version=model.card.version,
            architecture=model.card.architecture,
            classes=model.card.classes,
            active=model.card.id == active,
            shipped=model.shipped,
            figures=figures_in_words(model.card),
            description=model.card.description,
        )
        for model in registry.models()
    )


def figures_in_words(card: ModelCard) -> tuple[tuple[str, str], ...]:
    """The test part's figures with their 95 % intervals; none for a model that was never measured."""
    test: dict[str, Any] = card.evaluation.get("test", {})
    rows = [(words, _with_interval(test, name)) for name, words in _SHOWN if name in test]
    if test.get("films"):
        rows.append(("Films in the test part", str(test["films"])))
    return tuple(rows)


def _with_interval(figures: dict[str, Any], name: str) -> str:
    interval = figures.get(f"{name}_interval")
    low_high = f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval else ""
    return f"{figures[name]:.3f}{low_high}"
