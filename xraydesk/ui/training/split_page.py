"""Step 2: which films the network learns from, which choose the best epoch, which test it at the end."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QRadioButton, QSpinBox

from xraydesk.ui.elided_line import ElidedLine
from xraydesk.ui.theme import GRID
from xraydesk.ui.training.labels import Page, button, label
from xraydesk.ui.training.parts_table import PartsTable
from xraydesk.workflows.training_verbs import SplitPlanned

_FOLDS = (2, 20)
_USUAL_FOLDS = 5


class SplitPage(Page):
    """`chosen` when anything was; `test_folder_wanted` asks for a dialog."""

    chosen = Signal()
    test_folder_wanted = Signal()

    def __init__(self) -> None:
        super().__init__(
            "Split",
            "Most films train the network. A few choose its best moment (validation). The test films are opened "
            "once, at the end. Films of one patient always stay together.",
        )
        self._once = QRadioButton("80 % training, 10 % validation, 10 % test")
        self._folded = QRadioButton("Cross validation: test on each of")
        self._folds = QSpinBox(minimum=_FOLDS[0], maximum=_FOLDS[1], value=_USUAL_FOLDS)
        self._fixed = QCheckBox("Test on a folder of its own:")
        self._test_folder: Path | None = None
        self._test_words = ElidedLine()
        self._choose = button("Choose…", tip="Labelled films that are kept for the test for ever")
        self._table = PartsTable()
        self._state = label("", "quiet")
        self._notes = label("", "quiet")
        self._once.setChecked(True)
        self._lay_out()
        self._folded.toggled.connect(self._settle)
        self._folds.valueChanged.connect(self._on_changed)
        self._folded.toggled.connect(self._on_changed)
        self._fixed.clicked.connect(self._on_fixed)
        self._choose.clicked.connect(self.test_folder_wanted)
        self._settle()

    def _lay_out(self) -> None:
        self._folds.setAccessibleName("Number of folds")
        self._folds.setFixedWidth(6 * GRID)
        folded, fixed = QHBoxLayout(), QHBoxLayout()
        folded.setSpacing(GRID)
        folded.addWidget(self._folded)
        folded.addWidget(self._folds)
        folded.addWidget(
            label("parts of the films in turn: how good the recipe is, without a model", wrap=False)
        )
        folded.addStretch(1)
        fixed.setSpacing(GRID)
        fixed.addWidget(self._fixed)
        fixed.addWidget(self._choose)
        fixed.addWidget(self._test_words, 1)
        self.column.addSpacing(GRID)
        self.column.addWidget(self._once)
        self.column.addLayout(folded)
        self.column.addLayout(fixed)
        self.column.addSpacing(GRID)
        self.column.addWidget(self._state)
        self.column.addWidget(self._table)
        self.column.addWidget(self._notes)
        self.column.addStretch(1)

    # -- given --------------------------------------------------------------------------------------

    def show_plan(self, plan: SplitPlanned, *, patients_known: bool) -> None:
        self._state.hide()
        self._table.show_plan(plan, patients_known=patients_known)
        self._table.show()
        self._notes.setText("\n".join(plan.notes))

    def show_waiting(self) -> None:
        self._say("The films are divided…", "quiet")

    def show_trouble(self, words: str) -> None:
        self._say(words, "warning")

    def show_choice(self, folds: int, test_folder: Path | None) -> None:
        """As an earlier run had it."""
        with QSignalBlocker(self):
            self._folded.setChecked(bool(folds))
            self._once.setChecked(not folds)
            if folds:
                self._folds.setValue(folds)
            self.show_test_folder(test_folder)

    def show_test_folder(self, folder: Path | None) -> None:
        self._test_folder = folder
        self._fixed.setChecked(folder is not None)
        self._test_words.setText(str(folder) if folder else "")
        self._settle()

    # -- what was chosen ----------------------------------------------------------------------------

    def folds(self) -> int:
        """0: no cross validation."""
        return self._folds.value() if self._folded.isChecked() else 0

    def test_folder(self) -> Path | None:
        return self._test_folder if self._fixed.isChecked() and not self.folds() else None

    def table(self) -> PartsTable:
        return self._table

    def state_words(self) -> str:
        return self._state.text() if not self._state.isHidden() else ""

    def notes(self) -> str:
        return self._notes.text()

    # -- within -------------------------------------------------------------------------------------

    def _say(self, words: str, tone: str) -> None:
        self._table.hide()
        self._notes.clear()
        self._state.setText(words)
        self._state.setProperty("tone", tone)
        self._state.style().polish(self._state)
        self._state.show()

    @Slot()
    def _settle(self) -> None:
        folded = self._folded.isChecked()
        self._folds.setEnabled(folded)
        self._fixed.setEnabled(not folded)
        self._choose.setEnabled(not folded and self._fixed.isChecked())

    @Slot()
    def _on_changed(self) -> None:
        self.chosen.emit()

    @Slot(bool)
    def _on_fixed(self, fixed: bool) -> None:
        self._settle()
        if fixed and self._test_folder is None:
            self.test_folder_wanted.emit()
        else:
            self.chosen.emit()
