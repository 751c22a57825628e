"""The networks beside DLH_COVID: torchvision's own, on grey films, with heatmaps of the right gradient."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn import functional as F

from xraydesk.errors import ModelDamaged, UsageError
from xraydesk.model.architectures import ARCHITECTURES, architecture_of
from xraydesk.network.checkpoint import load_weights, network_from, save_weights
from xraydesk.network.classifier import PlainReader, reader_of
from xraydesk.network.dlh_covid import DLHCovid
from xraydesk.network.film_network import parameter_count
from xraydesk.network.torchvision_compat import import_torchvision
from xraydesk.network.zoo import freeze_all_but_last, seeded_network, take_over

CPU = torch.device("cpu")
SMALL = {"inception_v3": 96}  # the least it can be fed is 75
OTHERS = [name for name in ARCHITECTURES if name != "dlh_covid"]


def films(count: int, side: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).integers(0, 256, (count, side, side), dtype=np.uint8)


@pytest.mark.parametrize("name", OTHERS)
def test_each_network_gives_logits_maps_and_a_gradient(name: str) -> None:
    side = SMALL.get(name, 64)
    network = seeded_network(name, 1, 4)
    assert network.classes == 4
    inputs = films(2, side)
    network.train()
    loss = F.cross_entropy(network(torch.from_numpy(inputs).unsqueeze(1).float() / 255), torch.tensor([0, 3]))
    loss.backward()
    assert network.get_parameter(f"{network.last}.weight").grad is not None
    output = PlainReader(network, CPU)(inputs)
    assert output.logits.shape == (2, 4)
    assert output.maps is not None
    assert output.maps.shape[:2] == (2, 4)
    assert np.isfinite(output.maps).all()


def test_a_grey_film_reads_as_its_rgb_copy_does_in_torchvision() -> None:
    """Against torchvision's own forward, with its own normalisation."""
    import_torchvision()
    from torchvision import models
    from torchvision.transforms.v2 import functional as transforms

    network = seeded_network("resnet18", 3, 3).eval()
    plain = models.resnet18(weights=None, num_classes=3).eval()
    plain.load_state_dict({k.removeprefix("network."): v for k, v in network.state_dict().items()})
    inputs = films(3, 128)
    rgb = torch.from_numpy(inputs).unsqueeze(1).expand(-1, 3, -1, -1).float() / 255
    wanted = plain(transforms.normalize(rgb, [0.485, 0.456, 0.406], [0.229, 0.224, 0.225]))
    got = reader_of(network, CPU)(inputs, maps=None).logits
    np.testing.assert_allclose(got, wanted.detach().numpy(), atol=1e-4)


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning", "ignore::UserWarning")
def test_heatmaps_are_captums_grad_cam() -> None:
    from captum.attr import LayerGradCam

    network = seeded_network("resnet18", 5, 3).eval()
    inputs = films(2, 96)
    ours = reader_of(network, CPU)(inputs).maps
    assert ours is not None
    tensors = torch.from_numpy(inputs).unsqueeze(1).float() / 255
    layer = network.get_submodule("network.layer4")
    for target in range(3):
        theirs = LayerGradCam(network, layer).attribute(tensors, target=target).squeeze(1).detach().numpy()
        np.testing.assert_allclose(ours[:, target], theirs, atol=1e-5)


def test_the_paper_counts_its_networks_weights_as_torchvision_does() -> None:
    """ResNet18 with 1000 classes has 11,689,512 weights (torchvision's documentation)."""
    assert parameter_count(seeded_network("resnet18", 0, 1000)) == 11_689_512


def test_only_the_last_layer_of_a_frozen_network_learns() -> None:
    network = seeded_network("resnet18", 0, 3)
    freeze_all_but_last(network)
    learning = {name for name, p in network.named_parameters() if p.requires_grad}
    assert learning == {"network.fc.weight", "network.fc.bias"}


def test_weights_of_torchvisions_own_names_are_taken_over_but_for_the_last_layer() -> None:
    import_torchvision()
    from torchvision import models

    torch.manual_seed(0)
    brought = models.resnet18(weights=None).state_dict()
    network = seeded_network("resnet18", 9, 3)
    last = network.get_parameter("network.fc.weight").detach().clone()
    assert take_over(network, brought) == ""
    assert torch.equal(network.get_parameter("network.conv1.weight"), brought["conv1.weight"])
    assert torch.equal(network.get_parameter("network.fc.weight"), last)


def test_weights_of_another_network_are_told_apart() -> None:
    small, large = seeded_network("resnet18", 0, 3), seeded_network("resnet34", 0, 3)
    assert take_over(large, small.state_dict()) == (
        "network.layer1.2.conv1.weight is not among them, or of another shape"
    )
    assert take_over(small, large.state_dict()) == "network.layer1.2.conv1.weight has no place in it"
    bare = {name.removeprefix("network."): value for name, value in large.state_dict().items()}
    assert take_over(small, bare) == "layer1.2.conv1.weight has no place in it"


@pytest.mark.parametrize(("name", "helper"), [("googlenet", "aux1.fc1"), ("inception_v3", "AuxLogits.fc")])
def test_auxiliary_heads_that_only_train_are_passed_over(name: str, helper: str) -> None:
    network = seeded_network(name, 0, 3)
    brought = network.state_dict() | {f"{helper}.weight": torch.zeros(3, 3)}
    assert take_over(network, brought) == ""


@pytest.mark.parametrize("name", ["resnet18", "efficientnet_b0"])
def test_a_network_is_kept_and_read_back(name: str, tmp_path: Path) -> None:
    network = seeded_network(name, 4, 5).eval()
    save_weights(network.state_dict(), tmp_path / "w.safetensors")
    again = network_from(load_weights(tmp_path / "w.safetensors"), tmp_path / "w.safetensors", name)
    inputs = films(1, 64)
    assert np.array_equal(
        PlainReader(network, CPU)(inputs).logits,
        PlainReader(again, CPU)(inputs).logits,
    )


def test_weights_of_another_architecture_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelDamaged, match="ResNet34"):
        network_from(seeded_network("resnet18", 0, 3).state_dict(), tmp_path / "w.safetensors", "resnet34")


def test_an_unknown_network_is_refused_with_those_there_are() -> None:
    with pytest.raises(UsageError) as refused:
        architecture_of("alexnet")
    assert "resnet18" in refused.value.hint


def test_dlh_covid_is_read_the_fast_way() -> None:
    assert isinstance(seeded_network("dlh_covid", 0, 3), DLHCovid)
    assert not isinstance(reader_of(seeded_network("dlh_covid", 0, 3), CPU), PlainReader)
