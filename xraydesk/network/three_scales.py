"""DLH_COVID as it learns: its wide layer as a sum of three scales, normalised; exactly DLH_COVID again when kept.

linear1 has a weight for each of 256 channels at each of 14 x 14 places, and learns each from what happens at its
place alone: slowly, and disease does not mind its place. Here the layer is the sum of one matrix for all places
(coarse), one for 7 x 7 and one for 14 x 14 (fine), so that what holds everywhere is learned once. Batch normalisation
of the features and of the hidden layer keeps the steps well sized. All of it is linear between features and hidden
layer in use, so it folds into linear1's weight and bias: the published architecture, its names and its speed stay.
"""

from __future__ import annotations

from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from xraydesk.network.classifier import FastDLHCovid
from xraydesk.network.dlh_covid import GreyDLHCovid

_CHANNELS, _HIDDEN, _SIDE = 256, 256, 14
FEATURE_LAYERS = ("conv1", "bn1", "conv2", "bn2", "conv3", "bn3")


def _drawn(side: int, spread: float) -> nn.Parameter:
    """Normal, so that the hidden layer gets about `spread` of what features of variance 1 would give it."""
    inputs = _CHANNELS * side * side
    return nn.Parameter(torch.randn(_HIDDEN, _CHANNELS, side, side) * (spread / inputs**0.5))


class ThreeScaleDLHCovid(GreyDLHCovid):
    """Grey films (N, 1, 224, 224) to logits (N, K); `published()` is the same network as DLH_COVID.

    The middle scale is named for its sides, the fine one is linear1's own weight; linear1's bias does nothing here.
    """

    def __init__(self, classes: int = 3) -> None:
        super().__init__(classes)
        self.coarse, self.middle = _drawn(1, 1.0), _drawn(_SIDE // 2, 0.3)
        self.linear1.weight = nn.Parameter(_drawn(_SIDE, 0.3).detach().flatten(1))
        self.feature_norm = nn.BatchNorm2d(_CHANNELS)
        self.hidden_norm = nn.BatchNorm2d(_HIDDEN)
        # hidden_norm takes both away again: their gradient is rounding, which Adam would make steps of
        self.linear1.bias.requires_grad_(False)
        self.feature_norm.bias.requires_grad_(False)
        self._fast: FastDLHCovid | None = None  # of frozen convolutions

    def freeze(self, stages: int) -> None:
        """The first 2 or 3 convolutions keep still: what they give is computed as in use, several times as fast."""
        assert stages in (0, 2, 3)
        for layer in FEATURE_LAYERS[: 2 * stages]:
            self.get_submodule(layer).requires_grad_(False)

    def features(self, films: Tensor) -> Tensor:
        if self.conv1.weight.requires_grad:
            return super().features(films)
        if self._fast is None or self._fast.device != films.device:
            self._fast = FastDLHCovid(self.published(), films.device)
        learns = self.conv3.weight.requires_grad
        with torch.no_grad():
            x = self._fast.two_stages(films) if learns else self._fast.features(films)
        return F.relu(F.max_pool2d(self.bn3(self._convolved(self.conv3, x)), 2)) if learns else x

    def head(self, features: Tensor) -> Tensor:
        flat = self.feature_norm(features).flatten(1)
        hidden = F.linear(flat, self._whole().flatten(1)).unsqueeze(2).unsqueeze(3)  # (N, 256, 1, 1)
        hidden = F.relu(self.hidden_norm(hidden)).flatten(1)
        logits: Tensor = self.linear2(self.dropout(hidden))
        return logits

    def _whole(self) -> Tensor:
        """(256 hidden, 256 channels, 14, 14): the three scales together."""
        fine = self.linear1.weight.view(_HIDDEN, _CHANNELS, _SIDE, _SIDE)
        middle = self.middle.repeat_interleave(2, 2).repeat_interleave(2, 3)
        return fine + middle / 4 + self.coarse / _SIDE**2

    @torch.no_grad()
    def published(self) -> GreyDLHCovid:
        """DLH_COVID with the answers that this network gives in evaluation mode."""
        before, shift_before = _affine(self.feature_norm)
        after, shift_after = _affine(self.hidden_norm)
        whole = self._whole()
        network = GreyDLHCovid(self.classes)
        state = {name: value for name, value in self.state_dict().items() if name in network.state_dict()}
        weight = whole * before.view(1, -1, 1, 1) * after.view(-1, 1, 1, 1)
        state["linear1.weight"] = weight.flatten(1)
        state["linear1.bias"] = after * (whole.sum((2, 3)) @ shift_before) + shift_after
        network.to(self.linear1.weight.device).load_state_dict(state)
        return network.eval()


def _affine(norm: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    """What the normalisation multiplies by and adds in use, (C,) each."""
    mean, variance = cast(Tensor, norm.running_mean), cast(Tensor, norm.running_var)
    scale = norm.weight * (variance + norm.eps).rsqrt()
    return scale, norm.bias - mean * scale


def to_learn(network: GreyDLHCovid, seed: int) -> ThreeScaleDLHCovid:
    """The convolutions of a network, with a head that starts anew, the same for the same seed."""
    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        learning = ThreeScaleDLHCovid(network.classes)
    for layer in FEATURE_LAYERS:
        learning.get_submodule(layer).load_state_dict(network.get_submodule(layer).state_dict())
    return learning
