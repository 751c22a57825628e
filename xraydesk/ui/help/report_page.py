"""What to tell whoever is asked for help: read it, test the installation, copy it. Nothing is sent anywhere."""

from __future__ import annotations

import platform
import sys
from collections.abc import Callable
from pathlib import Path

import PySide6
from PySide6.QtCore import QProcess, Qt, Slot
from PySide6.QtWidgets import QApplication, QDialog, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from xraydesk import __version__, paths
from xraydesk.engine import crash_notes
from xraydesk.ui.help.page import finish
from xraydesk.ui.theme import GRID
from xraydesk.ui.words import Words

_LAST_LINES = 80  # of the log
_INTRODUCTION = (
    "Read this before you hand it on. It names no film and no person: version, system, device, what went wrong "
    "where in the program, and, if you run it, the self-test. Nothing is sent anywhere."
)

StateWords = Callable[[], str]


def report(state: str) -> str:
    """All but the self-test. `state`: engine, device and model as the status line has them."""
    system = f"{platform.system()} {platform.release()}, {platform.machine()}"
    versions = f"Python {platform.python_version()}, Qt {PySide6.__version__}"
    kind = "installed" if getattr(sys, "frozen", False) else "from its source"
    parts = [f"XRayDesk {__version__}, {kind}", f"{system}\n{versions}", state]
    parts += [f"The {part} crashed:\n{note}" for part, note in crash_notes.found()]
    faults = _last_faults(paths.user_log())
    parts.append(f"Faults noted last:\n{faults}" if faults else "No faults are noted.")
    return "\n\n".join(part.strip() for part in parts if part.strip()) + "\n"


def _last_faults(log: Path) -> str:
    try:
        return "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-_LAST_LINES:])
    except OSError:
        return ""


class ReportPage(QDialog):
    def __init__(self, parent: QWidget, state: StateWords) -> None:
        super().__init__(parent)
        self.setWindowTitle("Report a problem")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.text = QPlainTextEdit(report(state()), readOnly=True)
        self.text.setProperty("tone", "code")
        self.text.setAccessibleName("Report")
        self.test = QPushButton("Run the self-test")
        self.copy = QPushButton("Copy")
        self.test.clicked.connect(self._on_test)
        self.copy.clicked.connect(self._on_copy)
        for button in (self.test, self.copy):
            button.setAutoDefault(False)
        self._process: QProcess | None = None
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2 * GRID)
        column.addWidget(Words(_INTRODUCTION, "figure"))
        column.addWidget(self.text, 1)
        finish(self, content, self.test, self.copy)
        self.resize(760, 560)

    @Slot()
    def _on_copy(self) -> None:
        QApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText("Copied")

    @Slot()
    def _on_test(self) -> None:
        """In a process of its own, which shows that the program starts."""
        program, *arguments = paths.program()
        self._process = QProcess(self)
        self._process.finished.connect(self._on_tested)
        self._process.errorOccurred.connect(self._on_not_tested)
        self.test.setEnabled(False)
        self.test.setText("Testing…")
        self._process.start(program, [*arguments, "selftest"])
        self._process.closeWriteChannel()

    @Slot()
    def _on_tested(self) -> None:
        if self._process is None:
            return
        found = bytes(self._process.readAllStandardOutput().data()).decode("utf-8", "replace").strip()
        status = self._process.exitCode()
        self._add(f"Self-test, ended with {status}:\n{found or 'It said nothing.'}")

    @Slot()
    def _on_not_tested(self) -> None:
        self._add("The self-test could not be started, or crashed.")

    def _add(self, words: str) -> None:
        self._process = None
        self.text.appendPlainText(f"\n{words}")
        self.test.setText("Run the self-test")
        self.test.setEnabled(True)
        self.copy.setText("Copy")

    def done(self, result: int) -> None:
        """Whoever closes the page does not wait for the test."""
        if self._process is not None:
            process, self._process = self._process, None
            process.kill()
            process.waitForFinished(1000)
        super().done(result)
