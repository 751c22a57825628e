"""Look through labelled films before a training: what is there, and what would spoil it."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from xraydesk import paths
from xraydesk.jobs import JobContext
from xraydesk.training.config import RECOMMENDED
from xraydesk.training.doctor import examine
from xraydesk.training.film_cache import FilmCache
from xraydesk.training.grouping import GroupedFolder, grouped
from xraydesk.training.labelled_folder import Choices, read_labelled_folder
from xraydesk.workflows.training_verbs import FilmChoice, ScanFolder, ScannedFilm, ScannedFolder

_THUMBNAILS = 12  # a class


def scan_folder(request: ScanFolder, ctx: JobContext) -> ScannedFolder:
    """Every film is read once, and kept as the recommended training wants it: that one then starts at once.

    Raises LabelledFolderError, UsageError, OutputError, Cancelled.
    """
    ctx.progress(0, 0, "looking for films")
    folder = read_labelled_folder(
        request.folder,
        request.manifest,
        least=0,
        patient_pattern=request.patient_pattern,
        choices={choice.path: choice.label for choice in request.choices if choice.label},
    )
    cache = FilmCache(paths.user_cache() / "films")
    read = cache.read([film.path for film in folder.films], RECOMMENDED.preprocessing, ctx)
    films = grouped(folder, read, ctx)
    left_out = {choice.path for choice in request.choices if choice.excluded}
    excluded = frozenset(i for i, film in enumerate(folder.films) if film.path in left_out)
    return ScannedFolder(
        folder=request.folder,
        classes=folder.classes,
        films=_scanned(films, excluded),
        findings=examine(films, ctx, excluded),
        patients_known=films.patients_known,
        thumbnails=_thumbnails(films),
    )


def as_choices(choices: Iterable[FilmChoice]) -> Choices:
    """As the training room takes them; one that decides nothing is left out."""
    return {
        choice.path: None if choice.excluded else choice.label
        for choice in choices
        if choice.excluded or choice.label
    }


def _scanned(films: GroupedFolder, excluded: frozenset[int]) -> tuple[ScannedFilm, ...]:
    return tuple(
        ScannedFilm(film.path, film.label, int(number), film.source, known.problem, position in excluded)
        for position, (film, number, known) in enumerate(
            zip(films.folder.films, films.numbers, films.read.films, strict=True)
        )
    )


def _thumbnails(films: GroupedFolder) -> dict[str, tuple[tuple[int, ...], NDArray[np.uint8]]]:
    """Spread over each class's films, so that not only the first patient is seen."""
    readable: dict[str, list[int]] = {name: [] for name in films.folder.classes}
    for position, film in enumerate(films.folder.films):
        if films.read.films[position].facts:
            readable[film.label].append(position)
    shown = {}
    for name, positions in readable.items():
        chosen = positions[:: max(1, len(positions) // _THUMBNAILS)][:_THUMBNAILS]
        shown[name] = (tuple(chosen), films.read.thumbnails[np.array(chosen, dtype=np.int64)])
    return shown
