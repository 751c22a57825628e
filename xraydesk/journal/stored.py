"""What films and batches look like in the journal's columns, and back. Nothing is ever unpickled: JSON and bytes."""

from __future__ import annotations

import json
import math
import os
import sqlite3
import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from xraydesk.errors import Failure
from xraydesk.film.film import FilmIdentity, GateFinding, Severity
from xraydesk.journal.records import FilmState, FinishedFilm, NewBatch, SkippedFile
from xraydesk.model.film_result import FilmResult
from xraydesk.model.heatmap import Crop, Heatmap
from xraydesk.model.model_input import Preprocessing


def plain(text: str) -> str:
    """Text that SQLite can keep: bytes of a file name that are no text become question marks."""
    return text.encode("utf-8", errors="replace").decode("utf-8")


def folded(text: str) -> str:
    """How text is sorted and searched: in any script, upper and lower case and composed or not are the same."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", plain(text)).casefold())


@contextmanager
def as_damage() -> Iterator[None]:
    """A row that does not hold what rows hold is damage of the file. Raises sqlite3.DatabaseError."""
    try:
        yield
    except (ValueError, KeyError, TypeError, IndexError, AttributeError) as error:
        raise sqlite3.DatabaseError(f"a row cannot be understood: {type(error).__name__}") from error


def path_bytes(path: Path) -> bytes:
    return os.fsencode(path)


def path_of(kept: bytes) -> Path:
    return Path(os.fsdecode(kept))


# Batches


def told_json(told: NewBatch) -> str:
    """All of it but its places and its table, which are paths."""
    return json.dumps(
        {
            "name": told.name,
            "model_id": told.model_id,
            "model_name": told.model_name,
            "model_version": told.model_version,
            "model_sha256": told.model_sha256,
            "classes": told.classes,
            "preprocessing": told.preprocessing.as_dict(),
            "override": told.override,
            "watch": told.watch,
        }
    )


def told_from(text: str, places: Sequence[bytes], csv: bytes | None) -> NewBatch:
    with as_damage():
        kept = json.loads(text)
        kept["classes"] = tuple(kept["classes"])
        kept["preprocessing"] = Preprocessing.from_dict(kept["preprocessing"])
        return NewBatch(
            places=tuple(path_of(place) for place in places),
            csv=None if csv is None else path_of(csv),
            **kept,
        )


def classes_from(told: str) -> tuple[str, ...]:
    with as_damage():
        return tuple(json.loads(told)["classes"])


# Films


def state_of(result: FilmResult) -> FilmState:
    if result.prediction is not None:
        return FilmState.READ
    return FilmState.REFUSED if result.refused else FilmState.FAILED


UPDATE_FILM = (
    "UPDATE film SET state = ?, label = ?, seconds = ?, device = ?, sha256 = ?, warnings = ?, error = ?, "
    "said = ? WHERE id = ? AND batch = ?"
)


def film_values(result: FilmResult) -> tuple[str | float | None, ...]:
    """A finished film's values for UPDATE_FILM, without the two ids."""
    return (
        str(state_of(result)),
        None if result.prediction is None else plain(result.prediction.label),
        float(result.seconds),
        plain(result.device),
        plain(result.sha256),
        json.dumps([asdict(warning) for warning in result.warnings]) if result.warnings else "",
        json.dumps(asdict(result.error)) if result.error is not None else "",
        _said(result),
    )


def _said(result: FilmResult) -> str:
    """What can be searched of a film's warnings and error."""
    said: list[GateFinding | Failure] = [*result.warnings]
    if result.error is not None:
        said.append(result.error)
    return folded("\n".join(f"{one.code}\n{one.message}\n{one.hint}" for one in said))


def probability_values(film: FinishedFilm) -> list[tuple[int, int, float]]:
    prediction = film.result.prediction
    given = () if prediction is None else prediction.probabilities
    return [(film.film_id, place, float(value)) for place, value in enumerate(given)]


def number_from(value: float | None) -> float:
    """SQLite keeps what is not a number as NULL."""
    return math.nan if value is None else value


def heatmap_values(film: FinishedFilm) -> list[tuple[int, int, str, str, int, int, bytes]]:
    """Maps in 8 bits: (film, place, class, method, height, width, bytes row by row)."""
    return [
        (
            film.film_id,
            place,
            plain(heat.class_name),
            plain(heat.method),
            *heat.coarse.shape,
            _eight_bits(heat),
        )
        for place, heat in enumerate(film.result.heatmaps)
    ]


def _eight_bits(heat: Heatmap) -> bytes:
    values = np.clip(np.nan_to_num(heat.coarse, nan=0.0), 0.0, 1.0)
    return bytes(np.rint(values * 255.0).astype(np.uint8).tobytes())


def heatmap_from(row: tuple[Any, ...], crop: Crop) -> Heatmap:
    """(class, method, height, width, bytes) as the network gave it, but for the 8 bits."""
    class_name, method, height, width, coarse = row
    with as_damage():
        values = np.frombuffer(coarse, np.uint8).reshape(height, width)
        return Heatmap(class_name, values.astype(np.float32) / np.float32(255.0), crop, method)


def warnings_from(text: str) -> tuple[GateFinding, ...]:
    with as_damage():
        return tuple(
            GateFinding(**{**kept, "severity": Severity(kept["severity"])})
            for kept in (json.loads(text) if text else ())
        )


def error_from(text: str) -> Failure | None:
    with as_damage():
        return Failure(**json.loads(text)) if text else None


def identity_values(film_id: int, identity: FilmIdentity) -> tuple[int, str | None, str | None, str]:
    """(film, patient and study as sorted and searched, all of it)."""
    patient = folded(f"{identity.patient_name} {identity.patient_id}").strip()
    study = f"{identity.study_date} {identity.study_description} {identity.accession_number}"
    return film_id, patient or None, folded(study).strip() or None, json.dumps(asdict(identity))


def identity_from(text: str | None) -> FilmIdentity | None:
    with as_damage():
        return None if text is None else FilmIdentity(**json.loads(text))


# Files that are no films


def skipped_values(batch_id: int, file: SkippedFile) -> tuple[int, bytes, str]:
    return batch_id, path_bytes(file.path), json.dumps(file.reason)


def skipped_from(path: bytes, reason: str) -> SkippedFile:
    with as_damage():
        return SkippedFile(path_of(path), str(json.loads(reason)))
