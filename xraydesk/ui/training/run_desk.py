"""Wires step 4: one run at a time, from its start to its last word."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from xraydesk.errors import Failure
from xraydesk.jobs import Progress, Remark
from xraydesk.ui.job_runner import Job
from xraydesk.ui.settings import TRAIN_SPEED, Settings
from xraydesk.ui.training.engine import TrainingEngine
from xraydesk.ui.training.epochs import EpochLog
from xraydesk.ui.training.run_state import UNDER_WAY, RunState, share_done
from xraydesk.ui.training.steps import Foot
from xraydesk.ui.training.training_page import TrainingPage
from xraydesk.workflows.training_verbs import (
    Control,
    ControlTraining,
    CrossValidated,
    DeleteRun,
    EpochDone,
    FoldBegun,
    RunNoted,
    StepDone,
    TrainingDone,
    TrainModel,
)
from xraydesk.workflows.verbs import Answer

_OWN = "dlh_covid"


class RunDesk(QObject):
    changed = Signal()
    activity_changed = Signal(str)  # for the status line; "" for none
    runs_changed = Signal()  # there is one more, or one less
    finished = Signal(object)  # TrainingDone or CrossValidated

    def __init__(
        self, page: TrainingPage, engine: TrainingEngine, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._page, self._engine, self._settings = page, engine, settings
        self._job: Job | None = None
        self.request: TrainModel | None = None
        self.state = RunState.READY
        self.outcome: TrainingDone | CrossValidated | None = None
        self._log, self._note = EpochLog(), ""
        self._step: StepDone | None = None
        page.hold_wanted.connect(partial(self._control, Control.HOLD))
        page.go_on_wanted.connect(partial(self._control, Control.GO_ON))
        page.stop_wanted.connect(partial(self._control, Control.STOP))
        page.cancel_wanted.connect(self.cancel)

    # -- what is known ------------------------------------------------------------------------------

    def is_under_way(self) -> bool:
        return self.state in UNDER_WAY

    def is_done(self) -> bool:
        return self.outcome is not None

    def foot(self) -> Foot:
        match self.state:
            case RunState.READY | RunState.CANCELLED:
                return Foot(
                    "Everything is ready. It can be held, stopped or cancelled at any time.",
                    True,
                    "Start training",
                )
            case RunState.FAILED:
                return Foot("Nothing of the finished epochs is lost.", True, "Go on from there")
            case RunState.DONE:
                return Foot("Next: how good it is, on films it has never seen.")
            case RunState.HELD:
                return Foot("Held: press “Go on” above when you like.", may_go_on=False)
            case _:
                return Foot("It trains. You can read films meanwhile.", may_go_on=False)

    def note(self) -> str:
        if self.is_under_way():
            return f"{self._percent(self._step)} %"
        return "trained" if self.is_done() else ""

    # -- what may be asked --------------------------------------------------------------------------

    def prepare(self, summary: str) -> None:
        """What would be trained, before it starts."""
        self._page.show_summary(summary)

    def start(self, request: TrainModel) -> None:
        self.request, self.outcome = request, None
        self._log, self._step = (self._log if request.resume else EpochLog()), None
        self._job = self._engine.ask(request, self._on_done, self._on_failed, self._on_event)
        self._become(RunState.STARTING)
        self.runs_changed.emit()

    def go_on(self) -> None:
        """With the run that stopped."""
        if self.request is not None:
            self.start(replace(self.request, resume=True))

    @Slot()
    def cancel(self) -> None:
        """What it made goes, too."""
        if self.is_under_way():
            self._become(RunState.CANCELLING)
            self._engine.cancel(self._job)

    def forget(self) -> None:
        """Another training begins."""
        if not self.is_under_way():
            self.request = self.outcome = None
            self._log, self._step = EpochLog(), None
            self._become(RunState.READY)

    # -- within -------------------------------------------------------------------------------------

    def _control(self, control: Control) -> None:
        if self.request is None or not self.is_under_way():
            return
        request = ControlTraining(self.request.out, control)
        self._engine.ask(request, partial(self._on_noted, control), self._on_control_failed)

    def _on_noted(self, control: Control, answer: Answer) -> None:
        if isinstance(answer, RunNoted) and self.is_under_way() and self.state is not RunState.CANCELLING:
            states = {
                Control.HOLD: RunState.HELD,
                Control.GO_ON: RunState.RUNNING,
                Control.STOP: RunState.STOPPING,
            }
            self._become(states[control])

    def _on_control_failed(self, failure: Failure) -> None:
        self._become(self.state, str(failure))

    def _on_event(self, event: object) -> None:
        match event:
            case StepDone():
                self._on_step(event)
            case FoldBegun():
                self._log.begin_fold(event.fold, event.folds)
                self._step = None
                self._become(self.state, self._note)
            case EpochDone():
                self._log.add(event)
                self._become(self._moving(), self._note)
            case Remark():
                self._become(self.state, event.text)
            case Progress() if self.state is RunState.STARTING and event.total:
                words = f"{event.what or 'preparing films'}: {event.done:,} of {event.total:,}"
                self._page.show_preparing(words[0].upper() + words[1:])

    def _moving(self) -> RunState:
        """A run that was only starting trains by now."""
        return RunState.RUNNING if self.state is RunState.STARTING else self.state

    def _on_step(self, step: StepDone) -> None:
        before, self._step = self._step, step
        if before is None or self.state is RunState.STARTING:
            self._become(self._moving(), self._note)
        elif self._percent(before) != self._percent(step):
            self.changed.emit()
        self._page.show_step(step)
        self.activity_changed.emit(f"Training {self._percent(step)} %")
        if step.films_per_s > 0 and self.request is not None and self.request.config.architecture == _OWN:
            self._settings.set(TRAIN_SPEED, step.films_per_s)

    def _on_done(self, answer: Answer) -> None:
        if not isinstance(answer, TrainingDone | CrossValidated):
            return
        self._job = None
        if self.state is RunState.CANCELLING:  # in its last moments
            self._after_cancel()
            self.runs_changed.emit()
            return
        self.outcome = answer
        self._become(RunState.DONE, self._note)
        self.runs_changed.emit()
        self.finished.emit(answer)

    def _on_failed(self, failure: Failure) -> None:
        self._job = None
        if self.state is RunState.CANCELLING:
            self._after_cancel()
        else:
            self._become(RunState.FAILED, str(failure))
        self.runs_changed.emit()

    def _after_cancel(self) -> None:
        """Cancelled by hand: nothing is left behind."""
        out = self.request.out if self.request is not None else Path()
        self._engine.ask(DeleteRun(out), self._on_deleted, self._on_control_failed)
        self.request = None
        self._log, self._step = EpochLog(), None
        self._become(RunState.CANCELLED)

    def _on_deleted(self, _answer: Answer) -> None:
        self.runs_changed.emit()

    def _become(self, state: RunState, note: str = "") -> None:
        self.state, self._note = state, note
        self._page.show_state(state, self._step, self._log, note)
        if not self.is_under_way():
            self.activity_changed.emit("")
        self.changed.emit()

    def _percent(self, step: StepDone | None) -> int:
        return round(100 * share_done(step, RunState.RUNNING, self._log))
