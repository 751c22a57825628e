"""The one question when the window is closed while a network is trained."""

from __future__ import annotations

from PySide6.QtWidgets import QMessageBox, QWidget


def keeps_run_and_closes(parent: QWidget) -> bool:
    """False: the reader stays."""
    box = QMessageBox(parent)
    box.setWindowTitle("XRayDesk")
    box.setText("A network is being trained.")
    box.setInformativeText(
        "The run is kept: it goes on after its last finished epoch when you open it again."
    )
    close = box.addButton("Keep the run and close", QMessageBox.ButtonRole.AcceptRole)
    box.setDefaultButton(box.addButton("Stay", QMessageBox.ButtonRole.RejectRole))
    box.exec()
    return box.clickedButton() is close
