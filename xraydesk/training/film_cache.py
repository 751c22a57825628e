"""Films read once: what they are, a thumbnail, and their model input, kept on disk by their content."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from xraydesk.errors import Cancelled, FilmError, OutputError
from xraydesk.film.archive import member_place
from xraydesk.film.open import open_film_bytes, read_film_bytes
from xraydesk.jobs import JobContext
from xraydesk.model.model_input import Preprocessing, least_side, to_model_input
from xraydesk.training.film_facts import PLAIN, THUMBNAIL_SIDE, FilmFacts, facts_of
from xraydesk.training.film_index import (
    THUMBNAIL,
    DamagedIndexError,
    FileState,
    FilmIndex,
    NewFilm,
    StoredFilm,
    throw_away,
)
from xraydesk.training.film_pixels import FilmPixels, Slot

LIMIT_BYTES = 20 << 30
_KEPT_AT_ONCE = 64  # films that a kill may cost
_JUST_NOW_NS = 2_000_000_000  # some file systems tell time in steps of two seconds
_ATTEMPTS = 3


@dataclass(frozen=True, slots=True)
class KnownFilm:
    """`content` is the SHA-256 of the file; a film that cannot be read has a `problem` instead of facts."""

    content: str = ""
    facts: FilmFacts | None = None
    problem: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class FilmsRead:
    """In the order of the paths asked for; pixels of a film that cannot be read are black."""

    films: tuple[KnownFilm, ...]
    inputs: FilmPixels  # (N, S, S)
    thumbnails: FilmPixels  # (N, 96, 96)


@dataclass(slots=True, eq=False)
class _Looked:
    """What is known of one path so far."""

    path: Path
    state: FileState | None = None
    content: bytes = b""
    stored: StoredFilm | None = None
    new: NewFilm | None = None
    problem: str = ""


@dataclass(slots=True, eq=False)
class _Pending:
    """Read, and not on disk yet."""

    looked: list[_Looked] = field(default_factory=list)

    def keep(self, index: FilmIndex, now_ns: int) -> None:
        films = [looked.new for looked in self.looked if looked.new]
        if films:
            index.add(films)
        index.note_files(
            [
                (looked.path, looked.state, looked.content)
                for looked in self.looked
                if looked.content and looked.state and looked.state.modified < now_ns - _JUST_NOW_NS
            ]
        )
        for looked in self.looked:
            looked.new = None
        self.looked.clear()


class FilmCache:
    """What was read before is not read again: a file is known by path, size and time, its film by content.

    Survives being killed, a full disk (OutputError, what was read stays), damage (read anew), and others that
    use the same folder. Beyond `limit_bytes` films go that were not asked for lately.
    """

    def __init__(self, folder: Path, *, limit_bytes: int = LIMIT_BYTES) -> None:
        self._folder = folder
        self._limit_bytes = limit_bytes

    def read(self, paths: Sequence[Path], preprocessing: Preprocessing, ctx: JobContext) -> FilmsRead:
        """Raises OutputError, Cancelled; what was read until then is kept."""
        for _ in range(_ATTEMPTS):
            try:
                with FilmIndex(self._folder) as index:
                    return _Reading(index, preprocessing, ctx).read(paths, self._limit_bytes)
            except DamagedIndexError:
                throw_away(self._folder)
            except FileNotFoundError:  # another process made room just now
                continue
        raise OutputError(
            f"The decoded films in {self._folder} are damaged and cannot be made anew.",
            hint="Delete this folder, or keep things elsewhere (Help, Where things are kept).",
            path=self._folder,
        )


class _Reading:
    """One reading of films for one kind of model input."""

    def __init__(self, index: FilmIndex, preprocessing: Preprocessing, ctx: JobContext) -> None:
        self._index, self._preprocessing, self._ctx = index, preprocessing, ctx
        self._kind = _kind_of(preprocessing)

    def read(self, paths: Sequence[Path], limit_bytes: int) -> FilmsRead:
        """Raises FileNotFoundError if another process made room meanwhile."""
        index = self._index
        if damaged := index.damaged_segments():
            index.forget(damaged)
        looked = [_Looked(path, _state_of(path)) for path in paths]
        with index.reading():
            for film in looked:
                film.stored = index.at(film.path, film.state, self._kind) if film.state else None
        self._read_unknown([film for film in looked if film.stored is None])
        self._find_what_was_read(looked)
        read = self._known(looked)
        used = {slot.segment for pixels in (read.inputs, read.thumbnails) for slot in pixels.slots if slot}
        index.touch(used)
        index.make_room(limit_bytes, used)
        return read

    def _find_what_was_read(self, looked: list[_Looked]) -> None:
        with self._index.reading():
            for film in looked:
                if film.stored is None and not film.problem:
                    film.stored = self._index.holding(film.content, self._kind)
        if any(film.stored is None and not film.problem for film in looked):
            raise FileNotFoundError

    def _read_unknown(self, unknown: list[_Looked]) -> None:
        if not unknown:
            return
        self._require_room(len(unknown))
        pending, now_ns = _Pending(), time.time_ns()
        try:
            for done, looked in enumerate(_in_parallel(self._look, unknown), start=1):
                pending.looked.append(looked)
                if len(pending.looked) == _KEPT_AT_ONCE:
                    pending.keep(self._index, now_ns)
                self._ctx.progress(done, len(unknown), "reading films")
                self._ctx.check_cancelled()
        except Cancelled:
            pending.keep(self._index, now_ns)
            raise
        pending.keep(self._index, now_ns)

    def _look(self, looked: _Looked) -> _Looked:
        """Reads the film, in a thread of its own. Raises nothing of the film's."""
        try:
            data = read_film_bytes(looked.path)
            looked.content = hashlib.sha256(data).digest()
            if self._index.holding(looked.content, self._kind) is None:
                looked.new = _decoded(
                    looked.path, data, looked.content, self._preprocessing, self._index.salt
                )
        except FilmError as error:
            looked.content, looked.problem = b"", error.message
        return looked

    def _require_room(self, films: int) -> None:
        needed = films * (self._preprocessing.size**2 + THUMBNAIL_SIDE**2)
        if shutil.disk_usage(self._index.folder).free < needed:
            raise OutputError(
                f"The disk has no room for the decoded films ({max(1, needed >> 20)} MB).",
                hint="Free some space, or keep things elsewhere (Help, Where things are kept).",
                path=self._index.folder,
            )

    def _known(self, looked: list[_Looked]) -> FilmsRead:
        folder, preprocessing = self._index.folder, self._preprocessing
        stored = [film.stored for film in looked]

        def anew(position: int) -> NewFilm:
            film = stored[position]
            return _again(folder, looked[position].path, film.content if film else b"", preprocessing)

        return FilmsRead(
            tuple(
                KnownFilm(film.content.hex(), film.facts) if film else KnownFilm(problem=seen.problem)
                for seen, film in zip(looked, stored, strict=True)
            ),
            self._pixels(
                [film.model_input if film else None for film in stored],
                preprocessing.size,
                lambda position: anew(position).pixels[self._kind],
            ),
            self._pixels(
                [film.thumbnail if film else None for film in stored],
                THUMBNAIL_SIDE,
                lambda position: anew(position).pixels[THUMBNAIL],
            ),
        )

    def _pixels(
        self, slots: list[Slot | None], side: int, anew: Callable[[int], NDArray[np.uint8]]
    ) -> FilmPixels:
        files = {slot.segment: self._index.segment_file(slot.segment) for slot in slots if slot}
        return FilmPixels(files, slots, side, anew)


def _in_parallel(look: Callable[[_Looked], _Looked], films: list[_Looked]) -> Iterator[_Looked]:
    """In order, a few ahead: memory does not grow with the folder."""
    threads = os.cpu_count() or 1
    with ThreadPoolExecutor(threads) as pool:
        ahead = deque[Future[_Looked]]()
        try:
            for film in films:
                ahead.append(pool.submit(look, film))
                if len(ahead) > 4 * threads:
                    yield ahead.popleft().result()
            while ahead:
                yield ahead.popleft().result()
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _decoded(path: Path, data: bytes, content: bytes, preprocessing: Preprocessing, salt: bytes) -> NewFilm:
    """Facts, thumbnail and model input of one decode."""
    film = open_film_bytes(path, data, least_side=max(least_side(preprocessing), least_side(PLAIN)))
    facts, thumbnail = facts_of(film, salt)
    model_input = to_model_input(film, preprocessing)
    return NewFilm(content, facts, {_kind_of(preprocessing): model_input, THUMBNAIL: thumbnail})


def _again(folder: Path, path: Path, content: bytes, preprocessing: Preprocessing) -> NewFilm:
    """A film whose cached pixels are damaged, from its file; kept for the next time."""
    try:
        data = read_film_bytes(path)
        if hashlib.sha256(data).digest() != content:
            raise FilmError(f"“{path.name}” has changed since.")
        with FilmIndex(folder) as index:
            film = _decoded(path, data, content, preprocessing, index.salt)
            index.add([film])
    except (FilmError, DamagedIndexError) as error:
        raise OutputError(
            f"The decoded films in {folder} are damaged, and “{path.name}” is no longer what it was.",
            hint="Start again; the films are then read anew.",
            path=path,
        ) from error
    return film


def _kind_of(preprocessing: Preprocessing) -> str:
    told = json.dumps(preprocessing.as_dict(), sort_keys=True)
    return f"input {hashlib.sha256(told.encode()).hexdigest()[:32]}"


def _state_of(path: Path) -> FileState | None:
    """Of the file, or of the archive that the film lies in."""
    try:
        status = path.stat()
    except (OSError, ValueError):
        place = member_place(path)
        if place is None:
            return None
        try:
            status = place[0].stat()
        except OSError:
            return None
    return FileState(status.st_size, status.st_mtime_ns)
