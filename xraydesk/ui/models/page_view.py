"""A page over the list of models: a way back, a headline, and what is to be read, scrolled."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from xraydesk.presentation.card_page import CardPage, CardSection
from xraydesk.presentation.model_comparison import ModelComparison
from xraydesk.ui.models.labels import label, rule, selectable, table
from xraydesk.ui.theme import GRID

_WIDTH = 880


class PageView(QWidget):
    """`back_wanted`: to the list. `pdf_wanted` carries the id of the model whose card is shown."""

    back_wanted = Signal()
    pdf_wanted = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._model_id = ""
        self.back = QPushButton("Back to the models")
        self.back.setToolTip("Escape does the same")
        self.back.clicked.connect(self.back_wanted)
        self.pdf = QPushButton("Save as PDF…")
        self.pdf.setToolTip("This card as a page to print or hand on")
        self.pdf.clicked.connect(lambda: self.pdf_wanted.emit(self._model_id))
        self._area = QScrollArea(widgetResizable=True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        head = QHBoxLayout()
        head.setContentsMargins(4 * GRID, 2 * GRID, 4 * GRID, GRID)
        head.addWidget(self.back)
        head.addStretch(1)
        head.addWidget(self.pdf)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addLayout(head)
        whole.addWidget(self._area, 1)

    def show_card(self, model_id: str, page: CardPage) -> None:
        self._model_id = model_id
        self.pdf.show()
        column = self._new_page(page.title)
        column.addWidget(label(page.title, "headline"))
        column.addWidget(label(page.subtitle, "quiet"))
        for section in page.sections:
            _add_section(column, section)
        column.addStretch(1)

    def show_comparison(self, comparison: ModelComparison) -> None:
        self._model_id = ""
        self.pdf.hide()
        first, second = comparison.names
        column = self._new_page(f"{first} beside {second}")
        column.addWidget(label("Two models side by side", "headline"))
        for remark in comparison.remarks:
            column.addWidget(label(remark, "figure"))
        column.addSpacing(GRID)
        rows = [tuple(cell or "not known" for cell in row) for row in comparison.rows]
        column.addWidget(table(("", first, second), rows, "Figures of both models"))
        column.addStretch(1)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        if event.key() == Qt.Key.Key_Escape:
            self.back_wanted.emit()
        else:
            super().keyPressEvent(event)

    def _new_page(self, name: str) -> QVBoxLayout:
        content = QWidget()
        content.setAccessibleName(name)
        content.setMaximumWidth(_WIDTH)
        column = QVBoxLayout(content)
        column.setContentsMargins(4 * GRID, GRID, 4 * GRID, 3 * GRID)
        column.setSpacing(GRID)
        self._area.setWidget(content)  # the one before it is deleted
        self._area.verticalScrollBar().setValue(0)
        self._area.setFocus()
        return column


def _add_section(column: QVBoxLayout, section: CardSection) -> None:
    column.addSpacing(2 * GRID)
    column.addWidget(label(section.heading, "title"))
    for words in section.paragraphs:
        column.addWidget(label(words, "figure"))
    for what, said in section.facts:
        column.addWidget(rule())
        line = QHBoxLayout()
        line.addWidget(label(what, "quiet"), 1, Qt.AlignmentFlag.AlignTop)
        line.addWidget(selectable(said, "figure"), 3)
        column.addLayout(line)
    for shown in section.tables:
        column.addSpacing(GRID)
        if shown.caption:
            column.addWidget(label(shown.caption, "figure"))
        column.addWidget(table(shown.head, shown.rows, shown.caption or section.heading))
