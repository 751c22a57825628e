"""Films prepared by child processes: one that crashes a codec, or hangs in it, costs itself alone.

Processes for every format, not only for the codecs that hold the interpreter lock: what comes back of a
film is 50 kB, and no codec is safe enough to share a process with a night's work.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from pathlib import Path
from types import TracebackType
from typing import Self

from xraydesk.errors import EngineError, Failure
from xraydesk.network.allocator import keep_large_blocks
from xraydesk.workflows.prepare_film import PreparedFilm, Preparing, prepare_film

FILM_LIMIT_S = 60.0
_BIRTH_LIMIT_S = 120.0  # an old disk takes its time to import the codecs
_AHEAD = 32  # films that may be done before the one whose turn it is
_IDLE_S = 0.05  # until it is asked again whether a film was found
_FAST_DEATHS = 3
_BELOW_NORMAL = 0x4000  # Windows' priority class

_CRASHED = "“{}” crashed the program that decodes it."
_HANGS = "“{}” takes longer to decode than a film may ({:.0f} s)."
_REMEDY = "It may be damaged. Export it again, as uncompressed DICOM or as PNG."

Numbered = tuple[int, Path]
Prepare = Callable[[Path, Preparing], PreparedFilm]
_NO_MORE: Numbered = (-1, Path())


def how_many_workers() -> int:
    """As many as there are cores this process may use."""
    usable = getattr(os, "sched_getaffinity", None)
    return max(1, len(usable(0)) if usable else os.cpu_count() or 1)


def lower_priority() -> None:
    """What somebody looks at goes before what works through the night."""
    if sys.platform == "win32":
        kernel = ctypes.windll.kernel32
        kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL)
    else:
        with contextlib.suppress(OSError):
            os.nice(10)


def _work(connection: Connection, how: Preparing, prepare: Prepare) -> None:
    """A worker's life: films in, prepared films out, until the other end is gone."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Control-C is for the parent
    lower_priority()
    keep_large_blocks()
    os.environ["OPJ_NUM_THREADS"] = "1"  # there is a worker for each core
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_die_with, args=(parent.sentinel,), daemon=True).start()
    with contextlib.suppress(EOFError, OSError):
        connection.send(None)  # born
        while True:
            connection.send(prepare(connection.recv(), how))
    os._exit(0)


def _die_with(sentinel: int) -> None:
    """A killed parent leaves nobody behind, not even one in the middle of a film."""
    wait([sentinel])
    os._exit(1)


@dataclass(slots=True, eq=False)
class _Worker:
    process: SpawnProcess
    connection: Connection
    due: float  # when it must have answered
    place: int = -1  # of its film in the order asked for; -1 while it has none
    film: Numbered | None = None
    born: bool = False

    @property
    def is_idle(self) -> bool:
        return self.born and self.film is None


class FilmWorkers:
    """Use as a context; its processes end with it."""

    def __init__(
        self,
        how: Preparing,
        *,
        count: int = 0,
        limit_s: float = FILM_LIMIT_S,
        prepare: Prepare = prepare_film,
    ) -> None:
        self._task = (how, prepare)
        self._count = count or how_many_workers()
        self._limit_s = limit_s
        self._workers: list[_Worker] = []
        self._fast_deaths = 0

    def __enter__(self) -> Self:
        self._workers = [self._hired() for _ in range(self._count)]
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, where: TracebackType | None
    ) -> None:
        for worker in self._workers:
            self._dismiss(worker)
        self._workers = []

    def prepared(self, films: Iterator[Numbered | None]) -> Iterator[tuple[int, PreparedFilm] | None]:
        """Each film prepared, in the order given, with its number; None every moment, to look around.

        `films` gives None while there is none yet but some may come; it is asked for a film only when one
        can be begun, so that nothing piles up. Raises EngineError if no worker can be started.
        """
        begun = given = 0
        done: dict[int, tuple[int, PreparedFilm]] = {}
        films_left: Iterator[Numbered | None] | None = films
        while films_left is not None or begun > given:
            idle = [worker for worker in self._workers if worker.is_idle]
            while films_left is not None and idle and begun - given < _AHEAD:
                film = next(films_left, _NO_MORE)
                if film is _NO_MORE:
                    films_left = None
                elif film is None:
                    break
                else:
                    self._begin(idle.pop(), begun, film)
                    begun += 1
            done.update(self._collected())
            yield None
            while given in done:
                yield done.pop(given)
                given += 1

    def _begin(self, worker: _Worker, place: int, film: Numbered) -> None:
        try:
            worker.connection.send(film[1])
        except OSError:  # somebody killed it while it was idle: not this film's fault
            worker = self._replaced(worker)
            worker.connection.send(film[1])
        worker.place, worker.film = place, film
        worker.due = time.monotonic() + self._limit_s

    def _collected(self) -> dict[int, tuple[int, PreparedFilm]]:
        """What came in within a moment; the dead and the hanging are replaced."""
        busy = [worker for worker in self._workers if not worker.is_idle]
        if not busy:
            time.sleep(_IDLE_S)
        ready = set(wait([worker.connection for worker in busy], timeout=_IDLE_S)) if busy else set()
        found = {}
        for worker in busy:
            place, film = worker.place, worker.film
            answer = self._answer_of(worker, overdue=worker.connection not in ready)
            if answer is not None and film is not None:
                found[place] = (film[0], answer)
        return found

    def _answer_of(self, worker: _Worker, *, overdue: bool) -> PreparedFilm | None:
        """A worker's film, prepared or lost; None while it works on."""
        if overdue:
            if time.monotonic() < worker.due:
                return None
            return self._lost(worker, "film_hangs", _HANGS)
        try:
            answer: PreparedFilm | None = worker.connection.recv()
        except (EOFError, OSError):
            return self._lost(worker, "film_crashes", _CRASHED)
        if answer is None:
            worker.born, self._fast_deaths = True, 0
        else:
            worker.film = None
        return answer

    def _lost(self, worker: _Worker, code: str, words: str) -> PreparedFilm | None:
        """Another worker in this one's place, and the film it had as a row with its reason."""
        self._fast_deaths += not worker.born
        if self._fast_deaths >= _FAST_DEATHS:
            raise EngineError(
                "The programs that decode films cannot be started.",
                hint="Close other programs and try again; “xraydesk selftest” tells what is missing.",
            )
        self._replaced(worker)
        if worker.film is None:
            return None
        path = worker.film[1]
        return PreparedFilm(path, error=Failure(code, words.format(path.name, self._limit_s), _REMEDY))

    def _replaced(self, worker: _Worker) -> _Worker:
        self._dismiss(worker)
        fresh = self._hired()
        self._workers[self._workers.index(worker)] = fresh
        return fresh

    def _hired(self) -> _Worker:
        context = multiprocessing.get_context("spawn")
        ours, theirs = context.Pipe()
        try:
            process = context.Process(
                target=_work, args=(theirs, *self._task), name="XRayDesk film worker", daemon=True
            )
            process.start()
        except OSError as error:
            ours.close()
            raise EngineError(
                "No program to decode films with could be started: this computer is short of memory.",
                hint="Close other programs and try again.",
            ) from error
        finally:
            theirs.close()
        return _Worker(process, ours, time.monotonic() + _BIRTH_LIMIT_S)

    @staticmethod
    def _dismiss(worker: _Worker) -> None:
        worker.process.kill()
        worker.process.join()
        worker.connection.close()
