"""The guide: some short chapters, kept with the program, so that it needs no network."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Slot
from PySide6.QtGui import QTextBlockFormat, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QHBoxLayout, QListWidget, QTextBrowser, QWidget

from xraydesk import paths
from xraydesk.presentation.wording import RESEARCH_USE_LONG
from xraydesk.ui.help.page import finish
from xraydesk.ui.theme import GRID
from xraydesk.ui.words import Words

_RESEARCH_USE = "{research use}"  # where a chapter wants the sentence


def chapters() -> list[tuple[str, str]]:
    """(title, text in Markdown), in reading order."""
    return [_chapter(file) for file in sorted((paths.resources() / "help").glob("*.md"))]


def _chapter(file: Path) -> tuple[str, str]:
    text = file.read_text(encoding="utf-8").replace(_RESEARCH_USE, RESEARCH_USE_LONG)
    return text.partition("\n")[0].removeprefix("# "), text


class GuidePage(QDialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("Help")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._chapters = chapters()
        self.contents = QListWidget()
        self.contents.setAccessibleName("Chapters")
        self.contents.setFixedWidth(27 * GRID)
        self.contents.setSpacing(4)
        self.contents.setWordWrap(True)
        self.contents.addItems([title for title, _ in self._chapters])
        self.text = QTextBrowser(openLinks=False)
        self.text.document().setDocumentMargin(2 * GRID)
        self.contents.currentRowChanged.connect(self._on_chapter)
        content = QWidget()
        row = QHBoxLayout(content)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        if self._chapters:
            row.addWidget(self.contents)
            row.addWidget(self.text, 1)
            self.contents.setCurrentRow(0)
        else:
            row.addWidget(Words("The guide is missing from this installation.", "figure"))
        finish(self, content)
        self.resize(920, 640)

    @Slot(int)
    def _on_chapter(self, row: int) -> None:
        self.text.setMarkdown(self._chapters[row][1])
        _give_air(self.text.document())


def _give_air(document: QTextDocument) -> None:
    """Markdown comes without space between paragraphs and lines."""
    block = document.begin()
    while block.isValid():
        cursor = QTextCursor(block)
        air = QTextBlockFormat()
        air.setBottomMargin(GRID / 2 if block.textList() else 1.5 * GRID)
        air.setLineHeight(125, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
        cursor.mergeBlockFormat(air)
        block = block.next()
