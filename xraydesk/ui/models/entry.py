"""One model in the list: what it is, how good its card says it is, and what can be done with it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from xraydesk.presentation.model_card import classes_words
from xraydesk.presentation.wording import model_words
from xraydesk.ui.models.labels import label, rule
from xraydesk.ui.theme import GRID
from xraydesk.workflows.model_verbs import ModelSummary

_FIGURES_IN_A_ROW = 4
_CLASSES_NAMED = 4  # the card names all


class ModelEntry(QWidget):
    """Each signal carries the model's id."""

    activate_wanted = Signal(str)
    card_wanted = Signal(str)
    export_wanted = Signal(str)
    remove_wanted = Signal(str)
    compare_changed = Signal()

    def __init__(self, model: ModelSummary) -> None:
        super().__init__()
        self.model = model
        self.words = model_words(model.name, model.version)
        self.setAccessibleName(self.words)
        self.activate = self._button("Use this model", f"Use {model.name}", self.activate_wanted)
        self.card = self._button("Model card", f"Model card of {self.words}", self.card_wanted)
        self.export = self._button("Export…", f"Export {self.words} as one file", self.export_wanted)
        self.remove = self._button("Remove…", f"Remove {self.words}", self.remove_wanted)
        self.compare = QCheckBox("Compare")
        self.compare.setAccessibleName(f"Compare {self.words}")
        self.compare.setToolTip("Tick two models to see them side by side")
        self.compare.toggled.connect(self.compare_changed)
        self._lay_out()

    def allow(self, *, free: bool) -> None:
        """Not free: an answer is waited for."""
        for button in (self.activate, self.card, self.export, self.remove):
            button.setEnabled(free)

    def _button(self, words: str, name: str, wanted: object) -> QPushButton:
        button = QPushButton(words)
        button.setAccessibleName(name)
        button.clicked.connect(lambda: wanted.emit(self.model.model_id))  # type: ignore[attr-defined]
        return button

    def _lay_out(self) -> None:
        model = self.model
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 2 * GRID)
        column.setSpacing(GRID)
        column.addWidget(rule())
        column.addSpacing(GRID)
        column.addLayout(self._head())
        column.addWidget(label(_about(model), "quiet"))
        if model.description:
            column.addWidget(label(model.description, "figure"))
        if model.figures:
            column.addLayout(_figures(model.figures))
        column.addLayout(self._ways())

    def _head(self) -> QHBoxLayout:
        head = QHBoxLayout()
        head.addWidget(label(self.words, "title"), 1)
        if self.model.active:
            self.activate.setParent(self)
            self.activate.hide()
            head.addWidget(label("In use", "accent"))
        else:
            head.addWidget(self.activate, 0, Qt.AlignmentFlag.AlignTop)
        return head

    def _ways(self) -> QHBoxLayout:
        ways = QHBoxLayout()
        ways.setSpacing(GRID)
        for button in (self.card, self.export, self.remove):
            button.setProperty("compact", True)
            ways.addWidget(button)
        self.remove.setVisible(not self.model.shipped and not self.model.active)
        ways.addStretch(1)
        ways.addWidget(self.compare)
        return ways


def _about(model: ModelSummary) -> str:
    origin = "comes with XRayDesk" if model.shipped else "installed on this computer"
    return f"{model.architecture}  ·  {classes_words(model.classes, _CLASSES_NAMED)}  ·  {origin}"


def _figures(figures: tuple[tuple[str, str], ...]) -> QGridLayout:
    """Large figures over their names and intervals, in columns of equal width."""
    grid = QGridLayout()
    grid.setHorizontalSpacing(2 * GRID)
    grid.setVerticalSpacing(2 * GRID)
    for number, (name, value) in enumerate(figures):
        grid.addLayout(_figure(name, value), *divmod(number, _FIGURES_IN_A_ROW), Qt.AlignmentFlag.AlignTop)
    for column in range(_FIGURES_IN_A_ROW):
        grid.setColumnStretch(column, 1)
    return grid


def _figure(name: str, value: str) -> QVBoxLayout:
    """ "0.912 (0.890 to 0.931)" has its interval below, in small print."""
    figure, _, interval = value.partition(" (")
    column = QVBoxLayout()
    column.setSpacing(2)
    column.addWidget(label(figure, "value"))
    column.addWidget(label(name, "quiet"))
    if interval:
        column.addWidget(label(interval.rstrip(")"), "quiet"))
    return column
