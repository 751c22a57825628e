"""How often the reader and the models agree, and the way from the films with an opinion to a training."""

from __future__ import annotations

import math
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QFileDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QMenu,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from xraydesk.errors import Failure
from xraydesk.presentation.wording import class_words, count_words, model_words
from xraydesk.ui.plain_tip import plain_tip
from xraydesk.ui.save_as import ask_file
from xraydesk.ui.theme import GRID
from xraydesk.ui.words import Words
from xraydesk.workflows.opinion_verbs import NOT_READ, Agreed, Agreements, ExportOpinions, ModelAgreement

NO_OPINIONS = (
    "No opinion yet. While you read a film, A agrees with the model; Shift+1, 2, 3 … give the right class."
)
_CAUTION = (
    "You had the model's reading before you when you judged, and no film was drawn by lot: this shows where you and "
    "the model part, not how good it is."
)
_COPY = "Copy the films into a new folder…"
_REFER = "Leave the films where they are, save a list…"
_ROW_HEIGHT, _LEAST_COLUMN, _MOST_COLUMN = 32, 72, 128
_MODELS_WIDTH, _MONTHS_WIDTH = 320, 424


class AgreementPage(QDialog):
    """`training_wanted` carries an ExportOpinions: whether films are copied or referred to, and where to."""

    training_wanted = Signal(object)

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        """`folder`: where to look first for a place to put the films."""
        super().__init__(parent)
        self.setWindowTitle("Agreement")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._folder = folder
        self._agreements = Agreements((), ())
        self._make_parts()
        self._lay_out()
        self.resize(1056, 640)
        self._show_words("Looking through the journal…", "")

    # -- making -------------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        self._headline = Words(tone="headline")
        self._about = Words(tone="quiet")
        self._models = QComboBox()
        self._models.setAccessibleName("Model")
        self._models.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        self._models.setMaximumWidth(_MODELS_WIDTH)
        self._models.currentIndexChanged.connect(self._on_model)
        self._matrix = _table("Confusion matrix: your classes in rows, the model's in columns")
        self._months = _table("Agreement by month")
        self._months.setFixedWidth(_MONTHS_WIDTH)
        self._matrix_title = Words("Yours in rows, the model's in columns", "title")
        self._months_title = Words("By month", "title")
        self._caution = Words(_CAUTION, "quiet")
        self._films = Words(tone="figure")
        self._menu = QMenu(self)
        self._menu.addAction(_COPY).triggered.connect(self._ask_to_copy)
        self._menu.addAction(_REFER).triggered.connect(self._ask_to_refer)
        self._use = QPushButton("Use these films for training…")
        self._use.setMenu(self._menu)
        self._use.setEnabled(False)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self._headline, 1)
        head.addWidget(self._models, 0, Qt.AlignmentFlag.AlignVCenter)
        room = QWidget()  # keeps its place where there are no figures
        tables = QHBoxLayout(room)
        tables.setContentsMargins(0, 0, 0, 0)
        tables.setSpacing(3 * GRID)
        tables.addLayout(_under(self._matrix_title, self._matrix), 1)
        tables.addLayout(_under(self._months_title, self._months))
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        column.addLayout(head)
        column.addWidget(self._about)
        column.addWidget(room, 1)
        column.addWidget(self._caution)
        column.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        foot = QHBoxLayout()
        foot.setSpacing(2 * GRID)
        foot.addWidget(self._films, 1)
        foot.addWidget(self._use)
        foot.addWidget(buttons)
        return foot

    # -- showing ------------------------------------------------------------------------------------

    def show_agreements(self, agreements: Agreements) -> None:
        """The model that was chosen stays so, while it is among them."""
        chosen = self._models.currentData()
        self._agreements = agreements
        self._use.setEnabled(agreements.films > 0)
        self._films.setText(_films_words(agreements))
        self._models.blockSignals(True)
        self._models.clear()
        for model in agreements.models:
            self._models.addItem(model_words(model.model_name, model.model_version), model.model_sha256)
        self._models.setCurrentIndex(max(self._models.findData(chosen), 0 if agreements.models else -1))
        self._models.blockSignals(False)
        self._on_model()

    def show_failure(self, failure: Failure) -> None:
        self._show_words("Agreement is not known", str(failure))

    def show_note(self, words: str) -> None:
        """What came of handing the films on; it stands where they are counted."""
        self._films.setText(words)

    def headline(self) -> str:
        return self._headline.text()

    def about(self) -> str:
        return self._about.text()

    def films_words(self) -> str:
        return self._films.text()

    def models(self) -> QComboBox:
        return self._models

    def matrix(self) -> QTableWidget:
        return self._matrix

    def months(self) -> QTableWidget:
        return self._months

    def use_button(self) -> QPushButton:
        return self._use

    @Slot()
    def _on_model(self) -> None:
        models = self._agreements.models
        if not models:
            words = "" if self._agreements.films else NO_OPINIONS
            self._show_words("Nothing to compare yet", words)
            return
        model = models[max(self._models.currentIndex(), 0)]
        self._models.setVisible(len(models) > 1)
        self._headline.setText(_headline(model.overall))
        self._about.setText(_about(model))
        _fill_matrix(self._matrix, model)
        _fill_months(self._months, model)
        self._show_tables(True)

    def _show_words(self, headline: str, about: str) -> None:
        """Without figures."""
        self._headline.setText(headline)
        self._about.setText(about)
        self._models.hide()
        self._show_tables(False)

    def _show_tables(self, shown: bool, /) -> None:
        for part in (self._matrix_title, self._matrix, self._months_title, self._months, self._caution):
            part.setVisible(shown)

    # -- on to a training ---------------------------------------------------------------------------

    def use_films(self, target: Path, *, copied: bool) -> None:
        self.training_wanted.emit(ExportOpinions(target, copied))

    @Slot()
    def _ask_to_copy(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Where to put the new folder", str(self._folder))
        if chosen:
            self.use_films(new_folder(Path(chosen)), copied=True)

    @Slot()
    def _ask_to_refer(self) -> None:
        file = ask_file(self, "Save the list of films", self._folder / f"{_name()}.csv", ".csv", "CSV")
        if file is not None:
            self.use_films(file, copied=False)


def new_folder(within: Path) -> Path:
    """A name of today that nothing there has."""
    folder, number = within / _name(), 1
    while folder.exists():
        number += 1
        folder = within / f"{_name()} ({number})"
    return folder


def _name() -> str:
    return f"labelled films {datetime.now():%Y-%m-%d}"


def share_words(share: float) -> str:
    """A counted share in whole per cent; 0 and 100 only where it is none or all."""
    if math.isnan(share):
        return "–"
    return f"{round(100 * share) if share in (0.0, 1.0) else min(max(round(100 * share), 1), 99)} %"


def _interval_words(agreed: Agreed) -> str:
    if not agreed.films:
        return "–"
    low, high = agreed.interval
    return f"{100 * low:.0f} to {100 * high:.0f} %"


def _headline(agreed: Agreed) -> str:
    return f"You agree on {share_words(agreed.share)}" if agreed.films else "No class was named yet"


def _about(model: ModelAgreement) -> str:
    overall = model.overall
    said = [model_words(model.model_name, model.model_version)]
    said += [f"{overall.agreed:,} of {count_words(overall.films, 'film')} in which it named a class"]
    if overall.films:
        said.append(f"95 % interval {_interval_words(overall)}")
    rest = model.films - overall.films
    if rest:
        said.append(f"{count_words(rest, 'film')} it left undecided or did not read")
    return "  ·  ".join(said)


def _films_words(agreements: Agreements) -> str:
    if not agreements.films:
        return ""
    each = ", ".join(f"{count:,} {class_words(name)}" for name, count in agreements.labels)
    return f"{count_words(agreements.films, 'film')} with your opinion: {each}"


def _column_words(name: str) -> str:
    return "Not read" if name == NOT_READ else class_words(name)


def _fill_matrix(table: QTableWidget, model: ModelAgreement) -> None:
    rows, columns = [class_words(name) for name in model.rows], [_column_words(n) for n in model.columns]
    _size(table, rows, columns)
    header = table.horizontalHeader()
    for column in range(len(columns)):
        header.resizeSection(column, min(max(header.sectionSizeHint(column), _LEAST_COLUMN), _MOST_COLUMN))
    for row, counts in enumerate(model.matrix):
        for column, count in enumerate(counts):
            agrees = model.rows[row] == model.columns[column]
            words = f"You: {rows[row]}, model: {columns[column]}: {count_words(count, 'film')}"
            table.setItem(row, column, _cell(f"{count:,}" if count else "·", words, bold=agrees))


def _fill_months(table: QTableWidget, model: ModelAgreement) -> None:
    """The latest first."""
    months = tuple(reversed(model.months))
    titles = ["Films", "Agreed", "95 % interval"]
    _size(table, [month for month, _ in months], titles)
    for row, (month, agreed) in enumerate(months):
        cells = (f"{agreed.films:,}", share_words(agreed.share), _interval_words(agreed))
        for column, text in enumerate(cells):
            table.setItem(row, column, _cell(text, f"{month}: {titles[column]} {text}"))
    header = table.horizontalHeader()
    header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)


def _size(table: QTableWidget, rows: list[str], columns: list[str]) -> None:
    table.clear()
    table.setRowCount(len(rows))
    table.setColumnCount(len(columns))
    for row, name in enumerate(rows):
        table.setVerticalHeaderItem(row, _title(name))
    for column, name in enumerate(columns):
        table.setHorizontalHeaderItem(column, _title(name))


def _title(name: str) -> QTableWidgetItem:
    """Where it has no room, the tool tip has it whole."""
    title = QTableWidgetItem(name)
    title.setToolTip(plain_tip(name))
    return title


def _cell(text: str, words: str, *, bold: bool = False) -> QTableWidgetItem:
    cell = QTableWidgetItem(text)
    cell.setTextAlignment(Qt.AlignmentFlag.AlignCenter)
    cell.setToolTip(plain_tip(words))
    cell.setData(Qt.ItemDataRole.AccessibleTextRole, words)
    font = cell.font()
    font.setBold(bold)
    cell.setFont(font)
    return cell


def _table(name: str) -> QTableWidget:
    table = QTableWidget()
    table.setAccessibleName(name)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    table.setCornerButtonEnabled(False)
    table.setShowGrid(False)
    for header in (table.verticalHeader(), table.horizontalHeader()):
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
    table.verticalHeader().setDefaultSectionSize(_ROW_HEIGHT)
    table.verticalHeader().setMaximumWidth(160)
    return table


def _under(title: QLabel, table: QTableWidget) -> QVBoxLayout:
    column = QVBoxLayout()
    column.setSpacing(GRID)
    column.addWidget(title)
    column.addWidget(table, 1)
    return column
