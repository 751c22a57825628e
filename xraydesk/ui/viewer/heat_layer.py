"""Draws the heatmap over the film, and nothing where the network did not look."""

from __future__ import annotations

from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QTransform

from xraydesk.model.heatmap import Heatmap
from xraydesk.presentation.orientation import Orientation
from xraydesk.presentation.overlay import heat_rgba
from xraydesk.ui.images import image_from_rgba
from xraydesk.ui.viewer.geometry import ViewGeometry

_LONGEST_SIDE = 448  # of the colours computed; drawn smoothly from there to any size


class HeatLayer:
    """The heatmaps of one film, one of them chosen. Colours are computed once for each."""

    def __init__(self, heatmaps: tuple[Heatmap, ...], selected: int, film_size: tuple[int, int]) -> None:
        self.heatmaps = heatmaps
        self._selected = selected
        self._film_width, self._film_height = film_size
        self._colours: dict[int, QImage] = {}

    @property
    def selected(self) -> int:
        return self._selected

    @property
    def heatmap(self) -> Heatmap:
        return self.heatmaps[self._selected]

    def select(self, selected: int) -> None:
        self._selected = min(max(selected, 0), len(self.heatmaps) - 1)

    def paint(self, painter: QPainter, geometry: ViewGeometry, opacity: float) -> None:
        crop = self.heatmap.crop
        seen = geometry.box_in_view(crop.x0, crop.y0, crop.x1, crop.y1)
        painter.save()
        painter.setClipRect(QRectF(seen.left, seen.top, seen.width, seen.height))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        painter.setOpacity(opacity)
        box = geometry.film_box()
        painter.drawImage(
            QRectF(box.left, box.top, box.width, box.height), self._oriented(geometry.orientation)
        )
        painter.restore()

    def _oriented(self, orientation: Orientation) -> QImage:
        image = self._coloured()
        if orientation == Orientation():
            return image
        turn = QTransform().rotate(90.0 * orientation.turns)
        return image.transformed(turn.scale(-1.0, 1.0) if orientation.mirrored else turn)

    def _coloured(self) -> QImage:
        if self._selected not in self._colours:
            scale = min(1.0, _LONGEST_SIDE / max(self._film_width, self._film_height))
            height = max(round(self._film_height * scale), 1)
            width = max(round(self._film_width * scale), 1)
            heat = self.heatmap.on_grid(height, width, self._film_height, self._film_width)
            self._colours[self._selected] = image_from_rgba(heat_rgba(heat))
        return self._colours[self._selected]
