"""The table of actions come to life, and when each of them may be used."""

from __future__ import annotations

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from xraydesk.ui import icons
from xraydesk.ui.action_table import ACTIONS, ActionSpec, Do, Group, Place
from xraydesk.ui.theme import Colours

_EVERYWHERE = (
    *(Do.OPEN_FILMS, Do.OPEN_FOLDER, Do.OPEN_SAMPLE),
    *(Do.BATCH_FOLDER, Do.BATCH_WATCH, Do.BATCH_PAUSE, Do.BATCH_CANCEL),
)
_IN_READ = (Do.REMOVE_FILM, Do.CLEAR_FILMS)


class Actions:
    """The table come to life: one QAction for each entry, all of them working in the whole window."""

    def __init__(self, window: QWidget, colours: Colours) -> None:
        self._specs = {spec.id: spec for spec in ACTIONS}
        self._made = {spec.id: self._make(spec, window) for spec in ACTIONS}
        self._place, self._film = Place.READ, False
        self._resting: set[Do] = set()
        self.paint(colours)

    def __getitem__(self, id: Do) -> QAction:
        return self._made[id]

    @staticmethod
    def _make(spec: ActionSpec, window: QWidget) -> QAction:
        action = QAction(spec.text, window)
        action.setObjectName(spec.id)
        action.setShortcuts([QKeySequence(key) for key in spec.keys])
        action.setCheckable(spec.checkable)
        action.setToolTip(tool_tip(spec))
        action.setStatusTip("")
        window.addAction(action)
        return action

    def paint(self, colours: Colours) -> None:
        for id, action in self._made.items():
            name = self._specs[id].icon
            if name:
                action.setIcon(icons.icon(name, colours.text, colours.accent, colours.line))
                action.setIconVisibleInMenu(False)

    def show_place(self, place: Place) -> None:
        """Keys of one place rest in the others."""
        self._place = place
        self._settle()

    def show_film(self, there: bool, /) -> None:
        """Whether a film is on screen."""
        self._film = there
        self._settle()

    def allow(self, allowed: bool, /, *ids: Do) -> None:
        """Actions that are of no use just now rest in their own place, too."""
        (self._resting.difference_update if allowed else self._resting.update)(ids)
        self._settle()

    def _settle(self) -> None:
        for id, action in self._made.items():
            spec = self._specs[id]
            useful = _works_in(spec, self._place) and (self._film or not spec.needs_film)
            action.setEnabled(useful and id not in self._resting)


def _works_in(spec: ActionSpec, place: Place) -> bool:
    if spec.group is Group.PROGRAM or spec.id in _EVERYWHERE:
        return True
    if spec.group is Group.BATCH:
        return place is Place.BATCH
    return place is Place.READ or (place is Place.BATCH and spec.id not in _IN_READ)


def tool_tip(spec: ActionSpec) -> str:
    words = spec.tip or spec.text.rstrip("…")
    return f"{words} ({key_text(spec.keys[0])})" if spec.keys else words


def key_text(key: str) -> str:
    """A key as this system writes it."""
    return QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
