"""A step down the gradient: whole, in parts, in bfloat16, and with a teacher."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from torch import Tensor
from torch.nn import functional as F

from xraydesk.network.dlh_covid import DLHCovid, seeded
from xraydesk.network.film_network import FilmNetwork
from xraydesk.network.zoo import freeze_all_but_last, seeded_network
from xraydesk.training.config import Optimizer, Precision, TrainingConfig
from xraydesk.training.state import TrainingState, set_to_train, started
from xraydesk.training.step import Teacher, _parts, take_step

CPU = torch.device("cpu")
PLAIN = TrainingConfig(optimizer=Optimizer.SGD, momentum=0.0, weight_decay=0.0)


def films(count: int, side: int = 224) -> Tensor:
    return torch.rand(count, 1, side, side, generator=torch.Generator().manual_seed(1))


def targets(count: int) -> Tensor:
    return F.one_hot(torch.arange(count) % 3, 3).float()


def state_of(config: TrainingConfig = PLAIN, network: FilmNetwork | None = None) -> TrainingState:
    network = network or seeded(3)
    if isinstance(network, DLHCovid):
        network.dropout.p = 0.0
    state = started(network, config, CPU)
    set_to_train(state.network)
    return state


class _ScarceMemory:
    """Raises torch's own error for more than `room` films at once, as a full graphics card does."""

    def __init__(self, network: FilmNetwork, room: int) -> None:
        self._forward, self._room = network.forward, room
        self.seen: list[int] = []
        network.forward = self  # type: ignore[method-assign]

    def __call__(self, films: Tensor) -> Tensor:
        if len(films) > self._room:
            raise torch.OutOfMemoryError("no more")
        self.seen.append(len(films))
        return self._forward(films)


def test_out_of_memory_halves_what_is_computed_at_once_and_says_so() -> None:
    state = state_of()
    scarce = _ScarceMemory(state.network, room=4)
    said: list[str] = []
    take_step(state, films(16), targets(16), 1e-3, PLAIN, say=said.append)
    assert scarce.seen == [4, 4, 4, 4]
    assert state.films_at_once == 4
    assert "4 at a time" in said[-1]


def test_a_batch_in_parts_gives_the_gradient_of_the_whole() -> None:
    """Without batch normalisation, whose statistics are those of a part."""
    whole, parts = (state_of(network=seeded_network("vgg16", 1, 3).eval()) for _ in range(2))
    for state in (whole, parts):
        state.network.eval()  # no dropout
    parts.films_at_once = 4
    batch, wanted = films(8, 32), targets(8)
    losses = [take_step(state, batch, wanted, 0.1, PLAIN)[0] for state in (whole, parts)]
    assert losses[0] == pytest.approx(losses[1], rel=1e-5)
    for one, other in zip(whole.network.parameters(), parts.network.parameters(), strict=True):
        torch.testing.assert_close(one, other, atol=1e-6, rtol=1e-4)


def test_what_is_no_lack_of_memory_is_not_hidden() -> None:
    state = state_of()

    def broken(_: Tensor) -> Tensor:
        raise RuntimeError("something else")

    state.network.forward = broken  # type: ignore[assignment, method-assign]
    with pytest.raises(RuntimeError, match="something else"):
        take_step(state, films(4), targets(4), 1e-3, PLAIN)


def test_mixed_precision_goes_down_the_same_slope() -> None:
    full, mixed = state_of(), state_of()
    batch, wanted = films(8), targets(8)
    loss_full, _ = take_step(full, batch, wanted, 1e-2, PLAIN)
    loss_mixed, _ = take_step(mixed, batch, wanted, 1e-2, replace(PLAIN, precision=Precision.MIXED))
    assert loss_mixed == pytest.approx(loss_full, rel=2e-2)
    before = seeded(3).state_dict()["conv2.weight"].flatten()
    steps = [s.network.state_dict()["conv2.weight"].flatten() - before for s in (full, mixed)]
    assert float(F.cosine_similarity(steps[0], steps[1], dim=0)) > 0.95
    assert all(p.dtype == torch.float32 for p in mixed.network.parameters())


def test_a_rare_class_counts_more_where_it_is_asked_for() -> None:
    batch, wanted = films(6), targets(6)
    weights = torch.tensor([1.0, 0.0, 0.0])
    state = state_of()
    logits = state.network(batch)
    expected = F.cross_entropy(logits, wanted, weight=weights)
    loss, _ = take_step(state_of(), batch, wanted, 1e-3, PLAIN, class_weights=weights)
    assert loss == pytest.approx(float(expected.detach()), rel=1e-4)


def test_a_teachers_answers_are_its_probabilities_at_its_own_size() -> None:
    network = seeded_network("resnet18", 2, 3)
    teacher = Teacher.of(network, 64, CPU)
    batch = films(3, 128)
    small = F.interpolate(batch, size=(64, 64), mode="bilinear", antialias=True)
    with torch.no_grad():
        wanted = network(small).softmax(1)
    torch.testing.assert_close(teacher.probabilities(batch, Precision.FULL), wanted)


def test_frozen_layers_keep_weights_and_statistics() -> None:
    network = seeded_network("resnet18", 2, 3)
    freeze_all_but_last(network)
    before: dict[str, Any] = {name: value.clone() for name, value in network.state_dict().items()}
    state = started(network, PLAIN, CPU)
    set_to_train(state.network)
    take_step(state, films(4, 64), targets(4), 0.1, PLAIN)
    changed = {n for n, v in state.network.state_dict().items() if not torch.equal(v, before[n])}
    assert changed == {"network.fc.weight", "network.fc.bias"}


@given(batch=st.integers(2, 64), at_once=st.integers(4, 64))
def test_no_part_is_larger_than_what_fits_nor_smaller_than_two(batch: int, at_once: int) -> None:
    parts = [len(some) for some, _ in _parts(torch.zeros(batch, 1), torch.zeros(batch, 3), at_once)]
    assert sum(parts) == batch
    assert max(parts) <= at_once
    assert min(parts) >= 2
