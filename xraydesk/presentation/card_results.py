"""What a card tells of the test part: figures with their intervals, class by class, source by source."""

from __future__ import annotations

from collections.abc import Iterator

from xraydesk.model.card import ModelCard
from xraydesk.presentation.card_data import no_patients_known
from xraydesk.presentation.card_page import CardSection, CardTable
from xraydesk.presentation.card_values import (
    count,
    figure_words,
    interval_words,
    is_number,
    matrix,
    plain,
    table,
)
from xraydesk.presentation.wording import class_words, count_words

SHOWN = (
    ("accuracy", "Accuracy"),
    ("f1", "Macro F1"),
    ("precision", "Macro precision"),
    ("recall", "Macro recall"),
    ("ece", "Calibration error (ECE)"),
)
_MOST_COLUMNS = 20
_NOT_MEASURED = "This model was never measured here: nothing is known of how good it is."
_INTERVALS = (
    "In brackets: 95 % intervals, from drawing the {} of the test part anew 400 times. The test part was opened "
    "once, after training had ended."
)


def figures_in_words(card: ModelCard) -> tuple[tuple[str, str], ...]:
    """The test part's figures with their 95 % intervals; none for a model that was never measured."""
    test = table(card.evaluation.get("test"))
    rows = [(words, figure) for name, words in SHOWN if (figure := figure_words(test, name))]
    if count(test.get("films")):
        rows.append(("Films in the test part", str(test["films"])))
    return tuple(rows)


def results(card: ModelCard) -> CardSection:
    heading = "How good it was found to be"
    figures = figures_in_words(card)
    if not figures:
        return CardSection(heading, (_NOT_MEASURED,))
    tables = tuple(_tables(card))
    drawn = "films" if no_patients_known(card) else "films or patients"
    said = (_INTERVALS.format(drawn),) if _has_intervals(figures, tables) else ()
    return CardSection(heading, said, figures, tables)


def _has_intervals(figures: tuple[tuple[str, str], ...], tables: tuple[CardTable, ...]) -> bool:
    """An interval is the bracket that ends a figure; the first column holds names."""
    rows = (*figures, *(row for each in tables for row in each.rows))
    return any(figure.endswith(")") for _, *own in rows for figure in own)


def _tables(card: ModelCard) -> Iterator[CardTable]:
    test = table(card.evaluation.get("test"))
    yield from _by_class(card, test)
    yield from _confusion(card, test)
    yield from _by_source(test, "by_source", "Source", "Films of one source only")
    yield from _by_source(test, "without_source", "Without", "All films but those of one source")


def _by_class(card: ModelCard, test: dict[str, object]) -> Iterator[CardTable]:
    known, areas, spans = (
        table(test.get("per_class")),
        table(test.get("auroc")),
        table(test.get("auroc_interval")),
    )
    rows = []
    for name in card.classes:
        own = table(known.get(name))
        if not own:
            continue
        area = areas.get(name)
        auroc = f"{area:.3f}{interval_words(spans.get(name))}" if is_number(area) else ""
        figures = (figure_words(own, figure) for figure in ("precision", "recall", "f1"))
        rows.append((class_words(name), str(count(own.get("films"))), *figures, auroc))
    if rows:
        yield CardTable(
            ("Class", "Films", "Precision", "Recall (sensitivity)", "F1", "AUROC"),
            tuple(rows),
            "Class by class",
        )


def _confusion(card: ModelCard, test: dict[str, object]) -> Iterator[CardTable]:
    """Numbers stand for the classes in the head: twelve long names fit on no page, nor do far more numbers."""
    counts = matrix(test.get("confusion_matrix"), len(card.classes))
    if len(counts) <= _MOST_COLUMNS and any(map(any, counts)):
        numbered = [f"{place}  {class_words(name)}" for place, name in enumerate(card.classes, start=1)]
        head = ("The film is", *(str(place) for place in range(1, len(numbered) + 1)))
        rows = tuple((name, *map(str, row)) for name, row in zip(numbered, counts, strict=True))
        yield CardTable(
            head, rows, "What each film was read as: a row for what it is, a column for the reading"
        )


def _by_source(test: dict[str, object], name: str, head: str, caption: str) -> Iterator[CardTable]:
    rows = []
    for source, figures in table(test.get(name)).items():
        own = table(figures)
        if own:
            parts = (figure_words(own, figure) for figure in ("accuracy", "f1", "ece"))
            rows.append((plain(source), str(count(own.get("films"))), *parts))
    if rows:
        yield CardTable((head, "Films", "Accuracy", "Macro F1", "ECE"), tuple(rows), caption)


def measured_on_words(card: ModelCard) -> str:
    """ "measured on 1,051 films", or that it was not measured."""
    films = count(table(card.evaluation.get("test")).get("films"))
    return f"measured on {count_words(films, 'film')}" if films else "never measured"
