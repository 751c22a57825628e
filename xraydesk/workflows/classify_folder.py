"""Classify films and folders of films from a terminal: the window's batch, with a journal for this run alone.

What lasts is what was asked for: the table, the pictures, the lines. The table is what a run that was
killed goes on from.
"""

from __future__ import annotations

import os
import queue
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from xraydesk.errors import FilmError, OutputError, UsageError
from xraydesk.export.heatmap_files import save_heatmap_file
from xraydesk.export.table import CsvTable
from xraydesk.export.taking import changed_since_read
from xraydesk.film.folder import FoundFile
from xraydesk.film.open import open_summed
from xraydesk.jobs import JobContext, Progress, Remark
from xraydesk.journal.journal import Journal
from xraydesk.journal.records import FinishedFilm
from xraydesk.model.film_result import FilmResult
from xraydesk.workflows.batch_desk import told_for
from xraydesk.workflows.classify_film import FilmReader
from xraydesk.workflows.film_workers import how_many_workers
from xraydesk.workflows.find_work import WorkSearch
from xraydesk.workflows.open_model import find_model
from xraydesk.workflows.run_batch import BatchWork, run_batch
from xraydesk.workflows.turns import Turns
from xraydesk.workflows.verbs import BatchProgress, StartBatch


@dataclass(frozen=True, slots=True)
class ClassifyFolder:
    """`csv` and `heatmaps` name what is written; `resume` leaves out films that `csv` holds already.

    The table names each film by its whole path, so that it can be continued from any folder.
    """

    paths: tuple[Path, ...]
    model: str = ""
    device: str = "auto"
    override: bool = False
    csv: Path | None = None
    heatmaps: Path | None = None
    resume: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file or folder in a searched folder that is no film, and why."""

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class FolderClassified:
    films: int
    failed: int
    skipped: int
    resumed: int  # films left out because the table held them already
    resumed_failed: int = 0  # those of them that have no prediction there


def classify_folder(request: ClassifyFolder, ctx: JobContext) -> FolderClassified:
    """Emits a FilmResult for each film, in the order found, and Skipped for what is none.

    Raises ModelError, OutputError, UsageError where nothing was found, Cancelled.
    """
    if request.resume and request.csv is None:
        raise UsageError("There is no table to go on with.", hint="Name it with --csv FILE.")
    _require_pictures_elsewhere(request)
    reader = FilmReader(find_model(request.model), request.device)
    with _own_journal() as journal:
        told = told_for(StartBatch(request.paths, override=request.override), reader.model)
        return _Run(request, reader, journal, journal.start(told), ctx).done()


def _require_pictures_elsewhere(request: ClassifyFolder) -> None:
    """What lies in the folder of the pictures is left out, so that none of them is read as a film."""
    if request.heatmaps is None:
        return
    pictures = request.heatmaps.resolve()
    if inside := next((path for path in request.paths if path.resolve().is_relative_to(pictures)), None):
        raise UsageError(
            f"The films in {inside} lie where the pictures are to go, and would be taken for pictures.",
            hint="Name a folder of their own for the pictures (--heatmaps DIR).",
            path=inside,
        )


@contextmanager
def _own_journal() -> Iterator[Journal]:
    try:
        with (
            tempfile.TemporaryDirectory(prefix="xraydesk-", ignore_cleanup_errors=True) as folder,
            closing(Journal(Path(folder) / "journal.sqlite")) as journal,
        ):
            yield journal
    except FileNotFoundError as error:  # tempfile found no place it may write to
        raise OutputError(
            "There is no place for temporary files on this computer.", hint="Free some space and try again."
        ) from error


def whole_path(film: Path) -> Path:
    """One spelling for each film, from whichever folder it is named; links stay, as mapped drives do, unless “..”
    leads out of one."""
    whole = film.absolute()
    return whole.parent.resolve() / whole.name if ".." in whole.parts else whole


class _Run:
    def __init__(
        self, request: ClassifyFolder, reader: FilmReader, journal: Journal, batch_id: int, ctx: JobContext
    ) -> None:
        self._request, self._reader, self._journal, self._ctx = request, reader, journal, ctx
        self._batch_id = batch_id
        self._table: CsvTable | None = None
        self._pictures = None if request.heatmaps is None else request.heatmaps.resolve()
        self._named = {whole_path(path): path for path in reversed(request.paths) if os.path.isfile(path)}  # noqa: PTH113 - Path.is_file may raise
        self._films = self._failed = self._skipped = self._resumed = self._resumed_failed = 0
        self._unsaid: queue.SimpleQueue[Skipped] = queue.SimpleQueue()  # from the search's thread

    def done(self) -> FolderClassified:
        with ExitStack() as stack:
            if self._request.csv is not None:
                classes = self._reader.model.card.classes
                self._table = stack.enter_context(
                    CsvTable(
                        self._request.csv,
                        classes,
                        resume=self._request.resume,
                        model_sha256=self._reader.model.card.sha256,
                    )
                )
            if self._request.heatmaps is not None:
                self._draughtsmen = stack.enter_context(ThreadPoolExecutor(how_many_workers()))
            search = WorkSearch(
                self._journal,
                self._batch_id,
                wanted=self._is_wanted,
                on_skipped=self._skip,
                places_must_exist=False,
            )
            self._run(search)
        if not self._films and not self._resumed:
            raise UsageError("No films were found there.", hint="Name a film, or a folder that holds films.")
        return FolderClassified(self._films, self._failed, self._skipped, self._resumed, self._resumed_failed)

    def _run(self, search: WorkSearch) -> None:
        work = BatchWork(
            self._journal,
            self._journal.batch(self._batch_id),
            self._reader,
            search,
            Turns(),
            self._take,
            for_table=False,
            heatmaps=self._request.heatmaps is not None,
            earlier=self._in_the_table,
        )
        ran = run_batch(work, JobContext(self._tell, self._ctx.is_cancelled))
        self._say_skipped()
        self._ctx.check_cancelled()
        if not ran.finished:
            raise OutputError(ran.reason)

    def _is_wanted(self, film: Path) -> bool:
        """Not what an earlier run made, nor what the table holds, nor a film that is named otherwise too."""
        if self._pictures is not None and self._pictures in film.resolve().parents:
            return False
        if self._named and self._is_named_otherwise(film):
            return False
        if self._table is not None and self._table.has(whole_path(film)):
            self._resumed += 1
            self._resumed_failed += self._table.has_unread(whole_path(film))
            return False
        return True

    def _is_named_otherwise(self, film: Path) -> bool:
        """Whether the film, or the archive that it lies in, is also given under the first of its spellings."""
        whole = whole_path(film)
        named = next((self._named[place] for place in (whole, *whole.parents) if place in self._named), film)
        return named != film and named not in film.parents

    def _in_the_table(self, sha256: str) -> Path | None:
        return None if self._table is None else self._table.first_with(sha256)

    def _skip(self, file: FoundFile) -> None:
        """On the search's thread; said on this one."""
        self._unsaid.put(Skipped(file.path, file.skipped))

    def _say_skipped(self) -> None:
        while not self._unsaid.empty():
            self._skipped += 1
            self._ctx.emit(self._unsaid.get())

    def _tell(self, event: object) -> None:
        self._say_skipped()
        if isinstance(event, BatchProgress):
            self._reader.remark_on_device(self._ctx)
            total = event.found if event.all_found else 0
            self._ctx.emit(Progress(event.done, total, "classifying"))

    def _take(self, films: list[FinishedFilm]) -> None:
        """Pictures first: a film with a row in the table is done."""
        results = [film.result for film in films]
        if self._request.heatmaps is not None:
            list(self._draughtsmen.map(self._draw, results))
        for result in results:
            if self._table is not None:
                self._table.write(replace(result, path=whole_path(result.path)))
            self._ctx.emit(result)
            self._failed += result.prediction is None
        self._films += len(results)

    def _draw(self, result: FilmResult) -> None:
        assert self._request.heatmaps is not None
        if result.prediction is None:
            return
        try:
            film, sha256 = open_summed(result.path)
            if sha256 != result.sha256:
                raise changed_since_read(result.path)
            save_heatmap_file(self._request.heatmaps, film, result)
        except FilmError as error:  # it went away since it was classified, or another lies there
            self._ctx.emit(Remark(f"No picture: {error.failure()}"))
