"""The network for reading equals the reference, and its maps equal autograd and captum."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from captum.attr import LayerGradCam
from numpy.typing import NDArray
from torch import Tensor, nn

from xraydesk.errors import EngineError
from xraydesk.network.classifier import Classifier, FastDLHCovid
from xraydesk.network.device import ChosenDevice, choose_device
from xraydesk.network.dlh_covid import DLHCovid, seeded


def trained_looking(classes: int = 3) -> DLHCovid:
    """Random weights, with batch normalisation as no fresh network has it (negative scales too)."""
    network = DLHCovid(classes)
    network.load_state_dict(seeded(11, classes).state_dict())
    generator = torch.Generator().manual_seed(4)
    for bn in (network.bn1, network.bn2, network.bn3):
        assert bn.running_mean is not None and bn.running_var is not None
        bn.weight.data = torch.randn(bn.num_features, generator=generator)
        bn.bias.data = torch.randn(bn.num_features, generator=generator) * 0.3
        bn.running_mean.normal_(0.0, 0.2, generator=generator)
        bn.running_var.uniform_(0.2, 1.5, generator=generator)
    network.linear2.weight.data *= 4
    return network.eval()


@pytest.fixture(scope="module")
def reference() -> DLHCovid:
    return trained_looking()


@pytest.fixture(scope="module")
def inputs() -> NDArray[np.uint8]:
    return np.random.default_rng(0).integers(0, 256, (5, 224, 224), dtype=np.uint8)


def as_films(inputs: NDArray[np.uint8]) -> Tensor:
    return torch.from_numpy(inputs).unsqueeze(1).expand(-1, 3, -1, -1).float() / 255.0


CPU = torch.device("cpu")


def test_logits_equal_the_reference_within_1e_4(reference: DLHCovid, inputs: NDArray[np.uint8]) -> None:
    with torch.inference_mode():
        wanted = reference(as_films(inputs)).double().numpy()
    fast = FastDLHCovid(reference, CPU)
    assert np.ptp(wanted) > 0.1  # the films are told apart, so that equality means something
    np.testing.assert_allclose(fast(inputs).logits, wanted, atol=1e-4)
    np.testing.assert_allclose(fast(inputs[:1], alone=True).logits, wanted[:1], atol=1e-4)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 16])
def test_a_film_gets_the_same_answer_alone_and_in_any_batch_to_the_last_digit(
    reference: DLHCovid, size: int
) -> None:
    inputs = np.random.default_rng(1).integers(0, 256, (19, 224, 224), dtype=np.uint8)
    fast = FastDLHCovid(reference, CPU)
    together = fast(inputs)
    parts = [fast(inputs[start : start + size]) for start in range(0, len(inputs), size)]
    assert together.maps is not None
    np.testing.assert_array_equal(np.concatenate([part.logits for part in parts]), together.logits)
    maps = [part.maps for part in parts if part.maps is not None]
    np.testing.assert_allclose(np.concatenate(maps), together.maps, rtol=1e-4, atol=1e-6)


@pytest.fixture
def threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


@pytest.mark.usefixtures("threads")
def test_the_last_maps_of_films_read_together_do_not_depend_on_the_number_of_cores(
    reference: DLHCovid, inputs: NDArray[np.uint8]
) -> None:
    fast = FastDLHCovid(reference, CPU)
    found = []
    for cores in (1, 2, 4):
        torch.set_num_threads(cores)
        found.append(fast(inputs, maps=None).features)
        assert torch.get_num_threads() == cores
    np.testing.assert_array_equal(found[1], found[0])
    np.testing.assert_array_equal(found[2], found[0])


def captum_map(reference: DLHCovid, films: Tensor, target: int) -> Tensor:
    """LayerGradCam on the last pooling's output, (N, 14, 14)."""

    class Tail(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.here = nn.Identity()

        def forward(self, films: Tensor) -> Tensor:
            features = self.here(reference.features(films))
            logits: Tensor = reference.linear2(torch.relu(reference.linear1(features.flatten(1))))
            return logits

    tail = Tail()
    found: Tensor = LayerGradCam(tail, tail.here).attribute(films, target=target, relu_attributions=False)
    return found[:, 0].detach()


@pytest.mark.parametrize("target", [0, 1, 2])
def test_grad_cam_equals_captums(reference: DLHCovid, inputs: NDArray[np.uint8], target: int) -> None:
    maps = FastDLHCovid(reference, CPU)(inputs, maps="grad_cam").maps
    assert maps is not None
    wanted = captum_map(reference, as_films(inputs), target).numpy()
    np.testing.assert_allclose(maps[:, target], wanted, atol=1e-5 * max(1.0, np.abs(wanted).max()))


def test_hires_cam_equals_gradient_times_activation(reference: DLHCovid, inputs: NDArray[np.uint8]) -> None:
    features = reference.features(as_films(inputs[:2])).detach().requires_grad_()
    logits = reference.linear2(torch.relu(reference.linear1(features.flatten(1))))
    maps = FastDLHCovid(reference, CPU)(inputs[:2], maps="hires_cam").maps
    assert maps is not None
    for target in range(3):
        (gradient,) = torch.autograd.grad(logits[:, target].sum(), features, retain_graph=True)
        wanted = (gradient * features).sum(1).detach().numpy()
        np.testing.assert_allclose(maps[:, target], wanted, atol=1e-5 * max(1.0, np.abs(wanted).max()))


def test_what_is_shown_explains_the_lead_over_the_likeliest_other_class(
    reference: DLHCovid, inputs: NDArray[np.uint8]
) -> None:
    fast = FastDLHCovid(reference, CPU)
    output = fast(inputs, maps=fast.best_maps)
    features = reference.features(as_films(inputs)).detach().requires_grad_()
    logits = reference.linear2(torch.relu(reference.linear1(features.flatten(1))))
    for film, target in itertools.product(range(len(inputs)), range(3)):
        other = max({0, 1, 2} - {target}, key=lambda k: output.logits[film, k])
        (gradient,) = torch.autograd.grad(
            logits[film, target] - logits[film, other], features, retain_graph=True
        )
        wanted = (gradient * features)[film].sum(0).detach().numpy()
        assert output.maps is not None
        np.testing.assert_allclose(
            output.maps[film, target], wanted, atol=1e-5 * max(1.0, np.abs(wanted).max())
        )


def test_two_classes_and_five_classes_work(inputs: NDArray[np.uint8]) -> None:
    for classes in (2, 5):
        fast = FastDLHCovid(trained_looking(classes), CPU)
        output = fast(inputs[:2], maps=fast.best_maps)
        assert output.logits.shape == (2, classes)
        assert output.maps is not None and output.maps.shape == (2, classes, 14, 14)


class ScarceMemory:
    """A network on a device that holds `room` films at most."""

    def __init__(self, real: FastDLHCovid, room: int) -> None:
        self.real, self.room, self.batches = real, room, list[int]()

    def __call__(self, inputs: NDArray[np.uint8], *, maps: str | None = None, alone: bool = False) -> object:
        self.batches.append(len(inputs))
        if len(inputs) > self.room:
            raise torch.OutOfMemoryError("CUDA out of memory")
        return self.real(inputs, maps=maps, alone=alone)


def test_out_of_memory_halves_the_batch_and_every_film_is_answered(
    reference: DLHCovid, inputs: NDArray[np.uint8]
) -> None:
    classifier = Classifier(reference, choose_device("cpu"), batch=4)
    scarce = ScarceMemory(FastDLHCovid(reference, CPU), room=2)
    classifier._network = scarce  # type: ignore[assignment]
    output = classifier(inputs)
    assert scarce.batches == [4, 2, 2, 1]
    np.testing.assert_allclose(output.logits, FastDLHCovid(reference, CPU)(inputs).logits, atol=1e-5)


def test_out_of_memory_on_the_card_falls_back_to_the_processor(
    reference: DLHCovid, inputs: NDArray[np.uint8]
) -> None:
    classifier = Classifier(reference, choose_device("cpu"), batch=1)
    classifier.chosen = ChosenDevice(torch.device("cuda"), "a card")
    classifier._network = ScarceMemory(FastDLHCovid(reference, CPU), room=0)  # type: ignore[assignment]
    assert classifier(inputs[:2]).logits.shape == (2, 3)
    assert classifier.device_kind == "cpu"
    assert "processor" in classifier.chosen.note


def test_out_of_memory_on_the_processor_is_said_in_words(
    reference: DLHCovid, inputs: NDArray[np.uint8]
) -> None:
    classifier = Classifier(reference, choose_device("cpu"), batch=1)
    classifier._network = ScarceMemory(FastDLHCovid(reference, CPU), room=0)  # type: ignore[assignment]
    with pytest.raises(EngineError, match="out of memory"):
        classifier(inputs[:1])
