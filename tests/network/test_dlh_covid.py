"""DLH_COVID is the paper's network, and the training form of it computes the same."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xraydesk.network.dlh_covid import DLHCovid, GreyDLHCovid, seeded
from xraydesk.network.film_network import parameter_count


@pytest.fixture(scope="module")
def films() -> Tensor:
    """Smooth films (N, 1, 224, 224), as chest films are."""
    noise = torch.rand(6, 1, 28, 28, generator=torch.Generator().manual_seed(3))
    return F.interpolate(noise, size=224, mode="bilinear")


def as_rgb(films: Tensor) -> Tensor:
    return films.expand(-1, 3, -1, -1)


def twins() -> tuple[GreyDLHCovid, DLHCovid]:
    grey = seeded(5)
    grey.dropout.p = 0.0
    reference = DLHCovid()
    reference.dropout.p = 0.0
    reference.load_state_dict(grey.state_dict())
    return grey, reference


def test_the_network_has_the_papers_weights_and_names() -> None:
    network = DLHCovid()
    # 3·128·9+128, 128·128·9+128, 128·256·9+256, 2·(128+128+256), 50176·256+256, 256·3+3
    assert parameter_count(network) == 3_584 + 147_584 + 295_168 + 1_024 + 12_845_312 + 771
    kinds = {name.split(".")[0] for name in network.state_dict()}
    assert kinds == {"conv1", "bn1", "conv2", "bn2", "conv3", "bn3", "linear1", "linear2"}


def test_features_have_the_papers_shape(films: Tensor) -> None:
    assert DLHCovid().eval().features(as_rgb(films[:1])).shape == (1, 256, 14, 14)


def test_reference_equals_a_plain_sequence_of_the_papers_layers(films: Tensor) -> None:
    network = DLHCovid().eval()
    layers = nn.Sequential(
        *(network.conv1, network.bn1, nn.ReLU(), nn.MaxPool2d(4, 4)),
        *(network.conv2, network.bn2, nn.ReLU(), nn.MaxPool2d(2, 2)),
        *(network.conv3, network.bn3, nn.ReLU(), nn.MaxPool2d(2, 2)),
        *(nn.Flatten(), network.linear1, nn.ReLU(), network.dropout, network.linear2),
    ).eval()
    torch.testing.assert_close(network(as_rgb(films[:2])), layers(as_rgb(films[:2])))


@pytest.mark.parametrize("training", [True, False])
def test_grey_network_gives_the_references_logits(films: Tensor, training: bool) -> None:
    grey, reference = twins()
    torch.testing.assert_close(
        grey.train(training)(films), reference.train(training)(as_rgb(films)), atol=1e-5, rtol=1e-4
    )


def test_grey_network_has_the_references_gradients_and_running_statistics(films: Tensor) -> None:
    """In double precision, since rounding may let another of two nearly equal places win a pooling window."""
    grey, reference = (network.double().train() for network in twins())
    two, target = films[:2].double(), torch.tensor([0, 2])
    F.cross_entropy(grey(two), target).backward()
    F.cross_entropy(reference(as_rgb(two)), target).backward()
    for (name, ours), theirs in zip(grey.named_parameters(), reference.parameters(), strict=True):
        torch.testing.assert_close(ours.grad, theirs.grad, atol=1e-9, rtol=1e-6, msg=name)
    for ours_buffer, theirs_buffer in zip(grey.buffers(), reference.buffers(), strict=True):
        torch.testing.assert_close(ours_buffer, theirs_buffer)


def test_first_stage_gradient_is_exact_in_a_numerical_check() -> None:
    from xraydesk.network.first_stage import _PooledConvolution

    generator = torch.Generator().manual_seed(1)
    films = torch.rand(2, 1, 8, 8, generator=generator, dtype=torch.float64)
    kernel = torch.randn(3, 1, 3, 3, generator=generator, dtype=torch.float64, requires_grad=True)
    bias = torch.randn(3, generator=generator, dtype=torch.float64, requires_grad=True)
    assert torch.autograd.gradcheck(lambda k, b: _PooledConvolution.apply(films, k, b), (kernel, bias))


def test_same_seed_same_weights_and_the_global_generator_is_left_alone() -> None:
    before = torch.random.get_rng_state()
    first, second, other = seeded(1), seeded(1), seeded(2)
    assert torch.equal(torch.random.get_rng_state(), before)
    assert torch.equal(first.conv1.weight, second.conv1.weight)
    assert not torch.equal(first.conv1.weight, other.conv1.weight)
