"""What an epoch in hand has come to: counted step by step, told a few times a second."""

from __future__ import annotations

import time

from xraydesk.jobs import JobContext, Remark
from xraydesk.training.config import TrainingConfig
from xraydesk.training.events import StepDone
from xraydesk.training.memory import memory_mb
from xraydesk.training.state import TrainingState

_TELL_EVERY_S = 0.25


class Tally:
    def __init__(self, config: TrainingConfig, state: TrainingState, steps: int, ctx: JobContext) -> None:
        self._config, self._state, self._steps, self._ctx = config, state, steps, ctx
        self._films, self._right, self._loss, self._step = 0, 0, 0.0, 0
        self._started = self._told = time.monotonic()

    @property
    def loss(self) -> float:
        return self._loss / max(self._films, 1)

    @property
    def accuracy(self) -> float:
        return self._right / max(self._films, 1)

    def remark(self, text: str) -> None:
        self._ctx.emit(Remark(text))

    def count(self, loss: float, right: int, films: int) -> None:
        """A step: its mean loss, how many films were read rightly, of how many."""
        self._films += films
        self._loss += loss * films
        self._right += right
        self._step += 1
        now = time.monotonic()
        if now - self._told >= _TELL_EVERY_S or self._step == self._steps:
            self._told = now
            self._tell(now - self._started)

    def _tell(self, elapsed_s: float) -> None:
        config, epoch = self._config, self._state.epoch + 1
        self._ctx.progress(self._step, self._steps, f"epoch {epoch} of {config.epochs}")
        left = (config.epochs - epoch + 1) * self._steps - self._step
        self._ctx.emit(
            StepDone(
                epoch=epoch,
                epochs=config.epochs,
                step=self._step,
                steps=self._steps,
                train_loss=self.loss,
                films_per_s=self._films / max(elapsed_s, 1e-6),
                remaining_s=left * elapsed_s / self._step,
                memory_mb=memory_mb(self._state.device),
                device=self._state.device.type,
            )
        )
