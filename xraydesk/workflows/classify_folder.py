"""Classify films and folders of films: decoded ahead by threads, read by the network in batches, in order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import Path

from xraydesk.errors import FilmError, OutputError, UsageError
from xraydesk.export.picture import save_picture
from xraydesk.export.table import CsvTable
from xraydesk.film.folder import FoundFile, find_films
from xraydesk.film.open import open_film
from xraydesk.jobs import JobContext, Remark
from xraydesk.model.film_result import FilmResult
from xraydesk.workflows.classify_film import FilmReader, PreparedFilm, prepare_film
from xraydesk.workflows.open_model import find_model

_BATCH = 8
_LONGEST_STEM = 60  # letters; of three bytes each they still make a name
_NAMED_AS_FILMS = frozenset({".png", ".jpg", ".jpeg", ".tif", ".tiff", ".bmp", ".dcm", ".dicom", ".dic"})


@dataclass(frozen=True, slots=True)
class ClassifyFolder:
    """`csv` and `heatmaps` name what is written; `resume` leaves out films that `csv` holds already."""

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


def classify_folder(request: ClassifyFolder, ctx: JobContext) -> FolderClassified:
    """Emits a FilmResult for each film, in the order found, and Skipped for what is none.

    Raises ModelError, OutputError, UsageError where nothing was found, Cancelled.
    """
    if request.resume and request.csv is None:
        raise UsageError("There is no table to go on with.", hint="Name it with --csv FILE.")
    films, skipped = _found(request, ctx)
    if not films:
        raise UsageError("No films were found there.", hint="Name a film, or a folder that holds films.")
    reader = FilmReader(find_model(request.model), request.device)
    if request.csv is None:
        return _classified(request, films, len(skipped), reader, None, ctx)
    with CsvTable(request.csv, reader.model.card.classes, resume=request.resume) as table:
        return _classified(request, films, len(skipped), reader, table, ctx)


def _found(request: ClassifyFolder, ctx: JobContext) -> tuple[list[Path], list[Skipped]]:
    films, skipped = list[Path](), list[Skipped]()
    for found in find_films(request.paths):
        ctx.check_cancelled()
        if request.heatmaps is not None and request.heatmaps in found.path.parents:
            continue  # a picture that an earlier run made
        if _deserves_a_row(found):
            films.append(found.path)
        else:
            skipped.append(Skipped(found.path, found.skipped))
            ctx.emit(skipped[-1])
    return films, skipped


def _deserves_a_row(found: FoundFile) -> bool:
    """A film by content; or by name, and then the reader is told what is wrong with it."""
    return found.is_film or (found.path.suffix.lower() in _NAMED_AS_FILMS and not found.path.is_dir())


def _classified(
    request: ClassifyFolder,
    films: list[Path],
    skipped: int,
    reader: FilmReader,
    table: CsvTable | None,
    ctx: JobContext,
) -> FolderClassified:
    waiting = [path for path in films if not (request.resume and table is not None and table.has(path))]
    prepare = partial(prepare_film, preprocessing=reader.preprocessing, override=request.override)
    failed = done = 0
    reader.remark_on_device(ctx)
    for batch in _batches(waiting, prepare):
        ctx.check_cancelled()
        for result in reader.results(batch, heatmaps=request.heatmaps is not None):
            if request.heatmaps is not None and result.prediction is not None:
                _save_heatmap(request.heatmaps, result, ctx)
            if table is not None:
                table.write(result)
            ctx.emit(result)
            failed += result.prediction is None
        done += len(batch)
        reader.remark_on_device(ctx)
        ctx.progress(done, len(waiting), "classifying")
    return FolderClassified(len(waiting), failed, skipped, len(films) - len(waiting))


def _batches(films: list[Path], prepare: Callable[[Path], PreparedFilm]) -> Iterator[list[PreparedFilm]]:
    """Prepared films in order, a few batches ahead of the network and no more."""
    rest = iter(films)
    with ThreadPoolExecutor(os.cpu_count() or 1, thread_name_prefix="decode") as pool:
        ahead: deque[Future[PreparedFilm]] = deque(
            pool.submit(prepare, path) for path in islice(rest, 2 * _BATCH)
        )
        try:
            while ahead:
                batch = [ahead.popleft().result() for _ in range(min(_BATCH, len(ahead)))]
                ahead.extend(pool.submit(prepare, path) for path in islice(rest, len(batch)))
                yield batch
        finally:
            for future in ahead:
                future.cancel()


def _save_heatmap(folder: Path, result: FilmResult, ctx: JobContext) -> None:
    """One picture a film; part of the checksum keeps films of the same name apart."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(
            f"The folder {folder} cannot be made: {error.strerror}.", hint="Choose another place."
        ) from error
    target = folder / f"{result.path.stem[:_LONGEST_STEM]}-{result.sha256[:8]}.png"
    try:
        film = open_film(result.path)
    except FilmError as error:  # it went away since it was classified
        ctx.emit(Remark(f"No picture: {error.failure()}"))
        return
    save_picture(target, film, result)
