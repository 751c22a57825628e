"""The least that a window of PySide6 can be: what `first_paint` compares XRayDesk with. Says when it has painted."""

from __future__ import annotations

import os
import sys

from PySide6.QtCore import QTimer
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QApplication, QMainWindow


class BareWindow(QMainWindow):
    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802
        super().paintEvent(event)
        QTimer.singleShot(0, _leave)


def _leave() -> None:
    print("painted", flush=True)
    os._exit(0)


def main() -> None:
    application = QApplication(sys.argv)
    window = BareWindow()
    window.resize(1280, 800)
    window.show()
    sys.exit(application.exec())


if __name__ == "__main__":
    main()
