"""Earlier batches: to be opened, compared with the one in sight, or deleted."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from xraydesk.journal.records import Batch, BatchEnd
from xraydesk.presentation.wording import class_words, count_words, model_words

_ENDS = {BatchEnd.OPEN: "not finished", BatchEnd.DONE: "", BatchEnd.CANCELLED: "cancelled"}
_MOST = 40  # a longer menu is of no use to anyone


class BatchesMenu(QObject):
    """Two menus, the same in the menu bar and in the place; filled anew each time they open."""

    open_wanted = Signal(int)
    compare_wanted = Signal(int)  # 0: with none
    delete_wanted = Signal(int)

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._batches: list[Batch] = []
        self._open = 0
        self._compared = 0
        self.earlier = _menu("Earlier batches", self._fill_earlier, window)
        self.compare = _menu("Compare with", self._fill_compare, window)

    def show_batches(self, batches: list[Batch]) -> None:
        """All of the journal, the latest first."""
        self._batches = batches

    def show_open(self, batch_id: int, compared_with: int) -> None:
        self._open, self._compared = batch_id, compared_with
        self.compare.menuAction().setEnabled(bool(batch_id))

    def _fill_earlier(self) -> None:
        menu = self.earlier
        menu.clear()
        self._list(menu, self._batches, self._open, self.open_wanted.emit)
        if not self._batches:
            menu.addAction("No batch yet").setEnabled(False)
        menu.addSeparator()
        delete = menu.addAction("Delete this batch…")
        delete.setToolTip("Take this batch out of the journal; films and exports stay")
        delete.setEnabled(bool(self._open))
        delete.triggered.connect(lambda: self.delete_wanted.emit(self._open))

    def _fill_compare(self) -> None:
        menu = self.compare
        menu.clear()
        others = [batch for batch in self._batches if batch.id != self._open]
        nothing = menu.addAction("Nothing")
        nothing.setCheckable(True)
        nothing.setChecked(not self._compared)
        nothing.triggered.connect(lambda: self.compare_wanted.emit(0))
        menu.addSeparator()
        self._list(menu, others, self._compared, self.compare_wanted.emit)

    @staticmethod
    def _list(menu: QMenu, batches: list[Batch], chosen: int, choose: Callable[[int], None]) -> None:
        group = QActionGroup(menu)
        for batch in batches[:_MOST]:
            name = batch.told.name.replace("&", "&&").replace("\t", " ")
            action = menu.addAction(f"{name}\t{batch_line(batch)}")
            action.setToolTip(batch_tip(batch))
            action.setCheckable(True)
            action.setChecked(batch.id == chosen)
            group.addAction(action)
            action.triggered.connect(_with(batch.id, choose))


def batch_line(batch: Batch) -> str:
    """ "3,000 films · 23 Nov 2026, 10:12 · DLH_COVID 1.0 · not finished"."""
    parts = (
        count_words(batch.counts.found, "film"),
        started_words(batch.started),
        model_words(batch.told.model_name, batch.told.model_version),
        "watched folder" if batch.told.watch else _ENDS[batch.end],
    )
    return "  ·  ".join(part for part in parts if part)


def batch_tip(batch: Batch) -> str:
    """What became of its films."""
    counts = batch.counts
    labels = [f"{class_words(name)} {films:,}" for name, films in counts.labels]
    others = (("refused", counts.refused), ("failed", counts.failed), ("skipped files", counts.skipped))
    return "  ·  ".join((*labels, *(f"{what} {films:,}" for what, films in others if films)))


def started_words(started: str) -> str:
    """ "2026-11-23T10:12:05" to "23 Nov 2026, 10:12", the same in every language of the system."""
    try:
        when = datetime.fromisoformat(started)
    except ValueError:
        return started
    months = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
    return f"{when.day} {months[when.month - 1]} {when.year}, {when:%H:%M}"


def _menu(title: str, fill: Callable[[], None], window: QWidget) -> QMenu:
    menu = QMenu(title, window)
    menu.setToolTipsVisible(True)
    menu.aboutToShow.connect(fill)
    return menu


def _with(batch_id: int, choose: Callable[[int], None]) -> Callable[[], None]:
    return lambda: choose(batch_id)
