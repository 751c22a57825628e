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
    "No patients were known: each film, or group of films, stood for itself. If one patient's films lie in two "
    "parts, the figures flatter the model."
)


@dataclass(frozen=True, slots=True)
class Films:
    """Counts by part, class and source; no source is ""."""

    counts: dict[str, Counter[tuple[str, str]]]

    def of(self, part: str) -> int:
        return self.counts[part].total()

    def total(self) -> int:
        return sum(map(self.of, self.counts))

    def by_class(self, part: str) -> Counter[str]:
        found = Counter[str]()
        for (label, _), number in self.counts[part].items():
            found[label] += number
        return found

    def by_source(self, part: str) -> Counter[str]:
        found = Counter[str]()
        for (_, source), number in self.counts[part].items():
            found[source] += number
        return found

    def sources(self) -> list[str]:
        """In alphabetical order, without films of no known source."""
        return sorted({source for part in self.counts.values() for _, source in part} - {""})

    def sources_of_classes(self) -> dict[str, Counter[str]]:
        """How many films of each class come from each source, in all parts together."""
        found: dict[str, Counter[str]] = {}
        for part in self.counts.values():
            for (label, source), number in part.items():
                found.setdefault(label, Counter())[source] += number
        return found


def films_of(card: ModelCard) -> Films:
    """A card's counts have keys as "COVID19 hospital": the class, and the source where one is known."""
    told, classes = table(card.data.get("films")), frozenset(card.classes)
    counts = {}
    for part, _ in PARTS:
        found = Counter[tuple[str, str]]()
        for key, number in table(told.get(part)).items():
            label = _label_of(key, classes)
            if label:
                found[label, key[len(label) :].strip()] += count(number)
        counts[part] = found
    return Films(counts)


def _label_of(key: str, classes: frozenset[str]) -> str:
    """The longest class that the key begins with."""
    while key and key not in classes:
        key = key.rpartition(" ")[0]
    return key


def data(card: ModelCard, terms: str = "") -> CardSection:
    """`terms`: under which the model may be used, where that is known."""
    films = films_of(card)
    facts = (("Terms of use", terms),) if terms else ()
    if not films.total():
        return CardSection("Data and licences", (_NOT_TOLD,), facts)
    by_class, by_source = ([kind(part) for part, _ in PARTS] for kind in (films.by_class, films.by_source))
    classes = [(class_words(name), [part[name] for part in by_class]) for name in card.classes]
    tables = [_table_of("Class", [*classes, ("All", [films.of(part) for part, _ in PARTS])])]
    if sources := films.sources():
        tables.append(_table_of("Source", [(name, [part[name] for part in by_source]) for name in sources]))
    licences = _licences(card)
    if licences:
        tables.append(CardTable(("Source", "Terms its films are under", "Films"), licences))
    return CardSection("Data and licences", tuple(_split_words(card, films)), facts, tuple(tables))


def _split_words(card: ModelCard, films: Films) -> list[str]:
    groups = table(card.data.get("groups"))
    own = sum(count(groups.get(part)) for part, _ in PARTS)
    if not own:
        return [_SPLIT]
    if no_patients_known(card):
        return [_SPLIT, _NO_PATIENTS]
    if own == films.total():
        return [_SPLIT, "There are as many patients or groups of near copies as films."]
    return [
        _SPLIT,
        f"The {count_words(films.total(), 'film')} are of {own:,} patients or groups of near copies.",
    ]


def no_patients_known(card: ModelCard) -> bool:
    """True only where the card says so: older ones are silent about it."""
    return card.data.get("patients_known") is False


def _table_of(head: str, rows: list[tuple[str, list[int]]]) -> CardTable:
    """A row's numbers are those of the parts; their sum is added."""
    return CardTable(
        (head, *(words for _, words in PARTS), "All"),
        tuple((words, *(f"{number:,}" for number in (*parts, sum(parts)))) for words, parts in rows),
    )


def _licences(card: ModelCard) -> tuple[tuple[str, ...], ...]:
    rows = []
    for source, found in table(card.data.get("licences")).items():
        for licence, number in table(found).items():
            if licence not in ("", "not stated"):
                rows.append((source, licence, f"{count(number):,}"))
    return tuple(rows)
