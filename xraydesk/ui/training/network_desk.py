"""Wires step 3: keeps the recipe and the start, and has a film of the user's own varied to look at."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from xraydesk.errors import Failure
from xraydesk.model.architectures import ARCHITECTURES
from xraydesk.presentation.wording import estimate_words, film_name
from xraydesk.ui.job_runner import Job
from xraydesk.ui.settings import TRAIN_SPEED, Settings
from xraydesk.ui.training.engine import TrainingEngine
from xraydesk.ui.training.network_page import ACTIVE, FILE, SCRATCH, NetworkPage
from xraydesk.ui.training.preset_cards import preset_words
from xraydesk.ui.training.steps import Foot
from xraydesk.workflows.model_verbs import ModelSummary
from xraydesk.workflows.training_verbs import (
    PRESETS,
    AugmentationPreview,
    Backbone,
    PreviewAugmentation,
    TrainingConfig,
    TrainModel,
)
from xraydesk.workflows.verbs import Answer

_PREVIEW_AFTER_MS = 250
_WEIGHTS = "Weights (*.safetensors *.pth *.pt);;All files (*)"
_OWN = "dlh_covid"


class NetworkDesk(QObject):
    """`film_of` gives a film to look at; `films_of` how many the epochs of all folds have, 0 while nobody knows."""

    changed = Signal()

    def __init__(
        self,
        page: NetworkPage,
        engine: TrainingEngine,
        settings: Settings,
        film_of: Callable[[], Path | None],
        films_of: Callable[[], int],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._page, self._engine, self._settings = page, engine, settings
        self._film_of, self._films_of = film_of, films_of
        self.config = PRESETS["recommended"]
        self._start, self._start_chosen = SCRATCH, False
        self._file: Path | None = None
        self._active: ModelSummary | None = None
        self._classes: tuple[str, ...] = ()
        self._job: Job | None = None
        self._entered = False
        self._soon = QTimer(self, singleShot=True, interval=_PREVIEW_AFTER_MS)
        self._soon.timeout.connect(self._preview)
        page.start_chosen.connect(self._on_start)
        page.file_wanted.connect(self._ask_for_file)
        page.recipe_chosen.connect(self._on_recipe)
        page.edited.connect(self._on_edited)
        page.details_shown.connect(self._on_details)
        page.show_config(self.config)
        self._settle_start()

    # -- what is known ------------------------------------------------------------------------------

    def start(self) -> str:
        """As TrainModel wants it."""
        return str(self._file) if self._start == FILE else self._start

    def start_words(self) -> str:
        """ "starts from DLH_COVID"."""
        if self._start == FILE:
            return f"starts from {film_name(self._file)}" if self._file is not None else ""
        name = self._active.name if self._active is not None else "the model in use"
        return f"starts from {name}" if self._start == ACTIVE else "starts from nothing"

    def trouble(self) -> str:
        if self._start == FILE and self._file is None:
            return "Choose the file to start from."
        if self._start == ACTIVE and not self._same_network():
            return "The model in use is another network: start from nothing, or from a file."
        if self._start == SCRATCH and self._learns_last_layer_only():
            return "Where only the last layer learns, the others must come from a file."
        return self._page.details.trouble()

    def _learns_last_layer_only(self) -> bool:
        return self.config.backbone is Backbone.FROZEN and self.config.architecture != _OWN

    def _same_network(self) -> bool:
        words = ARCHITECTURES[self.config.architecture].words.lower()
        there = self._active.architecture.lower() if self._active is not None else ""
        return there in (self.config.architecture, words)

    def is_done(self) -> bool:
        """It was looked at, and makes sense."""
        return self._entered and not self.trouble()

    def foot(self) -> Foot:
        trouble = self.trouble()
        return Foot(trouble or "Next: everything is ready to start.", may_go_on=not trouble)

    def note(self) -> str:
        changed = "" if PRESETS.get(self.config.preset) == self.config else ", changed"
        return f"{preset_words(self.config.preset)}{changed}"

    # -- given --------------------------------------------------------------------------------------

    def enter(self, classes: tuple[str, ...]) -> None:
        """The page is on screen, for films of these classes."""
        self._entered = True
        self.show_classes(classes)
        self._show_estimates()
        if self._page.details_button.isChecked():
            self._soon.start()

    def show_classes(self, classes: tuple[str, ...]) -> None:
        """Of the films: by them is known whether the model in use fits."""
        self._classes = classes
        self._settle_start()

    def begin_anew(self) -> None:
        """Other films: what was started from for the last is no choice for these. The recipe stays."""
        self._start_chosen, self._file = False, None
        self._settle_start()

    def show_active(self, model: ModelSummary) -> None:
        self._active = model
        self._settle_start()

    def take_run(self, request: TrainModel) -> None:
        """The recipe of an earlier run."""
        self._entered = True
        self.config = request.config
        self._start_chosen = True
        self._start = request.start if request.start in (ACTIVE, SCRATCH) else FILE
        self._file = Path(request.start) if self._start == FILE else None
        self._page.show_config(self.config)
        self._settle_start()

    # -- by hand ------------------------------------------------------------------------------------

    @Slot(str)
    def _on_recipe(self, preset: str) -> None:
        self.config = PRESETS[preset]
        self._page.show_config(self.config)
        self._settle_start()
        self._on_details(self._page.details_button.isChecked())
        self.changed.emit()

    @Slot(object)
    def _on_edited(self, config: TrainingConfig) -> None:
        self.config = config
        self._page.show_recipe(config)
        self._settle_start()
        self._show_estimates()
        self._soon.start()
        self.changed.emit()

    @Slot(str)
    def _on_start(self, start: str) -> None:
        self._start, self._start_chosen = start, True
        self._settle_start()
        if start == FILE and self._file is None:
            self._ask_for_file()
        self.changed.emit()

    @Slot()
    def _ask_for_file(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(self._page, "Weights to start from", "", _WEIGHTS)
        if chosen:
            self._file = Path(chosen)
            self._settle_start()
            self.changed.emit()

    @Slot(bool)
    def _on_details(self, shown: bool) -> None:
        if shown:
            self._soon.start()

    # -- within -------------------------------------------------------------------------------------

    def _settle_start(self) -> None:
        """Until somebody chose: the model in use where it fits films and recipe."""
        if not self._start_chosen:
            self._start = ACTIVE if self._active_fits() else SCRATCH
        name = self._active.name if self._active is not None else ""
        self._page.show_start(self._start, self._file, name)

    def _active_fits(self) -> bool:
        if self._active is None or self.config.preset == "paper":
            return False
        return self._same_network() and set(self._active.classes) == set(self._classes)

    def _show_estimates(self) -> None:
        """From how fast this machine trained last; only DLH_COVID was timed."""
        speed, films = self._settings.get(TRAIN_SPEED), self._films_of()
        if not speed or not films or self.config.architecture != _OWN:
            self._page.cards.show_estimates({})
            return
        words = {
            name: f"{'up to' if preset.stop_after else 'about'} {estimate_words(films * preset.epochs / speed)}"
            for name, preset in PRESETS.items()
        }
        self._page.cards.show_estimates(words)

    @Slot()
    def _preview(self) -> None:
        film = self._film_of()
        if film is None:
            self._page.details.strip.show_words("The films are not looked through yet.")
            return
        self._engine.abandon(self._job)
        augmentation = replace(self.config.augmentation, mixup=0.0)  # one film cannot be mixed
        request = PreviewAugmentation(film, augmentation, self.config.preprocessing)
        self._job = self._engine.ask(request, self._on_preview, self._on_failed)

    def _on_preview(self, answer: Answer) -> None:
        self._job = None
        if isinstance(answer, AugmentationPreview):
            self._page.details.strip.show_preview(answer)

    def _on_failed(self, failure: Failure) -> None:
        self._job = None
        self._page.details.strip.show_words(failure.message)
