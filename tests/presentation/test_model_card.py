"""A card writes its own page: plain, honest, and whatever the card holds."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.presentation.cards import MANY, card, silent_card, strange_card
from xraydesk.model.card import ModelCard, read_card
from xraydesk.presentation.card_page import CardPage, CardSection
from xraydesk.presentation.model_card import card_page
from xraydesk.presentation.model_comparison import compared
from xraydesk.presentation.wording import RESEARCH_USE_LONG


def section(page: CardPage, heading: str) -> CardSection:
    return next(section for section in page.sections if section.heading == heading)


def words(page: CardPage) -> str:
    said = [page.title, page.subtitle]
    for part in page.sections:
        said += [part.heading, *part.paragraphs, *(f"{what}: {value}" for what, value in part.facts)]
        for table in part.tables:
            said += [table.caption, " | ".join(table.head), *(" | ".join(row) for row in table.rows)]
    return "\n".join(said)


def test_the_page_tells_what_it_is_for_and_what_not() -> None:
    page = card_page(card(), origin="installed on this computer")
    assert page.title == "Own model 2026.11.24"
    assert page.subtitle == "DLH_COVID  ·  measured on 120 films  ·  installed on this computer"
    use = section(page, "What it is for").paragraphs
    assert "3 classes: COVID-19, Normal and Pneumonia." in use[0]
    assert "40 %" in use[1] and RESEARCH_USE_LONG in use


def test_figures_come_with_intervals_by_class_and_by_source() -> None:
    results = section(card_page(card()), "How good it was found to be")
    assert dict(results.facts)["Films in the test part"] == "120"
    assert " to " in dict(results.facts)["Accuracy"]
    classes, confusion, sources, without = results.tables
    assert [row[0] for row in classes.rows] == ["COVID-19", "Normal", "Pneumonia"]
    assert (
        [row[0] for row in sources.rows] == [row[0] for row in without.rows] == ["hospital A", "hospital B"]
    )
    counts = [int(cell) for row in confusion.rows for cell in row[1:]]
    assert sum(counts) == 120


def test_every_row_of_a_table_is_as_long_as_its_head() -> None:
    for shown in (card(), card(MANY), silent_card(), strange_card()):
        for part in card_page(shown).sections:
            for table in part.tables:
                assert {len(row) for row in table.rows} == {len(table.head)}


def test_films_are_counted_by_part_class_and_source() -> None:
    data = section(card_page(card()), "Data and licences")
    by_class, by_source, licences = data.tables
    assert by_class.rows[0] == ("COVID-19", "300", "45", "39", "384")
    assert by_class.rows[-1] == ("All", "900", "135", "117", "1,152")
    assert by_source.rows == (
        ("hospital A", "600", "90", "78", "768"),
        ("hospital B", "300", "45", "39", "384"),
    )
    assert [row[:2] for row in licences.rows] == [("hospital A", "own films, consent of the ethics board")]
    assert "1,152 films are of 470 patients" in data.paragraphs[-1]


def test_classes_that_read_alike_have_a_row_each() -> None:
    films = {"train": {"viral_pneumonia": 5, "Viral pneumonia": 7, "NORMAL": 3}}
    alike = card(("viral_pneumonia", "Viral pneumonia", "NORMAL"), data={"films": films})
    [by_class] = section(card_page(alike), "Data and licences").tables
    assert [row[0] for row in by_class.rows] == ["Viral pneumonia", "Viral pneumonia", "Normal", "All"]
    assert [row[1] for row in by_class.rows] == ["5", "7", "3", "15"]


def of_many(classes: int, sources: int) -> ModelCard:
    """Ten films of each class from each source train, five validate and five test."""
    names, places = [f"class {n}" for n in range(classes)], [f"ward {n}" for n in range(sources)]
    each = {
        part: {f"{name} {place}": films for name in names for place in places}
        for part, films in (("train", 10), ("validation", 5), ("test", 5))
    }
    groups = {"train": 7, "validation": 7, "test": 7}
    measured = {"films": 5 * sources, "recall": 0.5}
    test = {"per_class": dict.fromkeys(names, measured), "auroc": dict.fromkeys(names, 0.75), "accuracy": 0.5}
    return card(tuple(names), data={"films": each, "groups": groups}, evaluation={"test": test})


def test_of_many_classes_and_sources_every_film_is_counted() -> None:
    many = of_many(70, 22)
    page = card_page(many)
    data = section(page, "Data and licences")
    by_class, by_source = data.tables
    assert by_class.rows[69] == ("Class 69", "220", "110", "110", "440")
    assert by_class.rows[70] == ("All", "15,400", "7,700", "7,700", "30,800")
    assert len(by_source.rows) == 22 and {row[-1] for row in by_source.rows} == {"1,400"}
    assert "The 30,800 films are of 21 patients" in words(page)
    [classes] = section(page, "How good it was found to be").tables
    assert classes.rows[-1] == ("Class 69", "110", "", "0.500", "", "0.750")
    assert ("Trained on", "23,100 films", "23,100 films") in compared(many, many).rows


def test_classes_of_any_script_are_counted() -> None:
    classes = ("ذات\u200cالریه", "肺炎\u3000重症", "NORMAL")
    films = {"train": {f"{name} ward\u3000A": 5 for name in classes}}
    by_class, by_source, *_ = section(
        card_page(card(classes, data={"films": films})), "Data and licences"
    ).tables
    assert [row[1] for row in by_class.rows] == ["5", "5", "5", "15"]
    assert by_source.rows[0][:2] == ("ward\u3000A", "15")


def test_of_far_too_many_classes_the_page_shows_some_and_says_so() -> None:
    page = card_page(of_many(1234, 1))
    by_class, _ = section(page, "Data and licences").tables
    assert len(by_class.rows) == 200
    assert by_class.rows[-1][0] == "All" and by_class.rows[-2][0] == "Class 198"
    assert by_class.caption == "The first 199 and the last of 1,235 rows."
    [classes] = section(page, "How good it was found to be").tables
    assert classes.caption == "Class by class. The first 199 and the last of 1,234 rows."


def test_of_many_one_sided_classes_some_are_named_and_the_others_counted() -> None:
    films = {f"{name} {'A' if number else 'B'}": 10 for number, name in enumerate(MANY)}
    said = section(
        card_page(card(MANY, data={"films": {"train": films}}, evaluation={})), "Limits"
    ).paragraphs
    assert sum("100 % of its films" in line for line in said) == 8
    assert "The same is true of 4 more classes." in said


def test_without_known_patients_the_page_warns() -> None:
    assert "No patients were known" in words(card_page(card(data=card().data | {"patients_known": False})))


@pytest.mark.parametrize("told", [{}, {"patients_known": True}])
def test_one_film_of_each_patient_does_not_mean_that_patients_were_not_known(told: dict[str, bool]) -> None:
    groups = {"train": 900, "validation": 135, "test": 117}
    said = words(card_page(card(data=card().data | {"groups": groups} | told)))
    assert "No patients were known" not in said
    assert "as many patients or groups of near copies as films" in said


def test_limits_name_the_class_that_is_missed_and_the_source_that_is_worse() -> None:
    test = card().evaluation["test"]
    test["confusion_matrix"] = [[30, 9, 1], [2, 38, 0], [0, 0, 40]]
    test["accuracy"] = 0.9
    test["by_source"]["hospital B"] |= {"accuracy": 0.61, "accuracy_interval": [0.45, 0.78], "films": 40}
    said = section(card_page(card(evaluation={"test": test})), "Limits").paragraphs
    assert "Of its 40 test films of COVID-19 it misread 10, most often as Normal." in said
    assert any(
        "On the 40 films of hospital B its accuracy was 0.61 (0.45 to 0.78), not the 0.90" in line
        for line in said
    )


def test_a_class_of_one_source_is_said_to_be_one() -> None:
    films = {"train": {"COVID19 A": 90, "COVID19 B": 10, "NORMAL B": 50, "NORMAL A": 50, "PNEUMONIA B": 40}}
    said = words(card_page(card(data={"films": films})))
    assert "90 % of its films of COVID-19 come from A" in said
    assert "100 % of its films of Pneumonia come from B" in said
    assert "of Normal come from" not in said


@pytest.mark.parametrize(
    ("source", "said"), [("", "was not stated"), (" ward 7", "All its films come from ward 7")]
)
def test_unknown_or_single_sources_are_a_limit(source: str, said: str) -> None:
    films = {"train": {f"{name}{source}": 50 for name in card().classes}}
    assert said in words(card_page(card(data={"films": films})))


def test_the_recipe_is_in_words() -> None:
    facts = dict(section(card_page(card()), "Recipe").facts)
    assert facts["Epochs"] == "14 at most, the best of them number 9 (validation loss 0.412)"
    assert facts["Optimiser"] == "AdamW" and facts["Learning rate"] == "0.0006, cosine"
    assert "rotation up to 6°" in facts["Augmentation"] and "upside down" not in facts["Augmentation"]
    hashes = dict(section(card_page(card()), "Seed, versions, hashes").facts)
    assert hashes["Seed"] == "2021" and hashes["SHA-256 of the weights"] == "ab" * 32


def test_a_model_of_which_nothing_is_known_says_so() -> None:
    said = words(card_page(silent_card()))
    for expected in ("never measured here", "does not tell on which films", "does not tell how this model"):
        assert expected in said
    assert "Temperature" not in said


def test_a_strangers_card_makes_a_page_without_nonsense() -> None:
    said = words(card_page(strange_card()))
    assert "perfect" not in said and "many" not in said and "\x1b" not in said
    assert all(letter.isprintable() or letter == "\n" for letter in said)
    assert max(map(len, said.split("\n"))) < 1500


def test_the_shipped_models_page_tells_what_its_readme_warns_of(repository: Path) -> None:
    for file in (repository / "weights").glob("*/card.json"):
        shown: ModelCard = read_card(file)
        said = words(card_page(shown, terms="Research only"))
        films = json.loads(file.read_text(encoding="utf-8"))["evaluation"]["test"]["films"]
        assert f"measured on {films:,} films" in said
        assert "of Pneumonia come from kermany" in said
        assert "films of nih its accuracy was" in said
        assert "Terms of use: Research only" in said
