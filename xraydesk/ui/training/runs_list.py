"""Earlier training runs: those that can be gone on with, and those whose model is there."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal, Slot
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QHeaderView, QTableView, QVBoxLayout, QWidget

from xraydesk.presentation.wording import film_name, path_words
from xraydesk.ui.batch.run_bar import ConfirmButton
from xraydesk.ui.plain_tip import plain_tip
from xraydesk.ui.selecting import select_row
from xraydesk.ui.theme import GRID
from xraydesk.ui.training.labels import button, label
from xraydesk.workflows.training_verbs import RunSummary

Index = QModelIndex | QPersistentModelIndex
_TITLES = ("Earlier training", "Films", "Begun", "How far")
_ROW = 28
_ROWS_SHOWN = 8  # more scroll


def begun_words(started: str) -> str:
    """ISO 8601 as "2026-07-30 19:14"; anything else as it is."""
    try:
        return datetime.fromisoformat(started).strftime("%Y-%m-%d %H:%M")
    except ValueError:
        return started


def progress_words(run: RunSummary) -> str:
    if run.finished:
        return "Finished"
    return f"Stopped after {run.epochs_done} of {run.epochs} epochs"


class RunRows(QAbstractTableModel):
    def __init__(self) -> None:
        super().__init__()
        self.runs: tuple[RunSummary, ...] = ()

    def show(self, runs: tuple[RunSummary, ...]) -> None:
        self.beginResetModel()
        self.runs = runs
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self.runs)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(_TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = 0) -> object:  # noqa: N802
        if orientation is not Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return _TITLES[section] if role == Qt.ItemDataRole.DisplayRole else None

    def data(self, index: Index, role: int = 0) -> object:
        run = self.runs[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            folder = film_name(run.folder)
            return (run.name, folder, begun_words(run.started), progress_words(run))[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole and index.column() == 1:
            return plain_tip(path_words(run.folder))
        return None


class RunsList(QWidget):
    """Each signal carries the RunSummary of the selected row. Takes no room while there are no runs."""

    go_on_wanted = Signal(object)
    look_wanted = Signal(object)
    delete_wanted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._rows = RunRows()
        self.view = QTableView()
        self.view.setModel(self._rows)
        self._open = button("Go on")
        self._delete = ConfirmButton("Delete", "Really delete?")
        self._delete.setProperty("compact", True)
        self._delete.setToolTip("Delete what this training made; installed models and films stay")
        self._trouble = label("", "warning")
        self._trouble.hide()
        self._lay_out()
        self._open.clicked.connect(self._on_open)
        self.view.activated.connect(self._on_open)
        self._delete.confirmed.connect(self._on_delete)
        self.view.selectionModel().selectionChanged.connect(self._settle)
        self.show_runs(())

    def _lay_out(self) -> None:
        self.view.setAccessibleName("Earlier trainings")
        self.view.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.view.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.view.setProperty("tone", "words")
        self.view.setShowGrid(False)
        self.view.setTabKeyNavigation(False)
        self.view.setWordWrap(False)
        self.view.verticalHeader().hide()
        self.view.verticalHeader().setDefaultSectionSize(_ROW)
        self.view.horizontalHeader().setHighlightSections(False)
        self.view.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        buttons.addWidget(self._open)
        buttons.addWidget(self._delete)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._trouble)
        column.addWidget(self.view)
        column.addLayout(buttons)

    def show_runs(self, runs: tuple[RunSummary, ...]) -> None:
        self._trouble.hide()
        self._rows.show(runs)
        self.setVisible(bool(runs))
        header = self.view.horizontalHeader().sizeHint().height()
        self.view.setFixedHeight(header + _ROW * min(len(runs), _ROWS_SHOWN) + 2)
        if runs:
            select_row(self.view, 0)
        self._settle()

    def show_trouble(self, words: str) -> None:
        self._trouble.setText(words)
        self._trouble.show()
        self.show()

    def chosen(self) -> RunSummary | None:
        rows = self.view.selectionModel().selectedRows()
        return self._rows.runs[rows[0].row()] if rows else None

    @Slot()
    def _settle(self) -> None:
        run = self.chosen()
        self._open.setEnabled(run is not None)
        self._delete.setEnabled(run is not None)
        self._delete.forget()
        self._open.setText("See how good it is" if run is not None and run.finished else "Go on")

    @Slot()
    def _on_open(self) -> None:
        run = self.chosen()
        if run is not None:
            (self.look_wanted if run.finished else self.go_on_wanted).emit(run)

    @Slot()
    def _on_delete(self) -> None:
        run = self.chosen()
        if run is not None:
            self.delete_wanted.emit(run)
