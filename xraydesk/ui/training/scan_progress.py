"""While films are looked through: how far, and a way to stop."""

from __future__ import annotations

import time
from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from xraydesk.jobs import Progress
from xraydesk.presentation.wording import estimate_words
from xraydesk.ui.theme import GRID
from xraydesk.ui.training.labels import button, label

_KNOWN_AFTER_S = 5.0
_COPIES = "looking for copies"


class ScanProgress(QWidget):
    cancel_wanted = Signal()

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        super().__init__()
        self._clock = clock
        self._what: str | None = None
        self._since = (0.0, 0)  # when the stage was first told of, and how far it was then
        self._words = label("", "title")
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName("Progress of looking through the films")
        self._cancel = button("Cancel", tip="Stop looking through these films")
        row = QHBoxLayout()
        row.addWidget(self._words, 1)
        row.addWidget(self._cancel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * GRID, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(row)
        column.addWidget(self._bar)
        column.addWidget(label("Each film is read once, and kept small for training.", "quiet"))
        column.addStretch(1)
        self._cancel.clicked.connect(self.cancel_wanted)

    def show_progress(self, progress: Progress | None) -> None:
        """None: it has just begun."""
        if progress is None or not progress.total:
            self._bar.setRange(0, 0)
            what = progress.what if progress is not None else ""
            self._words.setText(f"{what.capitalize()}…" if what else "Looking for films…")
            self._what = None
            return
        self._bar.setRange(0, progress.total)
        self._bar.setValue(progress.done)
        done = "Compared" if progress.what == _COPIES else "Looked through"
        told = f"{done} {progress.done:,} of {progress.total:,} films"
        self._words.setText(told + self._left(progress))

    def _left(self, progress: Progress) -> str:
        """ ", 12 min left", as soon as that can be known."""
        now = self._clock()
        if progress.what != self._what or progress.done < self._since[1]:
            self._what, self._since = progress.what, (now, progress.done)
        elapsed, done = now - self._since[0], progress.done - self._since[1]
        if elapsed < _KNOWN_AFTER_S or not done or progress.what == _COPIES:  # which goes faster and faster
            return ""
        return f", {estimate_words((progress.total - progress.done) * elapsed / done)} left"

    def words(self) -> str:
        return self._words.text()
