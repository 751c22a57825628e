"""What the program selects, it selects alone: Qt's selectRow and setCurrentIndex look at the keys that are held."""

from __future__ import annotations

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QAbstractItemView

_ALONE = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows


def select_row(view: QAbstractItemView, row: int, column: int = 0) -> None:
    """The row becomes the current one and the only one selected, whether or not Shift or Ctrl is held."""
    view.selectionModel().setCurrentIndex(view.model().index(row, column), _ALONE)
