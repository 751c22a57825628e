"""Installed models in a few words and figures."""

from __future__ import annotations

from xraydesk.errors import ModelNotFound
from xraydesk.presentation.card_recipe import architecture_words
from xraydesk.presentation.card_results import figures_in_words
from xraydesk.presentation.wording import model_words
from xraydesk.registry.registry import Registry
from xraydesk.workflows.model_verbs import ModelSummary


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
            architecture=architecture_words(model.card.architecture),
            classes=model.card.classes,
            active=model.card.id == active,
            shipped=model.shipped,
            figures=figures_in_words(model.card),
            description=model.card.description,
        )
        for model in registry.models()
    )


def described_previous(registry: Registry) -> str:
    """Name and version of the model that `rollback` goes back to, "" where there is none."""
    previous = registry.previous()
    return model_words(previous.card.name, previous.card.version) if previous else ""
