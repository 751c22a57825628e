"""All of a recipe, folded out: numbers at the left, how films are prepared and varied at the right."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from xraydesk.ui.drop_box import DropBox
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.training.augmentation_form import AugmentationForm
from xraydesk.ui.training.film_strip import FilmStrip
from xraydesk.ui.training.labels import label
from xraydesk.ui.training.quiet_wheel import QuietWheel
from xraydesk.ui.training.recipe_fields import CONTRASTS, with_contrast
from xraydesk.ui.training.recipe_form import RecipeForm
from xraydesk.workflows.training_verbs import Augmentation, TrainingConfig


class RecipeDetails(QScrollArea):
    """`edited` carries the TrainingConfig as it is now."""

    edited = Signal(object)

    def __init__(self, config: TrainingConfig, colours: Colours) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._config = config
        self.form = RecipeForm(config)
        self.augmentations = AugmentationForm()
        self.strip = FilmStrip(colours)
        self.contrast = DropBox()
        self._quiet = QuietWheel(self)
        self._quiet.keep(self.contrast)
        self._lay_out()
        self.form.edited.connect(self._on_form)
        self.augmentations.edited.connect(self._on_augmentation)
        self.contrast.activated.connect(self._on_contrast)

    def _lay_out(self) -> None:
        for value, words in CONTRASTS:
            self.contrast.addItem(words, value)
        self.contrast.setAccessibleName("Contrast of the films")
        right = QVBoxLayout()
        right.setSpacing(GRID)
        right.addWidget(label("Contrast of the films", "title"))
        right.addWidget(self.contrast)
        right.addSpacing(GRID)
        right.addWidget(label("Each time a film is shown, it is varied", "title"))
        right.addWidget(self.strip)
        right.addWidget(self.augmentations)
        right.addStretch(1)
        content = QWidget()
        whole = QHBoxLayout(content)
        whole.setContentsMargins(0, GRID, GRID, GRID)
        whole.setSpacing(5 * GRID)
        whole.addWidget(self.form, 1, Qt.AlignmentFlag.AlignTop)
        whole.addLayout(right, 1)
        self.setWidget(content)

    def show_config(self, config: TrainingConfig) -> None:
        self._config = config
        self.form.show_config(config)
        self.augmentations.show_augmentation(config.augmentation)
        self.contrast.setCurrentIndex(self.contrast.findData(str(config.preprocessing.contrast)))

    def trouble(self) -> str:
        return self.form.trouble()

    def set_colours(self, colours: Colours) -> None:
        self.strip.set_colours(colours)

    @Slot(object)
    def _on_form(self, config: TrainingConfig) -> None:
        """The form knows nothing of what is at the right."""
        size = config.preprocessing.size
        ours = replace(self._config.preprocessing, size=size)
        self._take(replace(config, augmentation=self._config.augmentation, preprocessing=ours))

    @Slot(object)
    def _on_augmentation(self, augmentation: Augmentation) -> None:
        self._take(replace(self._config, augmentation=augmentation))

    @Slot(int)
    def _on_contrast(self, _place: int) -> None:
        self._take(with_contrast(self._config, str(self.contrast.currentData())))

    def _take(self, config: TrainingConfig) -> None:
        self._config = config
        self.edited.emit(config)
