"""Wires step 6: installs, exports, rolls back. Asks the engine that reads, for it has the models."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from xraydesk.errors import Failure, XRayDeskError
from xraydesk.model.card import read_card
from xraydesk.presentation.card_page import CardPage
from xraydesk.presentation.model_card import card_page
from xraydesk.presentation.wording import film_name
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.save_as import ask_file
from xraydesk.ui.training.steps import Foot
from xraydesk.ui.training.use_page import UsePage
from xraydesk.workflows.model_verbs import (
    ExportTrained,
    InstalledModels,
    InstallTrained,
    ModelExported,
    RollBack,
)
from xraydesk.workflows.training_verbs import RunEvaluation
from xraydesk.workflows.verbs import Answer

_CARD = "card.json"
_SUFFIX = ".xraymodel"


class UseDesk(QObject):
    changed = Signal()
    models_listed = Signal(object)  # InstalledModels: there is one more, or another one reads

    def __init__(self, page: UsePage, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._page, self._runner = page, runner
        self._model: Path | None = None
        self._installed = self._activated = self._busy = False
        page.install_wanted.connect(self._install)
        page.export_wanted.connect(self._export)
        page.roll_back_wanted.connect(self._roll_back)
        page.name_changed.connect(self.changed)

    def has_model(self) -> bool:
        return self._model is not None

    def is_done(self) -> bool:
        return self._installed

    def foot(self) -> Foot:
        if self._busy or not self._page.name():
            words = "A moment…" if self._busy else "The model needs a name."
            return Foot(words, may_go_on=False, next_words="New training", primary=False)
        words = "Put it to use above, or leave it: it stays among the earlier trainings."
        if self._activated:
            words = "The new model reads. It can be rolled back here, and under Models."
        return Foot(words, next_words="New training", primary=False)

    def note(self) -> str:
        return "in use" if self._activated else "installed" if self._installed else ""

    @Slot(object, str, object)
    def show_model(self, model: Path, name: str, evaluation: RunEvaluation) -> None:
        """Of a finished run, tested."""
        self._model = model
        self._installed = self._activated = self._busy = False
        self._page.show_model(name, evaluation.sentence, _card_page(model))
        self.changed.emit()

    def forget(self) -> None:
        self._model = None
        self._installed = self._activated = self._busy = False
        self._page.show_model("", "", None)
        self.changed.emit()

    @Slot(str, bool)
    def _install(self, name: str, activate: bool) -> None:
        if self._model is not None:
            self._become_busy()
            request = InstallTrained(self._model, name, activate)
            told = partial(self._on_installed, self._model, activate)
            self._runner.submit(request, told, self._on_failed)

    def _on_installed(self, model: Path, activate: bool, answer: Answer) -> None:
        if isinstance(answer, InstalledModels) and model != self._model:  # another is looked at by now
            self.models_listed.emit(answer)
        elif isinstance(answer, InstalledModels):
            self._busy, self._installed, self._activated = False, True, activate
            words = "In use: it reads from now on." if activate else "Installed. It is listed under Models."
            self._page.show_state(words, may_install=False, may_roll_back=activate)
            self.models_listed.emit(answer)
            self.changed.emit()

    @Slot(str)
    def _export(self, name: str) -> None:
        if self._model is None:
            return
        first = f"{''.join(letter if letter.isalnum() else '-' for letter in name)}{_SUFFIX}"
        file = ask_file(self._page, "Export the model", Path(first), _SUFFIX, "Models")
        if file is not None:
            self.export_to(name, file)

    def export_to(self, name: str, target: Path) -> None:
        if self._model is not None:
            self._become_busy()
            self._runner.submit(ExportTrained(self._model, name, target), self._on_exported, self._on_failed)

    def _on_exported(self, answer: Answer) -> None:
        if isinstance(answer, ModelExported):
            self._busy = False
            words = f"Written: {film_name(answer.file)}. It can be installed under Models, on any computer."
            self._page.show_state(words, may_install=not self._installed, may_roll_back=self._activated)
            self.changed.emit()

    @Slot()
    def _roll_back(self) -> None:
        self._become_busy()
        self._runner.submit(RollBack(), self._on_rolled_back, self._on_failed)

    def _on_rolled_back(self, answer: Answer) -> None:
        if isinstance(answer, InstalledModels):
            self._busy = self._activated = False
            reads = next((model.name for model in answer.models if model.active), "The model before")
            words = f"{reads} reads again. The new model stays installed, under Models."
            self._page.show_state(words, may_install=False)
            self.models_listed.emit(answer)
            self.changed.emit()

    def _on_failed(self, failure: Failure) -> None:
        self._busy = False
        self._page.show_state(
            str(failure), may_install=not self._installed, may_roll_back=self._activated, warns=True
        )
        self.changed.emit()

    def _become_busy(self) -> None:
        self._busy = True
        self._page.show_state("A moment…", may_install=False)
        self.changed.emit()


def _card_page(model: Path) -> CardPage | None:
    """A card that cannot be read says nothing here, and is refused when installed."""
    try:
        return card_page(read_card(model / _CARD))
    except (XRayDeskError, OSError):
        return None
