"""Looking through a batch: which rows, in which order, and the film of the one that was chosen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot

from xraydesk.journal.records import Batch, RowQuery, SortKey
from xraydesk.ui.batch.chosen_film import ChosenFilm
from xraydesk.ui.batch.filters import RowFilter
from xraydesk.ui.batch.place import BatchPanel

_FIRST_SORT = (SortKey.SUSPICION, True, "")


class Looking(QObject):
    film_wanted = Signal(object)  # Path of a film to be opened in Read, too
    selected = Signal(object)  # film ids of the selected rows, in the table's order

    def __init__(
        self,
        panel: BatchPanel,
        chosen: ChosenFilm,
        is_running: Callable[[int], bool],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._is_running = is_running
        self._panel = panel
        self._table = panel.table
        self._rows = panel.rows
        self._chosen = chosen
        self._batch: Batch | None = None
        self._sort = _FIRST_SORT
        self._compare_with = 0
        self._begins = False  # no film was chosen yet
        self._connect()

    def _connect(self) -> None:
        table, panel = self._table, self._panel
        table.sort_asked.connect(self._on_sort)
        table.film_chosen.connect(self._on_chosen)
        table.film_activated.connect(self._on_activated)
        table.selectionModel().selectionChanged.connect(self._on_selection)
        for other_rows in (panel.rows.shown, panel.rows.modelReset, panel.rows.layoutChanged):
            other_rows.connect(self._on_selection)  # then Qt says nothing of what is selected no more
        panel.filters.changed.connect(self._on_filter)
        panel.filters.changed.connect(panel.counts.show_filter)
        panel.rows.shown.connect(self._on_shown)
        panel.counts.label_clicked.connect(panel.filters.toggle_label)
        panel.counts.state_clicked.connect(panel.filters.toggle_state)

    @property
    def compared_with(self) -> int:
        """The id of another batch, 0 for none."""
        return self._compare_with

    # -- given --------------------------------------------------------------------------------------

    def show_batch(self, batch: Batch) -> None:
        """Another batch from now on, in the order of suspicion, unfiltered."""
        self._batch = batch
        self._compare_with = 0
        self._begins = True
        self._sort = _FIRST_SORT
        self._table.show_sort(SortKey.SUSPICION, descending=True)
        self._table.set_classes(batch.told.classes)
        self._panel.filters.clear()
        self._panel.filters.set_classes(batch.told.classes)
        self._chosen.show_batch(batch.told)
        self._ask()

    def refresh(self, batch: Batch) -> None:
        """The same batch, further on."""
        self._batch = batch
        self._rows.refresh()
        self._chosen.look_again()

    def compare_with(self, batch_id: int) -> None:
        """0: with none."""
        self._compare_with = batch_id
        self._panel.filters.set_comparing(bool(batch_id))
        self._ask()

    # -- asked --------------------------------------------------------------------------------------

    @Slot()
    def next_film(self) -> None:
        self._table.step(1)

    @Slot()
    def previous_film(self) -> None:
        self._table.step(-1)

    @Slot()
    def open_in_read(self) -> None:
        self._on_activated(self._table.chosen_id())

    # -- slots --------------------------------------------------------------------------------------

    def _ask(self) -> None:
        if self._batch is None:
            return
        key, descending, class_name = self._sort
        query = RowQuery(
            self._batch.id,
            sort=key,
            descending=descending,
            sort_class=class_name,
            compare_with=self._compare_with,
        )
        self._rows.show(self._panel.filters.filter.applied_to(query))

    @Slot(object)
    def _on_filter(self, _filter: RowFilter) -> None:
        self._ask()

    @Slot(object, bool, str)
    def _on_sort(self, key: SortKey, descending: bool, class_name: str, /) -> None:
        self._sort = (key, descending, class_name)
        self._table.show_sort(key, descending=descending, class_name=class_name)
        self._ask()

    @Slot(int)
    def _on_shown(self, rows: int) -> None:
        batch = self._batch
        if batch is None:
            return
        self._panel.filters.show_count(rows, max(batch.counts.found, rows))
        if self._begins and rows and not self._is_running(batch.id):  # while it runs, rows change places
            self._begins = False
            if not self._table.chosen_id():
                self._table.step(0)

    @Slot(int)
    def _on_chosen(self, film_id: int) -> None:
        row = self._rows.row_of(film_id) if film_id else -1
        beside = (self._rows.film_id_at(row + 1), self._rows.film_id_at(row - 1)) if row >= 0 else ()
        self._chosen.choose(film_id, beside)

    @Slot(int)
    def _on_activated(self, film_id: int) -> None:
        record = self._rows.record(self._rows.row_of(film_id)) if film_id else None
        if record is not None:
            self.film_wanted.emit(record.path)

    @Slot()
    def _on_selection(self) -> None:
        self.selected.emit(self._table.selected_ids())
