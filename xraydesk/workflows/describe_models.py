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
    test = card.evaluation.get("test")
    if not isinstance(test, dict):
        return ()
    rows = [(words, _with_interval(test, name)) for name, words in _SHOWN if _is_number(test.get(name))]
    if isinstance(test.get("films"), int):
        rows.append(("Films in the test part", str(test["films"])))
    return tuple(rows)


def _with_interval(figures: dict[str, Any], name: str) -> str:
    interval = figures.get(f"{name}_interval")
    known = isinstance(interval, list) and len(interval) == 2 and all(_is_number(end) for end in interval)
    low_high = f" ({interval[0]:.3f} to {interval[1]:.3f})" if interval and known else ""
    return f"{figures[name]:.3f}{low_high}"


def _is_number(value: object) -> bool:
    """A card's figures are shown, whoever wrote it; what is no figure is not."""
    return isinstance(value, int | float) and abs(value) < 1e9
