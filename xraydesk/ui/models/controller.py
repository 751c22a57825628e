"""Wires the models place: lists, installs, and chooses the model that reads."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from xraydesk.errors import Failure
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.models.place import ModelsPlace
from xraydesk.workflows.model_verbs import ActivateModel, InstalledModels, InstallModel
from xraydesk.workflows.verbs import Answer

_FILES = "Models (*.xraymodel *.zip *.safetensors *.pth *.pt card.json);;All files (*)"


class ModelsController(QObject):
    """`active_changed` carries the ModelSummary of the model that reads from now on."""

    active_changed = Signal(object)

    def __init__(self, runner: JobRunner, place: ModelsPlace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._place = place
        self._active_id: str | None = None
        place.activate_wanted.connect(self.activate)
        place.install_wanted.connect(self._choose_file)

    @Slot(object)
    def show_models(self, installed: InstalledModels) -> None:
        self._place.show_models(installed)
        active = next((model for model in installed.models if model.active), None)
        if active is not None and active.model_id != self._active_id:
            self._active_id = active.model_id
            self.active_changed.emit(active)

    @Slot(str)
    def activate(self, model_id: str) -> None:
        self._place.show_busy()
        self._runner.submit(ActivateModel(model_id), self._on_answer, self._on_failed)

    def install(self, source: Path) -> None:
        self._place.show_busy()
        self._runner.submit(InstallModel(source), self._on_answer, self._on_failed)

    @Slot()
    def _choose_file(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self._place, "Install a model", "", _FILES)
        if chosen:
            self.install(Path(chosen))

    def _on_answer(self, answer: Answer) -> None:
        if isinstance(answer, InstalledModels):
            self.show_models(answer)

    def _on_failed(self, failure: Failure) -> None:
        self._place.show_failure(failure)
