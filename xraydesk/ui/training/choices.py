"""What a person decided about single films: left out, or of another class. Each decision can be undone."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from xraydesk.workflows.training_verbs import FilmChoice

_UNDO_KEPT = 50


class FilmChoices(QObject):
    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._chosen: dict[Path, FilmChoice] = {}
        self._before: list[dict[Path, FilmChoice]] = []

    def exclude(self, paths: Iterable[Path], *, excluded: bool = True) -> None:
        self._change({path: replace(self.of(path), excluded=excluded) for path in paths})

    def relabel(self, paths: Iterable[Path], label: str) -> None:
        self._change({path: FilmChoice(path, label=label) for path in paths})

    @Slot()
    def undo(self) -> None:
        """The films of the last decision are as they were before it."""
        if self._before:
            self._chosen = self._before.pop()
            self.changed.emit()

    def clear(self) -> None:
        """Other films: nothing is decided, nothing to be undone."""
        self._chosen, self._before = {}, []
        self.changed.emit()

    def take(self, choices: Iterable[FilmChoice]) -> None:
        """Those of an earlier run."""
        self._chosen, self._before = {choice.path: choice for choice in choices}, []
        self.changed.emit()

    def of(self, path: Path) -> FilmChoice:
        return self._chosen.get(path) or FilmChoice(path)

    def chosen(self) -> dict[Path, FilmChoice]:
        """Not to be changed."""
        return self._chosen

    def all(self) -> tuple[FilmChoice, ...]:
        return tuple(self._chosen.values())

    def can_undo(self) -> bool:
        return bool(self._before)

    def _change(self, changes: dict[Path, FilmChoice]) -> None:
        if changes:
            self._before = [*self._before[-_UNDO_KEPT + 1 :], self._chosen]
            self._chosen = self._chosen | changes
            self.changed.emit()
