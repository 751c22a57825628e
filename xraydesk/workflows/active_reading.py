"""What another model says of a run's test films, kept beside the run so that it is asked once."""

from __future__ import annotations

import hashlib
import json
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xraydesk.jobs import JobContext
from xraydesk.model.film_hashes import hashes_of, known_films
from xraydesk.registry.registry import InstalledModel
from xraydesk.training.test_results import JudgedFilms
from xraydesk.workflows.classify_film import FilmReader
from xraydesk.workflows.film_logits import film_logits


@dataclass(frozen=True, slots=True, eq=False)
class ActiveReading:
    """`logits` (M, K), not scaled, of the films at the positions `read` (M,): all that can still be read.

    `known`: how many of these the model was trained on, None where its card does not tell.
    """

    read: NDArray[np.int64]
    logits: NDArray[np.float64]
    known: int | None


def active_reading(
    out: Path, judged: JudgedFilms, model: InstalledModel, device: str, ctx: JobContext
) -> ActiveReading:
    """From the file beside the run, or from the films. Raises ModelError, Cancelled."""
    file = out / f"compared-{_key(judged, model)[:16]}.json"
    kept = _kept(file, judged, model)
    if kept is not None:
        return kept
    reader = FilmReader(model, device)
    reader.remark_on_device(ctx)
    found = film_logits(judged.paths, reader, ctx, "reading the test films by the other model")
    known = _known(judged, model, found.read)
    reading = ActiveReading(np.array(found.read, dtype=np.int64), found.logits.astype(np.float64), known)
    if len(found.read) == len(judged.films):  # films that are away today may be back tomorrow
        _keep(file, reading)
    return reading


def _key(judged: JudgedFilms, model: InstalledModel) -> str:
    """Another model, another way to prepare films, or other films: another key."""
    told = [model.card.sha256, model.card.preprocessing.as_dict(), str(judged.root), judged.films]
    told.append(str(model.card.data.get("hashes")))
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def _known(judged: JudgedFilms, model: InstalledModel, read: list[int]) -> int | None:
    """None where the card tells of none of them, and not all that it was trained on."""
    trained, paths = known_films(model.card.data), judged.paths
    known = len(hashes_of(paths[i] for i in read) & trained.hashes) if trained.hashes else 0
    return known if known or trained.complete else None


def _kept(file: Path, judged: JudgedFilms, model: InstalledModel) -> ActiveReading | None:
    """None where nothing is kept, or where it is not what it should be: it is then read anew."""
    with suppress(OSError, ValueError, KeyError, TypeError):
        data = json.loads(file.read_text(encoding="utf-8"))
        logits = np.array(data["logits"], dtype=np.float64)
        known = data["known"]
        whole = logits.shape == (len(judged.films), len(model.card.classes)) and np.isfinite(logits).all()
        if whole and (known is None or isinstance(known, int)):
            return ActiveReading(np.arange(len(logits)), logits, known)
    return None


def _keep(file: Path, reading: ActiveReading) -> None:
    """A full disk costs a second reading, no more."""
    with suppress(OSError):
        temporary = file.with_suffix(".tmp")
        temporary.write_text(json.dumps({"logits": reading.logits.tolist(), "known": reading.known}), "utf-8")
        temporary.replace(file)
