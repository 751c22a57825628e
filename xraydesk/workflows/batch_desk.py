"""What the window asks about batches, answered from the journal; running one needs the reader of films."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import replace
from pathlib import Path

from xraydesk import paths
from xraydesk.errors import ModelNotFound, OutputError, UsageError
from xraydesk.export.batch_summary import result_of
from xraydesk.export.table import CsvTable
from xraydesk.jobs import JobContext
from xraydesk.journal.journal import Journal
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import Batch, BatchEnd, FilmRecord, FinishedFilm, NewBatch
from xraydesk.registry.registry import InstalledModel, Registry
from xraydesk.workflows.classify_film import FilmReader
from xraydesk.workflows.find_work import WorkSearch
from xraydesk.workflows.run_batch import BatchWork, run_batch
from xraydesk.workflows.turns import Turns
from xraydesk.workflows.verbs import (
    AddToBatch,
    BatchNoted,
    BatchRan,
    CancelBatch,
    DeleteBatch,
    RetryFailed,
    RunBatch,
    StartBatch,
)

_PAGE = 500

ReaderOf = Callable[[InstalledModel], FilmReader]


class BatchDesk:
    """Raises OutputError where the journal cannot be opened."""

    def __init__(self, turns: Turns, journal: Callable[[], Journal]) -> None:
        self._turns = turns
        self._journal = journal

    @property
    def journal(self) -> Journal:
        return self._journal()

    def note(self, request: StartBatch | AddToBatch | CancelBatch | RetryFailed | DeleteBatch) -> BatchNoted:
        match request:
            case StartBatch():
                places = tuple(place.absolute() for place in request.places)
                told = told_for(replace(request, places=places), Registry().active())
                return BatchNoted(self.journal.start(told))
            case AddToBatch():
                self.journal.add_places(request.batch_id, [place.absolute() for place in request.places])
            case CancelBatch():
                self.journal.end(request.batch_id, BatchEnd.CANCELLED)
            case RetryFailed():
                self.journal.retry_failed(request.batch_id)
            case DeleteBatch():
                self.journal.delete(request.batch_id)
        return BatchNoted(request.batch_id)

    def run(self, request: RunBatch, reader_of: ReaderOf, ctx: JobContext) -> BatchRan:
        """Raises ModelError where the batch's model is not installed any more."""
        batch = self.journal.batch(request.batch_id)
        reader = reader_of(_same_model(batch.told))
        search = WorkSearch(self.journal, batch.id)
        with ExitStack() as stack:
            try:
                table = stack.enter_context(self._table(batch)) if batch.told.csv else None
            except OutputError as error:
                return BatchRan(batch.id, finished=False, reason=str(error.failure()))

            def on_finished(films: list[FinishedFilm]) -> None:
                if table is not None:
                    for film in films:
                        table.write(film.result)

            return run_batch(BatchWork(self.journal, batch, reader, search, self._turns, on_finished), ctx)

    @staticmethod
    @contextmanager
    def _table(batch: Batch) -> Iterator[CsvTable]:
        """The batch's CSV, written anew from the journal, so that the two never differ."""
        assert batch.told.csv is not None
        with CsvTable(batch.told.csv, batch.told.classes) as table:
            for record in _finished(batch.id):
                table.write(result_of(record, batch.told))
            yield table


def told_for(request: StartBatch, model: InstalledModel) -> NewBatch:
    """What the journal keeps of a batch that the model will read."""
    if not request.places:
        raise UsageError("There is nothing to classify.", hint="Choose a folder, or drop one on the window.")
    card = model.card
    return NewBatch(
        places=request.places,
        name=batch_name(request.places),
        model_id=card.id,
        model_name=card.name,
        model_version=card.version,
        model_sha256=card.sha256,
        classes=card.classes,
        preprocessing=card.preprocessing,
        override=request.override,
        watch=request.watch,
        csv=request.csv,
    )


def batch_name(places: tuple[Path, ...]) -> str:
    """After its first place; “and 2 more”."""
    first = places[0].name or str(places[0])
    return first if len(places) == 1 else f"{first} and {len(places) - 1} more"


def _same_model(told: NewBatch) -> InstalledModel:
    """The model the batch began with, so that its rows can be compared. Raises ModelNotFound."""
    registry = Registry()
    active = registry.active()
    if active.card.sha256 == told.model_sha256:
        return active
    found = registry.find(told.model_id)
    if found.card.sha256 != told.model_sha256:
        raise ModelNotFound(
            f"The model that this batch was begun with, {told.model_name}, is not installed any more; "
            "another one has its name.",
            hint="Install it again, or classify the films as a new batch.",
        )
    return found


def _finished(batch_id: int) -> Iterator[FilmRecord]:
    with closing(JournalReader(paths.user_journal())) as reader:
        after = 0
        while page := reader.done_after(batch_id, after, _PAGE):
            yield from page
            after = page[-1].id
