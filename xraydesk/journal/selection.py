"""Which rows in which order, as SQL."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from xraydesk.journal.records import FilmState, RowQuery, SortKey
from xraydesk.journal.stored import folded, plain
from xraydesk.model.prediction import normal_place

_STATE_ORDER = " ".join(f"WHEN '{state}' THEN {place}" for place, state in enumerate(FilmState))

# Warnings are sorted by the first one's code, then by its words: those of a kind stand together.
_SORTED_BY = {
    SortKey.NUMBER: "film.id",
    SortKey.SUSPICION: "sorted.value",
    SortKey.NAME: "film.name",
    SortKey.FOLDER: "film.folder",
    SortKey.PATIENT: "identity.patient",
    SortKey.STUDY: "identity.study",
    SortKey.PREDICTION: "film.label",
    SortKey.PROBABILITY: "sorted.value",
    SortKey.WARNINGS: "film.warnings",
    SortKey.STATE: f"CASE film.state {_STATE_ORDER} END",
    SortKey.SECONDS: "film.seconds",
}

# The prediction another batch made for the same content: of the first such film that has one.
OTHER_FILM = """
    (SELECT other.id FROM film AS other
     WHERE other.batch = (SELECT id FROM kept WHERE id = ?) AND other.sha256 <> ''
     AND other.sha256 = film.sha256 AND other.label IS NOT NULL
     ORDER BY other.id LIMIT 1)
"""


@dataclass(slots=True)
class _Statement:
    """SQL put together; values never stand in the text."""

    joins: list[str] = field(default_factory=list)
    joined: list[object] = field(default_factory=list)
    wheres: list[str] = field(default_factory=list)
    asked: list[object] = field(default_factory=list)

    def join(self, text: str, *values: object) -> None:
        self.joins.append(text)
        self.joined += values

    def where(self, text: str, *values: object) -> None:
        self.wheres.append(text)
        self.asked += values


def selection(query: RowQuery, classes: Sequence[str]) -> tuple[str, list[object]]:
    """A statement that gives film ids in the order asked, and its values. `classes` are the batch's."""
    made = _Statement()
    made.where("film.batch = (SELECT id FROM kept WHERE id = ?)", query.batch)
    _join_what_is_sorted(made, query, classes)
    _narrow(made, query)
    _narrow_to_probability(made, query, classes)
    _narrow_to_text(made, query)
    _narrow_to_differing(made, query)
    text = (
        f"SELECT film.id FROM film INDEXED BY film_of_batch {' '.join(made.joins)} "
        f"WHERE {' AND '.join(made.wheres)} ORDER BY {_order(query)}"
    )
    return text, made.joined + made.asked


def _join_what_is_sorted(made: _Statement, query: RowQuery, classes: Sequence[str]) -> None:
    if query.sort in {SortKey.SUSPICION, SortKey.PROBABILITY}:
        place = (
            normal_place(classes) if query.sort is SortKey.SUSPICION else _place(query.sort_class, classes)
        )
        made.join("LEFT JOIN probability AS sorted ON sorted.film = film.id AND sorted.place = ?", place)
    if query.sort in {SortKey.PATIENT, SortKey.STUDY} or (query.text and query.search_identity):
        made.join("LEFT JOIN identity ON identity.film = film.id")


def _order(query: RowQuery) -> str:
    """Films without what is sorted by come last either way, ties in the order found."""
    falls = query.descending != (query.sort is SortKey.SUSPICION)  # suspicion rises as P(normal) falls
    way = "DESC" if falls else "ASC"
    if query.sort is SortKey.NUMBER:
        return f"film.id {way}"
    return f"{_SORTED_BY[query.sort]} {way} NULLS LAST, film.id"


def _narrow(made: _Statement, query: RowQuery) -> None:
    if query.labels:
        made.where(f"film.label IN ({marks(query.labels)})", *(plain(label) for label in query.labels))
    if query.states:
        made.where(f"film.state IN ({marks(query.states)})", *(str(state) for state in query.states))
    if query.with_warnings:
        made.where("film.warnings <> ''")


def _narrow_to_probability(made: _Statement, query: RowQuery, classes: Sequence[str]) -> None:
    if query.probability_class:
        place = _place(query.probability_class, classes)
        made.join("JOIN probability AS ranged ON ranged.film = film.id AND ranged.place = ?", place)
        made.where("ranged.value BETWEEN ? AND ?", query.at_least, query.at_most)


def _narrow_to_text(made: _Statement, query: RowQuery) -> None:
    if not query.text:
        return
    places = ["film.name", "film.folder", "film.said"]
    places += ["identity.patient", "identity.study"] if query.search_identity else []
    found = " OR ".join(f"instr({place}, ?) > 0" for place in places)
    made.where(f"({found})", *([folded(query.text)] * len(places)))


def _narrow_to_differing(made: _Statement, query: RowQuery) -> None:
    if query.compare_with and query.only_differing:
        made.where(
            f"film.label <> (SELECT same.label FROM film AS same WHERE same.id = {OTHER_FILM})",
            query.compare_with,
        )


def _place(class_name: str, classes: Sequence[str]) -> int:
    """Where a class stands; -1, where no film has anything, for one that the batch does not know."""
    return list(classes).index(class_name) if class_name in classes else -1


def marks(values: Sequence[object] | frozenset[object] | frozenset[str] | frozenset[FilmState]) -> str:
    return ", ".join("?" * len(values))
