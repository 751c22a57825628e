"""DLH_COVID as published: the reference that everything faster is held against.

Dey, Bacellar, Chandrappa, Kulkarni, medRxiv 2021.07.15.21260605, "Our model (Best 5)". The attribute
names are those of the authors' state dict, so their checkpoints load as they are.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xraydesk.network.film_network import FilmNetwork
from xraydesk.network.first_stage import trained_first_stage
from xraydesk.network.winograd import trained_conv, trains_here

INPUT_SIZE = 224


class DLHCovid(FilmNetwork):
    """RGB films (N, 3, 224, 224) in [0, 1] to logits (N, K)."""

    last = "linear2"

    def __init__(self, classes: int = 3) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(3, 128, kernel_size=3, padding=1)
        self.bn1 = nn.BatchNorm2d(128)
        self.conv2 = nn.Conv2d(128, 128, kernel_size=3, padding=1)
        self.bn2 = nn.BatchNorm2d(128)
        self.conv3 = nn.Conv2d(128, 256, kernel_size=3, padding=1)
        self.bn3 = nn.BatchNorm2d(256)
        self.linear1 = nn.Linear(256 * 14 * 14, 256)
        self.linear2 = nn.Linear(256, classes)
        self.dropout = nn.Dropout(0.5)

    def features(self, films: Tensor) -> Tensor:
        """Output of the last pooling (N, 256, 14, 14)."""
        x = F.max_pool2d(F.relu(self.bn1(self.conv1(films))), 4)  # (N, 128, 56, 56)
        x = F.max_pool2d(F.relu(self.bn2(self.conv2(x))), 2)  # (N, 128, 28, 28)
        return F.max_pool2d(F.relu(self.bn3(self.conv3(x))), 2)  # (N, 256, 14, 14)

    def head(self, features: Tensor) -> Tensor:
        hidden = F.relu(self.linear1(features.flatten(1)))  # (N, 256)
        logits: Tensor = self.linear2(self.dropout(hidden))  # (N, K)
        return logits


class GreyDLHCovid(DLHCovid):
    """The same weights and the same answers for grey films (N, 1, 224, 224), made to train fast.

    The three input channels of a grey film are equal, so conv1 may use the sum of its three kernels;
    pooling commutes with ReLU; `first_stage` says how the largest maps are avoided. All of it is exact,
    and so is the gradient of every parameter.
    """

    def features(self, films: Tensor) -> Tensor:
        if self.training and films.device.type == "cpu":
            x = F.relu(trained_first_stage(self.conv1, self.bn1, films))
        else:
            kernel = self.conv1.weight.sum(1, keepdim=True)  # (128, 1, 3, 3)
            x = F.relu(F.max_pool2d(self.bn1(F.conv2d(films, kernel, self.conv1.bias, padding=1)), 4))
        x = F.relu(F.max_pool2d(self.bn2(self._convolved(self.conv2, x)), 2))
        return F.relu(F.max_pool2d(self.bn3(self._convolved(self.conv3, x)), 2))

    def _convolved(self, conv: nn.Conv2d, x: Tensor) -> Tensor:
        convolved: Tensor = trained_conv(conv, x) if self.training and trains_here(x) else conv(x)
        return convolved


def seeded(seed: int, classes: int = 3) -> GreyDLHCovid:
    """A network with PyTorch's own initialisation, the same for the same seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        return GreyDLHCovid(classes)
