"""The operating threshold of a class: what it finds, and how many false alarms that costs."""

from __future__ import annotations

import math

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from xraydesk.presentation.wording import class_words
from xraydesk.ui.announce import announce
from xraydesk.ui.drop_box import DropBox
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.training.figure_words import number_words
from xraydesk.ui.training.labels import label
from xraydesk.ui.training.roc_plot import Point, RocPlot
from xraydesk.workflows.training_verbs import RunEvaluation

_HOW = "Drag the point along the curve, or use the arrow keys, to see what another threshold would find and miss."


class RocPage(QWidget):
    threshold_moved = Signal(str, float)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._evaluation: RunEvaluation | None = None
        self.plot = RocPlot(colours)
        self.classes = DropBox()
        self.classes.setAccessibleName("Class")
        self._sensitivity, self._specificity = label("–", "headline"), label("–", "headline")
        self._words = label("", "figure")
        self._auroc = label("", "quiet")
        self._lay_out()
        self.classes.currentIndexChanged.connect(self._on_class)
        self.plot.moved.connect(self._on_moved)

    def _lay_out(self) -> None:
        right = QVBoxLayout()
        right.setSpacing(GRID // 2)
        right.addWidget(label("Class", "label"))
        right.addWidget(self.classes)
        right.addWidget(self._auroc)
        right.addSpacing(2 * GRID)
        right.addWidget(label("Sensitivity", "label"))
        right.addWidget(self._sensitivity)
        right.addWidget(label("Specificity", "label"))
        right.addWidget(self._specificity)
        right.addSpacing(GRID)
        right.addWidget(self._words)
        right.addWidget(label(_HOW, "quiet"))
        right.addStretch(1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, GRID, 0, 0)
        whole.setSpacing(4 * GRID)
        whole.addWidget(self.plot, 1)
        whole.addLayout(right, 1)

    def show_evaluation(self, evaluation: RunEvaluation) -> None:
        self._evaluation = evaluation
        self.classes.blockSignals(True)
        self.classes.clear()
        for name in evaluation.roc:
            self.classes.addItem(class_words(name), name)
        self.classes.blockSignals(False)
        self._on_class(self.classes.currentIndex())

    def words(self) -> str:
        return self._words.text()

    def sensitivity(self) -> str:
        return self._sensitivity.text()

    def set_colours(self, colours: Colours) -> None:
        self.plot.set_colours(colours)

    @Slot(int)
    def _on_class(self, _place: int) -> None:
        name = self.classes.currentData()
        if self._evaluation is None or name is None:
            self.plot.show_curve(())
            return
        auroc = self._evaluation.new.figures.get("auroc", {}).get(name)
        self._auroc.setText(f"Area under the curve {number_words(auroc)}")
        curve = self._evaluation.roc[name].tolist()
        points = [
            (float(x), float(y), float(t)) for x, y, t in curve if math.isfinite(x) and math.isfinite(y)
        ]
        if not points:
            self._say_nothing()
        self.plot.show_curve(points)

    def _say_nothing(self) -> None:
        """The test films hold none of this class, or nothing else."""
        self._sensitivity.setText("–")
        self._specificity.setText("–")
        self._words.setText("There are no test films of this class, or of no other: nothing can be told.")

    @Slot(object)
    def _on_moved(self, point: Point) -> None:
        false_alarms, sensitivity, threshold = point
        self._sensitivity.setText(f"{100 * sensitivity:.1f} %")
        self._specificity.setText(f"{100 * (1 - false_alarms):.1f} %")
        name = class_words(str(self.classes.currentData()))
        shown = f"{100 * threshold:.1f} %" if math.isfinite(threshold) and threshold <= 1 else "no film's"
        self._words.setText(
            f"Called {name} from a probability of {shown}: of 100 films with it {100 * sensitivity:.0f} are found, "
            f"of 100 without it {100 * false_alarms:.0f} are false alarms."
        )
        self.plot.setAccessibleDescription(self._words.text())
        announce(self.plot, self._words.text())
        self.threshold_moved.emit(str(self.classes.currentData()), threshold)
