"""What a search finds, noted in a batch, and what it found twice; within a transaction of the caller's."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from xraydesk.journal import stored
from xraydesk.journal.records import Arrived, FilmState, FinishedFilm, SkippedFile


class _Noted(NamedTuple):
    """The latest row of a path."""

    id: int
    looked: str


def add_films(connection: sqlite3.Connection, batch_id: int, films: Iterable[Arrived]) -> int:
    """As `Journal.add_arrivals`."""
    first = number = _last_number(connection, batch_id)
    for film in films:
        path = stored.path_bytes(film.path)
        noted = _noted(connection, batch_id, path)
        if noted is not None and not _is_another(connection, noted, film):
            continue
        if film.looked:
            _no_longer_skipped(connection, batch_id, film.path)
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
        "SELECT id, looked FROM film INDEXED BY film_of_path WHERE batch = ? AND path = ? "
        "ORDER BY id DESC LIMIT 1",
        (batch_id, path),
    ).fetchone()
    return None if row is None else _Noted(*row)


def _is_another(connection: sqlite3.Connection, noted: _Noted, film: Arrived) -> bool:
    """Not where either look is unknown; one that was is known from now on."""
    if film.looked and not noted.looked:
        connection.execute("UPDATE film SET looked = ? WHERE id = ?", (film.looked, noted.id))
    return bool(film.looked and noted.looked) and film.looked != noted.looked


def _no_longer_skipped(connection: sqlite3.Connection, batch_id: int, film: Path) -> None:
    """The file was half written when it was last seen, or the archive that the film lies in was."""
    places = [(batch_id, stored.path_bytes(place)) for place in (film, *film.parents)]
    connection.executemany("DELETE FROM skipped WHERE batch = ? AND path = ?", places)


def settle_doubles(connection: sqlite3.Connection, batch_id: int, film: FinishedFilm) -> bool:
    """Of a path that has several rows, what is now known of this one; False where it goes.

    How a file looks only hints at another content: a row with the content of another one goes, and what could
    not be read before it, half written as it may have been, goes for it.
    """
    row = connection.execute(
        "SELECT path FROM film WHERE id = ? AND batch = ?", (film.film_id, batch_id)
    ).fetchone()
    others = (
        []
        if row is None
        else connection.execute(
            "SELECT id, state, sha256 FROM film INDEXED BY film_of_path WHERE batch = ? AND path = ? AND id <> ?",
            (batch_id, row[0], film.film_id),
        ).fetchall()
    )
    sha256 = stored.plain(film.result.sha256)
    if sha256 and any(sha256 == other for _, _, other in others):
        connection.execute("DELETE FROM film WHERE id = ?", (film.film_id,))
        return False
    gone = [(other,) for other, state, _ in others if state == FilmState.FAILED and other < film.film_id]
    connection.executemany("DELETE FROM film WHERE id = ?", gone)
    return True


def add_skipped(connection: sqlite3.Connection, batch_id: int, files: Iterable[SkippedFile]) -> None:
    """As `Journal.add_skipped`."""
    connection.executemany(
        "INSERT INTO skipped (batch, path, reason) VALUES (?, ?, ?) ON CONFLICT (batch, path) DO NOTHING",
        [stored.skipped_values(batch_id, file) for file in files],
    )
