"""Two models side by side: figures, and never a verdict that the figures do not bear."""

from __future__ import annotations

from dataclasses import replace

from tests.presentation.cards import MANY, card, silent_card
from xraydesk.model.card import ModelCard
from xraydesk.model.film_hashes import as_text
from xraydesk.presentation.model_comparison import compared


def with_films(trained: set[int], test: set[int], name: str = "Own model") -> ModelCard:
    def told(films: set[int]) -> str:
        return as_text(frozenset(film.to_bytes(6, "big") for film in films))

    data = card().data | {"hashes": {"trained": told(trained), "test": told(test)}}
    return card(data=data, name=name)


def said(first: ModelCard, second: ModelCard) -> str:
    return " ".join(compared(first, second).remarks)


def test_figures_stand_side_by_side_and_what_is_unknown_is_empty() -> None:
    found = compared(card(), silent_card())
    rows = {what: (first, second) for what, first, second in found.rows}
    assert found.names == ("Own model 2026.11.24", "DLH_COVID (best) as published")
    assert rows["Accuracy"][0].startswith("0.") and rows["Accuracy"][1] == ""
    assert rows["Trained on"] == ("1,035 films", "")
    assert "Recall, COVID-19" in rows


def test_models_on_the_same_films_are_said_to_be() -> None:
    films = set(range(10, 60))
    assert "Both were measured on the very same 50 films." in said(
        with_films({1}, films), with_films({2}, films)
    )


def test_models_on_different_films_are_not_to_be_compared_by_figures() -> None:
    words = said(with_films({1}, set(range(50))), with_films({2}, set(range(40, 90))))
    assert "different films, 10 of them shared" in words
    assert "none of them shared" in said(with_films({1}, {5}), with_films({2}, {6}))
    assert "is not known" in said(card(), card())


def test_a_model_that_knows_the_others_test_films_is_told_of() -> None:
    words = said(
        with_films({1}, set(range(50)), name="First"), with_films(set(range(20)), {70}, name="Second")
    )
    version = card().version
    assert (
        f"Second {version} was trained on 20 of the 50 films that First {version} was measured on." in words
    )
    assert f"First {version} was trained on" not in words


def test_models_of_one_name_are_told_apart_by_version_and_else_by_identifier() -> None:
    first, second = with_films({1}, {2}), with_films({2}, {3})
    told = compared(replace(first, version="1"), replace(second, version="2"))
    assert told.names == ("Own model 1", "Own model 2")
    assert "Own model 2 was trained on 1 of the 1 films that Own model 1 was measured on." in told.remarks
    never = said(replace(first, id="a", evaluation={}), replace(second, id="b", evaluation={}))
    name = f"Own model {card().version}"
    assert f"{name} (a) and {name} (b) were never measured." in never


def test_a_class_is_the_same_in_whatever_case_it_is_written() -> None:
    small = card(("covid19", "normal", "pneumonia"))
    rows = {what: (first, second) for what, first, second in compared(card(), small).rows}
    assert rows["Recall, COVID-19"][0] and rows["Recall, COVID-19"][1]
    assert "different classes apart" not in said(card(), small)


def test_other_classes_say_nothing_of_each_other() -> None:
    assert "different classes apart" in said(card(), card(MANY))


def test_no_model_is_called_better() -> None:
    for first, second in ((card(), card(MANY)), (card(), silent_card()), (card(), card())):
        for remark in compared(first, second).remarks:
            assert "better" not in remark or "can be told only where both read the same films" in remark


def test_of_many_sources_some_are_named_and_the_others_counted() -> None:
    films = {f"NORMAL ward {number:02d}": 1 for number in range(40)}
    many = card(data={"films": {"train": films}}, evaluation={})
    sources = next(first for what, first, _ in compared(many, many).rows if what == "Sources")
    assert sources.startswith("ward 00, ward 01,") and sources.endswith("ward 11 and 28 more")


def test_of_far_too_many_classes_some_are_compared_and_the_others_counted() -> None:
    names = tuple(f"class {number}" for number in range(300))
    test = {"per_class": {name: {"recall": 0.5} for name in names}}
    found = compared(*[card(names, evaluation={"test": test}, id=each) for each in ("a", "b")])
    assert sum(what.startswith("Recall") for what, *_ in found.rows) == 200
    assert "The recall of 100 more classes is not shown." in found.remarks
