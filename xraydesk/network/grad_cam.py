"""Class activation maps of DLH_COVID in closed form.

Between the last pooling A (256, 14, 14) and a class's logit lie linear1, ReLU and linear2, so the
gradient needs no autograd pass: d logit_c / d A = (W2[c] * (h > 0)) @ W1, h being the hidden layer's
output. Grad-CAM (Selvaraju et al. 2017) weighs A's channels with the mean of that gradient; HiResCAM
(Draelos and Carin 2020) multiplies gradient and A place by place, which for this network is exactly the
place's share of the logit. The difference of two classes' maps is the place's share of the margin between them.
"""

from __future__ import annotations

import torch
from torch import Tensor

CHANNELS, SIDE = 256, 14


def _paths(hidden: Tensor, w2: Tensor) -> Tensor:
    """Each hidden unit's weight towards each class, 0 where ReLU cut it: (N, K, 256)."""
    return w2.unsqueeze(0) * (hidden > 0).to(w2.dtype).unsqueeze(1)


def mean_over_places(w1: Tensor) -> Tensor:
    """What `grad_cam` needs of linear1 (256, 50176): (256 hidden, 256 channels). Reads 51 MB: to be kept."""
    return w1.view(-1, CHANNELS, SIDE * SIDE).mean(2)


def place_by_place(w1: Tensor) -> Tensor:
    """linear1 (256, 50176) as a matrix for each place of the maps: (196, 256 channels, 256 hidden)."""
    return w1.view(-1, CHANNELS, SIDE * SIDE).permute(2, 1, 0).contiguous()


def grad_cam(features: Tensor, hidden: Tensor, mean_w1: Tensor, w2: Tensor) -> Tensor:
    """Raw Grad-CAM maps (N, K, 14, 14) from features (196, N, 256) and hidden (N, 256)."""
    alpha = _paths(hidden, w2) @ mean_w1  # (N, K, 256)
    return _as_maps(alpha, features)


def hires_cam(shares: Tensor, hidden: Tensor, w2: Tensor) -> Tensor:
    """Raw HiResCAM maps (N, K, 14, 14) from the hidden layer (N, 256) and what each place adds to it (196, N, 256)."""
    return _as_maps(_paths(hidden, w2), shares)


def over_runner_up(maps: Tensor, logits: Tensor) -> Tensor:
    """Each class's map less that of the likeliest other one: what speaks for it rather than for that (N, K, h, w)."""
    itself = torch.eye(logits.shape[1], dtype=torch.bool, device=logits.device)
    runner_up = logits.unsqueeze(1).masked_fill(itself, -torch.inf).argmax(2)  # (N, K)
    return maps - torch.take_along_dim(maps, runner_up[:, :, None, None], 1)


def _as_maps(weights: Tensor, places: Tensor) -> Tensor:
    """(N, K, C) with (196, N, C)"""
    return (weights @ places.permute(1, 2, 0)).view(places.shape[1], -1, SIDE, SIDE)
