"""Films are prepared by other processes, in order, and one that kills or blocks its process costs itself alone."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.film.dicom_files import chest_like
from xraydesk.errors import Failure
from xraydesk.model.model_input import Preprocessing
from xraydesk.workflows.film_stream import FilmStream
from xraydesk.workflows.film_workers import FilmWorkers, Numbered
from xraydesk.workflows.prepare_film import PreparedFilm, Preparing, prepare_film

HOW = Preparing(Preprocessing(), for_table=True)


def prepare_or_die(path: Path, how: Preparing) -> PreparedFilm:
    """As a codec that meets bytes its authors did not think of."""
    if path.name.startswith("crash"):
        os.kill(os.getpid(), signal.SIGSEGV)
    if path.name.startswith("hang"):
        threading.Event().wait()
    return PreparedFilm(path)


def films(*names: str) -> Iterator[Numbered | None]:
    return iter([(number, Path(name)) for number, name in enumerate(names, start=10)])


def outcome(names: list[str], **how: float) -> list[tuple[int, str, str]]:
    with FilmWorkers(HOW, count=2, prepare=prepare_or_die, **how) as workers:
        return [
            (answer[0], answer[1].path.name, answer[1].error.code if answer[1].error else "")
            for answer in workers.prepared(films(*names))
            if answer is not None
        ]


def test_a_film_that_crashes_its_codec_costs_itself_alone_and_order_is_kept() -> None:
    names = ["a", "crash-1", "b", "c", "crash-2", "d"]
    assert outcome(names) == [
        (10, "a", ""),
        (11, "crash-1", "film_crashes"),
        (12, "b", ""),
        (13, "c", ""),
        (14, "crash-2", "film_crashes"),
        (15, "d", ""),
    ]


def test_a_film_that_hangs_its_codec_costs_itself_alone() -> None:
    assert [row[2] for row in outcome(["hang", "a", "b"], limit_s=0.5)] == ["film_hangs", "", ""]


def test_the_reason_names_the_film_and_a_remedy() -> None:
    with FilmWorkers(HOW, count=1, prepare=prepare_or_die) as workers:
        answers = [answer for answer in workers.prepared(films("crash.dcm")) if answer is not None]
    error = answers[0][1].error
    assert error is not None and "crash.dcm" in error.message and "Export it again" in error.hint


def test_real_films_come_back_as_they_are_prepared_here(tmp_path: Path) -> None:
    paths = []
    for number in range(5):
        paths.append(tmp_path / f"{number}.png")
        Image.fromarray(np.roll(chest_like(300, 260), number * 7, axis=1)).save(paths[-1])
    with FilmWorkers(HOW, count=2) as workers:
        answers = [a for a in workers.prepared(iter(list(enumerate(paths)))) if a is not None]
    assert [number for number, _ in answers] == [0, 1, 2, 3, 4]
    for path, (_, film) in zip(paths, answers, strict=True):
        here = prepare_film(path, HOW)
        assert film.model_input is not None and here.model_input is not None
        assert np.array_equal(film.model_input, here.model_input)
        assert (film.sha256, film.thumbnail, film.crop) == (here.sha256, here.thumbnail, here.crop)


def test_no_worker_outlives_its_crew() -> None:
    with FilmWorkers(HOW, count=2, prepare=prepare_or_die) as workers:
        processes = [worker.process for worker in workers._workers]
        assert all(process.is_alive() for process in processes)
    assert not any(process.is_alive() for process in processes)


def test_an_idle_worker_that_is_killed_is_replaced_and_no_film_blamed() -> None:
    asked: list[Failure | None] = []

    def one_by_one() -> Iterator[Numbered | None]:
        yield (1, Path("a"))
        while len(asked) < 1:
            yield None
        for worker in workers._workers:
            worker.process.kill()
            worker.process.join()
        yield (2, Path("b"))

    with FilmWorkers(HOW, count=1, prepare=prepare_or_die) as workers:
        for answer in workers.prepared(one_by_one()):
            if answer is not None:
                asked.append(answer[1].error)
    assert asked == [None, None]


def test_a_stream_groups_films_in_order_and_leaves_no_thread() -> None:
    before = threading.active_count()
    with FilmStream(HOW, films("x", "y", "z"), workers=2) as stream:
        groups = [group for group in stream.groups(2) if group]
    assert [film.path.name for group in groups for _, film in group] == ["x", "y", "z"]
    assert max(len(group) for group in groups) <= 2
    assert threading.active_count() == before


def test_a_stream_left_early_stops_its_workers() -> None:
    def without_end() -> Iterator[Numbered | None]:
        number = 0
        while True:
            number += 1
            yield (number, Path(str(number)))

    with FilmStream(HOW, without_end(), workers=2) as stream:
        first = next(group for group in stream.groups(4) if group)
    assert [number for number, _ in first] == list(range(1, len(first) + 1))
    assert not stream._thread.is_alive()


def test_what_ends_the_search_ends_the_stream() -> None:
    def broken() -> Iterator[Numbered | None]:
        yield (1, Path("a"))
        raise OSError("gone")

    with FilmStream(HOW, broken(), workers=1) as stream, pytest.raises(OSError, match="gone"):
        list(stream.groups(4))
