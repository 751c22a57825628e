"""A batch of films from the first to the last: found, decoded, read, and on disk before they count as done."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from xraydesk.errors import Cancelled, FilmError, OutputError, UsageError
from xraydesk.film.film import GateFinding, Severity
from xraydesk.jobs import JobContext
from xraydesk.journal.journal import Journal
from xraydesk.journal.records import Batch, FinishedFilm
from xraydesk.model.prediction import is_positive
from xraydesk.workflows.classify_film import FilmReader
from xraydesk.workflows.film_stream import FilmStream, Ready
from xraydesk.workflows.find_work import Devices, WorkSearch, place_gone, vanished
from xraydesk.workflows.prepare_film import Preparing
from xraydesk.workflows.turns import Turns
from xraydesk.workflows.verbs import BatchProgress, BatchRan

_GROUP = (
    16  # films a turn at the network, a tenth of a second: more would make a film that somebody looks at wait
)
_TELL_EVERY_S = 0.25
_RATE_OVER_S = 30.0

OnFinished = Callable[[list[FinishedFilm]], None]
FirstWith = Callable[[str], Path | None]


def _nowhere(_: str) -> Path | None:
    return None


@dataclass(frozen=True, slots=True)
class BatchWork:
    """Whose films, read by what, and who is told of each group once it is in the journal.

    `earlier` finds content in what a run before this one read and the journal does not know.
    """

    journal: Journal
    batch: Batch
    reader: FilmReader
    search: WorkSearch
    turns: Turns
    on_finished: OnFinished
    for_table: bool = True
    heatmaps: bool = True
    earlier: FirstWith = _nowhere


def run_batch(work: BatchWork, ctx: JobContext) -> BatchRan:
    """Until nothing is left, or it is cancelled or something else ends it: then it was paused.

    Emits BatchProgress. What was done is kept whatever happens. Raises ModelError, EngineError.
    """
    how = Preparing(work.batch.told.preprocessing, work.batch.told.override, for_table=work.for_table)
    pace = Pace(work)
    work.search.start()
    try:
        is_done = False
        while not is_done:  # places may be added while the last films are read
            with FilmStream(how, work.search.waiting_films()) as stream:
                for group in stream.groups(_GROUP):
                    ctx.check_cancelled()
                    _finish(work, group, pace)
                    pace.tell(ctx)
            is_done = work.journal.end_as_done(work.batch.id)
        work.search.stop()
        pace.tell(ctx, now=True)
        return BatchRan(work.batch.id, finished=True)
    except Cancelled:
        return BatchRan(work.batch.id, finished=False)
    except (OutputError, FilmError, UsageError) as trouble:  # a full disk, a place gone, the batch deleted
        return BatchRan(work.batch.id, finished=False, reason=str(trouble.failure()))
    finally:
        work.search.stop()


def _finish(work: BatchWork, group: list[Ready], pace: Pace) -> None:
    """Through the network and into the journal. Raises FilmError where a whole place of films is gone."""
    here, gone = _still_there(group, work.search.devices)
    if here:
        with work.turns.when_nobody_waits():
            results = work.reader.results([film for _, film in here], heatmaps=work.heatmaps)
        finished = [
            FinishedFilm(film_id, result, film.identity, film.thumbnail)
            for (film_id, film), result in zip(here, results, strict=True)
        ]
        finished = _with_twins(work, finished)
        finished = work.journal.write(work.batch.id, finished)
        work.on_finished(finished)
        pace.count(finished)
    if gone is not None:
        raise place_gone(gone)


def _still_there(group: list[Ready], places: Devices) -> tuple[list[Ready], Path | None]:
    """The films up to the first whose place went away, and that place."""
    for number, (_, film) in enumerate(group):
        if film.error is not None and not film.sha256 and not film.refused:
            gone = vanished(film.path, places)
            if gone is not None:
                return group[:number], gone
    return group, None


def _with_twins(work: BatchWork, films: list[FinishedFilm]) -> list[FinishedFilm]:
    """The same content twice is noticed, and both keep their rows."""
    seen = dict[str, Path]()
    noticed = []
    for film in films:
        sha256, path = film.result.sha256, film.result.path
        first = seen.get(sha256) or _first_with(work, sha256, film.film_id)
        if first is not None:
            warnings = (*film.result.warnings, same_film(first, path))
            noticed.append(replace(film, result=replace(film.result, warnings=warnings)))
            continue
        noticed.append(film)
        if sha256:
            seen[sha256] = path
    return noticed


def _first_with(work: BatchWork, sha256: str, film_id: int) -> Path | None:
    if not sha256:
        return None
    return work.earlier(sha256) or work.journal.first_with(work.batch.id, sha256, before=film_id)


def same_film(first: Path, second: Path) -> GateFinding:
    name = first.name if first.name != second.name else f"{first.absolute().parent.name}/{first.name}"
    return GateFinding("same_film", Severity.WARNING, f"The same film as {name}.")


class Pace:
    """How far, how fast, and how long still."""

    def __init__(self, work: BatchWork) -> None:
        self._work = work
        self._read = 0  # by this run
        self._marks: deque[tuple[float, int]] = deque([(time.monotonic(), 0)])
        self._told = 0.0
        self._positives: list[int] = []

    def count(self, films: list[FinishedFilm]) -> None:
        self._read += len(films)
        self._positives += [film.film_id for film in films if is_positive(film.result.prediction)]

    def tell(self, ctx: JobContext, *, now: bool = False) -> None:
        """A few times a second, however often it is called."""
        moment = time.monotonic()
        if not now and moment - self._told < _TELL_EVERY_S:
            return
        self._told = moment
        ctx.emit(self._progress(moment))
        self._positives = []

    def _progress(self, moment: float) -> BatchProgress:
        self._marks.append((moment, self._read))
        while len(self._marks) > 2 and moment - self._marks[0][0] > _RATE_OVER_S:
            self._marks.popleft()
        since, before = self._marks[0]
        rate = (self._read - before) / max(moment - since, 1e-3)
        all_found = self._work.search.all_found  # asked before the counts, which then hold all of them
        counts = self._work.journal.counts(self._work.batch.id)
        return BatchProgress(
            self._work.batch.id,
            found=counts.found,
            done=counts.done,
            all_found=all_found,
            films_per_s=rate,
            remaining_s=counts.waiting / rate if rate > 0 and all_found else -1.0,
            positives=tuple(self._positives),
            note=self._work.reader.network.chosen.note,
        )
