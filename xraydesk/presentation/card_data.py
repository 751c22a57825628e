"""What a card tells of the films a model was made of: how many of what, from where, under which terms."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from xraydesk.model.card import ModelCard
from xraydesk.presentation.card_page import CardSection, CardTable
from xraydesk.presentation.card_values import count, table
from xraydesk.presentation.wording import class_words, count_words

PARTS = (("train", "Training"), ("validation", "Validation"), ("test", "Test"))
_NOT_TOLD = "The card does not tell on which films this model was trained."
_SPLIT = (
    "Training taught the network, validation chose the epoch and the temperature, the test part judged it at the "
    "end. All films of one patient, where patients are known, and near copies lie in one part."
)
_NO_PATIENTS = (
    "No patients were known: each film stood for itself. If one patient's films lie in two parts, the figures "
    "flatter the model."
)


@dataclass(frozen=True, slots=True)
class Films:
    """Counts by part, class and source; no source is ""."""

    counts: dict[str, Counter[tuple[str, str]]]

    def of(self, part: str, *, label: str | None = None, source: str | None = None) -> int:
        return sum(
            number
            for (its_label, its_source), number in self.counts.get(part, {}).items()
            if (label is None or its_label == label) and (source is None or its_source == source)
        )

    def total(self, *, label: str | None = None, source: str | None = None) -> int:
        return sum(self.of(part, label=label, source=source) for part in self.counts)

    def sources(self) -> list[str]:
        return sorted({source for part in self.counts.values() for _, source in part})


def films_of(card: ModelCard) -> Films:
    """A card's counts have keys as "COVID19 hospital": the class, and the source where one is known."""
    told = table(card.data.get("films"))
    counts = {}
    for part, _ in PARTS:
        found = Counter[tuple[str, str]]()
        for key, number in table(told.get(part)).items():
            label = _label_of(key, card.classes)
            if label:
                found[label, key[len(label) :].strip()] += count(number)
        counts[part] = found
    return Films(counts)


def _label_of(key: str, classes: tuple[str, ...]) -> str:
    fitting = [name for name in classes if key == name or key.startswith(f"{name} ")]
    return max(fitting, key=len, default="")


def data(card: ModelCard, terms: str = "") -> CardSection:
    """`terms`: under which the model may be used, where that is known."""
    films = films_of(card)
    facts = (("Terms of use", terms),) if terms else ()
    if not films.total():
        return CardSection("Data and licences", (_NOT_TOLD,), facts)
    tables = [_table_of(films, "Class", [(class_words(name), {"label": name}) for name in card.classes])]
    sources = [source for source in films.sources() if source]
    if sources:
        tables.append(_table_of(films, "Source", [(source, {"source": source}) for source in sources]))
    licences = _licences(card)
    if licences:
        tables.append(CardTable(("Source", "Terms its films are under", "Films"), licences))
    return CardSection("Data and licences", tuple(_split_words(card, films)), facts, tuple(tables))


def _split_words(card: ModelCard, films: Films) -> list[str]:
    groups = table(card.data.get("groups"))
    own = sum(count(groups.get(part)) for part, _ in PARTS)
    if not own:
        return [_SPLIT]
    if own == films.total():
        return [_SPLIT, _NO_PATIENTS]
    return [
        _SPLIT,
        f"The {count_words(films.total(), 'film')} are of {own:,} patients or groups of near copies.",
    ]


def _table_of(films: Films, head: str, rows: list[tuple[str, dict[str, str]]]) -> CardTable:
    def row(words: str, chosen: dict[str, str]) -> tuple[str, ...]:
        parts = [films.of(part, **chosen) for part, _ in PARTS]
        return (words, *(f"{number:,}" for number in (*parts, sum(parts))))

    body = [row(words, chosen) for words, chosen in rows]
    if head == "Class":
        body.append(row("All", {}))
    return CardTable((head, *(words for _, words in PARTS), "All"), tuple(body))


def _licences(card: ModelCard) -> tuple[tuple[str, ...], ...]:
    rows = []
    for source, found in table(card.data.get("licences")).items():
        for licence, number in table(found).items():
            if licence not in ("", "not stated"):
                rows.append((source, licence, f"{count(number):,}"))
    return tuple(rows)
