"""Several processes that train one model (`torchrun`): each computes its share of every batch.

The result is that of one process at the same global batch, up to rounding: gradients, the statistics of
batch normalisation and DLH_COVID's dropout are those of the whole batch. On graphics cards NCCL carries the sums,
elsewhere gloo.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor, nn


@dataclass(frozen=True, slots=True)
class Together:
    """This process's place among those that train together; alone it is 0 of 1."""

    rank: int = 0
    size: int = 1

    @property
    def leads(self) -> bool:
        """Only one process writes and speaks."""
        return self.rank == 0

    def share(self, whole: Tensor) -> Tensor:
        """This process's part of a batch (N, …)."""
        return whole if self.size == 1 else whole.tensor_split(self.size)[self.rank]

    def sum_gradients(self, network: nn.Module) -> None:
        """After this every process takes the same step."""
        if self.size == 1:
            return
        gradients = [p.grad for p in network.parameters() if p.grad is not None]
        flat = torch.cat([gradient.flatten() for gradient in gradients])
        dist.all_reduce(flat)
        start = 0
        for gradient in gradients:
            gradient.copy_(flat[start : start + gradient.numel()].view_as(gradient))
            start += gradient.numel()

    def wait_for_all(self) -> None:
        if self.size > 1:
            dist.barrier()


ALONE = Together()


@contextmanager
def training_together(device: torch.device) -> Iterator[Together]:
    """As `torchrun` says in the environment; without it, alone."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size == 1:
        yield ALONE
        return
    if device.type == "cuda":
        torch.cuda.set_device(int(os.environ.get("LOCAL_RANK", "0")))
    dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
    try:
        yield Together(dist.get_rank(), size)
    finally:
        dist.destroy_process_group()


def normalise_together(network: nn.Module, together: Together) -> None:
    """Batch normalisation and DLH_COVID's dropout over the whole batch, in place; names of weights stay."""
    if together.size == 1:
        return
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            module.__class__ = _NormalisedTogether
    dropout = getattr(network, "dropout", None)
    if isinstance(dropout, nn.Dropout):
        network.dropout = _DroppedTogether(dropout.p, together)


class _NormalisedTogether(nn.BatchNorm2d):
    """torch's own does this on graphics cards only."""

    def forward(self, maps: Tensor) -> Tensor:
        if not self.training:
            return super().forward(maps)
        count = summed(torch.tensor(float(maps.numel() // maps.shape[1]), device=maps.device))
        mean = _summed_with_gradient(maps.float().sum((0, 2, 3))) / count  # (C,)
        centred = maps - mean.view(1, -1, 1, 1)
        variance = _summed_with_gradient(centred.float().square().sum((0, 2, 3))) / count
        self._remember(mean.detach(), variance.detach(), float(count))
        scale: Tensor = (self.weight * (variance + self.eps).rsqrt()).view(1, -1, 1, 1)
        shifted: Tensor = centred * scale + self.bias.view(1, -1, 1, 1)
        return shifted

    @torch.no_grad()
    def _remember(self, mean: Tensor, variance: Tensor, count: float) -> None:
        assert self.running_mean is not None and self.running_var is not None
        assert self.num_batches_tracked is not None and self.momentum is not None
        self.running_mean.lerp_(mean, self.momentum)
        self.running_var.lerp_(variance * (count / (count - 1)), self.momentum)
        self.num_batches_tracked += 1


class _DroppedTogether(nn.Module):
    """Every process draws the mask of the whole batch, as one process would, and uses its share."""

    def __init__(self, p: float, together: Together) -> None:
        super().__init__()
        self.p, self._together = p, together

    def forward(self, hidden: Tensor) -> Tensor:
        if not self.training:
            return hidden
        count = int(summed(torch.tensor(len(hidden), device=hidden.device)))
        kept = torch.empty(count, hidden.shape[1]).bernoulli_(1 - self.p).div_(1 - self.p)
        return hidden * self._together.share(kept).to(hidden.device)


class _Summed(torch.autograd.Function):
    """The sum over all processes; its gradient is the sum of theirs."""

    @staticmethod
    def forward(_ctx: Any, value: Tensor) -> Tensor:
        return summed(value)

    @staticmethod
    def backward(_ctx: Any, *gradients: Tensor) -> Tensor:
        return summed(gradients[0].contiguous())


def _summed_with_gradient(value: Tensor) -> Tensor:
    total: Tensor = _Summed.apply(value)  # type: ignore[no-untyped-call]
    return total


def summed(value: Tensor) -> Tensor:
    """The sum over all processes of a value without gradient; the value itself where there is only one."""
    if dist.is_available() and dist.is_initialized():
        value = value.clone()
        dist.all_reduce(value)
    return value
