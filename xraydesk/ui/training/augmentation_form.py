"""How films are varied while the network learns: each way on a switch, with its strength."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QCheckBox, QDoubleSpinBox, QGridLayout, QWidget

from xraydesk.ui.theme import GRID
from xraydesk.ui.training.quiet_wheel import QuietWheel
from xraydesk.ui.training.recipe_fields import AUGMENTATIONS, AugmentationField
from xraydesk.workflows.training_verbs import Augmentation


class AugmentationForm(QWidget):
    """`edited` carries the Augmentation as it is now."""

    edited = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._augmentation = Augmentation()
        self._quiet = QuietWheel(self)
        self._rows: dict[str, tuple[QCheckBox, QDoubleSpinBox, AugmentationField]] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(GRID)
        grid.setVerticalSpacing(2)
        grid.setColumnStretch(0, 1)
        for row, field in enumerate(AUGMENTATIONS):
            switch, strength = _new_row(field)
            self._quiet.keep(strength)
            switch.clicked.connect(self._on_edited)
            strength.valueChanged.connect(self._on_edited)
            self._rows[field.name] = switch, strength, field
            grid.addWidget(switch, row, 0)
            grid.addWidget(strength, row, 1)
        self.show_augmentation(self._augmentation)

    def show_augmentation(self, augmentation: Augmentation) -> None:
        self._augmentation = augmentation
        for name, (switch, strength, field) in self._rows.items():
            value = getattr(augmentation, name)
            switch.setChecked(bool(value))
            strength.blockSignals(True)
            strength.setValue((value or field.usual) * field.factor)
            strength.blockSignals(False)
            strength.setEnabled(bool(value))

    def row(self, name: str) -> tuple[QCheckBox, QDoubleSpinBox]:
        switch, strength, _field = self._rows[name]
        return switch, strength

    @Slot()
    def _on_edited(self) -> None:
        values = {}
        for name, (switch, strength, field) in self._rows.items():
            strength.setEnabled(switch.isChecked())
            values[name] = round(strength.value() / field.factor, 4) if switch.isChecked() else 0.0
        augmentation = replace(self._augmentation, **values)
        if augmentation != self._augmentation:
            self._augmentation = augmentation
            self.edited.emit(augmentation)


def _new_row(field: AugmentationField) -> tuple[QCheckBox, QDoubleSpinBox]:
    switch = QCheckBox(field.words)
    step = 10**-field.decimals if field.decimals else 1
    strength = QDoubleSpinBox(decimals=field.decimals, singleStep=step * 5 if field.factor > 1 else step)
    strength.setRange(step, field.most * field.factor)
    strength.setSuffix(f" {field.unit}" if field.unit else "")
    strength.setFixedWidth(17 * GRID)
    strength.setAccessibleName(f"{field.words}, strength")
    return switch, strength
