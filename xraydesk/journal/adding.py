"""What a search finds, noted in a batch; within a transaction of the caller's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import NamedTuple

from xraydesk.journal import stored
from xraydesk.journal.records import Arrived, FilmState, SkippedFile


class _Noted(NamedTuple):
    """The latest row of a path."""

    id: int
    state: str
    looked: str


def add_films(connection: sqlite3.Connection, batch_id: int, films: Iterable[Arrived]) -> int:
    """As `Journal.add_arrivals`."""
    first = number = _last_number(connection, batch_id)
    for film in films:
        path = stored.path_bytes(film.path)
        noted = _noted(connection, batch_id, path)
        if noted is not None and not _is_another(connection, noted, film):
            continue
        if noted is not None and noted.state == FilmState.FAILED:
            connection.execute("DELETE FROM film WHERE id = ?", (noted.id,))
        connection.execute("DELETE FROM skipped WHERE batch = ? AND path = ?", (batch_id, path))
        number += 1
        name, folder = stored.folded(film.path.name), stored.folded(str(film.path.parent))
        connection.execute(
            "INSERT INTO film (batch, number, state, path, name, folder, looked) VALUES (?, ?, ?, ?, ?, ?, ?)",
            (batch_id, number, FilmState.WAITING, path, name, folder, film.looked),
        )
    return number - first


def _last_number(connection: sqlite3.Connection, batch_id: int) -> int:
    last = connection.execute(
        "SELECT number FROM film WHERE batch = ? ORDER BY id DESC LIMIT 1", (batch_id,)
    ).fetchone()
    return 0 if last is None else int(last[0])


def _noted(connection: sqlite3.Connection, batch_id: int, path: bytes) -> _Noted | None:
    row = connection.execute(
        "SELECT id, state, looked FROM film INDEXED BY film_of_path WHERE batch = ? AND path = ? "
        "ORDER BY id DESC LIMIT 1",
        (batch_id, path),
    ).fetchone()
    return None if row is None else _Noted(*row)


def _is_another(connection: sqlite3.Connection, noted: _Noted, film: Arrived) -> bool:
    """Not where either look is unknown; one that was is known from now on."""
    if film.looked and not noted.looked:
        connection.execute("UPDATE film SET looked = ? WHERE id = ?", (film.looked, noted.id))
    return bool(film.looked and noted.looked) and film.looked != noted.looked


def add_skipped(connection: sqlite3.Connection, batch_id: int, files: Iterable[SkippedFile]) -> None:
    """As `Journal.add_skipped`."""
    connection.executemany(
        "INSERT INTO skipped (batch, path, reason) VALUES (?, ?, ?) ON CONFLICT (batch, path) DO NOTHING",
        [stored.skipped_values(batch_id, file) for file in files],
    )
