"""DLH_COVID as it learns, and as it is kept."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from xraydesk.network.dlh_covid import DLHCovid, seeded
from xraydesk.network.three_scales import ThreeScaleDLHCovid, to_learn


@pytest.fixture(scope="module")
def learned() -> ThreeScaleDLHCovid:
    """After a few steps, so that no normalisation is at its start."""
    network = to_learn(seeded(3), 3).train()
    optimizer = torch.optim.SGD(network.parameters(), 0.05)
    generator = torch.Generator().manual_seed(1)
    for _ in range(3):
        films = torch.rand(4, 1, 224, 224, generator=generator)
        optimizer.zero_grad()
        F.cross_entropy(network(films), torch.tensor([0, 1, 2, 0])).backward()
        optimizer.step()
    return network.eval()


def test_it_becomes_the_published_network_with_the_same_answers(learned: ThreeScaleDLHCovid) -> None:
    films = torch.rand(3, 1, 224, 224, generator=torch.Generator().manual_seed(2))
    with torch.no_grad():
        expected = learned(films)
        torch.testing.assert_close(learned.published()(films), expected, atol=1e-4, rtol=1e-4)


def test_its_weights_bear_the_authors_names(learned: ThreeScaleDLHCovid) -> None:
    authors = {name: value.shape for name, value in DLHCovid().state_dict().items()}
    assert {name: value.shape for name, value in learned.published().state_dict().items()} == authors


def test_frozen_convolutions_keep_still_and_the_head_learns() -> None:
    network = to_learn(seeded(3), 3)
    network.freeze(3)
    before = {name: value.clone() for name, value in network.state_dict().items()}
    network.train()
    for layer in (network.bn1, network.bn2, network.bn3):
        layer.eval()
    optimizer = torch.optim.SGD([p for p in network.parameters() if p.requires_grad], 0.1)
    F.cross_entropy(network(torch.rand(4, 1, 224, 224)), torch.tensor([0, 1, 2, 0])).backward()
    optimizer.step()
    assert network.training, "dropout and the head's normalisation are those of training"
    after = network.state_dict()
    moved = {name.split(".")[0] for name in before if not torch.equal(before[name], after[name])}
    assert moved == {"linear1", "middle", "coarse", "linear2", "feature_norm", "hidden_norm"}


def test_frozen_features_are_those_of_the_network_in_use() -> None:
    network = to_learn(seeded(3), 3)
    films = torch.rand(2, 1, 224, 224)
    with torch.no_grad():
        expected = network.eval().features(films)
        network.freeze(3)
        torch.testing.assert_close(network.train().features(films), expected, atol=1e-5, rtol=1e-4)


def test_the_head_starts_the_same_for_the_same_seed() -> None:
    one, other, another = (to_learn(seeded(3), seed).state_dict() for seed in (5, 5, 6))
    assert all(torch.equal(one[name], other[name]) for name in one)
    assert not torch.equal(one["middle"], another["middle"])


def test_where_only_the_last_stage_learns_the_features_are_the_same() -> None:
    network = to_learn(seeded(3), 3).eval()
    films = torch.rand(3, 1, 224, 224)
    with torch.no_grad():
        expected = network.features(films)
        network.freeze(2)
        torch.testing.assert_close(network.features(films), expected, atol=1e-5, rtol=1e-4)
    assert network.conv3.weight.requires_grad and not network.conv2.weight.requires_grad
