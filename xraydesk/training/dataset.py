"""Films as model inputs, and which of them an epoch draws."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xraydesk.jobs import JobContext
from xraydesk.model.model_input import Preprocessing
from xraydesk.training.film_cache import FilmCache
from xraydesk.training.film_pixels import FilmPixels
from xraydesk.training.labelled_folder import LabelledFilm, LabelledFolder


@dataclass(frozen=True, slots=True, eq=False)
class ModelInputs:
    """`inputs` (N, S, S) uint8, in the order of the folder's films; `unreadable` maps positions to reasons.

    `contents`: SHA-256 of each film's file, "" of one that cannot be read.
    """

    inputs: FilmPixels
    unreadable: dict[int, str]
    contents: tuple[str, ...]


def model_inputs(
    folder: LabelledFolder, preprocessing: Preprocessing, cache: Path, ctx: JobContext
) -> ModelInputs:
    """Decode every film that the cache in the folder `cache` does not know. Raises OutputError, Cancelled."""
    read = FilmCache(cache).read([film.path for film in folder.films], preprocessing, ctx)
    unreadable = {position: film.problem for position, film in enumerate(read.films) if film.problem}
    return ModelInputs(read.inputs, unreadable, tuple(film.content for film in read.films))


def drawing_weights(films: list[LabelledFilm], balance: float) -> NDArray[np.float64]:
    """How often each film is drawn, sum 1: 0 every film alike, 1 every class and, in it, every source alike."""
    labels = Counter(film.label for film in films)
    cells = Counter((film.label, film.source) for film in films)
    sources_of = Counter(label for label, _ in cells)
    equal = np.array([1 / (sources_of[f.label] * cells[f.label, f.source]) for f in films]) / len(labels)
    natural = np.full(len(films), 1 / len(films))
    weights = natural ** (1 - balance) * equal**balance
    return np.asarray(weights / weights.sum())


def drawn_epoch(
    weights: NDArray[np.float64], rng: np.random.Generator, *, replace: bool
) -> NDArray[np.int64]:
    """Positions for one epoch: a shuffle of all, or as many draws by weight."""
    count = len(weights)
    return rng.choice(count, count, p=weights).astype(np.int64) if replace else rng.permutation(count)


def class_weights(labels: NDArray[np.int64], classes: int) -> NDArray[np.float32]:
    """(K,) the inverse of each class's share, mean 1 over the films."""
    counts = np.bincount(labels, minlength=classes)
    return (len(labels) / (classes * np.maximum(counts, 1))).astype(np.float32)
