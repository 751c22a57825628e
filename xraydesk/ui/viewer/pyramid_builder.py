"""Builds the pyramid of a very large film beside the window, so that opening it never stalls."""

from __future__ import annotations

from PySide6.QtCore import QObject, QRunnable, QThreadPool, Signal

from xraydesk.film.film import StoredPixels
from xraydesk.presentation.render import Pyramid

# Up to here halving takes a few milliseconds, less than a frame, and no thread is worth it.
_AT_ONCE = 16_000_000


class _Build(QRunnable):
    def __init__(self, builder: PyramidBuilder, generation: int, pixels: StoredPixels) -> None:
        super().__init__()
        self._builder = builder
        self._generation = generation
        self._pixels = pixels

    def run(self) -> None:
        self._builder.finished.emit(self._generation, Pyramid.of(self._pixels))


class PyramidBuilder(QObject):
    """`built` carries the true pyramid of the film last asked for; that of an earlier one is dropped."""

    built = Signal(object)
    finished = Signal(int, object)  # from the worker; received on the window's thread

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._generation = 0
        self._pool = QThreadPool(self)  # its own: it waits for a running build when the viewer goes
        self._pool.setMaxThreadCount(1)
        self.finished.connect(self._take)

    def start(self, pixels: StoredPixels) -> Pyramid:
        """The film's pyramid; for a very large film a rough one at once, and `built` brings the true one."""
        self._generation += 1
        if pixels.size <= _AT_ONCE:
            return Pyramid.of(pixels)
        self._pool.start(_Build(self, self._generation, pixels))
        return Pyramid.rough(pixels)

    def _take(self, generation: int, pyramid: Pyramid) -> None:
        if generation == self._generation:
            self.built.emit(pyramid)
