"""What a comparison of two models on the very same films shows, in words, and what may flatter one of them."""

from __future__ import annotations

from collections.abc import Sequence

from xraydesk.presentation.wording import class_words, count_words

SIGNIFICANT = 0.05
_VERDICTS = {"better": "Better", "worse": "Worse", "no difference shown": "No difference shown"}
_MOST_NAMED = 6


def verdict_words(
    verdict: str, films: int, gained: int, lost: int, p_value: float, other: str, *, by_group: bool
) -> str:
    """ "Better: of 105 test films the new model reads 12 rightly that the active one misreads, …"."""
    counted = ", films of one patient counted once" if by_group else ""
    said = (
        f"{_VERDICTS[verdict]}: of {count_words(films, 'test film')} the new model reads {gained:,} rightly that "
        f"{other} misreads, and misreads {lost:,} that it reads rightly ({p_words(p_value)}{counted})."
    )
    return f"{said} More test films might show one." if verdict == "no difference shown" else said


def p_words(p_value: float) -> str:
    """ "p = 0.035", "p < 0.001"; never rounded to or below the line that decides."""
    if p_value < 0.001:
        return "p < 0.001"
    if p_value >= 0.995:
        return "p = 1"
    digits = 3 if p_value < 0.1 else 2
    while round(p_value, digits) == SIGNIFICANT != p_value:
        digits += 1
    return f"p = {p_value:.{digits}f}"


def knowledge_words(known: int | None, films: int, other: str) -> str:
    """Whether the other model has learned from these films; `known` of them, None where its card does not tell."""
    name = other[0].upper() + other[1:]
    if known is None:
        return f"{name} may have been trained on some of these films, which would flatter it: its card does not tell."
    if known == 0:
        return f"{name} was not trained on any of these films."
    return f"{name} was trained on {known:,} of these {films:,} films, which flatters it."


def other_classes_words(other: str, classes: Sequence[str]) -> str:
    named = ", ".join(class_words(name) for name in classes[:_MOST_NAMED])
    more = f" and {len(classes) - _MOST_NAMED} more" if len(classes) > _MOST_NAMED else ""
    return f"Not comparable: {other} tells other classes apart ({named}{more})."


NOBODY_ELSE = "Not comparable: no other model was in use."
FILMS_GONE = (
    "Not comparable: the test films cannot be read any more where they were, so {other} cannot read them."
)
