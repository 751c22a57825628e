"""Who waits for a film gets the network before the next films of a batch."""

from __future__ import annotations

import threading

import pytest

from xraydesk.workflows.turns import Turns


def test_a_film_somebody_waits_for_goes_before_the_batch_that_asked_earlier() -> None:
    turns, order = Turns(), list[str]()
    at_network, waits = threading.Event(), threading.Event()

    def batch() -> None:
        with turns.when_nobody_waits():
            order.append("batch")

    def reader() -> None:
        waits.set()
        with turns.first():
            order.append("film")

    with turns.when_nobody_waits():
        threads = [threading.Thread(target=batch), threading.Thread(target=reader)]
        for thread in threads:
            thread.start()
        waits.wait()
        while not turns._waited_for:  # it has come as far as waiting
            at_network.wait(0.001)
    for thread in threads:
        thread.join()
    assert order == ["film", "batch"]


def test_a_failure_at_the_network_frees_it() -> None:
    turns = Turns()
    with pytest.raises(ValueError, match="no"), turns.when_nobody_waits():
        raise ValueError("no")
    with turns.first():
        pass
