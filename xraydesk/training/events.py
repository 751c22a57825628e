"""What a training run reports while it goes; the same records feed the terminal and the window."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class SplitMade:
    """Films per part and class, as in the paper's Table 1; `unreadable` films are in no part."""

    counts: dict[str, dict[str, int]]
    unreadable: int


@dataclass(frozen=True, slots=True)
class FoldBegun:
    """Of a cross validation: what is told from now on is of this fold, counted from 1."""

    fold: int
    folds: int


@dataclass(frozen=True, slots=True)
class StepDone:
    """A few a second: batch `step` of `steps` in this epoch; `remaining_s` to the end, negative while unknown."""

    epoch: int
    epochs: int
    step: int
    steps: int
    train_loss: float  # mean over the epoch so far
    films_per_s: float
    remaining_s: float
    memory_mb: float  # resident, or on the graphics card
    device: str


@dataclass(frozen=True, slots=True)
class EpochDone:
    epoch: int
    epochs: int
    train_loss: float
    validation_loss: float
    train_accuracy: float
    validation_accuracy: float
    learning_rate: float
    best: bool
    seconds: float


@dataclass(frozen=True, slots=True)
class Evaluated:
    """`figures` as `evaluate --json` prints them; `part` is "validation", "test" or "fold 1", …"""

    part: str
    figures: dict[str, Any]


@dataclass(frozen=True, slots=True)
class TrainingDone:
    model: Path
    best_epoch: int
    figures: dict[str, Any]
