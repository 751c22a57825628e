"""What a model cannot do, in plain words, from what its card tells."""

from __future__ import annotations

import math
from collections.abc import Iterator
from itertools import islice
from typing import Any

from xraydesk.model.card import ModelCard
from xraydesk.presentation.card_data import films_of
from xraydesk.presentation.card_page import CardSection
from xraydesk.presentation.card_values import count, interval_words, is_number, matrix, plain, table
from xraydesk.presentation.wording import class_words, count_words

_FEW = 50  # test films of a class
_ONE_SIDED = 0.75  # share of a class that comes from one source
_CLEARLY_WORSE = 0.05
_CLEARLY_OFF = 0.05
_BINS = 15  # of the calibration error
_MOST_NAMED = 8
_HEATMAP = (
    "A heatmap shows what speaks for a class to this network. It is no outline of a disease, and no proof that the "
    "network looked at the right thing."
)


def limits(card: ModelCard) -> CardSection:
    return CardSection("Limits", tuple(_limits(card)))


def _limits(card: ModelCard) -> Iterator[str]:
    yield (
        f"It names one of its {len(card.classes)} classes, whatever a film shows: it knows no other disease, and "
        "cannot name two on one film."
    )
    test = table(card.evaluation.get("test"))
    if not test:
        yield "It was never measured here: do not rely on any of its answers."
    yield from _misread(card, test)
    yield from _few(card, test)
    yield from _some(_weak_sources(test), "sources")
    yield from _some(_one_sided(card), "classes")
    yield from _calibration(card, test)
    yield _sight(card)
    yield _HEATMAP


def _misread(card: ModelCard, test: dict[str, object]) -> Iterator[str]:
    """The class it finds least, and what it takes it for."""
    counts = matrix(test.get("confusion_matrix"), len(card.classes))
    shares = [(row[k] / sum(row), k) for k, row in enumerate(counts) if sum(row)]
    if not shares:
        return
    share, k = min(shares)
    if share <= 0.95:
        films, missed = sum(counts[k]), sum(counts[k]) - counts[k][k]
        others = [number if place != k else -1 for place, number in enumerate(counts[k])]
        taken_for = class_words(card.classes[others.index(max(others))])
        yield (
            f"Of its {count_words(films, 'test film')} of {class_words(card.classes[k])} it misread {missed:,}, "
            f"{'most often ' if missed > 1 else ''}as {taken_for}."
        )


def _few(card: ModelCard, test: dict[str, object]) -> Iterator[str]:
    known = table(test.get("per_class"))
    few = [
        f"{class_words(name)} ({films})"
        for name in card.classes
        if 0 < (films := count(table(known.get(name)).get("films"))) < _FEW
    ]
    if few:
        named = ", ".join(few[:_MOST_NAMED]) + (" and others" if len(few) > _MOST_NAMED else "")
        yield f"Few test films show {named}: the figures there are as uncertain as their intervals are wide."


def _weak_sources(test: dict[str, object]) -> Iterator[str]:
    """Sources on which it is worse than chance makes it: the interval lies below the figure of all."""
    whole = test.get("accuracy")
    for source, figures in table(test.get("by_source")).items():
        own = table(figures)
        accuracy, films = own.get("accuracy"), count(own.get("films"))
        interval: Any = own.get("accuracy_interval")
        if not (
            isinstance(whole, float) and isinstance(accuracy, float) and is_number(accuracy) and films >= 20
        ):
            continue
        if interval_words(interval) and accuracy < whole - _CLEARLY_WORSE and interval[1] < whole:
            yield (
                f"On the {count_words(films, 'film')} of {plain(source)} its accuracy was "
                f"{accuracy:.2f}{interval_words(interval, digits=2)}, not the {whole:.2f} of all: one figure for all "
                "sources flatters it."
            )


def _one_sided(card: ModelCard) -> Iterator[str]:
    films = films_of(card)
    sources = films.sources()
    if not films.total():
        return
    if not sources:
        yield "Where its films come from was not stated: how it reads films of another hospital is not known."
        return
    if len(sources) == 1:
        yield f"All its films come from {sources[0]}: how it reads films from elsewhere is not known."
        return
    by_class = films.sources_of_classes()
    for name, own in ((name, by_class[name]) for name in card.classes if name in by_class):
        most, number = max(own.items(), key=lambda entry: entry[1])
        share = number / max(own.total(), 1)
        if most and share >= _ONE_SIDED:
            yield (
                f"{round(100 * share)} % of its films of {class_words(name)} come from {most}: a part of what "
                "it has learned may be where a film comes from."
            )


def _some(said: Iterator[str], what: str) -> Iterator[str]:
    yield from islice(said, _MOST_NAMED)
    if more := sum(1 for _ in said):
        yield f"The same is true of {more:,} more {what}."


def _calibration(card: ModelCard, test: dict[str, object]) -> Iterator[str]:
    error, films = test.get("ece"), count(test.get("films"))
    witnesses = count(table(card.data.get("groups")).get("test")) or films
    if isinstance(error, float) and is_number(error) and films and error >= _miscalibrated(witnesses):
        yield f"Its probabilities are off by {round(100 * error)} percentage points on average."


def _miscalibrated(witnesses: int) -> float:
    """The least calibration error that is no work of chance.

    Of true probabilities, too, films in a bin are right more or less often than foretold: by 0.8 standard
    deviations on average, each at most half of one over the root of the bin's films.
    """
    return max(_CLEARLY_OFF, 0.4 * math.sqrt(_BINS / witnesses))


def _sight(card: ModelCard) -> str:
    size, detail = card.preprocessing.size, card.preprocessing.detail
    sharp = f", and no more than {detail} samples a side of what is on it" if 0 < detail < size else ""
    return f"It sees a film at {size} × {size} pixels{sharp}: what is smaller is lost to it."
