"""Arrays to Qt images and back: the only place of the window that touches both."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

_OPAQUE = np.uint32(0xFF000000)


def rgb32_table(grey: NDArray[np.uint8]) -> NDArray[np.uint32]:
    """Grey levels (N,) to the pixels QImage draws fastest, so that looking up and converting are one pass."""
    wide = grey.astype(np.uint32)
    return np.asarray(_OPAQUE | (wide << 16) | (wide << 8) | wide, dtype=np.uint32)


def image_from_rgb32(pixels: NDArray[np.uint32]) -> QImage:
    """Pixels (H, W) uint32, contiguous, as an image that shares their memory and keeps it alive."""
    height, width = pixels.shape
    return QImage(pixels.data.cast("B"), width, height, width * 4, QImage.Format.Format_RGB32)


def image_from_grey(pixels: NDArray[np.uint8]) -> QImage:
    """Grey levels (H, W) as an image of its own."""
    grey = np.ascontiguousarray(pixels)
    height, width = grey.shape
    return QImage(grey.data.cast("B"), width, height, width, QImage.Format.Format_Grayscale8).copy()


def image_from_rgba(pixels: NDArray[np.uint8]) -> QImage:
    """Colours (H, W, 4), alpha not multiplied in, as a premultiplied image of its own."""
    rgba = np.ascontiguousarray(pixels)
    height, width = rgba.shape[:2]
    straight = QImage(rgba.data.cast("B"), width, height, width * 4, QImage.Format.Format_RGBA8888)
    return straight.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def grey_from_image(image: QImage) -> NDArray[np.uint8]:
    """The grey levels (H, W) of an image, copied."""
    grey = image.convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(grey.constBits(), dtype=np.uint8).reshape(grey.height(), grey.bytesPerLine())
    return rows[:, : grey.width()].copy()
