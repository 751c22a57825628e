"""Can a class be told from what has nothing to do with disease: size, borders, file type, source?

A network finds such a shortcut before it finds disease, and fails where the shortcut is missing.
"""

from __future__ import annotations

import math
import warnings
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedGroupKFold

from xraydesk.jobs import JobContext
from xraydesk.training.film_facts import FilmFacts

WARNING_AUROC = 0.7
# Standard errors above chance that an AUROC must lie, so that few films do not look told apart by luck: one in
# ten thousand for one clue of one class, and a folder has a dozen or two of them. The surest is always enough.
_ERRORS_ABOVE_CHANCE = 3.7
_SURE_AUROC = 0.985
_MOST_FILMS = 4000  # a clue that matters shows in so many
_MOST_NAMES = 30  # of sources or file types told apart, the commonest
_FOLDS = 5
_MOST_CLUES = 3  # named where none tells a class alone

Values = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class ProbedFilm:
    """One film as the probe sees it."""

    label: str
    group: int
    facts: FilmFacts
    source: str = ""


@dataclass(frozen=True, slots=True)
class Shortcut:
    """`clues` that tell a class from the others, each with its AUROC, the best first; or two classes apart.

    `together`: none does alone, but all of them do, with this AUROC; then those that help most.
    """

    labels: tuple[str, ...]
    clues: tuple[tuple[str, float], ...]
    together: float = 0.0


def find_shortcuts(films: Sequence[ProbedFilm], ctx: JobContext, seed: int = 0) -> tuple[Shortcut, ...]:
    """By a small forest on one clue at a time, judged on groups it has not seen. Raises Cancelled.

    The clues together are tried where none does it alone. A class that is told is set aside before the others
    are judged: they would else be told by being what is left.
    """
    films = _sample(films, seed)
    labels = np.array([film.label for film in films])
    groups = np.array([film.group for film in films], dtype=np.int64)
    left = sorted(set(labels.tolist()))
    fewest = min((len(set(groups[labels == name].tolist())) for name in left), default=0)
    if len(left) < 2 or fewest < 2:
        return ()
    probe = _Probe(labels, groups, _probabilities(films, labels, groups, min(_FOLDS, fewest), seed, ctx))
    found = list[Shortcut]()
    while len(left) > 1 and (told := probe.most_told(left)):
        found.append(told)
        left = [] if len(left) == 2 else [name for name in left if name not in told.labels]
    return tuple(found)


@dataclass(frozen=True, slots=True, eq=False)
class _Probe:
    """`probabilities`: clue, and "" for all of them → (N, K), of films whose group the forest has not seen."""

    labels: NDArray[np.str_]
    groups: NDArray[np.int64]
    probabilities: dict[str, Values]

    def most_told(self, left: list[str]) -> Shortcut | None:
        """Among the films of these classes."""
        found = [shortcut for name in left if (shortcut := self._shortcut(name, left))]
        best = max(found, key=lambda shortcut: shortcut.together or shortcut.clues[0][1], default=None)
        return replace(best, labels=tuple(left)) if best and len(left) == 2 else best

    def _shortcut(self, label: str, left: list[str]) -> Shortcut | None:
        aurocs = {clue: self._auroc(clue, label, left) for clue in self.probabilities}
        together, bar = aurocs.pop("", 0.5), self._bar(label, left)
        clues = sorted(aurocs.items(), key=lambda clue: -clue[1])
        if telling := tuple(clue for clue in clues if clue[1] > bar):
            return Shortcut((label,), telling)
        return Shortcut((label,), tuple(clues[:_MOST_CLUES]), together) if together > bar else None

    def _auroc(self, clue: str, label: str, left: list[str]) -> float:
        classes = sorted(set(self.labels.tolist()))
        films = np.isin(self.labels, left)
        among = self.probabilities[clue][films][:, [classes.index(name) for name in left]]
        share = among[:, left.index(label)] / np.maximum(among.sum(axis=1), 1e-12)
        return float(roc_auc_score(self.labels[films] == label, share))

    def _bar(self, label: str, left: list[str]) -> float:
        """What an AUROC must exceed: films of a group count once (standard error of chance, Mann and Whitney 1947)."""
        own, others = (
            len(set(self.groups[np.isin(self.labels, names)].tolist()))
            for names in ([label], [name for name in left if name != label])
        )
        error = math.sqrt((own + others + 1) / (12 * own * others))
        return max(WARNING_AUROC, min(0.5 + _ERRORS_ABOVE_CHANCE * error, _SURE_AUROC))


def _sample(films: Sequence[ProbedFilm], seed: int) -> Sequence[ProbedFilm]:
    if len(films) <= _MOST_FILMS:
        return films
    chosen = np.random.default_rng(seed).choice(len(films), _MOST_FILMS, replace=False)
    return [films[i] for i in np.sort(chosen)]


def _clues(films: Sequence[ProbedFilm]) -> dict[str, Values]:
    facts = [film.facts for film in films]
    return {
        "size": np.log([[f.width, f.height] for f in facts]),
        "aspect ratio": np.array([[f.width / f.height] for f in facts]),
        "borders": np.array([[f.black_border, f.white_border, f.rim] for f in facts]),
        "sharpness": np.array([[f.sharpness] for f in facts]),
        "file type": _indicators([f.file_type for f in facts]),
        "source": _indicators([film.source for film in films]),
    }


def _indicators(names: list[str]) -> Values:
    """(N, kinds) 0 or 1."""
    kinds = [name for name, _ in Counter(names).most_common(_MOST_NAMES)]
    is_kind: NDArray[np.bool_] = np.array(names)[:, None] == np.array(kinds)[None, :]
    return is_kind.astype(np.float64)


def _probabilities(
    films: Sequence[ProbedFilm],
    labels: NDArray[np.str_],
    groups: NDArray[np.int64],
    folds: int,
    seed: int,
    ctx: JobContext,
) -> dict[str, Values]:
    found = {}
    clues = {name: values for name, values in _clues(films).items() if np.ptp(values, axis=0).any()}
    if len(clues) > 1:
        clues[""] = np.hstack(list(clues.values()))
    for name, values in clues.items():
        ctx.check_cancelled()
        found[name] = _judged(values, labels, groups, folds, seed)
    return found


def _judged(
    values: Values, labels: NDArray[np.str_], groups: NDArray[np.int64], folds: int, seed: int
) -> Values:
    """(N, K) what a forest that has not seen a film's group takes for its class."""
    classes = sorted(set(labels.tolist()))
    probabilities = np.full((len(labels), len(classes)), 1 / len(classes))
    parts = StratifiedGroupKFold(folds, shuffle=True, random_state=seed)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="The least populated class")
        for train, test in parts.split(values, labels, groups):
            forest = RandomForestClassifier(
                30,
                max_depth=4,
                min_samples_leaf=max(3, len(labels) // 100),
                class_weight="balanced",
                random_state=seed,
            )
            forest.fit(values[train], labels[train])
            columns = [classes.index(name) for name in forest.classes_]
            probabilities[np.ix_(test, columns)] = forest.predict_proba(values[test])
    return probabilities
