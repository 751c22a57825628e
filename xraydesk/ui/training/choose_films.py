"""Where training begins: a folder, a list, one's own corrections, or an earlier run."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt, Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from xraydesk.ui.theme import GRID
from xraydesk.ui.training.labels import button, label
from xraydesk.ui.training.runs_list import RunsList

_HOW = (
    "A folder with a sub-folder for each class, with any names, or a list of films and classes (CSV with the "
    "columns file and label). Drop one here, or choose it. Nothing in the folder is ever changed."
)
_RECENT_SHOWN = 4
_MOST_LETTERS = 72


class ChooseFilms(QWidget):
    folder_wanted = Signal()
    manifest_wanted = Signal()
    corrections_wanted = Signal()
    recent_wanted = Signal(object)  # Path

    def __init__(self) -> None:
        super().__init__()
        self._folder = button("Choose folder…", primary=True, compact=False)
        self._manifest = button(
            "Choose list…", compact=False, tip="A CSV file with the columns file and label"
        )
        self._corrections = button(
            "Start from my corrections",
            compact=False,
            tip="Films that you corrected or agreed with while reading",
        )
        self._trouble = label("", "warning")
        self._recent = QVBoxLayout()
        self._recent.setSpacing(2)
        self._recent_title = label("Recent", "label")
        self._shown: list[QPushButton] = []
        self.runs = RunsList()
        self._lay_out()
        self._folder.clicked.connect(self.folder_wanted)
        self._manifest.clicked.connect(self.manifest_wanted)
        self._corrections.clicked.connect(self.corrections_wanted)
        self.show_trouble("")
        self.show_recent(())

    def _lay_out(self) -> None:
        buttons = QHBoxLayout()
        buttons.setSpacing(GRID)
        for each in (self._folder, self._manifest, self._corrections):
            buttons.addWidget(each)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, GRID, 0, 0)
        column.setSpacing(GRID)
        column.addWidget(label(_HOW))
        column.addLayout(buttons)
        column.addWidget(self._trouble)
        column.addSpacing(GRID)
        column.addWidget(self._recent_title)
        column.addLayout(self._recent)
        column.addSpacing(GRID)
        column.addWidget(self.runs)
        column.addStretch(1)

    def show_trouble(self, words: str) -> None:
        """Why the last choice cannot be used; "" where it can."""
        self._trouble.setText(words)
        self._trouble.setVisible(bool(words))

    def trouble(self) -> str:
        return self._trouble.text()

    def show_recent(self, recent: Sequence[Path]) -> None:
        for shown in self._shown:
            self._recent.removeWidget(shown)
            shown.hide()
            shown.deleteLater()
        self._shown = [self._recent_button(path) for path in recent[:_RECENT_SHOWN]]
        self._recent_title.setVisible(bool(self._shown))

    def _recent_button(self, path: Path) -> QPushButton:
        words = str(path)
        shown = words if len(words) <= _MOST_LETTERS else f"…{words[-_MOST_LETTERS:]}"
        made = button(shown.replace("&", "&&"), tip=words)
        made.setProperty("tone", "link")
        made.setProperty("compact", False)
        made.setProperty("path", words)
        made.clicked.connect(self._on_recent)
        self._recent.addWidget(made, 0, Qt.AlignmentFlag.AlignLeft)
        return made

    @Slot()
    def _on_recent(self) -> None:
        sender = self.sender()
        if isinstance(sender, QPushButton):
            self.recent_wanted.emit(Path(str(sender.property("path"))))
