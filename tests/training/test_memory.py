"""How much of a batch the computer's memory holds is known before the first step, and stays what it was."""

from __future__ import annotations

import gc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import psutil
import pytest
import torch
from torch import nn

from tests.training.films import labelled_folder, manifest
from xraydesk.jobs import JobContext, Remark
from xraydesk.network.film_network import FilmNetwork
from xraydesk.network.zoo import freeze_all_but_last, seeded_network
from xraydesk.training import run as run_module
from xraydesk.training.config import QUICK, Precision
from xraydesk.training.memory import bytes_kept, films_at_once, free_memory, memory_mb
from xraydesk.training.run import CHECKPOINT
from xraydesk.workflows.train_model import TrainModel, train_model

SIDE = 16
KEPT = (1 + 8) * SIDE * SIDE * 4  # bytes a film: what the convolution was given, and what ReLU gave


def small() -> FilmNetwork:
    layers = nn.Sequential(nn.Conv2d(1, 8, 3, padding=1), nn.ReLU(), nn.Flatten(), nn.Linear(8 * SIDE**2, 3))
    return cast(FilmNetwork, layers)


def weights_of(network: nn.Module) -> int:
    return sum(parameter.numel() * 4 for parameter in network.parameters())


def test_a_film_keeps_the_input_of_each_layer_once() -> None:
    assert bytes_kept(small(), SIDE) == KEPT


def test_four_times_the_pixels_keep_four_times_as_much() -> None:
    network = seeded_network("resnet18", 1, 3)
    assert bytes_kept(network, 128) == pytest.approx(4 * bytes_kept(network, 64), rel=0.05)


def test_frozen_layers_keep_nothing() -> None:
    whole, frozen = (seeded_network("resnet18", 1, 3) for _ in range(2))
    freeze_all_but_last(frozen)
    assert bytes_kept(frozen, 64) < 0.05 * bytes_kept(whole, 64)


def test_neither_network_nor_chance_are_touched() -> None:
    network = seeded_network("resnet18", 1, 3)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    torch.manual_seed(4)
    wanted = torch.rand(3)
    torch.manual_seed(4)
    bytes_kept(network, 64)
    assert torch.equal(torch.rand(3), wanted)
    assert all(torch.equal(value, before[name]) for name, value in network.state_dict().items())


def test_nothing_of_what_was_tried_stays_in_memory() -> None:
    network = small()
    there = tensors()
    bytes_kept(network, SIDE)
    assert tensors() == there


def tensors() -> int:
    gc.collect()
    return sum(issubclass(type(thing), torch.Tensor) for thing in gc.get_objects())


@pytest.mark.parametrize(
    ("room", "at_once"), [(100, 0), (33, 0), (31, 16), (20, 16), (12, 8), (5, 4), (0, 4)]
)
def test_a_batch_is_halved_until_it_fits(room: int, at_once: int) -> None:
    """`room` is for so many films at half again what they keep, besides four times the weights, in 70 %."""
    network = small()
    free = (room * KEPT * 1.5 + 4 * weights_of(network)) / 0.7
    assert films_at_once(network, SIDE, 32, free=int(free) + 1) == at_once


def test_what_is_free_and_what_is_held_are_parts_of_what_there_is() -> None:
    there_is = psutil.virtual_memory().total
    assert 0 < free_memory() < there_is
    assert 0 < memory_mb(torch.device("cpu")) * 2**20 < there_is


Run = Callable[..., list[Any]]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Trains, or goes on, with so many bytes free; gives the events."""
    films = labelled_folder(tmp_path / "films", each=20)
    manifest(films)
    config = replace(QUICK, epochs=1, batch_size=8, precision=Precision.FULL)

    def trained(*, free: int, resume: bool = False) -> list[Any]:
        monkeypatch.setattr(run_module, "free_memory", lambda: free)
        events: list[Any] = []
        wish = TrainModel(
            films, tmp_path / "out", films / "manifest.csv", config, device="cpu", resume=resume
        )
        train_model(wish, JobContext(events.append))
        return events

    return trained


def remarks(events: list[Any]) -> list[str]:
    return [event.text for event in events if isinstance(event, Remark)]


def test_a_run_short_of_memory_says_so_and_goes_on_as_it_began(run: Run, tmp_path: Path) -> None:
    said = "Memory is short: batches of 8 films are computed 4 at a time."
    assert said in remarks(run(free=1))
    kept = torch.load(tmp_path / "out" / CHECKPOINT, weights_only=True)
    assert kept["films_at_once"] == 4
    assert said in remarks(run(free=2**50, resume=True))


def test_a_run_with_memory_enough_computes_batches_whole(run: Run) -> None:
    assert not any("Memory" in text for text in remarks(run(free=2**50)))
