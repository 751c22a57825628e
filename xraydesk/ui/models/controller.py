"""Wires the models place: lists, installs, hands on, removes, and chooses the model that reads."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from xraydesk.presentation.wording import film_name
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.models.place import ModelsPlace
from xraydesk.ui.save_as import ask_file
from xraydesk.workflows.model_verbs import (
    ActivateModel,
    CardShown,
    CompareModels,
    ExportCard,
    ExportModel,
    InstalledModels,
    InstallModel,
    ModelExported,
    ModelRequest,
    ModelsCompared,
    RemoveModel,
    RollBack,
    ShowCard,
)
from xraydesk.workflows.verbs import Answer

_FILES = "Models (*.xraymodel *.zip *.pth *.pt card.json model.safetensors);;All files (*)"
_MODEL, _PDF = ".xraymodel", ".pdf"


class ModelsController(QObject):
    """`active_changed` carries the ModelSummary of the model that reads from now on."""

    active_changed = Signal(object)

    def __init__(self, runner: JobRunner, place: ModelsPlace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._place = place
        self._active_id: str | None = None
        place.activate_wanted.connect(self.activate)
        place.roll_back_wanted.connect(self._roll_back)
        place.install_wanted.connect(self._choose_file)
        place.card_wanted.connect(self._show_card)
        place.compare_wanted.connect(self._compare)
        place.export_wanted.connect(self._ask_export)
        place.pdf_wanted.connect(self._ask_pdf)
        place.remove_wanted.connect(self._ask_remove)

    @Slot(object)
    def show_models(self, installed: InstalledModels) -> None:
        self._place.show_models(installed)
        active = next((model for model in installed.models if model.active), None)
        if active is not None and active.model_id != self._active_id:
            self._active_id = active.model_id
            self.active_changed.emit(active)

    @Slot(str)
    def activate(self, model_id: str) -> None:
        self._submit(ActivateModel(model_id))

    def install(self, source: Path) -> None:
        self._submit(InstallModel(source))

    def export(self, model_id: str, file: Path) -> None:
        self._submit(ExportModel(model_id, file))

    def export_card(self, model_id: str, file: Path) -> None:
        self._submit(ExportCard(model_id, file))

    # -- what the place asks for ------------------------------------------------------------------

    @Slot()
    def _roll_back(self) -> None:
        self._submit(RollBack())

    @Slot(str)
    def _show_card(self, model_id: str) -> None:
        self._submit(ShowCard(model_id))

    @Slot(str, str)
    def _compare(self, first: str, second: str) -> None:
        self._submit(CompareModels(first, second))

    @Slot()
    def _choose_file(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self._place, "Install a model", "", _FILES)
        if chosen:
            self.install(Path(chosen))

    @Slot(str)
    def _ask_export(self, model_id: str) -> None:
        file = self._ask_file("Export the model as one file", model_id, _MODEL)
        if file is not None:
            self.export(model_id, file)

    @Slot(str)
    def _ask_pdf(self, model_id: str) -> None:
        file = self._ask_file("Save the model card", f"{model_id} card", _PDF)
        if file is not None:
            self.export_card(model_id, file)

    def _ask_file(self, title: str, name: str, suffix: str) -> Path | None:
        return ask_file(self._place, title, Path.home() / f"{name}{suffix}", suffix)

    @Slot(str)
    def _ask_remove(self, model_id: str) -> None:
        words = self._place.entry(model_id).words
        self._place.ask(
            f"Delete {words} from this computer? Only an exported file could bring it back.",
            "Delete it",
            partial(self._submit, RemoveModel(model_id)),
        )

    # -- the engine -------------------------------------------------------------------------------

    def _submit(self, request: ModelRequest | InstallModel) -> None:
        self._place.show_busy()
        self._runner.submit(request, self._on_answer, self._place.show_failure)

    def _on_answer(self, answer: Answer) -> None:
        match answer:
            case InstalledModels():
                self.show_models(answer)
            case CardShown():
                self._place.show_card(answer)
            case ModelsCompared():
                self._place.show_comparison(answer)
            case ModelExported():
                self._place.say(f"{film_name(answer.file)} was written to {film_name(answer.file.parent)}.")
