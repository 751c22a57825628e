"""The models that are installed: what each is, how good its card says it is, and which one reads."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from xraydesk.errors import Failure
from xraydesk.presentation.wording import class_words, model_words
from xraydesk.ui.theme import GRID
from xraydesk.workflows.model_verbs import InstalledModels, ModelSummary

_WIDTH = 720
_FIGURES_IN_A_ROW = 4


class ModelsPlace(QWidget):
    """`activate_wanted` carries a model's id."""

    activate_wanted = Signal(str)
    install_wanted = Signal()
    agreement_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("place")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Models")
        self._install = QPushButton("Install from file…")
        self._install.setToolTip(
            "Install a model that was exported to a file, or the authors' own checkpoint"
        )
        self._install.clicked.connect(self.install_wanted)
        self._agreement = QPushButton("Agreement…")
        self._agreement.setToolTip("How often you and the models agree (Ctrl+Shift+A)")
        self._agreement.clicked.connect(self.agreement_wanted)
        self._trouble = _label("", "figure")
        self._trouble.hide()
        self._list = QVBoxLayout()
        self._list.setSpacing(0)
        self._shown: list[QWidget] = []
        self._buttons: dict[str, QPushButton] = {}
        self._lay_out()
        self.show_waiting()

    def _lay_out(self) -> None:
        column = QVBoxLayout()
        column.setContentsMargins(4 * GRID, 3 * GRID, 4 * GRID, 3 * GRID)
        column.setSpacing(2 * GRID)
        head = QHBoxLayout()
        head.addWidget(_label("Models", "headline"), 1)
        head.addWidget(self._agreement, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addWidget(self._install, 0, Qt.AlignmentFlag.AlignVCenter)
        column.addLayout(head)
        column.addWidget(self._trouble)
        column.addLayout(self._list)
        column.addStretch(1)
        content = QWidget()
        content.setMaximumWidth(_WIDTH)
        content.setLayout(column)
        area = QScrollArea(widgetResizable=True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(content)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)

    def show_waiting(self) -> None:
        self._fill([_label("The installed models are listed once the engine has started.", "quiet")])

    def show_models(self, installed: InstalledModels) -> None:
        self._trouble.hide()
        self._install.setEnabled(True)
        self._buttons.clear()
        if not installed.models:
            self._fill([_label("No model is installed. Install one from a file.", "quiet")])
            return
        self._fill([self._entry(model) for model in installed.models])

    def show_busy(self) -> None:
        """Nothing else can be asked until the answer is there."""
        self._trouble.hide()
        self._install.setEnabled(False)
        for button in self._buttons.values():
            button.setEnabled(False)

    def show_failure(self, failure: Failure) -> None:
        self._trouble.setText(str(failure))
        self._trouble.show()
        self._install.setEnabled(True)
        for button in self._buttons.values():
            button.setEnabled(True)

    def trouble(self) -> str:
        return self._trouble.text() if self._trouble.isVisibleTo(self) else ""

    def activate_button(self, model_id: str) -> QPushButton | None:
        """None for the model that reads already."""
        return self._buttons.get(model_id)

    def _fill(self, entries: list[QWidget]) -> None:
        for shown in self._shown:
            self._list.removeWidget(shown)
            shown.hide()
            shown.deleteLater()
        self._shown = entries
        for entry in entries:
            self._list.addWidget(entry)
            entry.show()

    def _entry(self, model: ModelSummary) -> QWidget:
        entry = QWidget()
        entry.setAccessibleName(model_words(model.name, model.version))
        column = QVBoxLayout(entry)
        column.setContentsMargins(0, 0, 0, 2 * GRID)
        column.setSpacing(GRID)
        rule = QFrame()
        rule.setProperty("tone", "rule")
        column.addWidget(rule)
        column.addSpacing(GRID)
        column.addLayout(self._entry_head(model))
        column.addWidget(_label(_about(model), "quiet"))
        if model.description:
            column.addWidget(_label(model.description, "figure"))
        if model.figures:
            column.addLayout(_figures(model.figures))
        return entry

    def _entry_head(self, model: ModelSummary) -> QHBoxLayout:
        head = QHBoxLayout()
        head.addWidget(_label(model_words(model.name, model.version), "title"), 1)
        if model.active:
            head.addWidget(_label("In use", "accent"))
            return head
        button = QPushButton("Use this model")
        button.setAccessibleName(f"Use {model.name}")
        button.clicked.connect(lambda: self.activate_wanted.emit(model.model_id))
        self._buttons[model.model_id] = button
        head.addWidget(button)
        return head


def _about(model: ModelSummary) -> str:
    classes = ", ".join(class_words(name) for name in model.classes)
    origin = "comes with XRayDesk" if model.shipped else "installed on this computer"
    return f"{model.architecture}  ·  {classes}  ·  {origin}"


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
    column.addWidget(_label(figure, "value"))
    column.addWidget(_label(name, "quiet"))
    if interval:
        column.addWidget(_label(interval.rstrip(")"), "quiet"))
    return column


def _label(text: str, tone: str) -> QLabel:
    label = QLabel(text, wordWrap=tone != "accent", textFormat=Qt.TextFormat.PlainText)
    label.setProperty("tone", tone)
    return label
