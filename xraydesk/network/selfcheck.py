"""Two short trials of the network on this machine: does it compute rightly, does it learn."""

from __future__ import annotations

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn import functional as F

from xraydesk.network.classifier import FastDLHCovid
from xraydesk.network.dlh_covid import DLHCovid, seeded


def _drawn(count: int) -> NDArray[np.uint8]:
    return np.random.default_rng(7).integers(0, 256, (count, 224, 224), dtype=np.uint8)


def largest_difference() -> float:
    """The fast network's furthest logit from the reference's, same weights, same three films."""
    grey = seeded(7)
    reference = DLHCovid()
    reference.load_state_dict(grey.state_dict())
    inputs = _drawn(3)
    with torch.inference_mode():
        films = torch.from_numpy(inputs).unsqueeze(1).expand(-1, 3, -1, -1).float() / 255.0
        wanted = reference.eval()(films).double().numpy()
    return float(np.abs(FastDLHCovid(grey, torch.device("cpu"))(inputs).logits - wanted).max())


def loss_falls() -> tuple[float, float]:
    """Cross entropy on four films before and after one small step down its gradient."""
    network = seeded(7).train()
    network.dropout.p = 0.0
    films = torch.from_numpy(_drawn(4)).unsqueeze(1).float() / 255.0
    target = torch.tensor([0, 1, 2, 1])
    before = F.cross_entropy(network(films), target)
    before.backward()
    torch.optim.SGD(network.parameters(), lr=1e-4).step()
    with torch.no_grad():
        after = F.cross_entropy(network(films), target)
    return float(before.detach()), float(after)
