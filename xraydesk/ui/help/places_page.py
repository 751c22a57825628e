"""Where models, batches and trainings are kept, and how to keep them elsewhere."""

from __future__ import annotations

import os
import tempfile
from enum import Enum
from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtWidgets import QDialog, QFileDialog, QGridLayout, QPushButton, QVBoxLayout, QWidget

from xraydesk import paths
from xraydesk.presentation.wording import path_words
from xraydesk.ui.help.page import finish
from xraydesk.ui.theme import GRID
from xraydesk.ui.words import Words


class Home(Enum):
    """Who says where all of the user's own lies."""

    SYSTEM = "The usual places of this computer."
    CHOSEN = "A folder that was chosen here."
    PORTABLE = "Beside the program: it is portable, because a file portable.txt lies there."
    ADMINISTRATOR = "A folder that the variable XRAYDESK_HOME of this computer names."


def home_of_this_run() -> Home:
    """To be asked before anything else is chosen."""
    home = paths.own_home()
    if home is None:
        return Home.SYSTEM
    if home == paths.portable_home():
        return Home.PORTABLE
    return Home.CHOSEN if home == paths.chosen_home() else Home.ADMINISTRATOR


def why_not(folder: Path) -> str:
    """Why nothing can be kept there, in words; empty where it can."""
    try:
        with tempfile.TemporaryFile(dir=folder) as trial:
            trial.write(b"x")
            os.fsync(trial.fileno())
    except OSError as error:
        return f"XRayDesk cannot write to {path_words(folder)}: {(error.strerror or str(error)).lower()}."
    return ""


class PlacesPage(QDialog):
    def __init__(self, parent: QWidget, home: Home) -> None:
        super().__init__(parent)
        self.setWindowTitle("Where things are kept")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._home = home
        self.next_start = Words("", "title")
        self.choose = QPushButton("Choose another folder…")
        self.usual = QPushButton("Back to the usual places")
        self.choose.clicked.connect(self._on_choose)
        self.usual.clicked.connect(self._on_usual)
        for button in (self.choose, self.usual):
            button.setAutoDefault(False)
        finish(self, self._content(), self.choose, self.usual)
        self._show_next_start()
        self.resize(720, 420)

    def _content(self) -> QWidget:
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        column.addWidget(Words(self._home.value, "figure"))
        grid = QGridLayout()
        grid.setHorizontalSpacing(3 * GRID)
        grid.setVerticalSpacing(GRID)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, 20 * GRID)
        for row, (what, place) in enumerate(_places()):
            grid.addWidget(Words(what, "quiet"), row, 0, Qt.AlignmentFlag.AlignTop)
            where = Words(path_words(place), "figure")
            where.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            grid.addWidget(where, row, 1)
        column.addLayout(grid)
        column.addWidget(self.next_start)
        column.addStretch(1)
        return content

    @Slot()
    def _on_choose(self) -> None:
        chosen = QFileDialog.getExistingDirectory(self, "Keep everything in this folder", str(Path.home()))
        if chosen:
            self.take(Path(chosen))

    def take(self, folder: Path) -> None:
        """From the next start on."""
        trouble = why_not(folder)
        if trouble:
            self.next_start.setText(f"{trouble} Nothing was changed.")
        else:
            self._keep(folder)

    @Slot()
    def _on_usual(self) -> None:
        self._keep(None)

    def _keep(self, folder: Path | None) -> None:
        try:
            paths.choose_home(folder)
        except OSError as error:
            self.next_start.setText(f"This could not be noted: {error.strerror or error}.")
            return
        self._show_next_start()

    def _show_next_start(self) -> None:
        chosen = paths.chosen_home()
        may_choose = self._home in (Home.SYSTEM, Home.CHOSEN)
        self.choose.setEnabled(may_choose)
        self.usual.setEnabled(may_choose and chosen is not None)
        self.next_start.setText(_next_start_words(chosen, self._home) if may_choose else "")


def _next_start_words(chosen: Path | None, home: Home) -> str:
    now = paths.own_home() if home is Home.CHOSEN else None
    if chosen == now:
        return ""
    where = path_words(chosen) if chosen else "the usual places"
    return (
        f"From the next start on everything is kept in {where}. What is here now stays where it is; "
        "copy it while XRayDesk is closed if it is to go along."
    )


def _places() -> tuple[tuple[str, Path], ...]:
    return (
        ("Models", paths.user_models()),
        ("Batches and opinions", paths.user_journal()),
        ("Trainings", paths.user_runs()),
        ("Decoded films", paths.user_cache()),
        ("Settings", paths.user_settings()),
        ("Faults", paths.user_log()),
    )
