"""Step 5: how good the model is on films it has never seen, beside the one in use."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QStackedWidget, QTabWidget, QVBoxLayout, QWidget

from xraydesk.jobs import Progress
from xraydesk.ui.announce import announce
from xraydesk.ui.selecting import select_row
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.training.comparison_words import ComparisonWords
from xraydesk.ui.training.confusion_table import ConfusionTable
from xraydesk.ui.training.figure_words import (
    CLASS_TITLES,
    FOLD_TITLES,
    SOURCE_TITLES,
    class_rows,
    fold_rows,
    source_rows,
)
from xraydesk.ui.training.figures_table import FiguresTable
from xraydesk.ui.training.film_counts import Chosen
from xraydesk.ui.training.film_table import FilmTable
from xraydesk.ui.training.labels import Page, button, label
from xraydesk.ui.training.main_figures import MainFigures
from xraydesk.ui.training.misread import FilmsByCell
from xraydesk.ui.training.reliability_plot import ReliabilityPage
from xraydesk.ui.training.roc_page import RocPage
from xraydesk.workflows.training_verbs import RunEvaluation


class EvaluationPage(Page):
    """Waiting, a model's figures, or those of a cross validation."""

    again_wanted = Signal()

    def __init__(self, colours: Colours) -> None:
        super().__init__(
            "Evaluation", "On the test films, which this training has not seen. Intervals hold 95 %."
        )
        self._tested: FilmsByCell | None = None
        self._chosen: Chosen = {}
        self._waiting = label("", "title")
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName("Progress of the evaluation")
        self._again = button("Try again")
        self._comparison = ComparisonWords()
        self.figures = MainFigures()
        self.confusion = ConfusionTable(colours)
        self.films = FilmTable("Films of the chosen cell")
        self.classes = FiguresTable("Figures of each class")
        self.sources = FiguresTable("Figures of each source")
        self.roc = RocPage(colours)
        self.reliability = ReliabilityPage(colours)
        self.folds = FiguresTable("Figures of each fold")
        self.tabs = QTabWidget()
        self._states = QStackedWidget()
        self._lay_out()
        self.confusion.cell_chosen.connect(self._on_cell)
        self._again.clicked.connect(self.again_wanted)
        self.show_waiting("Nothing has been trained yet.")

    def _lay_out(self) -> None:
        self.tabs.setDocumentMode(True)
        self._matrix_page = self._matrix()
        self.tabs.tabBar().setDrawBase(False)
        self.tabs.addTab(self.folds, "Folds")
        self.tabs.addTab(self._matrix_page, "Right and wrong")
        self.tabs.addTab(self.classes, "Classes")
        self.tabs.addTab(self.roc, "Threshold")
        self.tabs.addTab(self.reliability, "Calibration")
        self.tabs.addTab(self.sources, "Sources")
        self._single = _stacked(self._comparison, self.figures, self.tabs)
        self._busy = _stacked(self._waiting, self._bar, self._retry())
        for state in (self._busy, self._single):
            self._states.addWidget(state)
        self.column.addWidget(self._states, 1)

    def _retry(self) -> QWidget:
        page = QWidget()
        column = QVBoxLayout(page)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._again, 0, Qt.AlignmentFlag.AlignLeft)
        column.addStretch(1)
        return page

    def _matrix(self) -> QWidget:
        page = QWidget()
        left = QVBoxLayout()
        left.setSpacing(GRID // 2)
        left.addWidget(label("Down: what the films are. Across: what they were read as.", "quiet"))
        left.addWidget(self.confusion, 1)
        row = QHBoxLayout(page)
        row.setContentsMargins(0, GRID, 0, 0)
        row.setSpacing(3 * GRID)
        row.addLayout(left, 4)
        row.addWidget(self.films, 3)
        return page

    # -- given --------------------------------------------------------------------------------------

    def show_waiting(self, words: str, progress: Progress | None = None, *, busy: bool = False) -> None:
        self._waiting.setText(words)
        self._bar.setVisible(busy)
        self._again.hide()
        self._bar.setRange(0, progress.total if progress is not None else 0)
        self._bar.setValue(progress.done if progress is not None else 0)
        self._states.setCurrentWidget(self._busy)

    def show_trouble(self, words: str) -> None:
        self.show_waiting(words)
        self._again.show()
        announce(self, words)

    def show_evaluation(self, evaluation: RunEvaluation, chosen: Chosen) -> None:
        self._tested, self._chosen = FilmsByCell.of(evaluation), chosen
        self._comparison.show_sentence(evaluation.sentence)
        self.figures.show_models(evaluation.new, evaluation.active)
        self.classes.show_rows(CLASS_TITLES, class_rows(evaluation.new.figures))
        sources = source_rows(evaluation.new.figures)
        self.sources.show_rows(SOURCE_TITLES, sources)
        self.tabs.setTabVisible(self.tabs.indexOf(self.sources), bool(sources))
        self.folds.show_rows(
            FOLD_TITLES, fold_rows(evaluation.folds, evaluation.spread, evaluation.new.figures)
        )
        self.tabs.setTabVisible(self.tabs.indexOf(self.folds), bool(evaluation.spread))
        self.tabs.setCurrentWidget(self.folds if evaluation.spread else self._matrix_page)
        self.roc.show_evaluation(evaluation)
        self.reliability.show_evaluation(evaluation)
        self.films.show_classes(evaluation.classes)
        self.confusion.show_matrix(evaluation.classes, self._tested.counts())
        self.confusion.choose(*self.confusion.worst())
        self._states.setCurrentWidget(self._single)
        announce(self, evaluation.sentence)

    def show_choices(self, chosen: Chosen) -> None:
        self._chosen = chosen
        index = self.confusion.currentIndex()
        if self._tested is not None and index.isValid():
            rows = self.films.selected_rows()
            self._on_cell(index.row(), index.column())
            for row in rows[:1]:
                select_row(self.films.view, row)

    def set_colours(self, colours: Colours) -> None:
        self.confusion.set_colours(colours)
        self.roc.set_colours(colours)
        self.reliability.set_colours(colours)

    def sentence(self) -> str:
        return self._comparison.sentence()

    def waiting_words(self) -> str:
        return self._waiting.text()

    @Slot(int, int)
    def _on_cell(self, actual: int, predicted: int) -> None:
        if self._tested is None:
            return
        places = self._tested.cell(actual, predicted)
        title = self._tested.title(actual, predicted)
        self.films.show_films(self._tested.listing(places, self._chosen), f"{title} ({len(places):,})")


def _stacked(first: QWidget, second: QWidget, third: QWidget) -> QWidget:
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, GRID, 0, 0)
    column.setSpacing(GRID)
    for number, part in enumerate((first, second, third)):
        column.addWidget(part, int(number == 2))
    return page
