"""Hand on a batch from the journal: a table, a workbook, a summary, pictures, or the films themselves."""

from __future__ import annotations

import hashlib
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from xraydesk import paths
from xraydesk.errors import FilmError, UsageError
from xraydesk.export.batch_summary import result_of, summarise
from xraydesk.export.heatmap_files import make_folder, save_heatmap_file
from xraydesk.export.small_pictures import SmallPictures, small_pictures
from xraydesk.export.sorting import Sorted, sort_films, undo_sorting_by
from xraydesk.export.table import write_table
from xraydesk.export.taking import changed_since_read
from xraydesk.film.film import Film
from xraydesk.film.open import open_film_bytes, read_film_bytes
from xraydesk.jobs import JobContext
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import Batch, FilmRecord, FilmState, RowQuery
from xraydesk.model.film_result import FilmResult
from xraydesk.model.model_input import crop_of
from xraydesk.presentation.wording import film_name
from xraydesk.workflows.verbs import BatchExported, ExportBatch, ExportKind, UndoSorting

_PAGE = 256  # rows at a time: thumbnails come with them
_AHEAD = 2  # films opened while a picture is drawn
_NAMED = 5  # films named in a message; the rest is counted


def export_batch(request: ExportBatch, ctx: JobContext) -> BatchExported:
    """Writes what is asked for, of the films named or of all in the order found; films that wait are left out.

    Emits Progress. A file is whole or not there, also when cancelled. Raises UsageError, OutputError, Cancelled.
    """
    with closing(JournalReader(paths.user_journal())) as reader:
        batch = reader.batch(request.batch_id)
        if batch is None:
            raise UsageError("This batch is no longer in the journal.", hint="Choose another one.")
        if request.kind in (ExportKind.HEATMAPS, ExportKind.COPY, ExportKind.MOVE):
            _check_outside(request.target, batch)
        handing_on = _HandingOn(request, ctx, reader, batch)
        return BatchExported(request.target, _WRITERS[request.kind](handing_on))


def undo_sorting(request: UndoSorting, ctx: JobContext) -> BatchExported:
    """Brings sorted films back. Raises UsageError, Cancelled."""
    done = undo_sorting_by(request.undo_list, ctx)
    said = [f"{_films(done.back)} moved back to where they were."] if done.back else []
    if done.removed:
        said.append(f"{_films(done.removed, 'copy', 'copies')} removed; the originals are where they were.")
    if done.left:
        said.append(f"{_films(len(done.left))} could not be brought back: {_named(done.left)}")
        said.append("The undo list stays for another try.")
    message = " ".join(said) or "There was nothing to bring back."
    return BatchExported(request.undo_list.parent, message)


def _check_outside(target: Path, batch: Batch) -> None:
    """A search that goes on would find again what is written into the places it searches."""
    where = target.resolve()
    if batch.all_found or not any(where.is_relative_to(place.resolve()) for place in batch.told.places):
        return
    raise UsageError(
        f"The folder {target.name} lies in a place that is still searched for films.",
        hint="Choose a folder elsewhere, or wait until all films are found.",
        path=target,
    )


@dataclass(slots=True)
class _HandingOn:
    """One export under way."""

    request: ExportBatch
    ctx: JobContext
    reader: JournalReader
    batch: Batch
    ids: Sequence[int] = ()
    waiting: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.ids = self.reader.row_ids(RowQuery(self.request.batch_id))
        if self.request.film_ids:  # of this batch alone, whatever is asked
            own = frozenset(self.ids)
            self.ids = tuple(film for film in self.request.film_ids if film in own)

    def films(self, what: str) -> Iterator[FilmRecord]:
        """All that are asked for, a page at a time; tells how far it is and heeds a cancel."""
        for start in range(0, len(self.ids), _PAGE):
            self.ctx.check_cancelled()
            self.ctx.progress(start, len(self.ids), what)
            yield from self.reader.rows(self.ids[start : start + _PAGE])
        self.ctx.progress(len(self.ids), len(self.ids), what)

    def finished(self, what: str) -> Iterator[FilmRecord]:
        for film in self.films(what):
            if film.state is FilmState.WAITING:
                self.waiting += 1
            else:
                yield film

    def result(self, record: FilmRecord, film: Film) -> FilmResult:
        """With its heatmaps, where the journal has them."""
        crop = crop_of(film, self.batch.told.preprocessing)
        return self.reader.result(record.id, crop) or result_of(record, self.batch.told)

    def left_out(self) -> list[str]:
        said = [f"{_films(self.waiting)} still waiting and left out."] if self.waiting else []
        if self.request.identity and self.request.kind is not ExportKind.HEATMAPS:
            return [*said, "Patient and study are in it."]
        return [*said, "Patient and study are left out; file names are as they are."]


def _written(count: int, target: Path, handing_on: _HandingOn) -> str:
    return " ".join([f"{_films(count)} in {target.name}.", *handing_on.left_out()])


def _csv(handing_on: _HandingOn) -> str:
    request, told = handing_on.request, handing_on.batch.told
    rows = ((result_of(film, told), film.identity) for film in handing_on.finished("writing the table"))
    count = write_table(request.target, told.classes, rows, identity=request.identity)
    return _written(count, request.target, handing_on)


def _xlsx(handing_on: _HandingOn) -> str:
    from xraydesk.export.workbook import MOST_THUMBNAILS, write_workbook  # noqa: PLC0415 - only when asked for

    request = handing_on.request
    films = handing_on.finished("writing the workbook")
    wanted = {"identity": request.identity, "thumbnails": request.thumbnails}
    written = write_workbook(request.target, handing_on.batch, films, **wanted)
    said = _written(written.films, request.target, handing_on)
    if written.thumbnails_left_out:
        said += f" Pictures are shown for the first {MOST_THUMBNAILS} films."
    return said


def _pdf(handing_on: _HandingOn) -> str:
    from xraydesk.export.summary_pdf import SummaryPage, write_summary  # noqa: PLC0415 - takes a third of a second

    request = handing_on.request
    summary = summarise(handing_on.films("counting"))
    count = len(summary.positives)
    drawn = iter(range(count))

    def pictures(record: FilmRecord) -> SmallPictures | str:
        handing_on.ctx.check_cancelled()
        handing_on.ctx.progress(next(drawn, count), count, "drawing the positive films")
        return _small_pictures(handing_on, record)

    whole = not request.film_ids
    write_summary(
        request.target,
        SummaryPage(handing_on.batch, summary, pictures, whole=whole, identity=request.identity),
    )
    said = [f"A summary of {_films(summary.films)}, {summary.positive_count} of them positive."]
    return " ".join([*said, *handing_on.left_out()])


def _small_pictures(handing_on: _HandingOn, record: FilmRecord) -> SmallPictures | str:
    try:
        film = _opened(record)
    except FilmError as error:
        return error.message
    return small_pictures(film, handing_on.result(record, film))


def _heatmaps(handing_on: _HandingOn) -> str:
    request = handing_on.request
    make_folder(request.target)
    records = (film for film in handing_on.finished("drawing heatmaps") if film.state is FilmState.READ)
    drawn = 0
    files = set[Path]()
    for record, film in _opened_ahead(records, handing_on.failures):
        handing_on.ctx.check_cancelled()
        files.add(save_heatmap_file(request.target, film, handing_on.result(record, film)))
        drawn += 1
    said = [f"{_films(len(files), 'heatmap', 'heatmaps')} in {request.target.name}."]
    if drawn > len(files):
        said.append(
            f"{_films(drawn - len(files))} of the same name and content as another share its picture."
        )
    if handing_on.failures:
        said.append(f"{_films(len(handing_on.failures))} without one: {_named(handing_on.failures)}")
    return " ".join([*said, *handing_on.left_out()])


def _opened(record: FilmRecord) -> Film:
    """The film as it was when it was read. Raises FilmError."""
    data = read_film_bytes(record.path)
    if record.sha256 and hashlib.sha256(data).hexdigest() != record.sha256:
        raise changed_since_read(record.path)
    return open_film_bytes(record.path, data)


def _opened_ahead(
    records: Iterator[FilmRecord], failures: list[tuple[str, str]]
) -> Iterator[tuple[FilmRecord, Film]]:
    """The films of the records in their order, the next ones being opened meanwhile.

    By one thread: what opening a film switches in Python's warnings is switched for all threads.
    """
    with ThreadPoolExecutor(1, thread_name_prefix="open") as pool:
        ahead: deque[tuple[FilmRecord, Future[Film]]] = deque(
            (record, pool.submit(_opened, record)) for record in islice(records, _AHEAD)
        )
        while ahead:
            record, opening = ahead.popleft()
            ahead.extend((later, pool.submit(_opened, later)) for later in islice(records, 1))
            try:
                yield record, opening.result()
            except FilmError as error:
                failures.append((film_name(record.path), error.message))


def _sorted(handing_on: _HandingOn) -> str:
    request = handing_on.request
    move = request.kind is ExportKind.MOVE
    films = handing_on.films("moving films" if move else "copying films")
    done = sort_films(request.target, films, handing_on.ctx, move=move, total=len(handing_on.ids))
    return " ".join(_sorted_words(done, move=move))


def _sorted_words(done: Sorted, *, move: bool) -> Iterator[str]:
    folders = ", ".join(f"{count} in {name}" for name, count in sorted(done.folders.items()))
    count = done.moved if move else done.copied
    yield f"{_films(count)} {'moved' if move else 'copied'}" + (f" ({folders})." if folders else ".")
    if move and done.copied:
        yield f"{_films(done.copied)} copied, not moved: in an archive, a link, or not yours to take away."
    if done.in_place:
        yield f"{_films(done.in_place)} lay in the right folder already."
    if done.waiting:
        yield f"{_films(done.waiting)} still waiting and left where they are."
    if done.left:
        yield f"{_films(len(done.left))} left where they are: {_named(done.left)}"
    yield f"{done.undo_list.name} undoes it."


def _films(count: int, one: str = "film", more: str = "films") -> str:
    return f"{count:,} {one if count == 1 else more}"


def _named(films: Sequence[tuple[str, str]]) -> str:
    """The first few with their reasons, the rest counted."""
    said = [reason if name in reason else f"{name}: {reason}" for name, reason in films[:_NAMED]]
    if len(films) > _NAMED:
        said.append(f"… and {len(films) - _NAMED} more.")
    return " ".join(said)


_WRITERS: dict[ExportKind, Callable[[_HandingOn], str]] = {
    ExportKind.CSV: _csv,
    ExportKind.XLSX: _xlsx,
    ExportKind.PDF: _pdf,
    ExportKind.HEATMAPS: _heatmaps,
    ExportKind.COPY: _sorted,
    ExportKind.MOVE: _sorted,
}
