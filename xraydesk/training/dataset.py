"""Films decoded once: their model inputs as uint8 in one file, and which of them an epoch draws."""

from __future__ import annotations

import hashlib
import json
import math
import os
import shutil
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xraydesk.errors import FilmError, OutputError
from xraydesk.film.open import open_film
from xraydesk.jobs import JobContext
from xraydesk.model.model_input import Preprocessing, to_model_input
from xraydesk.training.labelled_folder import LabelledFilm, LabelledFolder


@dataclass(frozen=True, slots=True, eq=False)
class ModelInputs:
    """`inputs` (N, S, S) uint8, in the order of the folder's films; `unreadable` maps positions to reasons."""

    inputs: NDArray[np.uint8]
    unreadable: dict[int, str]


def _fingerprint(films: tuple[LabelledFilm, ...], preprocessing: Preprocessing) -> str:
    """Changes when a film or the preprocessing does."""
    digest = hashlib.sha256(json.dumps(preprocessing.as_dict(), sort_keys=True).encode())
    for film in films:
        status = film.path.stat() if film.path.is_file() else None
        digest.update(f"{film.path}\0{status and (status.st_size, status.st_mtime_ns)}\0".encode())
    return digest.hexdigest()


def model_inputs(
    folder: LabelledFolder, preprocessing: Preprocessing, cache: Path, ctx: JobContext
) -> ModelInputs:
    """Decode every film, or read the cache in the folder `cache` where nothing changed since."""
    cache.mkdir(parents=True, exist_ok=True)
    fingerprint = _fingerprint(folder.films, preprocessing)
    array, notes = cache / f"inputs-{fingerprint[:16]}.npy", cache / f"inputs-{fingerprint[:16]}.json"
    if not notes.exists():
        _decode_all(folder, preprocessing, array, notes, ctx)
    unreadable = {int(k): v for k, v in json.loads(notes.read_text(encoding="utf-8")).items()}
    return ModelInputs(np.load(array, mmap_mode="r", allow_pickle=False), unreadable)


def _decode_all(
    folder: LabelledFolder, preprocessing: Preprocessing, array: Path, notes: Path, ctx: JobContext
) -> None:
    size, unreadable = preprocessing.size, dict[int, str]()
    partial = array.with_suffix(".partial")
    shape = (len(folder.films), size, size)
    if shutil.disk_usage(array.parent).free < math.prod(
        shape
    ):  # a mapped file ends the program on a full disk
        raise OutputError(
            f"The disk has no room for the decoded films ({math.prod(shape) >> 20} MB).",
            hint="Free some space or choose another folder with --out.",
            path=array,
        )
    inputs = np.lib.format.open_memmap(partial, mode="w+", dtype=np.uint8, shape=shape)

    def decode(position: int) -> None:
        try:
            inputs[position] = to_model_input(open_film(folder.films[position].path), preprocessing)
        except FilmError as error:
            unreadable[position] = error.message

    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for done, _ in enumerate(pool.map(decode, range(len(folder.films))), start=1):
            ctx.check_cancelled()
            ctx.progress(done, len(folder.films), "reading films")
    inputs.flush()
    partial.replace(array)
    temporary = notes.with_suffix(".tmp")
    temporary.write_text(json.dumps(unreadable), encoding="utf-8")
    temporary.replace(notes)


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
