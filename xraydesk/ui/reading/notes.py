"""Warnings, refusals and failures in words, each with its sign."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from xraydesk.ui import icons
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.words import Words

_ICON = 18


@dataclass(frozen=True, slots=True)
class Note:
    """`sign` names an icon: "warning", "refused" or "failed"; `hint` says what to do."""

    sign: str
    message: str
    hint: str = ""


class Notes(QWidget):
    """A short list of notes; empty it takes no room."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self._notes: tuple[Note, ...] = ()
        self._rows: list[QWidget] = []
        self._list = QVBoxLayout(self)
        self._list.setContentsMargins(0, 0, 0, 0)
        self._list.setSpacing(2 * GRID)

    def notes(self) -> tuple[Note, ...]:
        return self._notes

    def show_notes(self, notes: tuple[Note, ...]) -> None:
        self._notes = notes
        for row in self._rows:
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = [self._row(note) for note in notes]
        for row in self._rows:
            self._list.addWidget(row)
            row.show()
        self.setVisible(bool(notes))

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.show_notes(self._notes)

    def _row(self, note: Note) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(GRID)
        colour = self._colours.failure if note.sign == "failed" else self._colours.warning
        sign = QLabel()
        sign.setPixmap(icons.pixmap(note.sign, colour, _ICON, self.devicePixelRatioF()))
        sign.setAccessibleName(note.sign)
        line.addWidget(sign, 0, Qt.AlignmentFlag.AlignTop)
        line.addLayout(_words(note), 1)
        return row


def _words(note: Note) -> QVBoxLayout:
    words = QVBoxLayout()
    words.setSpacing(4)
    for text, tone in ((note.message, "figure"), (note.hint, "quiet")):
        if text:
            label = Words(text, tone)
            label.setMinimumWidth(1)
            words.addWidget(label)
    return words
