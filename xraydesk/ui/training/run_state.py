"""How a training run is, and what is said of it."""

from __future__ import annotations

from enum import StrEnum

from xraydesk.presentation.wording import count_words, device_words, seconds_words
from xraydesk.ui.training.epochs import EpochLog
from xraydesk.workflows.training_verbs import StepDone


class RunState(StrEnum):
    READY = "ready"  # nothing runs
    STARTING = "starting"
    RUNNING = "running"
    HELD = "held"
    STOPPING = "stopping"  # ends after the batch in hand and keeps the best
    CANCELLING = "cancelling"
    CANCELLED = "cancelled"
    FAILED = "failed"  # can be gone on with
    DONE = "done"


UNDER_WAY = (RunState.STARTING, RunState.RUNNING, RunState.HELD, RunState.STOPPING, RunState.CANCELLING)


_SAID = {
    RunState.READY: "",
    RunState.STARTING: "Getting ready…",
    RunState.RUNNING: "Training…",
    RunState.HELD: "Held. Nothing is lost; the machine is free for other work.",
    RunState.STOPPING: "Stopping after the batch in hand; the best epoch is kept and tested…",
    RunState.CANCELLING: "Cancelling…",
    RunState.CANCELLED: "Cancelled. Nothing was kept.",
    RunState.FAILED: "Stopped.",
    RunState.DONE: "Trained.",
}


def headline(state: RunState, step: StepDone | None, log: EpochLog) -> str:
    """One line above the curves."""
    fold = f"Fold {log.fold} of {log.folds}, " if log.folds > 1 else ""
    if state is RunState.RUNNING and step is not None:
        words = f"{fold}epoch {step.epoch} of {step.epochs}, batch {step.step:,} of {step.steps:,}"
        return words[0].upper() + words[1:]
    if state is RunState.DONE and log.folds > 1:
        return f"Trained, {log.folds} folds."
    if state is RunState.DONE and log.done:
        return f"Trained, {count_words(log.done[-1].epoch, 'epoch')}."
    return _SAID[state]


def remaining_words(step: StepDone, log: EpochLog, *, runs: bool) -> str:
    """Of the folds to come, too: each takes as long as this one."""
    left = (step.epochs - step.epoch + 1) * step.steps - step.step
    to_come = (log.folds - log.fold) * step.epochs * step.steps
    if not runs or step.remaining_s < 0 or left <= 0:  # after the last batch the test films are read
        return "–"
    return seconds_words(step.remaining_s * (1 + (to_come / left if to_come else 0)))


def memory_words(megabytes: float) -> str:
    return f"{megabytes / 1024:.1f} GB" if megabytes >= 1024 else f"{megabytes:.0f} MB"


def figures_of(step: StepDone | None, log: EpochLog, *, runs: bool = True) -> tuple[tuple[str, str], ...]:
    """(name, value) of what is told a few times a second."""
    if step is None:
        return tuple((name, "–") for name in ("Remaining", "Films a second", "Memory", "Device"))
    return (
        ("Remaining", remaining_words(step, log, runs=runs)),
        (
            "Films a second",
            f"{step.films_per_s:,.0f}" if step.films_per_s >= 10 else f"{step.films_per_s:.1f}",
        ),
        ("Memory", memory_words(step.memory_mb)),
        ("Device", device_words(step.device)),
    )


def share_done(step: StepDone | None, state: RunState, log: EpochLog) -> float:
    """Of all epochs of all folds; 0 before the first batch."""
    if state is RunState.DONE:
        return 1.0
    if step is None or not step.epochs or not step.steps:
        return (log.fold - 1) / log.folds
    of_fold = min((step.epoch - 1 + step.step / step.steps) / step.epochs, 1.0)
    return (log.fold - 1 + of_fold) / log.folds
