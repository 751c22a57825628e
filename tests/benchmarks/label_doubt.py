"""Which labels the test films themselves put in doubt, and what cap that sets. Prints Markdown; never run as a test.

    python -m tests.benchmarks.label_doubt FILMS [--model DIR ...]

FILMS has a `manifest.csv`, divided as the shipped model's were (its groups, seed 2021); only films of the
test part are asked, which none of the models learned from. Confident learning (Northcutt, Jiang and Chuang 2021,
J Artif Intell Res 70): a film counts as one of another class where its probability of that class reaches
the mean that films labelled so have, and is the largest that does. What is left when those are taken out is an
estimate of what these networks would reach against labels without such errors: the models are the judges, and share
their blind spots. With several models, their mean probability judges, and the films on which all of them name the
same class are counted besides.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xraydesk.jobs import JobContext
from xraydesk.model.prediction import calibrated_probabilities
from xraydesk.registry.registry import InstalledModel, Registry, model_in
from xraydesk.training.config import RECOMMENDED
from xraydesk.training.labelled_folder import LabelledFilm
from xraydesk.workflows.classify_film import FilmReader
from xraydesk.workflows.film_logits import film_logits
from xraydesk.workflows.plan_split import plan_films
from xraydesk.workflows.training_verbs import TrainModel

Probabilities = NDArray[np.float64]  # (N, K)


def confident_classes(probabilities: Probabilities, labels: NDArray[np.int64]) -> NDArray[np.int64]:
    """The class that each film confidently belongs to; its label where it belongs to none."""
    reached = np.array([probabilities[labels == k, k].mean() for k in range(probabilities.shape[1])])
    candidates = np.where(probabilities >= reached, probabilities, -1.0)
    return np.where(candidates.max(1) >= 0, candidates.argmax(1), labels)


def test_films(folder: Path) -> tuple[list[LabelledFilm], NDArray[np.int64]]:
    asked = TrainModel(
        folder, folder / "nowhere", folder / "manifest.csv", config=RECOMMENDED, join_near=False
    )
    planned = plan_films(asked, JobContext())
    films = [planned.folder.films[i] for i in planned.splits[0].test]
    return films, np.array([planned.folder.classes.index(film.label) for film in films])


def probabilities_of(model: InstalledModel, films: Sequence[LabelledFilm]) -> Probabilities:
    found = film_logits([film.path for film in films], FilmReader(model, "cpu"), JobContext(), "asking")
    assert not found.errors, found.errors[0]
    return calibrated_probabilities(found.logits, model.card.temperature)


def _right(some: NDArray[np.bool_]) -> str:
    return f"{some.mean():.3f}" if some.size else "–"


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("films", type=Path)
    parser.add_argument("--model", type=Path, action="append", default=[])
    asked = parser.parse_args()
    models = [model_in(folder) for folder in asked.model] or [Registry().active()]
    films, labels = test_films(asked.films)
    answers = np.stack([probabilities_of(model, films) for model in models])  # (M, N, K)
    judged = answers.mean(0)
    named, confident = judged.argmax(1), confident_classes(judged, labels)
    doubted = confident != labels
    agreed = (answers.argmax(2) == answers[0].argmax(1)).all(0)
    sources = np.array([film.source for film in films])
    print(f"{len(films)} test films; judged by {', '.join(model.card.id for model in models)}\n")
    print(
        "| films | number | accuracy | labels in doubt | accuracy without those | all agree | accuracy of those |"
    )
    print("|---|---|---|---|---|---|---|")
    rows: list[tuple[str, NDArray[np.bool_]]] = [("all", np.ones(len(films), bool))]
    rows += [(f"`{source}`", sources == source) for source in sorted(set(sources))]
    classes = models[0].card.classes
    rows += [(f"labelled {name}", labels == k) for k, name in enumerate(classes)]
    right = named == labels
    for name, some in rows:
        print(
            f"| {name} | {some.sum()} | {_right(right[some])} | {(some & doubted).sum()} ({doubted[some].mean():.1%})"
            f" | {_right(right[some & ~doubted])} | {agreed[some].mean():.1%} | {_right(right[some & agreed])} |"
        )
    print("\n| labelled (row), confidently (column) | " + " | ".join(classes) + " |\n|" + "---|" * 4)
    for k, name in enumerate(classes):
        counts = [str(int(((labels == k) & (confident == j)).sum())) for j in range(len(classes))]
        print(f"| {name} | {' | '.join(counts)} |")


if __name__ == "__main__":
    main()
