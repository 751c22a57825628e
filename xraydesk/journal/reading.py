"""Batches and films as records, from any connection to the journal; within a transaction of the caller's."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence
from typing import Any

from xraydesk.errors import UsageError
from xraydesk.journal import stored
from xraydesk.journal.records import Batch, BatchCounts, BatchEnd, FilmRecord, FilmState
from xraydesk.journal.selection import OTHER_FILM, marks
from xraydesk.model.film_result import FilmResult
from xraydesk.model.heatmap import Crop
from xraydesk.model.prediction import Prediction

_AT_ONCE = 500  # SQLite takes 999 values in a statement, or more

_FILM = """
    SELECT film.id, film.number, film.path, film.state, film.warnings, film.error,
           film.device, film.seconds, film.sha256, identity.told, thumbnail.jpeg
    FROM film JOIN kept ON kept.id = film.batch
    LEFT JOIN identity ON identity.film = film.id LEFT JOIN thumbnail ON thumbnail.film = film.id
"""


def no_such_batch() -> UsageError:
    return UsageError("This batch is no longer in the journal.", hint="Choose another batch.")


# Batches


def batch_ids(connection: sqlite3.Connection) -> list[int]:
    """The latest first."""
    return [batch for (batch,) in connection.execute("SELECT id FROM kept ORDER BY id DESC")]


def batch_of(connection: sqlite3.Connection, batch_id: int) -> Batch | None:
    row = connection.execute(
        "SELECT started, told, csv, all_found, end FROM kept WHERE id = ?", (batch_id,)
    ).fetchone()
    if row is None:
        return None
    started, told, csv, all_found, end = row
    places = connection.execute("SELECT path FROM place WHERE batch = ? ORDER BY id", (batch_id,))
    kept = stored.told_from(told, [path for (path,) in places], csv)
    with stored.as_damage():
        return Batch(
            batch_id,
            started,
            kept,
            bool(all_found),
            BatchEnd(end),
            counts_of(connection, batch_id, kept.classes),
        )


def classes_of(connection: sqlite3.Connection, batch_id: int) -> tuple[str, ...]:
    """Empty where there is no such batch."""
    row = connection.execute("SELECT told FROM kept WHERE id = ?", (batch_id,)).fetchone()
    return () if row is None else stored.classes_from(row[0])


def counts_of(connection: sqlite3.Connection, batch_id: int, classes: Sequence[str]) -> BatchCounts:
    """As the triggers keep them: the same work for ten films and for a hundred thousand."""
    states = dict.fromkeys((*FilmState, "skipped"), 0)
    labels: dict[str, int] = {}
    rows = connection.execute(
        "SELECT state, label, films FROM tally WHERE batch = ? AND films > 0", (batch_id,)
    )
    for state, label, films in rows:
        states[state] += films
        if state == FilmState.READ:
            labels[label] = films
    named = sorted(labels.items(), key=lambda item: _order(item[0], classes))
    return BatchCounts(**{str(state): films for state, films in states.items()}, labels=tuple(named))


def _order(label: str, classes: Sequence[str]) -> tuple[int, str]:
    """As the model names its classes, INDETERMINATE last."""
    return (classes.index(label) if label in classes else len(classes)), label


# Films


def films(connection: sqlite3.Connection, film_ids: Sequence[int], compare_with: int = 0) -> list[FilmRecord]:
    """In the order asked; those that are gone are left out."""
    found: dict[int, FilmRecord] = {}
    asked = list(dict.fromkeys(film_ids))
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        rows = connection.execute(f"{_FILM} WHERE film.id IN ({marks(some)})", some).fetchall()
        found |= {film.id: film for film in _records(connection, rows, compare_with)}
    return [found[film_id] for film_id in film_ids if film_id in found]


def done_after(connection: sqlite3.Connection, batch_id: int, film_id: int, limit: int) -> list[FilmRecord]:
    ids = connection.execute(
        "SELECT id FROM film INDEXED BY film_of_batch "
        "WHERE batch = ? AND id > ? AND state <> 'waiting' ORDER BY id LIMIT ?",
        (batch_id, film_id, limit),
    ).fetchall()
    return films(connection, [found for (found,) in ids])


def _records(
    connection: sqlite3.Connection, rows: list[tuple[Any, ...]], compare_with: int
) -> list[FilmRecord]:
    """Rows of `_FILM` with their predictions."""
    ids = [row[0] for row in rows]
    predictions = _predictions(connection, ids)
    others = _others(connection, ids, compare_with) if compare_with else {}
    with stored.as_damage():
        return [_record(row, predictions.get(row[0]), others.get(row[0])) for row in rows]


def _record(row: tuple[Any, ...], prediction: Prediction | None, other: Prediction | None) -> FilmRecord:
    film_id, number, path, state, warnings, error, device, seconds, sha256, identity, jpeg = row
    waits = state == FilmState.WAITING
    return FilmRecord(
        id=film_id,
        number=number,
        path=stored.path_of(path),
        state=FilmState(state),
        prediction=prediction,
        warnings=stored.warnings_from(warnings),
        error=stored.error_from(error),
        device=device,
        seconds=0.0 if waits else stored.number_from(seconds),
        sha256=sha256,
        identity=stored.identity_from(identity),
        thumbnail=jpeg or b"",
        other=other,
    )


def _predictions(connection: sqlite3.Connection, film_ids: Sequence[int]) -> dict[int, Prediction]:
    """Of at most `_AT_ONCE` films; those without a prediction are left out."""
    rows = connection.execute(
        "SELECT film.id, film.batch, film.label, probability.value FROM film "
        "JOIN kept ON kept.id = film.batch "
        f"JOIN probability ON probability.film = film.id WHERE film.id IN ({marks(film_ids)}) "
        "AND film.label IS NOT NULL ORDER BY film.id, probability.place",
        film_ids,
    )
    given: dict[int, tuple[int, str, list[float]]] = {}
    for film_id, batch_id, label, value in rows:
        given.setdefault(film_id, (batch_id, label, []))[2].append(stored.number_from(value))
    classes = {batch_id: classes_of(connection, batch_id) for batch_id, _, _ in given.values()}
    return {
        film_id: Prediction(label, classes[batch_id], tuple(values))
        for film_id, (batch_id, label, values) in given.items()
    }


def _others(
    connection: sqlite3.Connection, film_ids: Sequence[int], other_batch: int
) -> dict[int, Prediction]:
    """What the other batch made of the same content."""
    pairs = dict(
        connection.execute(
            f"SELECT film.id, {OTHER_FILM} FROM film WHERE film.id IN ({marks(film_ids)})",
            (other_batch, *film_ids),
        ).fetchall()
    )
    predictions = _predictions(connection, [other for other in pairs.values() if other is not None])
    return {film_id: predictions[other] for film_id, other in pairs.items() if other in predictions}


def result(connection: sqlite3.Connection, film_id: int, crop: Crop) -> FilmResult | None:
    """None for a film that waits or is gone."""
    found = films(connection, [film_id])
    if not found or found[0].state is FilmState.WAITING:
        return None
    film = found[0]
    (batch_id,) = connection.execute("SELECT batch FROM film WHERE id = ?", (film_id,)).fetchone()
    batch = batch_of(connection, batch_id)
    assert batch is not None
    maps = connection.execute(
        "SELECT class_name, method, height, width, coarse FROM heatmap WHERE film = ? ORDER BY place",
        (film_id,),
    )
    return FilmResult(
        path=film.path,
        prediction=film.prediction,
        heatmaps=tuple(stored.heatmap_from(row, crop) for row in maps),
        crop=None if film.prediction is None else crop,
        warnings=film.warnings,
        error=film.error,
        refused=film.state is FilmState.REFUSED,
        model_id=batch.told.model_id,
        model_name=batch.told.model_name,
        model_version=batch.told.model_version,
        model_sha256=batch.told.model_sha256,
        device=film.device,
        seconds=film.seconds,
        sha256=film.sha256,
    )


def identified(connection: sqlite3.Connection, batch_id: int) -> tuple[bool, bool]:
    """Whether any film has a patient, and whether any has a study."""
    any_film = (
        "SELECT EXISTS (SELECT 1 FROM film JOIN identity ON identity.film = film.id WHERE batch = ? AND {})"
    )
    patient, study = (
        connection.execute(any_film.format(told), (batch_id,)).fetchone()[0] == 1
        for told in ("patient IS NOT NULL", "study IS NOT NULL")
    )
    return patient, study


def histogram(connection: sqlite3.Connection, batch_id: int, class_name: str, bins: int) -> list[int]:
    """A probability of exactly 1 counts in the last part."""
    counts = [0] * bins
    classes = classes_of(connection, batch_id)
    if class_name in classes:
        rows = connection.execute(
            "SELECT max(0, min(CAST(value * ? AS INTEGER), ?)) AS bin, count(*) "
            "FROM film INDEXED BY film_of_batch JOIN probability ON film = film.id AND place = ? "
            "WHERE batch = ? AND value IS NOT NULL GROUP BY bin",
            (float(bins), bins - 1, classes.index(class_name), batch_id),
        )
        for place, films_there in rows:
            counts[place] = films_there
    return counts
