"""Starts the window: painted first, the engine after."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from xraydesk import __version__
from xraydesk.engine.client import Engine
from xraydesk.ui import settings as keys
from xraydesk.ui.icons import application_icon
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.main_window import MainWindow
from xraydesk.ui.settings import Settings
from xraydesk.ui.theme import apply_theme


def new_engine() -> Engine:
    """A child process; for tests and debugging, with XRAYDESK_INLINE_ENGINE=1, a thread of this one."""
    if os.environ.get("XRAYDESK_INLINE_ENGINE") == "1":
        from xraydesk.engine.inline import InlineEngine  # noqa: PLC0415 - loads torch here

        return InlineEngine()
    from xraydesk.engine.process import ProcessEngine  # noqa: PLC0415 - after the first paint

    return ProcessEngine()


def application(settings: Settings) -> QApplication:
    """The one QApplication, named and in the theme of the settings."""
    existing = QApplication.instance()
    made = existing if isinstance(existing, QApplication) else QApplication(sys.argv[:1])
    made.setApplicationName("XRayDesk")
    made.setApplicationVersion(__version__)
    made.setDesktopFileName("xraydesk")
    made.setWindowIcon(application_icon())
    apply_theme(made, settings.get(keys.THEME))
    return made


def run_window(paths: list[Path]) -> int:
    """Opens the window, with these films and folders; returns the exit status when it is closed."""
    settings = Settings()
    qt = application(settings)
    runner = JobRunner(new_engine())
    window = MainWindow(runner, settings)
    window.first_painted.connect(runner.start)
    window.show()
    if paths:
        QTimer.singleShot(0, lambda: window.open_paths(paths))
    return qt.exec()
