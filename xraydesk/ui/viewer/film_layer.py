"""Draws the film: the pyramid level at hand, the visible part of it, through one look-up table."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QImage, QPainter

from xraydesk.film.film import Film, StoredPixels, Voi
from xraydesk.presentation.orientation import Orientation
from xraydesk.presentation.render import Pyramid, grey_table, look_up
from xraydesk.ui.images import image_from_rgb32, rgb32_table
from xraydesk.ui.viewer.geometry import Box, ViewGeometry

_CRISP_ABOVE = 3.0  # magnified more than this, film pixels are drawn as the squares they are


@dataclass(frozen=True, slots=True)
class _Part:
    """A part of a pyramid level as oriented, in its pixels: what has been looked up last."""

    level: int
    orientation: Orientation
    left: int
    top: int
    right: int
    bottom: int


class FilmLayer:
    """One film under one window. Looking up happens once for each part and window, not for each paint."""

    def __init__(self, film: Film, pyramid: Pyramid, voi: Voi) -> None:
        self._film = film
        self._pyramid = pyramid
        self._voi = voi
        self._inverted = False
        self._part: _Part | None = None  # what has been cut out and turned last …
        self._stored: StoredPixels = film.pixels[:0]
        self._image = QImage()  # … and looked up; null when the window has changed since
        self._table: NDArray[np.uint32] | None = None

    def set_pyramid(self, pyramid: Pyramid) -> None:
        self._pyramid = pyramid
        self._part = None

    def set_window(self, voi: Voi, *, inverted: bool) -> None:
        if voi == self._voi and inverted == self._inverted:
            return
        self._voi, self._inverted = voi, inverted
        self._table = None
        self._image = QImage()

    def paint(self, painter: QPainter, geometry: ViewGeometry, pixel_ratio: float) -> None:
        """Paints the film into `painter`, whose units are those of `geometry`."""
        whole = geometry.film_box()
        visible = whole.intersected(Box(0.0, 0.0, geometry.view_width, geometry.view_height))
        if visible.is_empty:
            return
        scale = geometry.zoom * pixel_ratio
        level = self._pyramid.level_for(scale)
        part, target = self._visible_part(level, geometry.orientation, whole, visible)
        painter.save()
        painter.setClipRect(QRectF(visible.left, visible.top, visible.width, visible.height))
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale <= _CRISP_ABOVE)
        painter.drawImage(target, self._looked_up(part))
        painter.restore()

    def rendered(self, orientation: Orientation, longest_side: int) -> QImage:
        """The whole film as oriented, smoothly reduced to at most `longest_side` pixels; a side has one at least."""
        scale = min(1.0, longest_side / max(self._film.width, self._film.height))
        level = self._pyramid.level_for(scale)
        pixels = orientation.apply(self._pyramid.levels[level])
        image = image_from_rgb32(look_up(self._current_table(), pixels))
        drawn_height = self._film.height * self._film.header.pixel_aspect
        width, height = orientation.size(self._film.width * scale, drawn_height * scale)
        return image.scaled(
            max(round(width), 1),
            max(round(height), 1),
            Qt.AspectRatioMode.IgnoreAspectRatio,
            Qt.TransformationMode.SmoothTransformation,
        )

    def _visible_part(
        self, level: int, orientation: Orientation, whole: Box, visible: Box
    ) -> tuple[_Part, QRectF]:
        """The level's pixels that `visible` shows, with a border for smoothing, and where they lie."""
        rows, columns = self._pyramid.levels[level].shape
        width, height = orientation.size(columns, rows)
        step_x, step_y = whole.width / width, whole.height / height
        left = max(math.floor((visible.left - whole.left) / step_x) - 1, 0)
        top = max(math.floor((visible.top - whole.top) / step_y) - 1, 0)
        right = min(math.ceil((visible.right - whole.left) / step_x) + 1, int(width))
        bottom = min(math.ceil((visible.bottom - whole.top) / step_y) + 1, int(height))
        target = QRectF(
            whole.left + left * step_x,
            whole.top + top * step_y,
            (right - left) * step_x,
            (bottom - top) * step_y,
        )
        return _Part(level, orientation, left, top, right, bottom), target

    def _looked_up(self, part: _Part) -> QImage:
        if part != self._part:
            pixels = part.orientation.apply(self._pyramid.levels[part.level])
            cut = pixels[part.top : part.bottom, part.left : part.right]
            self._stored = cut.copy() if part.orientation.swaps_axes else cut
            self._part = part
            self._image = QImage()
        if self._image.isNull():
            self._image = image_from_rgb32(look_up(self._current_table(), self._stored))
        return self._image

    def _current_table(self) -> NDArray[np.uint32]:
        """Made when it is needed: a fast mouse changes the window more often than the screen is painted."""
        if self._table is None:
            self._table = rgb32_table(grey_table(self._film, self._voi, inverted=self._inverted))
        return self._table
