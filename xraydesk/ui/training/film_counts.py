"""How many films and patients each class has, with a person's decisions taken in."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from xraydesk.presentation.wording import class_words, count_words
from xraydesk.workflows.training_verbs import FilmChoice, ScannedFilm, ScannedFolder

Chosen = Mapping[Path, FilmChoice]


@dataclass(frozen=True, slots=True)
class ClassCount:
    films: int = 0
    groups: int = 0
    left_out: int = 0  # excluded, or not readable


def label_of(film: ScannedFilm, chosen: Chosen) -> str:
    choice = chosen.get(film.path)
    return choice.label if choice is not None and choice.label else film.label


def is_excluded(film: ScannedFilm, chosen: Chosen) -> bool:
    choice = chosen.get(film.path)
    return film.excluded if choice is None else choice.excluded


def count_classes(scanned: ScannedFolder, chosen: Chosen) -> dict[str, ClassCount]:
    """Every class of the folder, in its order."""
    films: dict[str, int] = dict.fromkeys(scanned.classes, 0)
    left_out = dict(films)
    groups: dict[str, set[int]] = {name: set() for name in scanned.classes}
    for film in scanned.films:
        label = label_of(film, chosen)
        if label not in films:
            continue
        if film.problem or is_excluded(film, chosen):
            left_out[label] += 1
        else:
            films[label] += 1
            groups[label].add(film.group)
    return {name: ClassCount(films[name], len(groups[name]), left_out[name]) for name in films}


def remark_words(film: ScannedFilm, chosen: Chosen) -> str:
    """Why a film does not take part, or what was decided about it."""
    if film.problem:
        return film.problem
    if is_excluded(film, chosen):
        return "Left out"
    label = label_of(film, chosen)
    return f"Was {class_words(film.label)}" if label != film.label else ""


def groups_words(count: int, *, patients_known: bool) -> str:
    """ "12 patients", or "12 groups" of near copies where nobody knows the patients."""
    return count_words(count, "patient" if patients_known else "group")


def classes_words(counts: Mapping[str, ClassCount]) -> str:
    """ "3 classes": those that films are left in, for no other can be learned."""
    classes = sum(count.films > 0 for count in counts.values())
    return f"{classes} class{'' if classes == 1 else 'es'}"


def total_words(counts: Mapping[str, ClassCount]) -> str:
    """ "600 films in 3 classes, 4 left out"."""
    films = sum(count.films for count in counts.values())
    left_out = sum(count.left_out for count in counts.values())
    words = f"{count_words(films, 'film')} in {classes_words(counts)}"
    return f"{words}, {left_out:,} left out" if left_out else words
