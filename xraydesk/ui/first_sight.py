"""What is on screen a moment after the double-click, while the window is still being made. Imports Qt and no more."""

from __future__ import annotations

import time

from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QWidget

_SIZE = (440, 160)
_GROUND, _ACCENT, _LETTERS = "#1b1c1d", "#6bcbc0", "#f2f2f2"
_WAIT_S = 1.0


class FirstSight(QWidget):
    """The program's name on a dark ground; goes when the window comes."""

    def __init__(self) -> None:
        super().__init__(None, Qt.WindowType.SplashScreen | Qt.WindowType.FramelessWindowHint)
        self.setWindowTitle("XRayDesk")
        self.painted = False
        self.resize(*_SIZE)
        screen = QApplication.primaryScreen()
        if screen is not None:
            self.move(screen.availableGeometry().center() - self.rect().center())

    def show_now(self) -> None:
        """Returns when it is painted; a screen that is slow is not waited for."""
        self.show()
        until = time.monotonic() + _WAIT_S
        while not self.painted and time.monotonic() < until:
            QCoreApplication.processEvents()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(_GROUND))
        painter.fillRect(QRect(0, self.height() - 3, self.width(), 3), QColor(_ACCENT))
        painter.setPen(QColor(_LETTERS))
        font = painter.font()
        font.setPixelSize(36)
        painter.setFont(font)
        painter.drawText(self.rect(), Qt.AlignmentFlag.AlignCenter, "XRayDesk")
        self.painted = True
