"""DLH_COVID for reading: equal to the reference network within rounding, several times as fast.

What makes it fast, each step exact: batch normalisation is folded into the convolutions, conv1 works on
the one grey channel with the sum of its kernels, pooling comes before ReLU (they commute), tensors are
channels-last. On the processor, besides, conv2 and conv3 multiply a quarter as often (`winograd`), films go through in
pairs and conv1 pools as it goes, so that their maps stay in the cache.
"""

from __future__ import annotations

from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F
from torch.nn.utils.fusion import fuse_conv_bn_eval

from xraydesk.errors import EngineError
from xraydesk.network.crew import each_on_a_core
from xraydesk.network.device import ChosenDevice, choose_device, is_out_of_memory
from xraydesk.network.dlh_covid import DLHCovid
from xraydesk.network.film_network import FilmNetwork
from xraydesk.network.grad_cam import (
    grad_cam,
    hires_cam,
    mean_over_places,
    over_runner_up,
    place_by_place,
)
from xraydesk.network.winograd import PooledConv, by_phase, by_place

_ROWS = 16  # of the wide layer, always: see `_in_rows`


@dataclass(frozen=True, slots=True, eq=False)
class NetworkOutput:
    """`logits` (N, K) float64; `maps` (N, K, h, w) float32, raw (signed) evidence for each class.

    `features` (N, C) float32: the mean of each of the last activation maps.
    """

    logits: NDArray[np.float64]
    maps: NDArray[np.float32] | None
    features: NDArray[np.float32]


def _kernel(conv: nn.Conv2d, bn: nn.BatchNorm2d) -> tuple[Tensor, Tensor]:
    folded = fuse_conv_bn_eval(conv, bn)
    assert folded.bias is not None
    return folded.weight.detach(), folded.bias.detach()


def _as_films(inputs: NDArray[np.uint8], device: torch.device) -> Tensor:
    """(N, S, S) uint8 to (N, 1, S, S) float32 in [0, 1]."""
    return torch.from_numpy(np.ascontiguousarray(inputs)).to(device).unsqueeze(1).float().div_(255.0)


def _in_rows(features: Tensor, rows: int) -> list[Tensor]:
    """Features (N, C, h, w) as (h w, rows, C), the last with zeros at its end.

    How a product of matrices is rounded goes by its size. Always for as many films, an input has the same answer to
    the last digit by itself, among ten thousand, and where a batch was interrupted.
    """
    parts = features.flatten(2).permute(2, 0, 1).split(rows, 1)
    return [F.pad(part, (0, 0, 0, rows - part.shape[1])) for part in parts]


def _means(features: Tensor) -> NDArray[np.float32]:
    """(N, C, h, w) to (N, C)."""
    return features.mean((2, 3)).float().cpu().numpy()


class FastDLHCovid:
    """Grey films (N, 1, 224, 224) float32 in [0, 1] to logits and maps. Not for training."""

    # for this network each place's share of the lead over the likeliest other class, exactly
    best_maps, maps_name = "hires_cam_margin", "HiResCAM of the margin"

    def __init__(self, reference: DLHCovid, device: torch.device) -> None:
        reference = reference.eval()
        self.device = device
        self.classes = reference.linear2.out_features
        last = torch.channels_last
        weight, bias = _kernel(reference.conv1, reference.bn1)
        self._k1 = weight.sum(1, keepdim=True).to(device, memory_format=last)
        self._b1 = bias.to(device)
        self._taps1 = self._k1.flatten(1).t().contiguous()  # (9, 128)
        weight, bias = _kernel(reference.conv2, reference.bn2)
        self._k2, self._b2 = weight.to(device, memory_format=last), bias.to(device)
        weight, bias = _kernel(reference.conv3, reference.bn3)
        self._k3, self._b3 = weight.to(device, memory_format=last), bias.to(device)
        self._stage2, self._stage3 = PooledConv(self._k2, self._b2), PooledConv(self._k3, self._b3)
        wide = reference.linear1.weight.detach().to(device)
        self._mean_w1 = mean_over_places(wide)
        self._w1 = place_by_place(wide)
        self._c1 = reference.linear1.bias.detach().to(device)
        self._w2 = reference.linear2.weight.detach().to(device)
        self._c2 = reference.linear2.bias.detach().to(device)

    def features(self, films: Tensor) -> Tensor:
        """Output of the last pooling (N, 256, 14, 14)."""
        if self.device.type == "cpu":
            return torch.cat([self._features_on_cpu(pair) for pair in films.split(2)])
        x = self._stage(films, self._k1, self._b1, 4)  # (N, 128, 56, 56)
        x = self._stage(x, self._k2, self._b2, 2)  # (N, 128, 28, 28)
        return self._stage(x, self._k3, self._b3, 2)

    def two_stages(self, films: Tensor) -> Tensor:
        """Output of the second pooling (N, 128, 28, 28)."""
        if self.device.type == "cpu":
            return torch.cat([self._two_stages_on_cpu(pair) for pair in films.split(2)]).permute(0, 3, 1, 2)
        return self._stage(self._stage(films, self._k1, self._b1, 4), self._k2, self._b2, 2)

    def _features_on_cpu(self, films: Tensor) -> Tensor:
        return by_place(self._stage3(by_phase(self._two_stages_on_cpu(films)).contiguous())).permute(
            0, 3, 1, 2
        )

    def _two_stages_on_cpu(self, films: Tensor) -> Tensor:
        """(N, 28, 28, 128)"""
        return by_place(self._stage2(torch.stack([self._first_stage(film) for film in films.split(1)], 2)))

    def _first_stage(self, film: Tensor) -> Tensor:
        """(1, 1, 224, 224) to (4, 4, 14, 14, 128): the (56, 56, 128) maps by phase.

        A product of matrices for each of the sixteen places of a pooling window, the largest kept on the way: no
        more than a sixteenth of conv1's maps is ever in memory.
        """
        width = film.shape[2] + 2
        shape = (4, 4, film.shape[2] // 16, film.shape[3] // 16)
        taps = F.pad(film, (1, 1, 1, 1)).as_strided(
            (4, 4, 3, 3, *shape), (width, 1, width, 1, 4 * width, 4, 16 * width, 16)
        )
        first, *others = taps.reshape(16, 9, -1).mT.unbind()  # each (windows, 9)
        largest = first @ self._taps1
        here = torch.empty_like(largest)
        for place in others:
            torch.maximum(largest, torch.mm(place, self._taps1, out=here), out=largest)
        return largest.add_(self._b1).relu_().view(*shape, -1)

    @staticmethod
    def _stage(x: Tensor, kernel: Tensor, bias: Tensor, side: int) -> Tensor:
        x = x.to(memory_format=torch.channels_last)
        return F.relu_(F.max_pool2d(F.conv2d(x, kernel, bias, padding=1), side))

    @torch.inference_mode()
    def __call__(
        self, inputs: NDArray[np.uint8], *, maps: str | None = "grad_cam", alone: bool = False
    ) -> NetworkOutput:
        """Model inputs (N, 224, 224) uint8 to logits, and to maps of the method asked for.

        `alone`: somebody waits for this one film, so all cores share it, and the sixth digit may differ.
        """
        films = _as_films(inputs, self.device)
        if alone or self.device.type != "cpu":
            features = self.features(films)
        else:
            features = torch.cat(each_on_a_core(self._features_on_cpu, films.split(2)))
        count = len(features)
        filled = not alone and self.device.type == "cpu"
        parts = [self._head(part, maps) for part in _in_rows(features, _ROWS if filled else count)]
        logits = torch.cat([logits for logits, _ in parts])[:count].double().cpu().numpy()
        if maps is None:
            return NetworkOutput(logits, None, _means(features))
        found = torch.cat([found for _, found in parts if found is not None])[:count]
        return NetworkOutput(logits, found.float().cpu().numpy(), _means(features))

    def _head(self, features: Tensor, maps: str | None) -> tuple[Tensor, Tensor | None]:
        """Logits (N, K) and maps (N, K, 14, 14) of features (196, N, 256), place by place.

        A product of matrices for each place: the sum over places is the hidden layer, and HiResCAM needs nothing else.
        """
        shares = features.bmm(self._w1)  # (196, N, 256 hidden)
        hidden = F.relu_(shares.sum(0).add_(self._c1))
        logits = F.linear(hidden, self._w2, self._c2)
        if maps is None:
            return logits, None
        if maps == "grad_cam":
            return logits, grad_cam(features, hidden, self._mean_w1, self._w2)
        assert maps in ("hires_cam", "hires_cam_margin")
        found = hires_cam(shares, hidden, self._w2)
        return logits, over_runner_up(found, logits) if maps == "hires_cam_margin" else found


class PlainReader:
    """Any other network, as it is: grey films (N, S, S) uint8 to logits and maps. Not for training.

    Maps need the gradient from each logit back to the last activation maps, so only the head is walked twice.
    """

    best_maps, maps_name = "grad_cam", "Grad-CAM"

    def __init__(self, reference: FilmNetwork, device: torch.device) -> None:
        self.device = device
        self._network = deepcopy(reference).to(device, memory_format=torch.channels_last).eval()  # type: ignore[call-overload]
        self._network.requires_grad_(False)

    def __call__(
        self,
        inputs: NDArray[np.uint8],
        *,
        maps: str | None = "grad_cam",
        alone: bool = False,  # noqa: ARG002
    ) -> NetworkOutput:
        """As FastDLHCovid; films are always read together."""
        films = _as_films(inputs, self.device)
        with torch.no_grad():
            features = self._network.features(films)  # (N, C, h, w)
        if maps is None:
            with torch.no_grad():
                logits = self._network.head(features)
                return NetworkOutput(logits.double().cpu().numpy(), None, _means(features))
        features.requires_grad_()
        logits = self._network.head(features)  # (N, K)
        found = [self._map(features, logits[:, k].sum(), maps) for k in range(logits.shape[1])]
        return NetworkOutput(
            logits.detach().double().cpu().numpy(),
            torch.stack(found, 1).float().cpu().numpy(),
            _means(features.detach()),
        )

    @staticmethod
    def _map(features: Tensor, logit: Tensor, maps: str) -> Tensor:
        """(N, h, w)"""
        (gradient,) = torch.autograd.grad(logit, features, retain_graph=True)
        if maps == "grad_cam":
            gradient = gradient.mean((2, 3), keepdim=True)
        return (gradient * features.detach()).sum(1)


def reader_of(network: FilmNetwork, device: torch.device) -> FastDLHCovid | PlainReader:
    """The fastest way to read with this network that there is."""
    return FastDLHCovid(network, device) if isinstance(network, DLHCovid) else PlainReader(network, device)


class Classifier:
    """A network on a device, in batches that fit its memory, with the CPU behind it."""

    def __init__(self, reference: FilmNetwork, chosen: ChosenDevice, *, batch: int = 32) -> None:
        self._reference = reference
        self._batch = batch
        self._use(chosen)

    def _use(self, chosen: ChosenDevice) -> None:
        self.chosen = chosen
        self._network = reader_of(self._reference, chosen.device)

    @property
    def device_kind(self) -> str:
        return self.chosen.device.type

    @property
    def best_maps(self) -> str:
        """The kind of maps that measures best for this network (weights/REPORT.md), as `maps` is told it."""
        return self._network.best_maps

    @property
    def maps_name(self) -> str:
        """Of `best_maps`, in the literature."""
        return self._network.maps_name

    def __call__(
        self, inputs: NDArray[np.uint8], *, maps: str | None = "grad_cam", alone: bool = False
    ) -> NetworkOutput:
        """As FastDLHCovid. Out of memory halves the batch, and at last moves to the CPU."""
        parts: list[NetworkOutput] = []
        start = 0
        while start < len(inputs):
            try:
                parts.append(self._network(inputs[start : start + self._batch], maps=maps, alone=alone))
            except (RuntimeError, MemoryError) as error:
                self._give_way(error)
                continue
            start += self._batch
        logits = np.concatenate([part.logits for part in parts])
        found = [part.maps for part in parts if part.maps is not None]
        features = np.concatenate([part.features for part in parts])
        return NetworkOutput(logits, np.concatenate(found) if found else None, features)

    def _give_way(self, error: RuntimeError | MemoryError) -> None:
        """A smaller batch, then the CPU; on the CPU with one film there is nothing left to give."""
        if is_out_of_memory(error) and self._batch > 1:
            self._batch //= 2
        elif self.device_kind != "cpu":
            self._use(choose_device("cpu", note="The graphics card gave up, so the processor is used."))
        else:
            raise EngineError(
                "The network could not run: this computer is out of memory."
                if is_out_of_memory(error)
                else "The network could not run on this computer.",
                hint="Close other programs and try again.",
            ) from error
