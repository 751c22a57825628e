"""Films that belong together: of one patient, or copies of each other. A split keeps each group whole."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from xraydesk.jobs import JobContext
from xraydesk.training.copies import Copies, find_copies
from xraydesk.training.film_cache import FilmsRead
from xraydesk.training.labelled_folder import LabelledFolder

_KNOWN_SHARE = 0.9  # of the films must have a patient for patients to count as known
_SHARED_BY_MOST, _SHARED_BY_MANY = 0.5, 20  # an identifier that so many films bear names no patient


@dataclass(frozen=True, slots=True, eq=False)
class GroupedFolder:
    """`folder` with its groups joined and the patients of headers; `numbers` (N,) are these groups as numbers,
    `patients` "" where unknown."""

    folder: LabelledFolder
    read: FilmsRead
    copies: Copies
    numbers: NDArray[np.int64]
    patients: tuple[str, ...]

    @property
    def patients_known(self) -> bool:
        return sum(map(bool, self.patients)) >= _KNOWN_SHARE * max(len(self.patients), 1)


def grouped(
    folder: LabelledFolder, read: FilmsRead, ctx: JobContext, *, join_near: bool = True
) -> GroupedFolder:
    """A group bears the name of its first film's group, so that nothing changes where nothing is joined.

    Without `join_near`, near copies are found but not joined: whoever grouped the films has done that.
    Raises Cancelled, OutputError.
    """
    copies = find_copies(read, ctx)
    by_header = _header_patients(read)
    patients = tuple(film.patient or header for film, header in zip(folder.films, by_header, strict=True))
    union = _Union(len(folder.films))
    for names in ([film.group for film in folder.films], [film.patient for film in folder.films], by_header):
        union.join_alike(names)
    pairs = np.concatenate([copies.exact, copies.near]) if join_near else copies.exact
    for one, other in pairs.tolist():
        union.join(one, other)
    firsts = [union.first(position) for position in range(len(folder.films))]
    films = tuple(
        replace(film, group=folder.films[first].group, patient=patient)
        for film, first, patient in zip(folder.films, firsts, patients, strict=True)
    )
    numbers = np.unique(np.array(firsts, dtype=np.int64), return_inverse=True)[1].astype(np.int64)
    return GroupedFolder(replace(folder, films=films), read, copies, numbers, patients)


def _header_patients(read: FilmsRead) -> list[str]:
    """Of DICOM headers, hashed; without identifiers that stand for nobody, as anonymising programs write them."""
    names = [film.facts.patient if film.facts else "" for film in read.films]
    counts = Counter(names)
    limit = max(_SHARED_BY_MANY, _SHARED_BY_MOST * len(names))
    return [name if counts[name] <= limit else "" for name in names]


class _Union:
    """Disjoint sets of positions; the first of a set is its lowest."""

    def __init__(self, count: int) -> None:
        self._parent = list(range(count))

    def first(self, position: int) -> int:
        root = position
        while self._parent[root] != root:
            root = self._parent[root]
        while self._parent[position] != root:
            self._parent[position], position = root, self._parent[position]
        return root

    def join(self, one: int, other: int) -> None:
        low, high = sorted((self.first(one), self.first(other)))
        self._parent[high] = low

    def join_alike(self, names: list[str]) -> None:
        """Positions of the same name; "" is no name."""
        first = dict[str, int]()
        for position, name in enumerate(names):
            if name:
                self.join(first.setdefault(name, position), position)
