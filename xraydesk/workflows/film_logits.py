"""What a model says of many films, read where they lie."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from xraydesk.errors import FilmError
from xraydesk.film.open import open_film
from xraydesk.jobs import JobContext
from xraydesk.model.model_input import Preprocessing, to_model_input
from xraydesk.workflows.classify_film import FilmReader

_BATCH = 32


@dataclass(frozen=True, slots=True, eq=False)
class FilmLogits:
    """`read`: positions of the films that could be read, ascending; `logits` (M, K) are theirs.

    `errors` tells of the others, as `evaluate --json` prints them.
    """

    read: list[int]
    logits: NDArray[np.float64]
    errors: list[dict[str, str]]


@dataclass(frozen=True, slots=True, eq=False)
class SomeInputs:
    """Of some films in a row: model inputs (M, S, S) of those that could be read, at `positions` among all."""

    positions: list[int]
    inputs: NDArray[np.uint8]
    errors: list[dict[str, str]]


def film_inputs(
    films: Sequence[Path], preprocessing: Preprocessing, ctx: JobContext, what: str
) -> Iterator[SomeInputs]:
    """All films, some at a time. The gate keeps none out. Raises Cancelled."""
    prepare = partial(_input_or_error, preprocessing=preprocessing)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:
        for start in range(0, len(films), _BATCH):
            ctx.check_cancelled()
            found = list(pool.map(prepare, films[start : start + _BATCH]))
            ready = [(start + i, x) for i, x in enumerate(found) if not isinstance(x, dict)]
            size = preprocessing.size
            inputs = np.stack([x for _, x in ready]) if ready else np.zeros((0, size, size), np.uint8)
            yield SomeInputs([i for i, _ in ready], inputs, [x for x in found if isinstance(x, dict)])
            ctx.progress(start + len(found), len(films), what)


def film_logits(films: Sequence[Path], reader: FilmReader, ctx: JobContext, what: str) -> FilmLogits:
    """Neither the gate nor the threshold keeps a film out. Raises Cancelled."""
    read, rows, errors = list[int](), list[Any](), list[dict[str, str]]()
    for some in film_inputs(films, reader.preprocessing, ctx, what):
        errors += some.errors
        if some.positions:
            read += some.positions
            rows.append(reader.network(some.inputs, maps=None).logits)
    classes = len(reader.model.card.classes)
    return FilmLogits(read, np.concatenate(rows) if rows else np.zeros((0, classes)), errors)


def _input_or_error(film: Path, preprocessing: Preprocessing) -> Any:
    """The model's input (S, S) uint8, or what `errors` says of the film."""
    try:
        return to_model_input(open_film(film), preprocessing)
    except FilmError as error:
        return {"path": str(film), "code": error.code, "message": error.message, "hint": error.hint}
