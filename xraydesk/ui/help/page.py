"""What the pages of Help have in common: their text, their foot, their margins."""

from __future__ import annotations

from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractButton, QDialog, QDialogButtonBox, QVBoxLayout, QWidget

from xraydesk.ui.theme import GRID


def finish(page: QDialog, content: QWidget, *buttons: QAbstractButton) -> None:
    """Lays `content` out above the page's own buttons and Close."""
    row = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
    row.rejected.connect(page.close)
    row.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
    for button in buttons:
        row.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
    column = QVBoxLayout(page)
    column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
    column.setSpacing(2 * GRID)
    column.addWidget(content, 1)
    column.addWidget(row)
