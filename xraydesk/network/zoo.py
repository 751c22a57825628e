"""The networks that can be trained and read: DLH_COVID, and those the paper compares it with, from torchvision.

Nothing is downloaded: ImageNet weights come from a file that the user brings.
"""

from __future__ import annotations

import re
import warnings
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from xraydesk.model.architectures import Architecture, architecture_of
from xraydesk.network.dlh_covid import GreyDLHCovid
from xraydesk.network.film_network import FilmNetwork
from xraydesk.network.torchvision_compat import import_torchvision

_IMAGENET_MEAN, _IMAGENET_DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)


class TorchvisionNetwork(FilmNetwork):
    """A classification network of torchvision on grey films; `network` is torchvision's own, its names kept.

    The grey film goes to all three channels, normalised as ImageNet's pictures are.
    """

    def __init__(self, architecture: Architecture, classes: int) -> None:
        super().__init__()
        self.last = architecture.last
        self.network = _made(architecture.name, classes)
        names = [name for name, _ in self.network.named_children()]  # in the order they are applied
        pooling = names.index("avgpool")
        self._body, self._tail = names[:pooling], names[pooling + 1 :]
        self._mean: Tensor
        self._deviation: Tensor
        self.register_buffer("_mean", torch.tensor(_IMAGENET_MEAN).view(3, 1, 1), persistent=False)
        self.register_buffer("_deviation", torch.tensor(_IMAGENET_DEVIATION).view(3, 1, 1), persistent=False)

    def features(self, films: Tensor) -> Tensor:
        x = (films.expand(-1, 3, -1, -1) - self._mean) / self._deviation
        for name in self._body:
            x = self.network.get_submodule(name)(x)
        return x  # (N, C, h, w)

    def head(self, features: Tensor) -> Tensor:
        x: Tensor = self.network.get_submodule("avgpool")(features).flatten(1)
        for name in self._tail:
            x = self.network.get_submodule(name)(x)
        return x


def _made(name: str, classes: int) -> nn.Module:
    """torchvision's network without the auxiliary heads, whose only use is at the start of long trainings."""
    import_torchvision()
    from torchvision import models  # noqa: PLC0415 - takes seconds, and only these networks need it

    more: dict[str, Any] = {}
    if name in ("googlenet", "inception_v3"):
        more = {"aux_logits": False, "init_weights": False}
    make: Callable[..., nn.Module] = getattr(models, name)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of torchvision's coming changes
        return make(weights=None, num_classes=classes, **more)


def new_network(name: str, classes: int) -> FilmNetwork:
    """With PyTorch's own initialisation. Raises UsageError for an unknown architecture."""
    architecture = architecture_of(name)
    if name == "dlh_covid":
        return GreyDLHCovid(classes)
    return TorchvisionNetwork(architecture, classes)


def seeded_network(name: str, seed: int, classes: int) -> FilmNetwork:
    """The same weights for the same seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return new_network(name, classes)


def freeze_all_but_last(network: FilmNetwork) -> None:
    """Only the layer that gives the logits learns (the paper's comparison networks)."""
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    for parameter in network.get_submodule(network.last).parameters():
        parameter.requires_grad_(True)


def take_over(network: FilmNetwork, start: dict[str, Tensor]) -> str:
    """Weights from a state dict, by name and shape; torchvision's own names are understood, too.

    The last layer starts anew where the classes differ in number. Returns why these are weights of
    another network, "" where they are not.
    """
    own = network.state_dict()
    named = {**{f"network.{name}": value for name, value in start.items()}, **start}
    fitting = {name: value for name, value in named.items() if name in own and own[name].shape == value.shape}
    network.load_state_dict(own | fitting)
    last = network.last.removeprefix("network.")
    # older files lack num_batches_tracked, and nothing is computed with it; auxiliary heads train and no more
    passed_over = re.compile(rf"(network\.)?({re.escape(last)}\.|aux|AuxLogits\.)|.*num_batches_tracked$")
    for name in own:
        if name not in fitting and not passed_over.match(name):
            return f"{name} is not among them, or of another shape"
    for name in start:
        if not ({name, f"network.{name}"} & own.keys() or passed_over.match(name)):
            return f"{name} has no place in it"
    return ""
