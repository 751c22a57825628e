"""A film small enough for a row of the list."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage

from xraydesk.film.film import Film
from xraydesk.film.voi import default_voi
from xraydesk.presentation.render import render
from xraydesk.ui.images import image_from_grey

SIDE = 96  # pixels: 48 on a screen of scale 2
_FINER = 3  # so many film pixels behind each thumbnail pixel are enough


def thumbnail(film: Film) -> QImage:
    """At most SIDE pixels wide and high, under the film's own window."""
    step = max(1, max(film.height, film.width) // (SIDE * _FINER))
    sparse = replace(film, pixels=film.pixels[::step, ::step])
    image = image_from_grey(render(sparse, default_voi(sparse)))
    return image.scaled(
        QSize(SIDE, SIDE), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
    )
