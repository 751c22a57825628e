"""What the window asks about training, answered; one run at a time trains in a process."""
# ruff: noqa: PLC0415 - torch and scikit-learn are loaded when they are needed

from __future__ import annotations

import ctypes
import os
import sys
import threading
from contextlib import suppress
from typing import TYPE_CHECKING

from xraydesk.errors import UsageError
from xraydesk.jobs import JobContext
from xraydesk.training.control import TrainingControl
from xraydesk.workflows.training_runs import delete_run, list_runs, write_request
from xraydesk.workflows.training_verbs import (
    Control,
    ControlTraining,
    CrossValidated,
    DeleteRun,
    ListRuns,
    OpenEvaluation,
    PlanSplit,
    PreviewAugmentation,
    RunNoted,
    ScanFolder,
    TrainingAnswer,
    TrainingRequest,
    TrainModel,
)

if TYPE_CHECKING:
    from pathlib import Path

    from xraydesk.training.events import TrainingDone

_BELOW_NORMAL, _NICENESS = 0x4000, 10  # processthreadsapi.h; nice(2)


class TrainingDesk:
    """Answers from any thread; raises XRayDeskError."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._training: dict[Path, TrainingControl] = {}

    def answer(self, request: TrainingRequest, ctx: JobContext) -> TrainingAnswer:  # noqa: PLR0911
        match request:
            case TrainModel():
                return self._train(request, ctx)
            case ControlTraining():
                return self._control(request)
            case ListRuns():
                return list_runs()
            case DeleteRun():
                return self._delete(request)
            case ScanFolder():
                from xraydesk.workflows.scan_folder import scan_folder

                return scan_folder(request, ctx)
            case PlanSplit():
                from xraydesk.workflows.plan_split import plan_split

                return plan_split(request, ctx)
            case PreviewAugmentation():
                from xraydesk.workflows.preview_augmentation import preview_augmentation

                return preview_augmentation(request, ctx)
            case OpenEvaluation():
                from xraydesk.workflows.open_evaluation import open_evaluation

                return open_evaluation(request, ctx)

    def _train(self, request: TrainModel, ctx: JobContext) -> TrainingDone | CrossValidated:
        from xraydesk.workflows.train_model import train_model

        control = TrainingControl()
        with self._lock:
            if self._training:
                raise UsageError("A model is being trained already.", hint="Wait for it, or stop it first.")
            self._training[request.out] = control
        try:
            give_way_to_others()
            write_request(request)
            return train_model(request, ctx, control)
        finally:
            del self._training[request.out]

    def _control(self, request: ControlTraining) -> RunNoted:
        control = self._training.get(request.out)
        if control is None:
            raise UsageError("This run is not being trained.")
        match request.control:
            case Control.HOLD:
                control.hold()
            case Control.GO_ON:
                control.go_on()
            case Control.STOP:
                control.stop()
        return RunNoted(request.out)

    def _delete(self, request: DeleteRun) -> TrainingAnswer:
        if request.out in self._training:
            raise UsageError("This run is being trained.", hint="Cancel it first.")
        return delete_run(request.out)


def give_way_to_others() -> None:
    """From now on this process computes when others don't: films are read while a model trains."""
    with suppress(OSError, AttributeError):
        if sys.platform == "win32":
            kernel = ctypes.windll.kernel32
            kernel.SetPriorityClass(kernel.GetCurrentProcess(), _BELOW_NORMAL)
        else:
            os.setpriority(os.PRIO_PROCESS, 0, max(_NICENESS, os.getpriority(os.PRIO_PROCESS, 0)))
