"""Notes in the journal what lies in a batch's places, while the first films are read already."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from xraydesk.errors import FilmNotFound
from xraydesk.film.arrivals import Arrivals, missing
from xraydesk.film.folder import FoundFile, deserves_a_row, find_films
from xraydesk.journal.journal import Journal
from xraydesk.journal.records import Arrived, SkippedFile
from xraydesk.workflows.film_workers import Numbered

_NOTE_EVERY_S = 0.2
_NOTE_MOST = 500
_LOOK_EVERY_S = 0.5  # whether places were added
_POLL_EVERY_S = 2.0  # a watched folder

Wanted = Callable[[Path], bool]
Devices = dict[Path, int | None]  # of the places that may become empty without being gone: see `vanished`
OnSkipped = Callable[[FoundFile], None]


def _all(_: Path) -> bool:
    return True


def _silent(_: FoundFile) -> None:
    return None


class WorkSearch:
    """Searches the places of a batch, and those that are added while it runs; `watch`: for as long as it runs.

    `passed_over` counts the films that were not `wanted`.
    """

    def __init__(
        self,
        journal: Journal,
        batch_id: int,
        *,
        wanted: Wanted = _all,
        on_skipped: OnSkipped = _silent,
        places_must_exist: bool = True,
    ) -> None:
        self._journal, self._batch_id = journal, batch_id
        self._wanted, self._on_skipped = wanted, on_skipped
        self._places_must_exist = places_must_exist
        batch = journal.batch(batch_id)
        self._watch = batch.told.watch
        self.devices = devices_of(batch.told.places, watch=self._watch)
        self._searched = len(batch.told.places) if batch.all_found and not self._watch else 0
        self.passed_over = 0
        self._films: list[Arrived] = []
        self._skipped: list[SkippedFile] = []
        self._noted = time.monotonic()
        self._trouble: Exception | None = None
        self._stopping = threading.Event()
        self._at_rest = threading.Event()
        self._thread = threading.Thread(target=self._run, name="film search", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """Returns when it has stopped; what it found is noted."""
        self._stopping.set()
        self._thread.join()

    @property
    def all_found(self) -> bool:
        return self._at_rest.is_set()

    def waiting_films(self) -> Iterator[Numbered | None]:
        """The films that wait, in the order found; None while there is none yet. Raises what ended the search."""
        after = 0
        while True:
            at_rest = self._at_rest.is_set()  # asked before looking, so that nothing slips between
            page = self._journal.waiting(self._batch_id, after=after)
            for film in page:
                yield film
                after = film[0]
            if page:
                continue
            if self._trouble is not None:
                raise self._trouble
            if at_rest and not self._watch and self._searched_all():
                return
            yield None

    def _searched_all(self) -> bool:
        batch = self._journal.batch(self._batch_id)
        return batch.all_found and len(batch.told.places) == self._searched

    def _run(self) -> None:
        """On the search's own thread."""
        try:
            if self._watch:
                self._watch_places()
            else:
                self._search_places()
        except Exception as trouble:  # whoever waits for films is told, or would wait for ever
            self._trouble = trouble

    def _search_places(self) -> None:
        while not self._stopping.is_set():
            batch = self._journal.batch(self._batch_id)
            places = batch.told.places
            if len(places) > self._searched:
                self._at_rest.clear()
                self._search(places)
                self._searched = len(places)
                continue
            if not batch.all_found:  # also where a place that is among them was added again
                self._journal.set_all_found(self._batch_id)
            self._at_rest.set()
            self._stopping.wait(_LOOK_EVERY_S)

    def _search(self, places: tuple[Path, ...]) -> None:
        if self._places_must_exist:
            _require(places)
        for file in find_films(places):
            if self._stopping.is_set():
                break
            self._take(file)
        self._note()

    def _watch_places(self) -> None:
        places = self._journal.batch(self._batch_id).told.places
        _require(places)
        arrivals = Arrivals(places)
        while not self._stopping.is_set():
            for arrival in arrivals.poll():
                if self._stopping.is_set():
                    break
                self._take(arrival.file, arrival.looked)
            self._note()
            self._at_rest.set()
            self._stopping.wait(_POLL_EVERY_S)

    def _take(self, file: FoundFile, looked: str = "") -> None:
        if not deserves_a_row(file):
            self._skipped.append(SkippedFile(file.path, file.skipped))
            self._on_skipped(file)
        elif self._wanted(file.path):
            self._films.append(Arrived(file.path, looked))
        else:
            self.passed_over += 1
        many = len(self._films) + len(self._skipped) >= _NOTE_MOST
        if many or time.monotonic() - self._noted > _NOTE_EVERY_S:
            self._note()

    def _note(self) -> None:
        if self._films:
            self._journal.add_arrivals(self._batch_id, self._films)
        if self._skipped:
            self._journal.add_skipped(self._batch_id, self._skipped)
        self._films, self._skipped = [], []
        self._noted = time.monotonic()


def _require(places: tuple[Path, ...]) -> None:
    gone = missing(places)
    if gone:
        raise place_gone(gone[0])


def place_gone(place: Path) -> FilmNotFound:
    return FilmNotFound(
        f"“{place.name or place}” is not there any more.",
        hint="Connect the drive or network share again, then go on: films that were read are kept.",
        path=place,
    )


def devices_of(places: tuple[Path, ...], *, watch: bool) -> Devices:
    """The device that each place lies on; None for one that is empty, unless it is watched: films leave such."""
    return {place: _device(place) if watch or not _is_empty(place) else None for place in places}


def vanished(film: Path, places: Devices) -> Path | None:
    """The place a film that cannot be found belongs to, where the whole place went with it.

    A share that was cut off may leave its empty folder behind, which lies on another device; one that
    was empty from the first may be such.
    """
    own = next((place for place in places if place == film or place in film.parents), None)
    return own if own is not None and own != film and _is_gone(own, places[own]) else None


def _is_gone(place: Path, device: int | None) -> bool:
    if not place.is_dir():
        return not place.exists()
    return _is_empty(place) and (device is None or device != _device(place))


def _is_empty(place: Path) -> bool:
    """Or not readable."""
    try:
        if not place.is_dir():
            return not place.exists()
        with os.scandir(place) as inside:
            return next(inside, None) is None
    except OSError:
        return True


def _device(place: Path) -> int | None:
    try:
        return place.stat().st_dev
    except OSError:
        return None
