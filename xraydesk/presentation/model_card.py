"""The whole page of a model's card."""

from __future__ import annotations

from dataclasses import replace

from xraydesk.model.card import ModelCard
from xraydesk.presentation.card_data import data
from xraydesk.presentation.card_limits import limits
from xraydesk.presentation.card_page import CardPage, CardSection
from xraydesk.presentation.card_recipe import architecture_words, identity, recipe
from xraydesk.presentation.card_results import measured_on_words, results
from xraydesk.presentation.card_values import plain
from xraydesk.presentation.wording import RESEARCH_USE_LONG, class_words, model_words, percent_words

_MOST_NAMED = 12


def card_page(card: ModelCard, *, terms: str = "", origin: str = "") -> CardPage:
    """`terms`: under which the model may be used; `origin`: how it came to this computer."""
    sections = (
        _intended_use(card),
        results(card),
        limits(card),
        data(card, terms),
        recipe(card),
        identity(card),
    )
    about = (architecture_words(card.architecture), measured_on_words(card), origin)
    return CardPage(
        title=model_words(card.name, card.version),
        subtitle="  ·  ".join(part for part in about if part),
        sections=tuple(_cut(section) for section in sections if not section.is_empty),
    )


def _cut(section: CardSection) -> CardSection:
    return replace(section, tables=tuple(table.cut() for table in section.tables))


def _intended_use(card: ModelCard) -> CardSection:
    paragraphs = [
        f"It sorts frontal chest films into {len(card.classes)} classes: {classes_words(card.classes)}.",
        RESEARCH_USE_LONG,
    ]
    if 0 < card.threshold <= 1:
        paragraphs.insert(
            1,
            f"A film of which no class is {percent_words(card.threshold)} probable at least is called "
            "indeterminate.",
        )
    if description := plain(card.description):
        paragraphs.append(description)
    return CardSection("What it is for", tuple(paragraphs))


def classes_words(classes: tuple[str, ...], most: int = _MOST_NAMED) -> str:
    """ "COVID-19, Normal and Pneumonia"; of many no more than `most` are named."""
    named = [class_words(name) for name in classes[:most]]
    if len(classes) > most:
        return f"{', '.join(named)} and {len(classes) - most} more"
    return f"{', '.join(named[:-1])} and {named[-1]}"
