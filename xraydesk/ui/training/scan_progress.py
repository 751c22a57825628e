"""While films are looked through: how far, and a way to stop."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from xraydesk.jobs import Progress
from xraydesk.ui.theme import GRID
from xraydesk.ui.training.labels import button, label


class ScanProgress(QWidget):
    cancel_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
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
            self._words.setText("Looking for films…")
        else:
            self._bar.setRange(0, progress.total)
            self._bar.setValue(progress.done)
            self._words.setText(f"Looked through {progress.done:,} of {progress.total:,} films")

    def words(self) -> str:
        return self._words.text()
