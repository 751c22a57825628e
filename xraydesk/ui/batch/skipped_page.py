"""The files of a batch that are no films, each with the reason."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from xraydesk.journal.records import Batch, SkippedFile
from xraydesk.presentation.wording import count_words, film_name, path_words
from xraydesk.ui.theme import GRID
from xraydesk.ui.words import Words

MOST = 1000


class SkippedPage(QDialog):
    """Beside the window, which goes on. A double click on a header is enough to widen a column."""

    def __init__(self, batch: Batch, files: list[SkippedFile], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Skipped files")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        are = "is no film" if batch.counts.skipped == 1 else "are no films"
        words = f"{count_words(batch.counts.skipped, 'file')} in ‘{batch.told.name}’ {are}"
        if batch.counts.skipped > len(files):
            words += f"  ·  the first {len(files):,} are listed"
        heading = Words(words, "title")
        self.list = _list_of(files)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.close)
        buttons.button(QDialogButtonBox.StandardButton.Close).setIcon(QIcon())
        column = QVBoxLayout(self)
        column.setContentsMargins(3 * GRID, 3 * GRID, 3 * GRID, 2 * GRID)
        column.setSpacing(2 * GRID)
        for part in (heading, self.list, buttons):
            column.addWidget(part)
        self.resize(880, 560)


def _list_of(files: list[SkippedFile]) -> QTreeWidget:
    tree = QTreeWidget()
    tree.setAccessibleName("Skipped files")
    tree.setHeaderLabels(["File", "Why", "Folder"])
    tree.setRootIsDecorated(False)
    tree.setUniformRowHeights(True)
    tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
    tree.addTopLevelItems([_item(file) for file in files])
    header = tree.header()
    header.resizeSection(0, 240)
    header.resizeSection(1, 260)
    header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
    return tree


def _item(file: SkippedFile) -> QTreeWidgetItem:
    item = QTreeWidgetItem([film_name(file.path), file.reason, path_words(file.path.parent)])
    for column in range(3):
        item.setToolTip(column, item.text(column))
    return item
