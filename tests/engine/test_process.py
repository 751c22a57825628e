"""The real engine in a real child process: it answers, it dies, it comes back."""

from __future__ import annotations

import os
import queue
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from pathlib import Path

import pytest

from tests.journal.films import read, told
from tests.network.models import model_folder
from xraydesk import paths
from xraydesk.engine import process
from xraydesk.engine.client import EngineDied, EngineStarted, JobDone, JobFailed, JobProgress, Message
from xraydesk.engine.process import ProcessEngine
from xraydesk.engine.protocol import Began
from xraydesk.film.phantom import write_phantom
from xraydesk.journal.journal import Journal
from xraydesk.journal.opinions import Opinion
from xraydesk.journal.reader import JournalReader
from xraydesk.registry.registry import Registry
from xraydesk.workflows.model_verbs import InstalledModels, ListModels
from xraydesk.workflows.opinion_verbs import GiveOpinion
from xraydesk.workflows.verbs import (
    ClassifyFilm,
    EngineState,
    ExportBatch,
    ExportKind,
    FilmResult,
    OpenedFilm,
    OpenFilm,
    WarmUp,
)

LIMIT_S = 120


class Listener:
    """A started engine and what it said."""

    def __init__(self, engine: ProcessEngine) -> None:
        self.engine = engine
        self._inbox: queue.SimpleQueue[Message] = queue.SimpleQueue()
        engine.start(self._inbox.put)

    def until(self, wanted: Callable[[Message], bool]) -> Message:
        """The next message that is wanted; those before it are dropped."""
        while not wanted(message := self._inbox.get(timeout=LIMIT_S)):
            pass
        return message

    def outcome(self, job_id: int) -> Message:
        return self.until(lambda m: isinstance(m, JobDone | JobFailed) and m.job_id == job_id)


@pytest.fixture
def listener() -> Iterator[Listener]:
    made = Listener(ProcessEngine())
    yield made
    made.engine.stop()


@pytest.fixture(scope="module")
def phantom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("films") / "phantom.dcm"
    write_phantom(file)
    return file


@pytest.fixture(scope="module")
def ready_model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_folder(tmp_path_factory.mktemp("models"), "random-1")


@pytest.fixture
def random_model(ready_model: Path) -> None:
    Registry(paths.user_models()).add(ready_model)
    Registry(paths.user_models()).activate("random-1")


@pytest.mark.usefixtures("random_model")
def test_a_film_is_opened_and_classified(listener: Listener, phantom: Path) -> None:
    opened = listener.outcome(listener.engine.submit(OpenFilm(phantom)))
    assert isinstance(opened, JobDone) and isinstance(opened.answer, OpenedFilm)
    warm = listener.outcome(listener.engine.submit(WarmUp()))
    assert isinstance(warm, JobDone) and isinstance(warm.answer, EngineState)
    assert warm.answer.model_id == "random-1"
    done = listener.outcome(listener.engine.submit(ClassifyFilm(phantom)))
    assert isinstance(done, JobDone) and isinstance(done.answer, FilmResult)
    assert done.answer.prediction is not None and len(done.answer.heatmaps) == 3
    assert sum(done.answer.prediction.probabilities) == pytest.approx(1.0)
    models = listener.outcome(listener.engine.submit(ListModels()))
    assert isinstance(models, JobDone) and isinstance(models.answer, InstalledModels)
    assert [m.model_id for m in models.answer.models if m.active] == ["random-1"]


def test_a_film_that_cannot_be_opened_fails_in_words(listener: Listener, tmp_path: Path) -> None:
    failed = listener.outcome(listener.engine.submit(OpenFilm(tmp_path / "gone.dcm")))
    assert isinstance(failed, JobFailed)
    assert failed.failure.code == "film_not_found" and "gone.dcm" in failed.failure.message


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_a_killed_engine_fails_its_jobs_says_so_and_comes_back(listener: Listener, phantom: Path) -> None:
    listener.until(lambda m: isinstance(m, EngineStarted))
    assert listener.engine.process_id is not None
    os.kill(listener.engine.process_id, signal.SIGSTOP)  # so that the job cannot be done before the end
    job = listener.engine.submit(OpenFilm(phantom))
    os.kill(listener.engine.process_id, signal.SIGKILL)
    failed = listener.outcome(job)
    assert isinstance(failed, JobFailed) and failed.failure.code == "engine_failed"
    listener.until(lambda m: isinstance(m, EngineDied))
    listener.until(lambda m: isinstance(m, EngineStarted))
    assert isinstance(listener.outcome(listener.engine.submit(OpenFilm(phantom))), JobDone)


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_a_job_beyond_its_limit_ends_the_engine(phantom: Path) -> None:
    listener = Listener(ProcessEngine(job_limit_s=0.0))
    try:
        listener.until(lambda m: isinstance(m, EngineStarted))
        job = listener.engine.submit(WarmUp())
        outcome = listener.outcome(job)
        assert isinstance(outcome, JobFailed) and outcome.failure.code == "engine_failed"
        died = listener.until(lambda m: isinstance(m, EngineDied))
        assert isinstance(died, EngineDied) and "too long" in died.reason
    finally:
        listener.engine.stop()


@pytest.mark.usefixtures("random_model")
def test_cancelling_a_job_that_waits_leaves_the_running_one_alone(phantom: Path) -> None:
    listener = Listener(ProcessEngine(cancel_limit_s=0.0))
    try:
        running = listener.engine.submit(WarmUp())
        waiting = listener.engine.submit(ClassifyFilm(phantom))
        listener.engine.cancel(waiting)
        assert isinstance(listener.outcome(running), JobDone)
        cancelled = listener.outcome(waiting)
        assert isinstance(cancelled, JobFailed) and cancelled.failure.code == "cancelled"
    finally:
        listener.engine.stop()


def test_a_short_job_nobody_waits_for_any_more_ends_nothing_else(phantom: Path) -> None:
    engine = ProcessEngine(cancel_limit_s=-1.0)  # a long job would have to be over by now
    job = engine.submit(OpenFilm(phantom))
    engine._hear(Began(job))
    engine.cancel(job)
    assert not engine._overdue()


@pytest.mark.skipif(sys.platform == "win32", reason="sends a signal")
def test_a_long_job_that_does_not_heed_being_cancelled_ends_the_engine(tmp_path: Path) -> None:
    listener = Listener(ProcessEngine(cancel_limit_s=-1.0))
    try:
        listener.until(lambda m: isinstance(m, EngineStarted))
        assert listener.engine.process_id is not None
        os.kill(listener.engine.process_id, signal.SIGSTOP)
        job = listener.engine.submit(ExportBatch(1, ExportKind.CSV, tmp_path / "table.csv"))
        listener.engine._hear(Began(job))
        listener.engine.cancel(job)
        died = listener.until(lambda m: isinstance(m, EngineDied))
        assert isinstance(died, EngineDied) and "too long" in died.reason
    finally:
        listener.engine.stop()


def test_a_system_that_starts_no_process_fails_the_jobs_and_is_said(
    monkeypatch: pytest.MonkeyPatch, phantom: Path
) -> None:
    def none_left() -> tuple[SpawnProcess, Connection]:
        raise BlockingIOError(11, "Resource temporarily unavailable")

    monkeypatch.setattr(process, "_born", none_left)
    listener = Listener(ProcessEngine())
    died = listener.until(lambda m: isinstance(m, EngineDied))
    assert isinstance(died, EngineDied) and "could not be started" in died.reason
    outcome = listener.outcome(listener.engine.submit(OpenFilm(phantom)))
    assert isinstance(outcome, JobFailed) and outcome.failure.code == "engine_failed"
    listener.engine.stop()


def test_stopping_in_the_middle_of_an_export_leaves_no_half_of_it(tmp_path: Path) -> None:
    batch = batch_of(20_000, tmp_path)
    listener = Listener(ProcessEngine())
    listener.until(lambda m: isinstance(m, EngineStarted))
    (tmp_path / "out").mkdir()
    listener.engine.submit(ExportBatch(batch, ExportKind.CSV, tmp_path / "out" / "table.csv"))
    listener.until(lambda m: isinstance(m, JobProgress) and any((tmp_path / "out").iterdir()))
    listener.engine.stop()
    assert list((tmp_path / "out").iterdir()) == []


def batch_of(films: int, folder: Path) -> int:
    with closing(Journal(paths.user_journal())) as journal:
        batch = journal.start(told(str(folder)))
        journal.add_films(batch, (folder / f"{number}.png" for number in range(films)))
        journal.write(batch, [read(*film) for film in journal.waiting(batch, limit=films)])
    return batch


def test_an_opinion_given_just_before_the_end_is_kept(tmp_path: Path) -> None:
    listener = Listener(ProcessEngine())
    listener.until(lambda m: isinstance(m, EngineStarted))
    for number in range(20):
        listener.engine.submit(GiveOpinion(Opinion(f"{number:064x}", tmp_path / "a.png", "NORMAL")))
    listener.engine.stop()
    with closing(JournalReader(paths.user_journal())) as reader:
        assert len(reader.opinions()) == 20


def test_stopping_leaves_no_process_behind(phantom: Path) -> None:
    listener = Listener(ProcessEngine())
    listener.until(lambda m: isinstance(m, EngineStarted))
    child = listener.engine._process
    assert child is not None and child.is_alive()
    listener.engine.stop()
    assert not child.is_alive()
