from __future__ import annotations

import pytest

from xraydesk.presentation.comparison_words import (
    knowledge_words,
    other_classes_words,
    p_words,
    verdict_words,
)


def test_a_verdict_is_one_plain_sentence() -> None:
    assert verdict_words("better", 105, 12, 3, 0.03515625, "the active one", by_group=False) == (
        "Better: of 105 test films the new model reads 12 rightly that the active one misreads, and misreads 3 "
        "that it reads rightly (p = 0.035)."
    )


def test_patients_with_several_films_are_told_of() -> None:
    said = verdict_words("worse", 1200, 2, 30, 1e-6, "the active one", by_group=True)
    assert said.startswith("Worse: of 1,200 test films")
    assert said.endswith("(p < 0.001, films of one patient counted once).")


def test_no_difference_shown_is_not_called_equal() -> None:
    said = verdict_words("no difference shown", 1, 0, 0, 1.0, "the active one", by_group=False)
    assert said.startswith("No difference shown: of 1 test film ") and "More test films might" in said
    assert "equal" not in said and "same" not in said


@pytest.mark.parametrize(
    ("p_value", "words"),
    [
        (0.0499, "p = 0.0499"),
        (0.0501, "p = 0.0501"),
        (0.05, "p = 0.050"),
        (0.0351, "p = 0.035"),
        (0.7266, "p = 0.73"),
        (0.999, "p = 1"),
        (1.0, "p = 1"),
        (1e-9, "p < 0.001"),
    ],
)
def test_a_p_value_is_rounded_but_never_onto_the_line(p_value: float, words: str) -> None:
    assert p_words(p_value) == words


def test_whether_the_other_model_knows_the_films_is_said() -> None:
    assert (
        knowledge_words(0, 105, "the active one") == "The active one was not trained on any of these films."
    )
    assert "37 of these 105 films, which flatters it" in knowledge_words(37, 105, "the active one")
    assert "may have been trained" in knowledge_words(None, 105, "the active one")


def test_other_classes_are_named_but_not_dozens() -> None:
    said = other_classes_words("the active one", [f"class_{n}" for n in range(12)])
    assert "Class 5 and 6 more" in said
