"""The main figures in a row, large, with their intervals; below each that of the model in use."""

from __future__ import annotations

from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from xraydesk.ui.theme import GRID
from xraydesk.ui.training.figure_words import MAIN, interval_words, number_words
from xraydesk.ui.training.labels import label
from xraydesk.workflows.training_verbs import TestedModel


class MainFigures(QWidget):
    def __init__(self) -> None:
        super().__init__()
        self._new: dict[str, QLabel] = {}
        self._intervals: dict[str, QLabel] = {}
        self._active: dict[str, QLabel] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(3 * GRID)
        grid.setVerticalSpacing(0)
        for column, (name, words) in enumerate(MAIN):
            rows = (
                label(words, "quiet", wrap=False),
                label("–", "value", wrap=False),
                label("", "quiet", wrap=False),
                label("", "quiet", wrap=False),
            )
            for row, shown in enumerate(rows):
                grid.addWidget(shown, row, column)
            _title, self._new[name], self._intervals[name], self._active[name] = rows
            grid.setColumnStretch(column, 1)

    def show_models(self, new: TestedModel, active: TestedModel | None) -> None:
        for name, words in MAIN:
            value = number_words(new.figures.get(name))
            self._new[name].setText(value)
            self._new[name].setAccessibleName(f"{words} {value}")
            self._intervals[name].setText(interval_words(new.figures, name))
            theirs = f"in use: {number_words(active.figures.get(name))}" if active is not None else ""
            self._active[name].setText(theirs)
            self._active[name].setVisible(active is not None)

    def words(self, name: str) -> tuple[str, str, str]:
        """Value, interval, that of the model in use."""
        return self._new[name].text(), self._intervals[name].text(), self._active[name].text()
