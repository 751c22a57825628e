"""The recipe's numbers and choices, each validated in place, in words."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from xraydesk.ui.drop_box import DropBox
from xraydesk.ui.theme import GRID, set_tone
from xraydesk.ui.training.labels import label
from xraydesk.ui.training.quiet_wheel import QuietWheel
from xraydesk.ui.training.recipe_fields import (
    SECTIONS,
    ChoiceField,
    Field,
    NumberField,
    SwitchField,
    has_sense,
    with_choice,
    with_value,
)
from xraydesk.workflows.training_verbs import TrainingConfig

Editor = QLineEdit | QComboBox | QCheckBox
_EDITOR_WIDTH = 25 * GRID


class RecipeForm(QWidget):
    """`edited` carries the TrainingConfig as it is now; a value that makes no sense is not in it."""

    edited = Signal(object)

    def __init__(self, config: TrainingConfig) -> None:
        super().__init__()
        self._config = config
        self._editors: dict[str, Editor] = {}
        self._labels: dict[str, QLabel] = {}
        self._fields: dict[str, Field] = {}
        self._wrong: dict[str, str] = {}
        self._trouble = label("", "warning")
        self._quiet = QuietWheel(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        for title, fields in SECTIONS:
            column.addWidget(label(title, "title"))
            column.addLayout(self._section(fields))
            column.addSpacing(GRID)
        column.addWidget(self._trouble)
        column.addStretch(1)
        self.show_config(config)

    def _section(self, fields: tuple[Field, ...]) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * GRID)
        grid.setVerticalSpacing(GRID // 2)
        grid.setColumnStretch(0, 1)
        for row, field in enumerate(fields):
            editor = self._new_editor(field)
            self._fields[field.name], self._editors[field.name] = field, editor
            editor.setToolTip(field.tip)
            self._quiet.keep(editor)
            if isinstance(editor, QCheckBox):
                grid.addWidget(editor, row, 0, 1, 2)
                continue
            words = label(field.words, wrap=False)
            words.setToolTip(field.tip)
            words.setBuddy(editor)
            editor.setAccessibleName(field.words)
            editor.setFixedWidth(_EDITOR_WIDTH)
            self._labels[field.name] = words
            grid.addWidget(words, row, 0)
            grid.addWidget(editor, row, 1, Qt.AlignmentFlag.AlignRight)
        return grid

    def _new_editor(self, field: Field) -> Editor:
        match field:
            case NumberField():
                line = QLineEdit()
                line.setProperty("tone", "field")
                line.setProperty("field", field.name)
                line.textEdited.connect(self._on_typed)
                return line
            case ChoiceField():
                box = DropBox()
                box.setProperty("field", field.name)
                for value, words in field.options:
                    box.addItem(words, value)
                box.activated.connect(self._on_chosen)
                return box
            case SwitchField():
                switch = QCheckBox(field.words)
                switch.setProperty("field", field.name)
                switch.clicked.connect(self._on_switched)
                return switch

    # -- given --------------------------------------------------------------------------------------

    def show_config(self, config: TrainingConfig) -> None:
        """All of it anew; what was typed wrongly is gone."""
        self._config = config
        self._wrong.clear()
        for name, editor in self._editors.items():
            field = self._fields[name]
            if isinstance(editor, QLineEdit) and isinstance(field, NumberField):
                editor.setText(field.text(config))
                self._mark(editor, "")
            elif isinstance(editor, QComboBox):
                editor.setCurrentIndex(editor.findData(str(getattr(config, name))))
            elif isinstance(editor, QCheckBox):
                editor.setChecked(getattr(config, name))
        self._settle()

    def trouble(self) -> str:
        """Why one cannot train with what is typed; "" where one can."""
        return next(iter(self._wrong.values()), "") or has_sense(self._config)

    def editor(self, name: str) -> Editor:
        return self._editors[name]

    # -- by hand ------------------------------------------------------------------------------------

    @Slot(str)
    def _on_typed(self, text: str) -> None:
        line = self.sender()
        if not isinstance(line, QLineEdit):
            return
        field = self._fields[str(line.property("field"))]
        if not isinstance(field, NumberField):
            return
        try:
            value = field.value(text)
        except ValueError as error:
            self._wrong[field.name] = str(error)
            self._mark(line, str(error))
            self._settle()
            self.edited.emit(self._config)
            return
        self._wrong.pop(field.name, None)
        self._mark(line, "")
        self._take(with_value(self._config, field.name, value))

    @Slot(int)
    def _on_chosen(self, _place: int) -> None:
        box = self.sender()
        if isinstance(box, QComboBox):
            self._take(with_choice(self._config, str(box.property("field")), str(box.currentData())))

    @Slot(bool)
    def _on_switched(self, on: bool) -> None:
        switch = self.sender()
        if isinstance(switch, QCheckBox):
            self._take(with_value(self._config, str(switch.property("field")), on))

    def _take(self, config: TrainingConfig) -> None:
        self._config = config
        self._settle()
        self.edited.emit(config)

    def _settle(self) -> None:
        """What means nothing with the other choices is out of the way."""
        for name, field in self._fields.items():
            means = field.shown_if(self._config)
            self._editors[name].setVisible(means)
            if name in self._labels:
                self._labels[name].setVisible(means)
        trouble = has_sense(self._config)
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))

    def _mark(self, line: QLineEdit, trouble: str) -> None:
        field = self._fields[str(line.property("field"))]
        line.setProperty("wrong", bool(trouble))
        line.setToolTip(trouble or field.tip)
        line.setAccessibleDescription(trouble)
        self._labels[field.name].setText(trouble or field.words)
        set_tone(self._labels[field.name], "trouble" if trouble else "figure")
        line.style().polish(line)
