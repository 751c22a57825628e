"""What a run told of its epochs so far, as curves. Qt is not needed for it."""

from __future__ import annotations

from dataclasses import dataclass, field

from xraydesk.workflows.training_verbs import EpochDone


@dataclass(slots=True)
class EpochLog:
    """One run, or the fold in hand of a cross validation."""

    done: list[EpochDone] = field(default_factory=list)
    fold: int = 1
    folds: int = 1

    def begin_fold(self, fold: int, folds: int) -> None:
        self.done, self.fold, self.folds = [], fold, folds

    def add(self, epoch: EpochDone) -> None:
        self.done = [each for each in self.done if each.epoch < epoch.epoch]  # gone on from a checkpoint
        self.done.append(epoch)

    @property
    def best(self) -> int:
        """The best epoch so far, counted from 1; 0 before the first."""
        return next((each.epoch for each in reversed(self.done) if each.best), 0)

    @property
    def epochs(self) -> int:
        return self.done[-1].epochs if self.done else 0

    def values(self, name: str) -> list[float]:
        """Of the epochs from the first on; one that was not told is left open."""
        if not self.done:
            return []
        known = {each.epoch: float(getattr(each, name)) for each in self.done}
        return [known.get(epoch, float("nan")) for epoch in range(1, self.done[-1].epoch + 1)]
