"""Which film comes next: the one the reader looks at, its neighbours, those in view, the rest."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator

from xraydesk.ui.reading.film_rows import FilmRow, FilmRows
from xraydesk.workflows.verbs import OpenedFilm

FILMS_KEPT = 4


def another_content(one: str, other: str) -> bool:
    """By the checksums of a film when it was opened and when it was read; not where one is unknown."""
    return one != other and "" not in (one, other)


class OpenFilms:
    """The few films kept in memory, the one used longest ago goes first."""

    def __init__(self, kept: int = FILMS_KEPT) -> None:
        self._kept = kept
        self._films: OrderedDict[int, OpenedFilm] = OrderedDict()

    def __contains__(self, key: int) -> bool:
        return key in self._films

    def __len__(self) -> int:
        return len(self._films)

    def get(self, key: int) -> OpenedFilm | None:
        film = self._films.get(key)
        if film is not None:
            self._films.move_to_end(key)
        return film

    def keep(self, key: int, film: OpenedFilm) -> None:
        self._films[key] = film
        self._films.move_to_end(key)
        while len(self._films) > self._kept:
            self._films.popitem(last=False)

    def drop(self, key: int) -> None:
        self._films.pop(key, None)

    def clear(self) -> None:
        self._films.clear()


class ReadingQueue:
    """Decides, and does nothing: looked at anew whenever the engine has a hand free."""

    def __init__(self, rows: FilmRows, films: OpenFilms) -> None:
        self._rows = rows
        self._films = films
        self._from = 0  # every row before this one was read, or could not be
        self.selected = 0
        self.in_view = (0, -1)

    def next_to_open(self) -> FilmRow | None:
        """The selected film, then the one after and before it, then rows in view without a thumbnail."""
        for row in self._near():
            if row.key not in self._films and row.can_be_opened:
                return row
        return next((row for row in self._seen() if row.wants_thumbnail), None)

    def next_to_read(self) -> FilmRow | None:
        """The selected film, then all others from the top of the list."""
        selected = self._rows.find(self.selected)
        if selected is not None and selected.wants_reading:
            return selected
        return self._first_unread()

    def is_near(self, key: int) -> bool:
        """Worth keeping in memory: the selected film and those beside it."""
        return any(row.key == key for row in self._near())

    def start_over(self) -> None:
        """Rows were removed, or are to be read again."""
        self._from = 0

    def _near(self) -> Iterator[FilmRow]:
        place = self._rows.place_of(self.selected)
        if place >= 0:
            for near in (place, place + 1, place - 1):
                row = self._rows.at(near)
                if row is not None:
                    yield row

    def _seen(self) -> Iterator[FilmRow]:
        first, last = self.in_view
        for place in range(first, last + 1):
            row = self._rows.at(place)
            if row is not None:
                yield row

    def _first_unread(self) -> FilmRow | None:
        while (row := self._rows.at(self._from)) is not None:
            if row.wants_reading:
                return row
            self._from += 1
        return None
