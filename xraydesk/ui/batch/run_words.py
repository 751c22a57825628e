"""How far a batch is, in words."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from xraydesk.journal.records import Batch, BatchEnd
from xraydesk.presentation.wording import count_words, estimate_words
from xraydesk.ui.batch.running import BatchRun
from xraydesk.workflows.verbs import BatchProgress

_NO_PROGRESS = BatchProgress(0, 0, 0, all_found=False)


class RunState(StrEnum):
    RUNNING = "running"
    PAUSING = "pausing"
    RESTARTING = "restarting"  # the engine died, and is on its way
    QUEUED = "queued"  # behind another batch
    PAUSED = "paused"
    DONE = "done"
    CANCELLED = "cancelled"


_OTHERWISE = {
    RunState.PAUSING: "Stopping after the films in hand…",
    RunState.RESTARTING: "{count}  ·  the engine is being started again…",
    RunState.QUEUED: "{count}  ·  waits until the batch before it is done",
    RunState.DONE: "Done: {films}",
    RunState.CANCELLED: "Cancelled at {count}",
}
UNDER_WAY = (RunState.RUNNING, RunState.PAUSING, RunState.RESTARTING)


@dataclass(frozen=True, slots=True)
class RunView:
    """What there is to say of a batch. `note`: the device, what is waited for, or why it stopped."""

    state: RunState
    done: int
    found: int
    all_found: bool
    watch: bool = False
    failed: int = 0
    films_per_s: float = 0.0
    remaining_s: float = -1.0
    note: str = ""

    @property
    def share(self) -> float:
        """From 0 to 1; negative while it cannot be known."""
        return self.done / self.found if self.all_found and self.found else -1.0

    @property
    def is_watching(self) -> bool:
        """All that is there is classified, and more may come."""
        return self.watch and self.state is RunState.RUNNING and self.all_found and self.done >= self.found


def run_view(batch: Batch, run: BatchRun) -> RunView:
    """What the journal knows of the batch, and later than that, what the run itself has told."""
    current = run.current if run.is_running(batch.id) else None
    progress = (current.progress if current else None) or _NO_PROGRESS
    state = _state(batch, run)
    return RunView(
        state,
        done=max(batch.counts.done, progress.done),
        found=max(batch.counts.found, progress.found),
        all_found=progress.all_found if progress is not _NO_PROGRESS else batch.all_found,
        watch=batch.told.watch,
        failed=batch.counts.failed,
        films_per_s=progress.films_per_s,
        remaining_s=progress.remaining_s,
        note=progress.note if state in UNDER_WAY else run.reason(batch.id),
    )


def _state(batch: Batch, run: BatchRun) -> RunState:
    current = run.current
    if current is not None and current.batch_id == batch.id:
        if current.pausing:
            return RunState.PAUSING
        return RunState.RUNNING if current.job is not None else RunState.RESTARTING
    if run.is_waiting(batch.id):
        return RunState.QUEUED
    ends = {BatchEnd.DONE: RunState.DONE, BatchEnd.CANCELLED: RunState.CANCELLED}
    return ends.get(batch.end, RunState.PAUSED)


def run_words(view: RunView) -> str:
    """ "1,204 of 3,000 · 41 films a second · 44 s left"."""
    match view.state:
        case RunState.RUNNING:
            return _running_words(view)
        case RunState.PAUSED:
            return _paused_words(view)
        case state:
            return _OTHERWISE[state].format(count=_count(view), films=count_words(view.done, "film"))


def stopped_words(batch: Batch) -> str:
    """What a batch that was left in the middle is offered with."""
    counts = batch.counts
    if batch.told.watch:
        return f"The folder ‘{batch.told.name}’ was watched until XRayDesk closed."
    where = f"{counts.done:,} of {counts.found:,}" + ("" if batch.all_found else " found so far")
    return f"Batch ‘{batch.told.name}’ stopped at {where}."


def percent_done(view: RunView) -> str:
    """For the title of the window: "37 %", and "…" while it cannot be known."""
    return f"{int(100 * view.share)} %" if view.share >= 0 else "…"


def _running_words(view: RunView) -> str:
    if view.is_watching:
        return f"Watching  ·  {count_words(view.done, 'film')} classified"
    if not view.found:
        return "Searching for films…"
    rate = f"{_rate(view.films_per_s)} films a second" if view.films_per_s > 0 else ""
    left = f"{estimate_words(view.remaining_s)} left" if view.remaining_s >= 0 and view.all_found else ""
    searching = "" if view.all_found else "searching…"
    return "  ·  ".join(part for part in (_count(view), searching, rate, left) if part)


def _paused_words(view: RunView) -> str:
    if view.watch and view.all_found and view.done >= view.found:
        return f"Not watching  ·  {count_words(view.done, 'film')} classified"
    return f"Paused at {_count(view)}"


def _count(view: RunView) -> str:
    so_far = "" if view.all_found else " found so far"
    return f"{view.done:,} of {view.found:,}{so_far}"


def _rate(films_per_s: float) -> str:
    return f"{films_per_s:.1f}" if films_per_s < 9.95 else f"{films_per_s:,.0f}"
