"""How the new model stands beside the one in use: the verdict, and below it what it rests on."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from xraydesk.ui.training.labels import label

_LONGEST_VERDICT = 40


class ComparisonWords(QWidget):
    """Takes no room while there is nothing to compare."""

    def __init__(self) -> None:
        super().__init__()
        self._verdict, self._reasons = label("", "title"), label("", "figure")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addWidget(self._verdict)
        column.addWidget(self._reasons)
        self.show_sentence("")

    def show_sentence(self, sentence: str) -> None:
        """ "Better: of 645 films …": what comes before the colon stands out."""
        verdict, colon, reasons = sentence.partition(": ")
        if not colon or len(verdict) > _LONGEST_VERDICT:
            verdict, reasons = sentence, ""
        self._verdict.setText(verdict)
        self._reasons.setText(reasons[:1].upper() + reasons[1:])
        self._reasons.setVisible(bool(reasons))
        self.setVisible(bool(sentence))
        self.setAccessibleName(sentence)

    def sentence(self) -> str:
        return self.accessibleName()
