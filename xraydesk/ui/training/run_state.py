"""How a training run is, and what is said of it."""

from __future__ import annotations

from enum import StrEnum

from xraydesk.presentation.wording import count_words, device_words, seconds_words
from xraydesk.workflows.training_verbs import EpochDone, StepDone


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


def headline(state: RunState, step: StepDone | None, last: EpochDone | None) -> str:
    """One line above the curves."""
    if state is RunState.RUNNING and step is not None:
        return f"Epoch {step.epoch} of {step.epochs}, batch {step.step:,} of {step.steps:,}"
    if state is RunState.DONE and last is not None:
        return f"Trained, {count_words(last.epoch, 'epoch')}."
    return _SAID[state]


def remaining_words(step: StepDone, *, runs: bool) -> str:
    return seconds_words(step.remaining_s) if runs and step.remaining_s >= 0 else "–"


def memory_words(megabytes: float) -> str:
    return f"{megabytes / 1024:.1f} GB" if megabytes >= 1024 else f"{megabytes:.0f} MB"


def figures_of(step: StepDone | None, *, runs: bool = True) -> tuple[tuple[str, str], ...]:
    """(name, value) of what is told a few times a second."""
    if step is None:
        return tuple((name, "–") for name in ("Remaining", "Films a second", "Memory", "Device"))
    return (
        ("Remaining", remaining_words(step, runs=runs)),
        (
            "Films a second",
            f"{step.films_per_s:,.0f}" if step.films_per_s >= 10 else f"{step.films_per_s:.1f}",
        ),
        ("Memory", memory_words(step.memory_mb)),
        ("Device", device_words(step.device)),
    )


def share_done(step: StepDone | None, state: RunState) -> float:
    """Of all epochs; 0 before the first batch."""
    if state is RunState.DONE:
        return 1.0
    if step is None or not step.epochs or not step.steps:
        return 0.0
    return min((step.epoch - 1 + step.step / step.steps) / step.epochs, 1.0)
