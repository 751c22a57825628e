"""One line above the table that says which of its films are shown."""

from __future__ import annotations

from dataclasses import dataclass, fields, replace

from PySide6.QtCore import QSize, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QMenu, QToolButton, QVBoxLayout, QWidget

from xraydesk.journal.records import FilmState, RowQuery
from xraydesk.model.prediction import INDETERMINATE
from xraydesk.presentation.wording import class_words, film_state_words
from xraydesk.ui.batch.flow_layout import FlowLayout
from xraydesk.ui.batch.popup_buttons import ARROW, HEIGHT, ChoiceButton, RangeButton, TextButton
from xraydesk.ui.theme import GRID

_TYPING_MS = 200
_ROOM_TO_GROW = 3 * GRID  # what is chosen may be longer than the name that it stands in for


@dataclass(frozen=True, slots=True)
class RowFilter:
    """The part of a RowQuery that says which films are shown, not in which order."""

    labels: frozenset[str] = frozenset()
    states: frozenset[FilmState] = frozenset()
    with_warnings: bool = False
    text: str = ""
    probability_class: str = ""
    at_least: float = 0.0
    at_most: float = 1.0
    only_differing: bool = False

    def applied_to(self, query: RowQuery) -> RowQuery:
        """The same question, narrowed by this and by nothing else."""
        return replace(query, **{part.name: getattr(self, part.name) for part in fields(self)})

    @property
    def narrows(self) -> int:
        """By how many things."""
        parts = (self.labels, self.states, self.with_warnings, self.text, self.probability_class)
        return sum(map(bool, (*parts, self.only_differing)))


class _Search(QLineEdit):
    """Escape empties it; a second one is the window's."""

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)


class FilterBar(QWidget):
    """`changed` carries the RowFilter, `filter` always holds it."""

    changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Filter")
        self._told = RowFilter()
        self._folded_out = False
        self.search = self._make_search()
        self.labels = ChoiceButton("Prediction", "predictions")
        self.states = ChoiceButton("State", "states")
        self.range = RangeButton()
        self.warnings = _switch("Warnings", "Only films with a warning")
        self.differing = _switch("Differs", "Only films that the two batches read differently")
        self.clear_button = TextButton("Clear", "Show all films again")
        self.fold = _switch("Filter", "More to filter by")
        self.sort = TextButton(f"Sort{ARROW}", "Order of the rows")
        self._count = QLabel()
        self._count.setProperty("tone", "quiet")
        self._rest = QWidget()
        self._typed = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self.states.set_choices([(state, film_state_words(state)) for state in FilmState])
        self._lay_out()
        self._connect()
        self.differing.hide()
        self.sort.hide()
        self._show_what_narrows()

    @staticmethod
    def _make_search() -> _Search:
        field = _Search()
        field.setPlaceholderText("Find")
        field.setAccessibleName("Find films")
        key = QKeySequence(QKeySequence.StandardKey.Find).toString(QKeySequence.SequenceFormat.NativeText)
        field.setToolTip(f"In name, folder, patient, study, warning and error ({key})")
        field.setClearButtonEnabled(True)
        field.setProperty("tone", "field")
        field.setFixedHeight(HEIGHT)
        field.setMinimumWidth(11 * GRID)
        return field

    def _lay_out(self) -> None:
        self._line = QHBoxLayout()
        self._line.setSpacing(GRID // 2)
        for part in (self.search, self.fold, self.sort, self._count):
            self._line.addWidget(part)
        self._line.setStretchFactor(self.search, 1)
        flow = FlowLayout(GRID // 2)
        self._rest.setLayout(flow)
        for button in (
            self.labels,
            self.states,
            self.range,
            self.warnings,
            self.differing,
            self.clear_button,
        ):
            flow.addWidget(button)
        whole = self._whole = QVBoxLayout(self)
        whole.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        whole.setSpacing(GRID // 2)
        whole.addLayout(self._line)
        self._arrange()

    def _connect(self) -> None:
        self.search.textChanged.connect(self._typed.start)
        self.search.returnPressed.connect(self._tell)
        self._typed.timeout.connect(self._tell)
        for button in (self.labels, self.states, self.range):
            button.changed.connect(self._tell)
        for switch in (self.warnings, self.differing):
            switch.toggled.connect(self._tell)
        self.clear_button.clicked.connect(self.clear)
        self.fold.toggled.connect(self._on_folded)

    # -- given --------------------------------------------------------------------------------------

    def set_classes(self, classes: tuple[str, ...]) -> None:
        """Those of the batch; what was chosen among those it has no longer is forgotten."""
        named = [(name, class_words(name)) for name in classes]
        self.labels.set_choices([*named, (INDETERMINATE, class_words(INDETERMINATE))])
        self.range.set_classes(classes)
        self._tell()

    def set_comparing(self, comparing: bool, /) -> None:
        """Only with another batch beside it there is something to differ."""
        self.differing.setVisible(comparing)
        if not comparing:
            self.differing.setChecked(False)
        self._arrange()

    def set_sort_menu(self, menu: QMenu) -> None:
        """That of the table's header, for who has no mouse."""
        self.sort.setMenu(menu)
        self.sort.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.sort.show()
        self._arrange()

    def show_count(self, shown: int, total: int) -> None:
        self._count.setText(f"{shown:,} of {total:,}")
        self._count.setAccessibleName(f"{shown:,} of {total:,} films shown")

    def count_text(self) -> str:
        return self._count.text()

    # -- asked --------------------------------------------------------------------------------------

    @property
    def filter(self) -> RowFilter:
        name, least, most = self.range.chosen()
        return RowFilter(
            labels=self.labels.chosen(),
            states=frozenset(FilmState(state) for state in self.states.chosen()),
            with_warnings=self.warnings.isChecked(),
            text=self.search.text().strip(),
            probability_class=name,
            at_least=least,
            at_most=most,
            only_differing=self.differing.isChecked(),
        )

    def show_filter(self, wanted: RowFilter) -> None:
        """All of it at once, told once."""
        for part in (self.search, self.warnings, self.differing):
            part.blockSignals(True)
        self.search.setText(wanted.text)
        self.warnings.setChecked(wanted.with_warnings)
        self.differing.setChecked(wanted.only_differing)
        for part in (self.search, self.warnings, self.differing):
            part.blockSignals(False)
        self.labels.choose(wanted.labels)
        self.states.choose(frozenset(wanted.states))
        self.range.choose(wanted.probability_class, wanted.at_least, wanted.at_most)
        self._tell()

    @Slot()
    def start_search(self) -> None:
        """The next keys typed are what is looked for."""
        self.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.search.selectAll()

    @Slot()
    def clear(self) -> None:
        self.show_filter(RowFilter())

    @Slot(str)
    def toggle_label(self, label: str) -> None:
        """Films of this prediction alone; once more, all again."""
        only = frozenset({label})
        labels = frozenset[str]() if self.filter.labels == only else only
        self.show_filter(replace(self.filter, labels=labels, states=frozenset()))

    @Slot(object)
    def toggle_state(self, state: FilmState) -> None:
        """Films in this state alone; once more, all again."""
        only = frozenset({state})
        states = frozenset[FilmState]() if self.filter.states == only else only
        self.show_filter(replace(self.filter, states=states, labels=frozenset()))

    # -- slots --------------------------------------------------------------------------------------

    @Slot()
    def _tell(self) -> None:
        self._typed.stop()
        self._show_what_narrows()
        wanted = self.filter
        if wanted != self._told:
            self._told = wanted
            self.changed.emit(wanted)

    def _show_what_narrows(self) -> None:
        count = self.filter.narrows - bool(self.filter.text)
        self.fold.setText(f"Filter ({count})" if count else "Filter")
        self.clear_button.setEnabled(self.filter.narrows > 0)

    @Slot(bool)
    def _on_folded(self, out: bool, /) -> None:
        self._folded_out = out
        self._arrange()

    # -- room ---------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._arrange()

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(40 * GRID, super().minimumSizeHint().height())

    def _arrange(self) -> None:
        """All in one line where there is room; else the rest lies under it, folded away until asked for."""
        wide = self.width() >= self._width_of_all()
        home = self._line if wide else self._whole
        if home.indexOf(self._rest) < 0:
            self._line.removeWidget(self._rest)
            self._whole.removeWidget(self._rest)
            if wide:
                self._line.insertWidget(1, self._rest)
            else:
                self._whole.addWidget(self._rest)
        self.fold.setVisible(not wide)
        self._rest.setVisible(wide or self._folded_out)

    def _width_of_all(self) -> int:
        parts = (self.sort, self._count) if not self.sort.isHidden() else (self._count,)
        beside = sum(part.sizeHint().width() + self._line.spacing() for part in parts)
        margins = self._whole.contentsMargins()
        fixed = self.search.minimumWidth() + self._line.spacing() + margins.left() + margins.right()
        return fixed + self._rest.sizeHint().width() + beside + _ROOM_TO_GROW


def _switch(words: str, tip: str) -> TextButton:
    button = TextButton(words, tip)
    button.setCheckable(True)
    return button
