"""What goes wrong with one job costs that job only."""

from __future__ import annotations

import queue
from pathlib import Path

from xraydesk.engine.client import JobDone, JobFailed, Message
from xraydesk.engine.protocol import Began
from xraydesk.engine.service import Service
from xraydesk.film.phantom import write_phantom
from xraydesk.workflows.verbs import OpenFilm


def test_an_answer_that_cannot_be_sent_fails_its_job_and_the_next_is_answered(tmp_path: Path) -> None:
    write_phantom(tmp_path / "phantom.dcm")
    said: queue.SimpleQueue[Message | Began] = queue.SimpleQueue()

    def send(message: Message | Began) -> None:
        if isinstance(message, JobDone) and message.job_id == 1:
            raise MemoryError
        said.put(message)

    service = Service(send)
    service.start()
    for job_id in (1, 2):
        service.submit(job_id, OpenFilm(tmp_path / "phantom.dcm"))
    first, failed, second, done = (said.get(timeout=120) for _ in range(4))
    service.stop()
    assert (first, second) == (Began(1), Began(2))
    assert isinstance(failed, JobFailed) and failed.failure.code == "out_of_memory"
    assert isinstance(done, JobDone)
