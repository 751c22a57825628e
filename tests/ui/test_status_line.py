from __future__ import annotations

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from xraydesk.ui.status_line import StatusLine
from xraydesk.ui.theme import DARK


def _heard(line: StatusLine) -> list[str]:
    return [
        QAccessible.queryAccessibleInterface(label).text(QAccessible.Text.Name)
        for label in line.findChildren(QLabel)
        if label.text()
    ]


def test_a_screen_reader_hears_what_is_written_and_what_it_is_about(qtbot: QtBot) -> None:
    line = StatusLine(DARK)
    qtbot.addWidget(line)
    line.show_engine("Ready", ready=True)
    line.show_device("CPU")
    line.show_model("DLH_COVID 1.0")
    line.show_message("Saved as page.png.")
    line.show_activity("Reading film 2 of 9")
    expected = {
        "Engine: Ready",
        "Device: CPU",
        "Model: DLH_COVID 1.0",
        "Saved as page.png.",
        "Reading film 2 of 9",
    }
    assert set(_heard(line)) == expected
