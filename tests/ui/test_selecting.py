"""What the program selects, it selects alone, whatever keys are held."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QStringListModel, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QListView, QTableView
from pytestqt.qtbot import QtBot

from xraydesk.ui.selecting import select_row

Held = tuple[Qt.Key, Qt.KeyboardModifier]
NONE: Held = (Qt.Key.Key_A, Qt.KeyboardModifier.NoModifier)
SHIFT: Held = (Qt.Key.Key_Shift, Qt.KeyboardModifier.ShiftModifier)
CONTROL: Held = (Qt.Key.Key_Control, Qt.KeyboardModifier.ControlModifier)


@pytest.mark.parametrize("held", [NONE, SHIFT, CONTROL])
@pytest.mark.parametrize("kind", [QTableView, QListView])
def test_one_row_is_selected_whatever_key_is_held(
    kind: type[QAbstractItemView], held: Held, qtbot: QtBot
) -> None:
    view = kind()
    qtbot.addWidget(view)
    view.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    view.setModel(QStringListModel([str(number) for number in range(9)], view))
    QTest.keyPress(view, *held)
    try:
        for row in (2, 7, 7, 4):
            select_row(view, row)
            assert [index.row() for index in view.selectionModel().selectedIndexes()] == [row]
            assert view.currentIndex().row() == row
    finally:
        QTest.keyRelease(view, held[0], Qt.KeyboardModifier.NoModifier)
