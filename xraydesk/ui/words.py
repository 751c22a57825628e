"""A label of plain words: names in them are shown as they are, and read in the direction of the sentence."""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel

_LEFT_TO_RIGHT_MARK = "\u200e"


class Words(QLabel):
    """`tone` is the theme's; without one, that of what it lies on."""

    def __init__(self, text: str = "", tone: str = "", *, wrap: bool = True) -> None:
        super().__init__(wordWrap=wrap, textFormat=Qt.TextFormat.PlainText)
        if tone:
            self.setProperty("tone", tone)
        self.setText(text)

    def setText(self, text: str) -> None:  # noqa: N802
        super().setText(from_left(text))


def from_left(words: str) -> str:
    """English that begins with a name in Arabic or Hebrew, whose first letter would turn the sentence round."""
    directions = map(unicodedata.bidirectional, words)
    first = next((direction for direction in directions if direction in ("L", "R", "AL")), "L")
    return words if first == "L" else _LEFT_TO_RIGHT_MARK + words
