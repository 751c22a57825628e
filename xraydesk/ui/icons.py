"""Our own line icons, drawn in the colour of the theme, sharp at every scale of the screen."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QImage, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from xraydesk import paths

SIZE = 20


def _scales() -> list[float]:
    """Those of the screens at hand."""
    return sorted({1.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())})


@lru_cache(maxsize=64)
def _source(name: str) -> str:
    return (paths.resources() / "icons" / f"{name}.svg").read_text(encoding="utf-8")


def _drawing(name: str, colour: str) -> QSvgRenderer:
    return QSvgRenderer(QByteArray(_source(name).replace("currentColor", colour).encode()))


@lru_cache(maxsize=256)
def _pixels(name: str, colour: str, side: int) -> QImage:
    drawn = QImage(side, side, QImage.Format.Format_ARGB32_Premultiplied)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    _drawing(name, colour).render(painter, QRectF(0, 0, side, side))
    painter.end()
    return drawn


def pixmap(name: str, colour: str, size: int = SIZE, scale: float = 1.0) -> QPixmap:
    """The icon, `size` logical pixels wide and high, for a screen of the given scale."""
    drawn = QPixmap.fromImage(_pixels(name, colour, round(size * scale)))
    drawn.setDevicePixelRatio(scale)
    return drawn


def icon(name: str, colour: str, on_colour: str = "", quiet_colour: str = "") -> QIcon:
    """`on_colour` for a button that is switched on, `quiet_colour` for one that cannot be used now."""
    made = QIcon()
    for scale in _scales():
        made.addPixmap(pixmap(name, colour, scale=scale))
        if on_colour:
            on = pixmap(name, on_colour, scale=scale)
            made.addPixmap(on, QIcon.Mode.Normal, QIcon.State.On)
            made.addPixmap(on, QIcon.Mode.Active, QIcon.State.On)
        if quiet_colour:
            made.addPixmap(pixmap(name, quiet_colour, scale=scale), QIcon.Mode.Disabled, QIcon.State.Off)
    return made


def application_icon() -> QIcon:
    return QIcon(str(paths.resources() / "icons" / "xraydesk.svg"))
