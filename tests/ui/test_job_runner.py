from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

from pytestqt.qtbot import QtBot

from tests.ui.films_for_tests import opened
from tests.ui.scripted_engine import DIED, ScriptedEngine
from xraydesk.engine.client import EngineDied, EngineStarted
from xraydesk.errors import Failure
from xraydesk.jobs import Progress
from xraydesk.ui.job_runner import JobRunner
from xraydesk.workflows.verbs import Answer, BatchProgress, BatchRan, OpenFilm, RunBatch

A, B, C = (OpenFilm(Path(name)) for name in ("a.png", "b.png", "c.png"))
RUN = RunBatch(7)
Drain = Callable[[], None]


class Answers:
    """What came back, in order, and on which thread."""

    def __init__(self) -> None:
        self.done: list[Answer] = []
        self.failed: list[Failure] = []
        self.events: list[object] = []
        self.threads: set[threading.Thread] = set()

    def on_done(self, answer: Answer) -> None:
        self.done.append(answer)
        self.threads.add(threading.current_thread())

    def on_failed(self, failure: Failure) -> None:
        self.failed.append(failure)


def _submit(runner: JobRunner, *requests: OpenFilm | RunBatch) -> list[Answers]:
    answers = []
    for request in requests:
        heard = Answers()
        runner.submit(request, heard.on_done, heard.on_failed, heard.events.append)
        answers.append(heard)
    return answers


def test_an_answer_from_the_engines_thread_arrives_in_the_windows(
    runner: JobRunner, engine: ScriptedEngine, drain: Drain
) -> None:
    (heard,) = _submit(runner, A)
    film = opened(A.path)
    thread = threading.Thread(target=engine.answer, args=(A, film))
    thread.start()
    thread.join()
    assert heard.done == []
    drain()
    assert heard.done == [film]
    assert heard.threads == {threading.main_thread()}


def test_nothing_is_sent_before_the_engine_is_started(engine: ScriptedEngine, qtbot: QtBot) -> None:
    runner = JobRunner(engine)
    _submit(runner, A, B)
    assert engine.asked == []
    runner.start()
    assert engine.asked == [A, B]
    runner.stop()


def test_the_answer_to_an_abandoned_job_is_dropped(
    runner: JobRunner, engine: ScriptedEngine, drain: Drain
) -> None:
    heard = Answers()
    runner.abandon(runner.submit(A, heard.on_done, heard.on_failed))
    assert engine.cancelled == [1]
    engine.answer(A, opened(A.path))
    drain()
    assert (heard.done, heard.failed) == ([], [])


def test_a_failure_arrives_as_a_failure(runner: JobRunner, engine: ScriptedEngine, drain: Drain) -> None:
    (heard,) = _submit(runner, A)
    failure = Failure("film_empty", "a.png is empty.")
    engine.fail(A, failure)
    drain()
    assert heard.failed == [failure]


def test_after_a_death_each_job_is_asked_once_more(
    runner: JobRunner, engine: ScriptedEngine, drain: Drain, qtbot: QtBot
) -> None:
    a, b = _submit(runner, A, B)
    with qtbot.waitSignals([runner.engine_died, runner.engine_started]):
        engine.die()
    assert list(engine.waiting.values()) == [A]
    engine.answer(A, opened(A.path))
    drain()
    assert list(engine.waiting.values()) == [B]
    engine.answer(B, opened(B.path))
    drain()
    assert len(a.done) == len(b.done) == 1
    assert a.failed == b.failed == []


def test_the_film_that_kills_the_engine_twice_fails_alone(
    runner: JobRunner, engine: ScriptedEngine, drain: Drain
) -> None:
    a, b = _submit(runner, A, B)
    engine.die()
    drain()
    engine.die()  # while it worked on A, and on nothing else
    drain()
    assert a.failed == [DIED]
    assert list(engine.waiting.values()) == [B]
    engine.answer(B, opened(B.path))
    drain()
    assert len(b.done) == 1


def test_an_engine_that_does_not_come_up_fails_what_is_asked_of_it(
    runner: JobRunner, engine: ScriptedEngine, drain: Drain, qtbot: QtBot
) -> None:
    (early,) = _submit(runner, A)
    with qtbot.waitSignal(runner.engine_lost):
        for _ in range(3):
            engine.say(EngineDied("The engine's process ended."))
    (late,) = _submit(runner, B)
    drain()
    for heard in (early, late):
        assert [failure.message for failure in heard.failed] == ["The engine cannot be started."]


def test_what_is_asked_while_recovering_waits_its_turn(
    runner: JobRunner, engine: ScriptedEngine, drain: Drain
) -> None:
    _submit(runner, A)
    engine.die()
    drain()
    (c,) = _submit(runner, C)
    assert list(engine.waiting.values()) == [A]
    engine.answer(A, opened(A.path))
    drain()
    assert list(engine.waiting.values()) == [C]
    engine.answer(C, opened(C.path))
    drain()
    assert len(c.done) == 1


def test_nothing_arrives_after_stop(engine: ScriptedEngine, drain: Drain) -> None:
    runner = JobRunner(engine)
    runner.start()
    (heard,) = _submit(runner, A)
    engine.answer(A, opened(A.path))
    runner.stop()
    drain()
    assert engine.stopped
    assert heard.done == []


def test_of_many_progress_messages_the_last_one_is_told(
    runner: JobRunner, engine: ScriptedEngine, qtbot: QtBot
) -> None:
    told: list[object] = []
    runner.progress.connect(told.append)
    _submit(runner, A)
    for done in range(200):
        engine.progress(A, done, 200)
    qtbot.waitUntil(lambda: bool(told))
    assert len(told) < 20
    assert getattr(told[-1], "done", None) == 199


def test_ten_thousand_signals_do_not_wear_the_interpreter_out(
    runner: JobRunner, engine: ScriptedEngine, drain: Drain
) -> None:
    """PySide6 6.12 on CPython 3.11 drops a reference with each emit and aborts."""
    for _ in range(10_000):
        engine.started()
    seen: list[None] = []
    runner.engine_started.connect(lambda: seen.append(None))
    drain()
    assert len(seen) == 10_000


def test_what_a_batch_tells_reaches_whoever_asked_for_it(
    runner: JobRunner, engine: ScriptedEngine, drain: Drain
) -> None:
    batch, film = _submit(runner, RUN, A)
    told = [BatchProgress(7, 10, done, True, positives=(done,)) for done in (1, 2)]
    for event in told:
        engine.tell(RUN, event)
    drain()
    assert batch.events == told
    assert film.events == []


def test_progress_reaches_whoever_asked_for_it(
    runner: JobRunner, engine: ScriptedEngine, qtbot: QtBot
) -> None:
    (heard,) = _submit(runner, RUN)
    engine.progress(RUN, 3, 9)
    qtbot.waitUntil(lambda: heard.events == [Progress(3, 9)])


def test_after_a_death_a_batch_is_not_asked_again_and_holds_no_film_back(
    runner: JobRunner, engine: ScriptedEngine, drain: Drain
) -> None:
    batch, film = _submit(runner, RUN, A)
    engine.die()
    drain()
    assert batch.failed == [DIED]
    assert list(engine.waiting.values()) == [A]
    engine.answer(A, opened(A.path))
    drain()
    assert len(film.done) == 1


def test_a_batch_that_goes_on_after_a_death_waits_until_the_films_have_recovered(
    runner: JobRunner, engine: ScriptedEngine, drain: Drain
) -> None:
    _submit(runner, A)
    engine.die()
    drain()
    _submit(runner, RUN, B)
    assert list(engine.waiting.values()) == [A]
    engine.answer(A, opened(A.path))
    drain()
    assert list(engine.waiting.values()) == [B, RUN]


def test_a_film_asked_for_while_a_batch_runs_is_sent_at_once(
    runner: JobRunner, engine: ScriptedEngine, drain: Drain
) -> None:
    _submit(runner, RUN, A)
    assert list(engine.waiting.values()) == [RUN, A]


def test_a_batch_that_was_cancelled_still_says_how_it_ended(
    runner: JobRunner, engine: ScriptedEngine, drain: Drain
) -> None:
    heard = Answers()
    job = runner.submit(RUN, heard.on_done, heard.on_failed)
    runner.cancel(job)
    assert engine.cancelled == [1]
    engine.answer(RUN, BatchRan(7, finished=False))
    drain()
    assert heard.done == [BatchRan(7, finished=False)]


def test_a_job_cancelled_before_it_was_sent_ends_as_cancelled(engine: ScriptedEngine, qtbot: QtBot) -> None:
    runner = JobRunner(engine)
    heard = Answers()
    runner.cancel(runner.submit(RUN, heard.on_done, heard.on_failed))
    runner.start()
    assert [failure.code for failure in heard.failed] == ["cancelled"]
    assert engine.asked == []
    runner.stop()


def test_a_lost_engine_fails_a_batch_that_was_held_back(
    runner: JobRunner, engine: ScriptedEngine, drain: Drain
) -> None:
    _submit(runner, A)
    engine.die()
    drain()
    (batch,) = _submit(runner, RUN)
    for _ in range(3):
        engine.say(EngineDied("The engine's process ended."))
    drain()
    assert [failure.message for failure in batch.failed] == ["The engine cannot be started."]
    engine.say(EngineStarted())
    drain()
    assert RUN not in engine.waiting.values()
