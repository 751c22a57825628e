"""The six steps from labelled films to a model in use, and what is said of each."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Step(IntEnum):
    FILMS = 0
    SPLIT = 1
    NETWORK = 2
    TRAINING = 3
    EVALUATION = 4
    INTO_USE = 5


TITLES = {
    Step.FILMS: "Films",
    Step.SPLIT: "Split",
    Step.NETWORK: "Network",
    Step.TRAINING: "Training",
    Step.EVALUATION: "Evaluation",
    Step.INTO_USE: "Into use",
}


class Mark(StrEnum):
    """As a screen reader says it."""

    DONE = "done"
    NOW = "now"
    LATER = "not yet"


@dataclass(frozen=True, slots=True)
class Foot:
    """`sentence`: what happens next, or why one cannot go on. `next_words` name the button that does it."""

    sentence: str
    may_go_on: bool = True
    next_words: str = "Next"
    primary: bool = True  # it is what most people do next
