"""Which test films lie in which cell of the confusion matrix. Qt is not needed for it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from xraydesk.presentation.wording import class_words, film_name, percent_words
from xraydesk.ui.theme import GRID
from xraydesk.ui.training.film_counts import Chosen
from xraydesk.ui.training.film_table import Listing
from xraydesk.workflows.training_verbs import RunEvaluation


@dataclass(frozen=True, slots=True)
class TestedFilms:
    """`predicted` and `certainty` of each test film, by the new model."""

    evaluation: RunEvaluation
    labels: list[int]
    predicted: list[int]
    certainty: list[float]

    @classmethod
    def of(cls, evaluation: RunEvaluation) -> TestedFilms:
        rows: list[list[float]] = evaluation.new.probabilities.tolist()
        certainty = [max(row) for row in rows]
        predicted = [row.index(most) for row, most in zip(rows, certainty, strict=True)]
        return cls(evaluation, evaluation.labels.tolist(), predicted, certainty)

    def counts(self) -> list[list[int]]:
        size = len(self.evaluation.classes)
        counts = [[0] * size for _ in range(size)]
        for actual, predicted in zip(self.labels, self.predicted, strict=True):
            counts[actual][predicted] += 1
        return counts

    def cell(self, actual: int, predicted: int) -> list[int]:
        """Places of its films, the surest first: a sure mistake is often a wrong label."""
        there = [
            place
            for place, (label, read) in enumerate(zip(self.labels, self.predicted, strict=True))
            if label == actual and read == predicted
        ]
        return sorted(there, key=lambda place: -self.certainty[place])

    def listing(self, places: list[int], chosen: Chosen) -> Listing:
        films = self.evaluation.films

        def words_of(place: int) -> tuple[str, ...]:
            return (
                film_name(films[place]),
                percent_words(self.certainty[place]),
                decided_words(films[place], chosen),
            )

        return Listing(
            ("Film", "Probability", "Decided"),
            places,
            lambda place: films[place],
            words_of,
            lambda place: films[place] in chosen and chosen[films[place]].excluded,
            (12 * GRID, 12 * GRID),
        )

    def title(self, actual: int, predicted: int) -> str:
        """ "Normal, read as Pneumonia"."""
        names = self.evaluation.classes
        if actual == predicted:
            return f"{class_words(names[actual])}, read rightly"
        return f"{class_words(names[actual])}, read as {class_words(names[predicted])}"


def decided_words(path: Path, chosen: Chosen) -> str:
    """What a person decided about a film after the test."""
    choice = chosen.get(path)
    if choice is None:
        return ""
    return "left out" if choice.excluded else f"is {class_words(choice.label)}" if choice.label else ""
