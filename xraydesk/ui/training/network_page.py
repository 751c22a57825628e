"""Step 3: what the network starts from, and by which recipe it learns."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QWidget

from xraydesk.ui.elided_line import ElidedLine
from xraydesk.ui.plain_tip import plain_tip
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.training.labels import Page, button, label
from xraydesk.ui.training.preset_cards import PresetCards
from xraydesk.ui.training.recipe_details import RecipeDetails
from xraydesk.workflows.training_verbs import PRESETS, TrainingConfig

_NAME_WIDTH = 40 * GRID  # of a model's name: a button wraps nothing, and would push the window wide
ACTIVE, SCRATCH, FILE = "active", "scratch", "file"
_STARTS = {
    ACTIVE: ("The model in use", "It has seen many films already and learns yours on top, in small steps"),
    SCRATCH: ("Nothing", "A network that knows nothing, and learns from your films alone"),
    FILE: (
        "A file:",
        "Weights of a network, such as ImageNet's from torchvision; nothing is ever downloaded",
    ),
}


class NetworkPage(Page):
    """`start_chosen` carries "active", "scratch" or "file"; `recipe_chosen` a preset's name."""

    start_chosen = Signal(str)
    file_wanted = Signal()
    recipe_chosen = Signal(str)
    edited = Signal(object)  # TrainingConfig
    details_shown = Signal(bool)

    def __init__(self, colours: Colours) -> None:
        super().__init__("Network", "How the network learns. If in doubt, leave it as it is.")
        self.cards = PresetCards(colours)
        self._starts = {key: QRadioButton(words) for key, (words, _tip) in _STARTS.items()}
        self._group = QButtonGroup(self)
        self._choose = button("Choose…", tip=_STARTS[FILE][1])
        self._file = ElidedLine()
        self._start_words = label("", "quiet")
        self.details_button = button("Details")
        self.details_button.setCheckable(True)
        self._changed_words = label("", "quiet", wrap=False)
        self.details = RecipeDetails(PRESETS["recommended"], colours)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(2 * GRID)
        row.addWidget(label("Start from", "label", wrap=False))
        for key, radio in self._starts.items():
            radio.setToolTip(_STARTS[key][1])
            radio.setProperty("start", key)
            self._group.addButton(radio)
            row.addWidget(radio)
        row.addWidget(self._choose)
        row.addWidget(self._file, 1)
        fold = QHBoxLayout()
        fold.setSpacing(2 * GRID)
        fold.addWidget(self.details_button)
        fold.addWidget(self._changed_words)
        fold.addStretch(1)
        self.column.addSpacing(GRID)
        self.column.addWidget(self.cards)
        self.column.addSpacing(GRID // 2)
        self.column.addLayout(row)
        self.column.addWidget(self._start_words)
        self.column.addLayout(fold)
        self.column.addWidget(self.details, 1)
        self._room = QWidget()
        self.column.addWidget(self._room, 1)
        self.details.hide()

    def _connect(self) -> None:
        for radio in self._starts.values():
            radio.clicked.connect(self._on_start)
        self._choose.clicked.connect(self.file_wanted)
        self.cards.preset_chosen.connect(self.recipe_chosen)
        self.details.edited.connect(self.edited)
        self.details_button.toggled.connect(self._on_details)

    # -- given --------------------------------------------------------------------------------------

    def show_config(self, config: TrainingConfig) -> None:
        self.show_recipe(config)
        self.details.show_config(config)

    def show_recipe(self, config: TrainingConfig) -> None:
        """Whether it is still the preset's."""
        preset = PRESETS.get(config.preset)
        self.cards.show_preset(config.preset)
        self._changed_words.setText(
            "" if preset == config else "Changed by hand; choose a recipe above to go back"
        )

    def show_start(self, start: str, file: Path | None, active_model: str) -> None:
        """`active_model`: its name, "" where none is installed."""
        in_use = self._starts[ACTIVE]
        name = in_use.fontMetrics().elidedText(active_model, Qt.TextElideMode.ElideRight, _NAME_WIDTH)
        words = f"The model in use ({name})" if active_model else _STARTS[ACTIVE][0]
        in_use.setText(words.replace("&", "&&"))
        in_use.setToolTip(plain_tip(active_model))
        in_use.setEnabled(bool(active_model))
        self._starts[start].setChecked(True)
        self._start_words.setText(f"{_STARTS[start][1]}.")
        self._choose.setEnabled(start == FILE)
        self._file.setText(str(file) if file is not None and start == FILE else "")

    def set_colours(self, colours: Colours) -> None:
        self.cards.set_colours(colours)
        self.details.set_colours(colours)

    def start_button(self, start: str) -> QRadioButton:
        return self._starts[start]

    # -- by hand ------------------------------------------------------------------------------------

    @Slot()
    def _on_start(self) -> None:
        radio = self.sender()
        if isinstance(radio, QRadioButton):
            self.start_chosen.emit(str(radio.property("start")))

    @Slot(bool)
    def _on_details(self, shown: bool) -> None:
        self.details.setVisible(shown)
        self._room.setVisible(not shown)
        self.details_button.setText("Fewer details" if shown else "Details")
        self.details_shown.emit(shown)
