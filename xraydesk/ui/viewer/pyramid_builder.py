"""Builds the pyramid of a very large film beside the window, so that opening it never stalls."""

from __future__ import annotations

from contextlib import suppress

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal, Slot

from xraydesk.film.film import StoredPixels
from xraydesk.presentation.render import Pyramid

# Up to here halving takes a few milliseconds, less than a frame, and no thread is worth it.
_AT_ONCE = 16_000_000


class _Voice(QObject):
    """Speaks for a build; without a parent, so that it outlives a viewer that is closed meanwhile."""

    finished = Signal(int, object)


class _Build(QRunnable):
    def __init__(self, voice: _Voice, generation: int, pixels: StoredPixels) -> None:
        super().__init__()
        self._voice = voice
        self._generation = generation
        self._pixels = pixels

    def run(self) -> None:
        pyramid = Pyramid.of(self._pixels)
        with suppress(RuntimeError):  # the program is ending and Qt's objects are gone
            self._voice.finished.emit(self._generation, pyramid)


class PyramidBuilder(QObject):
    """`built` carries the true pyramid of the film last asked for; that of an earlier one is dropped."""

    built = Signal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._generation = 0
        self._voice = _Voice()
        self._voice.finished.connect(self._take)
        self._pool = QThreadPool(self)  # its own: it waits for a running build when the viewer goes
        self._pool.setMaxThreadCount(1)

    def start(self, pixels: StoredPixels) -> Pyramid:
        """The film's pyramid; for a very large film a rough one at once, and `built` brings the true one."""
        self._generation += 1
        if pixels.size <= _AT_ONCE:
            return Pyramid.of(pixels)
        self._pool.start(_Build(self._voice, self._generation, pixels))
        return Pyramid.rough(pixels)

    @Slot(int, object)
    def _take(self, generation: int, pyramid: Pyramid) -> None:
        if generation == self._generation:
            self.built.emit(pyramid)
