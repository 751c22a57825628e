"""Which films train, which validate and which test: with patients and copies kept together, and a test that is kept."""

from __future__ import annotations

import os
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xraydesk.errors import LabelledFolderError, UsageError
from xraydesk.jobs import JobContext
from xraydesk.model.model_input import Preprocessing
from xraydesk.training.film_cache import FilmCache
from xraydesk.training.grouping import GroupedFolder, grouped
from xraydesk.training.labelled_folder import LabelledFolder, require_enough
from xraydesk.training.split import Split, cross_validation, split_80_10_10, split_beside_test

HELD_BACK = "test_films"  # key of a card's data: what `PlannedFilms.held_back_by` gives
_TESTED_BEFORE = "of those that tested the model which the training starts from"
_HELD_BACK_DIGITS = 16  # of a film's SHA-256: enough to know it again among billions


@dataclass(frozen=True, slots=True)
class Planning:
    """What is asked for. `held_back`: films that tested what the training starts from.

    `join_near`: near copies stay on one side of the split, whatever groups the films came with.
    """

    folds: int = 0
    seed: int = 0
    test: LabelledFolder | None = None
    held_back: frozenset[str] = frozenset()
    join_near: bool = True


@dataclass(frozen=True, slots=True, eq=False)
class PlannedFilms:
    """`folder` holds every film that takes part, those of the test folder last; one split, or one for each fold."""

    folder: LabelledFolder
    splits: tuple[Split, ...]
    contents: tuple[str, ...]  # SHA-256 of each film's file, "" of one that cannot be read
    notes: tuple[str, ...]
    held_back: frozenset[str] = frozenset()  # by what the training starts from

    def counts(self, split: Split) -> dict[str, dict[str, tuple[int, int]]]:
        """Films that can be read, and groups, of each part and class."""
        films = self.folder.films
        parts = {}
        for name in ("train", "validation", "test"):
            part = [films[i] for i in getattr(split, name).tolist() if self.contents[i]]
            groups = defaultdict[str, list[str]](list)
            for film in part:
                groups[film.label].append(film.group)
            parts[name] = {
                label: (len(groups[label]), len(set(groups[label]))) for label in self.folder.classes
            }
        return parts

    def held_back_by(self, split: Split) -> tuple[str, ...]:
        """For the model's card: by what test films, its own and its forebears', are known; they never train heirs."""
        tested = {self.contents[i][:_HELD_BACK_DIGITS] for i in split.test.tolist() if self.contents[i]}
        return tuple(sorted(tested | self.held_back))


def held_back_of(data: Mapping[str, Any]) -> frozenset[str]:
    """As the data of a card tell it; nothing where they tell nonsense: cards come from strangers, too."""
    told = data.get(HELD_BACK)
    return (
        frozenset(name for name in told if isinstance(name, str)) if isinstance(told, list) else frozenset()
    )


def plan(
    folder: LabelledFolder, asked: Planning, preprocessing: Preprocessing, cache: Path, ctx: JobContext
) -> PlannedFilms:
    """Reads films that the cache does not know. Raises LabelledFolderError, UsageError, OutputError, Cancelled."""
    _require_sense(folder, asked)
    whole, testing = _with_test_films(folder, asked.test)
    read = FilmCache(cache).read([film.path for film in whole.films], preprocessing, ctx)
    films = grouped(whole, read, ctx, join_near=asked.join_near)
    notes = list[str]()
    if testing.size:
        left_out = _left_out_beside(testing, films, asked, notes)
    else:
        testing, left_out = _kept_test(films, asked, notes)
    kept = np.setdiff1d(np.arange(len(whole.films)), left_out)
    remaining = replace(films.folder, films=tuple(films.folder.films[i] for i in kept))
    contents = tuple(films.read.films[i].content for i in kept.tolist())
    unreadable = np.flatnonzero([not content for content in contents])
    learned = _without(remaining, np.union1d(np.searchsorted(kept, testing), unreadable))
    _require_enough_readable(learned, [films.read.films[i].problem for i in kept[unreadable].tolist()])
    _require_groups(remaining, 2 if testing.size else 3)
    splits = _splits(remaining, np.searchsorted(kept, testing), asked)
    _require_all_classes(remaining, splits, frozenset(unreadable.tolist()))
    return PlannedFilms(remaining, tuple(splits), contents, tuple(notes), asked.held_back)


def _require_enough_readable(folder: LabelledFolder, problems: list[str]) -> None:
    """`problems` of the films that cannot be read: where too few are left, they are why."""
    try:
        require_enough(folder)
    except LabelledFolderError as error:
        if not problems:
            raise
        count = "1 film" if len(problems) == 1 else f"{len(problems):,} films"
        raise LabelledFolderError(
            error.message, hint=f"{count} cannot be read. The first: {problems[0]}", path=folder.root
        ) from error


def _require_sense(folder: LabelledFolder, asked: Planning) -> None:
    if asked.test is None:
        return
    if asked.folds:
        raise UsageError(
            "A cross validation tests on each film in turn: it has no test films of its own.",
            hint="Choose one of the two.",
        )
    if strangers := sorted(set(asked.test.classes) ^ set(folder.classes)):
        raise LabelledFolderError(
            f"Films for training and for the test have other classes: {', '.join(strangers)}.",
            hint="Both folders need the same sub-folders.",
            path=asked.test.root,
        )


def _require_all_classes(folder: LabelledFolder, splits: list[Split], unreadable: frozenset[int]) -> None:
    """In every part of every fold, or a training would end there after hours."""
    folds = len(splits)
    for number, split in enumerate(splits, start=1):
        where, fewer = (
            (f"fold {number} of {folds}", "Choose fewer folds, or add") if folds > 1 else ("the split", "Add")
        )
        for part in (split.train, split.validation, split.test):
            there = {folder.films[i].label for i in part.tolist() if i not in unreadable}
            if lacking := next((label for label in folder.classes if label not in there), None):
                raise LabelledFolderError(
                    f"{lacking} has too few films or patients: a part of {where} has none.",
                    hint=f"{fewer} films of that class.",
                    path=folder.root,
                )


def _require_groups(folder: LabelledFolder, least: int) -> None:
    """One for each part of the split."""
    for label in folder.classes:
        groups = {film.group for film in folder.films if film.label == label}
        if len(groups) < least:
            few = (
                f"All films of {label} are of one patient, or copies of each other: they cannot both train and test."
                if len(groups) == 1
                else f"The films of {label} are of {len(groups)} patients, or copies of so many films: "
                "they cannot train, validate and test."
            )
            raise LabelledFolderError(few, hint="Add films of other patients.")


def _with_test_films(
    folder: LabelledFolder, test: LabelledFolder | None
) -> tuple[LabelledFolder, NDArray[np.int64]]:
    """All films, those of the test last, and which these are."""
    if test is None:
        return folder, np.zeros(0, dtype=np.int64)
    paths = {os.path.realpath(film.path) for film in test.films}
    own = tuple(film for film in folder.films if os.path.realpath(film.path) not in paths)
    if not own:
        raise LabelledFolderError(
            "All films to learn from are in the test folder too, and none is left to learn from.",
            hint="Choose a test folder of other films, or let XRayDesk keep some of these for the test.",
            path=test.root,
        )
    others = tuple(replace(film, group=film.patient or f"test {film.group}") for film in test.films)
    return replace(folder, films=own + others), np.arange(len(own), len(own) + len(others))


def _sharing(films: GroupedFolder, testing: NDArray[np.int64]) -> NDArray[np.int64]:
    """Films that are in one group with these, and are none of them."""
    shared = np.flatnonzero(np.isin(films.numbers, films.numbers[testing]))
    return np.setdiff1d(shared, testing)


def _left_out_beside(
    testing: NDArray[np.int64], films: GroupedFolder, asked: Planning, notes: list[str]
) -> NDArray[np.int64]:
    """Films that must not train where these test: of their groups, and those that tested before."""
    sharing = _sharing(films, testing)
    before = np.setdiff1d(_tested_before(films, asked.held_back), np.union1d(testing, sharing))
    notes += _left_out_note(len(sharing), "copies of test films, or of the same patients")
    notes += _left_out_note(len(before), _TESTED_BEFORE)
    return np.union1d(sharing, before)


def _kept_test(
    films: GroupedFolder, asked: Planning, notes: list[str]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Films that tested the model which the training starts from: the test again if they can be, else left out."""
    before = _tested_before(films, asked.held_back)
    none = np.zeros(0, dtype=np.int64)
    if not before.size:
        return none, none
    if _are_a_test(before, films.folder) and not asked.folds:
        notes.append(
            f"{len(before):,} films tested the model that the training starts from, or belong to such: "
            "they are the test part again."
        )
        return before, none
    notes += _left_out_note(len(before), _TESTED_BEFORE)
    return none, before


def _are_a_test(positions: NDArray[np.int64], folder: LabelledFolder) -> bool:
    """Of each class at least half of the tenth that a test part has; with fewer, no figure would mean much."""
    chosen = Counter(folder.films[i].label for i in positions.tolist())
    return all(chosen[label] >= count / 20 for label, count in folder.counts().items())


def _tested_before(films: GroupedFolder, held_back: frozenset[str]) -> NDArray[np.int64]:
    """Films that are held back, and those in one group with them."""
    known = [film.content[:_HELD_BACK_DIGITS] in held_back for film in films.read.films]
    before = np.flatnonzero(np.array(known, dtype=bool))
    return np.union1d(before, _sharing(films, before))


def _left_out_note(count: int, what: str) -> list[str]:
    if not count:
        return []
    films = "1 film of the folder is" if count == 1 else f"{count:,} films of the folder are"
    return [f"{films} {what}: left out of the training."]


def _without(folder: LabelledFolder, positions: NDArray[np.int64]) -> LabelledFolder:
    gone = set(positions.tolist())
    return replace(folder, films=tuple(film for i, film in enumerate(folder.films) if i not in gone))


def _splits(folder: LabelledFolder, testing: NDArray[np.int64], asked: Planning) -> list[Split]:
    if testing.size:
        return [split_beside_test(folder, testing, asked.seed)]
    if asked.folds:
        return cross_validation(folder, asked.folds, asked.seed)
    return [split_80_10_10(folder, asked.seed)]
