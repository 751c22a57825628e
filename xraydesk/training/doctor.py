"""The data doctor: what in a labelled folder would spoil a training, said before hours are spent on it."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from xraydesk.jobs import JobContext
from xraydesk.training.copies import Pairs
from xraydesk.training.findings import DoctorFinding, Severity
from xraydesk.training.grouping import GroupedFolder
from xraydesk.training.labelled_folder import FEWEST_PER_CLASS, LabelledFolder, not_seen_words
from xraydesk.training.shortcuts import ProbedFilm, Shortcut, find_shortcuts

_FEW_PER_CLASS = 100
_IMBALANCE = 3.0  # times the films of the rarest class
_SMALL = "too_small"
_UNLIKE = "unlike_chest"
_UNLIKE_BY_CHANCE = 0.02  # so many good films are, at most (weights/REPORT.md)
_NO_CHEST_FILM = {
    "lateral_view": "lateral",
    "oblique_view": "oblique",
    "multi_frame": "of several frames",
    "animal": "of an animal",
    "phantom": "of a phantom",
    "not_a_radiograph": "no radiograph",
    "body_part": "of another part of the body",
    "colour_photograph": "a colour photograph",
    "blank": "blank",
    "probably_inverted": "with black and white reversed",
    _UNLIKE: "unlike a frontal chest film",
    "aspect": "of an unusual shape",
}


@dataclass(frozen=True, slots=True, eq=False)
class _Patient:
    """What is looked at: the films of a grouped folder that are neither excluded nor unreadable."""

    films: GroupedFolder
    positions: tuple[int, ...]

    def label(self, position: int) -> str:
        return self.films.folder.films[position].label

    def by_class(self) -> dict[str, list[int]]:
        found = defaultdict[str, list[int]](list)
        for position in self.positions:
            found[self.label(position)].append(position)
        return dict(sorted(found.items()))


def examine(
    films: GroupedFolder, ctx: JobContext, excluded: frozenset[int] = frozenset()
) -> tuple[DoctorFinding, ...]:
    """Findings on all films but the excluded, refusals first, then warnings, then notes. Raises Cancelled."""
    readable = (i for i, film in enumerate(films.read.films) if film.facts and i not in excluded)
    patient = _Patient(films, tuple(readable))
    findings = [
        *_numbers(patient, excluded),
        *_alike_names(patient),
        *_unreadable(films, excluded),
        *_not_seen(films.folder),
        *_copies(patient),
        *_patients(patient),
        *_no_chest_films(patient),
        *_small(patient),
        *_shortcuts(patient, ctx),
    ]
    order = list(Severity)
    return tuple(sorted(findings, key=lambda finding: order.index(finding.severity)))


def _numbers(patient: _Patient, excluded: frozenset[int]) -> Iterator[DoctorFinding]:
    folder = patient.films.folder.films
    by_class: dict[str, list[int]] = {film.label: [] for i, film in enumerate(folder) if i not in excluded}
    by_class = dict(sorted((by_class | patient.by_class()).items()))
    if len(by_class) < 2 or not patient.positions:
        words = (
            f"All films are of one class, {next(iter(by_class))}"
            if patient.positions
            else "No film can be read"
        )
        yield _refusal("too_few", f"{words}: training needs two classes.", "One sub-folder for each class.")
        return
    for name, films in by_class.items():
        if len(films) < FEWEST_PER_CLASS:
            words = (
                f"Too few films of {name} ({len(films)}): training needs {FEWEST_PER_CLASS} of each class."
            )
            yield _refusal("too_few", words, "Add films, or leave the class out.", films)
        elif len(films) < _FEW_PER_CLASS:
            words = f"Only {len(films)} films of {name}: what is learned from them is uncertain."
            yield _warning("few", words, f"{_FEW_PER_CLASS} or more of each class are better.", films)
    yield from _imbalance({name: len(films) for name, films in by_class.items()})


def _alike_names(patient: _Patient) -> Iterator[DoctorFinding]:
    """Lists that are written by hand name one class in several ways, and two classes learn to be told apart."""
    named = defaultdict[str, list[str]](list)
    by_class = patient.by_class()
    for name in by_class:
        named[" ".join(name.replace("_", " ").split()).casefold()].append(name)
    for alike in (names for names in named.values() if len(names) > 1):
        yield _warning(
            "alike_classes",
            f"{' and '.join(alike)} are classes of their own, though their names are alike.",
            "If they are one class, give their films one name.",
            [film for name in alike for film in by_class[name]],
        )


def _imbalance(counts: dict[str, int]) -> Iterator[DoctorFinding]:
    rarest, commonest = min(counts, key=lambda k: counts[k]), max(counts, key=lambda k: counts[k])
    if counts[rarest] and counts[commonest] >= _IMBALANCE * counts[rarest]:
        words = (
            f"{commonest} has {counts[commonest] / counts[rarest]:.1f} times as many films as {rarest} "
            f"({counts[commonest]:,} and {counts[rarest]:,}): the network may lean towards it."
        )
        yield _warning("imbalance", words, "Let rare classes count more, or add films of them.")


def _unreadable(films: GroupedFolder, excluded: frozenset[int]) -> Iterator[DoctorFinding]:
    found = [i for i, film in enumerate(films.read.films) if film.problem and i not in excluded]
    if found:
        words = f"{_films(len(found))} cannot be read and will be left out."
        yield _warning("unreadable", words, f"The first: {films.read.films[found[0]].problem}", found)


def _not_seen(folder: LabelledFolder) -> Iterator[DoctorFinding]:
    if words := not_seen_words(folder):
        first = f"The first: {folder.not_seen[0].skipped} " if folder.not_seen else ""
        yield _warning("not_seen", words, f"{first}What should train must be in a class folder and readable.")


def _copies(patient: _Patient) -> Iterator[DoctorFinding]:
    looked_at = set(patient.positions)
    copies = patient.films.copies
    exact, near = _same_among(copies.exact, looked_at), _among(copies.near, looked_at)
    across = [pair for pair in (*exact, *near) if patient.label(pair[0]) != patient.label(pair[1])]
    if across:
        one, other = across[0]
        words = (
            f"{_pairs(len(across))} of copies {'lies' if len(across) == 1 else 'lie'} in two classes, such as "
            f"{patient.label(one)} and {patient.label(other)}: one of the two must be wrong."
        )
        yield _warning(
            "duplicates_across_classes", words, "Give both one class, or exclude them.", _both(across)
        )
    kept = "They stay together in one part of the split, but count twice. Exclude those that are too many."
    if same := [pair for pair in exact if patient.label(pair[0]) == patient.label(pair[1])]:
        words = f"{_films(len(same))} {_are(len(same))} there twice: file and copy are the same."
        yield DoctorFinding("exact_duplicates", Severity.NOTE, words, kept, tuple(_both(same)))
    if alike := [pair for pair in near if patient.label(pair[0]) == patient.label(pair[1])]:
        words = f"{_pairs(len(alike))} of films look the same, saved in another size or quality."
        yield DoctorFinding("near_duplicates", Severity.NOTE, words, kept, tuple(_both(alike)))


def _among(pairs: Pairs, looked_at: set[int]) -> list[tuple[int, int]]:
    return [(one, other) for one, other in pairs.tolist() if one in looked_at and other in looked_at]


def _same_among(pairs: Pairs, looked_at: set[int]) -> list[tuple[int, int]]:
    """Each paired with the first of its kind that is looked at."""
    alike = defaultdict[int, list[int]](list)
    for first, other in pairs.tolist():
        alike[first].append(other)
    kinds = ([i for i in (first, *others) if i in looked_at] for first, others in alike.items())
    return [(kind[0], other) for kind in kinds for other in kind[1:]]


def _both(pairs: Iterable[tuple[int, int]]) -> list[int]:
    """Films of the pairs, each once, a film beside its copy."""
    return list(dict.fromkeys(film for pair in pairs for film in pair))


def _patients(patient: _Patient) -> Iterator[DoctorFinding]:
    films_of = defaultdict[str, list[int]](list)
    for position in patient.positions:
        if name := patient.films.patients[position]:
            films_of[name].append(position)
    found = [films for films in films_of.values() if len({patient.label(i) for i in films}) > 1]
    if found:
        people = "1 patient has" if len(found) == 1 else f"{len(found):,} patients have"
        yield _warning(
            "patient_in_two_classes",
            f"{people} films in more than one class.",
            "Right where a patient fell ill or recovered in between; they stay in one part of the split.",
            [film for films in found for film in films],
        )


def _no_chest_films(patient: _Patient) -> Iterator[DoctorFinding]:
    found = dict[int, str]()
    for position in patient.positions:
        facts = patient.films.read.films[position].facts
        code = next((code for code in facts.gate if code in _NO_CHEST_FILM), "") if facts else ""
        if code:
            found[position] = code
    if not found:
        return
    kinds = ", ".join(
        f"{count:,} {_NO_CHEST_FILM[code]}" for code, count in Counter(found.values()).most_common()
    )
    words = f"{_films(len(found))} may be no frontal chest {_film(len(found))}: {kinds}."
    hint = "Look at them, and exclude what is none."
    by_chance = len(found) <= _UNLIKE_BY_CHANCE * len(patient.positions)
    if by_chance and set(found.values()) == {_UNLIKE}:
        good = " One or two of a hundred good films look unlike, too."
        yield DoctorFinding("no_chest_film", Severity.NOTE, words, hint + good, tuple(found))
    else:
        yield _warning("no_chest_film", words, hint, found)


def _small(patient: _Patient) -> Iterator[DoctorFinding]:
    read = patient.films.read.films
    found = [i for i in patient.positions if (facts := read[i].facts) and _SMALL in facts.gate]
    if found:
        words = f"{_films(len(found))} {_are(len(found))} very small: fine detail is missing."
        yield _warning("small_films", words, "Use them at their full size if there is one.", found)


def _shortcuts(patient: _Patient, ctx: JobContext) -> Iterator[DoctorFinding]:
    folder, numbers = patient.films.folder.films, patient.films.numbers
    probed = [
        ProbedFilm(folder[i].label, int(numbers[i]), facts, folder[i].source)
        for i in patient.positions
        if (facts := patient.films.read.films[i].facts)
    ]
    ctx.progress(0, 0, "looking for shortcuts")
    by_class = patient.by_class()
    for shortcut in find_shortcuts(probed, ctx):
        yield _shortcut(shortcut, [i for name in shortcut.labels for i in by_class[name]])


def _shortcut(shortcut: Shortcut, films: Iterable[int]) -> DoctorFinding:
    told = f"{' and '.join(shortcut.labels)} films can be told{' apart' if len(shortcut.labels) > 1 else ''}"
    (first, auroc), *rest = shortcut.clues
    if shortcut.together:
        names = [name for name, _ in shortcut.clues]
        told += f" by their {', '.join(names[:-1])} and {names[-1]} together (AUROC {shortcut.together:.2f})"
    else:
        told += f" by their {first} alone (AUROC {auroc:.2f})"
        told += "".join(f", by their {name} ({value:.2f})" for name, value in rest)
    return _warning(
        "shortcut",
        f"{told}: the network may learn that instead of disease.",
        "Best are films of every class from the same machines, saved in the same way. Otherwise trust figures "
        "only from films that lack this difference.",
        films,
    )


def _refusal(code: str, message: str, hint: str, films: Iterable[int] = ()) -> DoctorFinding:
    return DoctorFinding(code, Severity.REFUSAL, message, hint, tuple(films))


def _warning(code: str, message: str, hint: str, films: Iterable[int] = ()) -> DoctorFinding:
    return DoctorFinding(code, Severity.WARNING, message, hint, tuple(films))


def _films(count: int) -> str:
    return f"{count:,} {_film(count)}"


def _film(count: int) -> str:
    return "film" if count == 1 else "films"


def _are(count: int) -> str:
    return "is" if count == 1 else "are"


def _pairs(count: int) -> str:
    return "1 pair" if count == 1 else f"{count:,} pairs"
