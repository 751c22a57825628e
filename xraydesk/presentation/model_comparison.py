"""Two models side by side: their figures, and in words what these can and cannot tell.

Which is better is never said here: that takes one test of both on the same films.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from xraydesk.model.card import ModelCard
from xraydesk.model.film_hashes import from_text
from xraydesk.presentation.card_data import films_of
from xraydesk.presentation.card_recipe import architecture_words, preprocessing_words
from xraydesk.presentation.card_results import SHOWN
from xraydesk.presentation.card_values import count, figure_words, plain, table
from xraydesk.presentation.model_card import classes_words
from xraydesk.presentation.wording import class_words, count_words, model_words

_MOST_NAMED = 6
_MOST_SOURCES = 12
_MOST_CLASSES = 200
_HOW_TO_KNOW = (
    "Which of them is better can be told only where both read the same films that neither was trained on: "
    "“xraydesk evaluate” does that, and the evaluation of a training run."
)


@dataclass(frozen=True, slots=True)
class ModelComparison:
    """`rows`: (what, first, second), "" where a card does not tell. `remarks`: whole sentences."""

    names: tuple[str, str]
    rows: tuple[tuple[str, str, str], ...]
    remarks: tuple[str, ...]


def compared(first: ModelCard, second: ModelCard) -> ModelComparison:
    rows = (*_figures(first, second), *_by_class(first, second), *_about(first, second))
    return ModelComparison(
        names=_names(first, second),
        rows=tuple((what, a, b) for what, a, b in rows if a or b),
        remarks=(*_remarks(first, second), _HOW_TO_KNOW),
    )


def _names(first: ModelCard, second: ModelCard) -> tuple[str, str]:
    """With what tells them apart: two of one name may have come from one day."""
    a, b = (model_words(card.name, card.version) for card in (first, second))
    return (a, b) if a != b else (f"{a} ({first.id})", f"{b} ({second.id})")


def _tests(first: ModelCard, second: ModelCard) -> tuple[dict[str, object], dict[str, object]]:
    return table(first.evaluation.get("test")), table(second.evaluation.get("test"))


def _figures(first: ModelCard, second: ModelCard) -> Iterator[tuple[str, str, str]]:
    a, b = _tests(first, second)
    for name, words in SHOWN:
        yield words, figure_words(a, name), figure_words(b, name)
    films = [f"{count(test.get('films')):,}" if count(test.get("films")) else "" for test in (a, b)]
    yield "Films in the test part", films[0], films[1]


def _by_class(first: ModelCard, second: ModelCard) -> Iterator[tuple[str, str, str]]:
    a, b = (table(test.get("per_class")) for test in _tests(first, second))
    for name, their in _shared_classes(first, second)[:_MOST_CLASSES]:
        recalls = [figure_words(table(known), "recall") for known in (a.get(name), b.get(their))]
        yield f"Recall, {class_words(name)}", recalls[0], recalls[1]


def _shared_classes(first: ModelCard, second: ModelCard) -> list[tuple[str, str]]:
    """Classes that both know, as each writes them: their case tells none apart."""
    folded = {name.casefold(): name for name in second.classes}
    own = set(second.classes)
    pairs = ((name, name if name in own else folded.get(name.casefold())) for name in first.classes)
    return [(name, their) for name, their in pairs if their is not None]


def _about(first: ModelCard, second: ModelCard) -> Iterator[tuple[str, str, str]]:
    def both(what: str, a: str, b: str) -> tuple[str, str, str]:
        return what, a, b

    yield both(
        "Classes", classes_words(first.classes, _MOST_NAMED), classes_words(second.classes, _MOST_NAMED)
    )
    yield both("Network", architecture_words(first.architecture), architecture_words(second.architecture))
    yield both("Input", preprocessing_words(first), preprocessing_words(second))
    yield both("Trained on", _trained_words(first), _trained_words(second))
    yield both("Sources", _sources_words(first), _sources_words(second))
    presets = [plain(card.training.get("preset")).capitalize() for card in (first, second)]
    yield both("Preset", presets[0], presets[1])
    yield both("Identifier", first.id, second.id)


def _trained_words(card: ModelCard) -> str:
    films = films_of(card)
    taught = films.of("train") + films.of("validation")
    return count_words(taught, "film") if taught else ""


def _sources_words(card: ModelCard) -> str:
    sources = films_of(card).sources()
    more = f" and {len(sources) - _MOST_SOURCES} more" if len(sources) > _MOST_SOURCES else ""
    return ", ".join(sources[:_MOST_SOURCES]) + more


def _remarks(first: ModelCard, second: ModelCard) -> Iterator[str]:
    if {name.casefold() for name in first.classes} != {name.casefold() for name in second.classes}:
        yield "They tell different classes apart: the figures of one say nothing about the other."
    if (more := len(_shared_classes(first, second)) - _MOST_CLASSES) > 0:
        yield f"The recall of {more:,} more classes is not shown."
    names = _names(first, second)
    unmeasured = [name for name, test in zip(names, _tests(first, second), strict=True) if not test]
    if unmeasured:
        yield f"{' and '.join(unmeasured)} {'was' if len(unmeasured) == 1 else 'were'} never measured."
        return
    yield _same_films_words(first, second)
    yield from _knows_the_others(first, second, names)
    yield from _knows_the_others(second, first, names[::-1])


def _same_films_words(first: ModelCard, second: ModelCard) -> str:
    one, other = _hashes(first, "test"), _hashes(second, "test")
    if one is None or other is None:
        return "Whether they were measured on the same films is not known: a higher figure may only mean easier films."
    if one == other:
        return f"Both were measured on the very same {count_words(len(one), 'film')}."
    shared = f"{len(one & other):,} of them shared" if one & other else "none of them shared"
    return f"They were measured on different films, {shared}: a higher figure may only mean easier films."


def _knows_the_others(judged: ModelCard, other: ModelCard, names: tuple[str, ...]) -> Iterator[str]:
    test, trained = _hashes(judged, "test"), _hashes(other, "trained")
    if test and trained and (known := len(test & trained)):
        yield (
            f"{names[1]} was trained on {known:,} of the {len(test):,} films that {names[0]} was measured on."
        )


def _hashes(card: ModelCard, part: str) -> frozenset[bytes] | None:
    return from_text(table(card.data.get("hashes")).get(part))
