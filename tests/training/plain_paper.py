"""The paper's network and recipe as plain PyTorch has them: nothing here comes from XRayDesk but the split."""

from __future__ import annotations

import copy
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

BATCH = 32  # where nothing is learned


def plain_network(classes: int) -> nn.Sequential:
    """DLH_COVID on RGB films (N, 3, 224, 224)."""
    return nn.Sequential(
        *(nn.Conv2d(3, 128, 3, padding=1), nn.BatchNorm2d(128), nn.ReLU(), nn.MaxPool2d(4)),
        *(nn.Conv2d(128, 128, 3, padding=1), nn.BatchNorm2d(128), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Conv2d(128, 256, 3, padding=1), nn.BatchNorm2d(256), nn.ReLU(), nn.MaxPool2d(2)),
        *(nn.Flatten(), nn.Linear(50176, 256), nn.ReLU(), nn.Dropout(0.5), nn.Linear(256, classes)),
    )


def rgb(film: Path) -> Tensor:
    """(3, 224, 224) in [0, 1]: the short side scaled to 224, the middle kept."""
    image = Image.open(film).convert("L").convert("RGB")
    scale = 224 / min(image.size)
    image = image.resize((round(image.width * scale), round(image.height * scale)), Image.Resampling.BILINEAR)
    left, top = (image.width - 224) // 2, (image.height - 224) // 2
    cropped = np.asarray(image.crop((left, top, left + 224, top + 224)), dtype=np.float32)
    return torch.from_numpy(cropped / 255).permute(2, 0, 1)


@torch.no_grad()
def logits_of(network: nn.Module, films: Tensor) -> Tensor:
    network.eval()
    parts: list[Tensor] = [network(part) for part in films.split(BATCH)]
    return torch.cat(parts)


def trained(
    films: Tensor,
    labels: Tensor,
    train: np.ndarray[tuple[int], np.dtype[np.int64]],
    validation: np.ndarray[tuple[int], np.dtype[np.int64]],
    *,
    epochs: int,
    batch: int,
    seed: int,
) -> nn.Module:
    """By SGD at 1e-3, less on a plateau; the weights of the epoch that validates best."""
    torch.manual_seed(seed)
    network = plain_network(int(labels.max()) + 1)
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3)
    schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(
        optimizer, factor=0.8, patience=3, threshold=1e-3, threshold_mode="abs", min_lr=1e-5
    )
    criterion = nn.CrossEntropyLoss()
    best, best_loss = copy.deepcopy(network), float("inf")
    for epoch in range(epochs):
        network.train()
        torch.manual_seed(seed * 1000 + epoch)
        order = train[np.random.default_rng([seed, epoch]).permutation(len(train))]
        for start in range(0, len(order), batch):
            chosen = torch.from_numpy(order[start : start + batch])
            optimizer.zero_grad()
            criterion(network(films[chosen]), labels[chosen]).backward()
            optimizer.step()
        loss = float(F.cross_entropy(logits_of(network, films[validation]), labels[validation]))
        schedule.step(loss)
        if loss < best_loss:
            best, best_loss = copy.deepcopy(network), loss
    return best
