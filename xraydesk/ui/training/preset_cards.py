"""Three recipes in plain words, side by side; one is chosen."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QHBoxLayout, QSizePolicy, QWidget

from xraydesk.ui import drawing
from xraydesk.ui.theme import GRID, Colours

_WORDS = {
    "recommended": (
        "Recommended",
        "What worked best for us: balances classes and sources, and turns, shifts and softens the films a little "
        "so that the network does not learn by heart.",
    ),
    "paper": (
        "Paper",
        "Exactly as Dey et al. trained DLH_COVID: plain SGD, the middle of the film, up to 100 epochs. Slow; to "
        "repeat their work.",
    ),
    "quick": (
        "Quick look",
        "The recommended recipe in three epochs: to see whether the films can be told apart at all. Not for use.",
    ),
}
_HEIGHT = 17 * GRID
_MOVES = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


def preset_words(preset: str) -> str:
    return _WORDS[preset][0] if preset in _WORDS else "Own recipe"


class PresetCard(QAbstractButton):
    def __init__(self, preset: str, colours: Colours) -> None:
        super().__init__()
        self.preset = preset
        self._title, self._words = _WORDS[preset]
        self._estimate = ""
        self._colours = colours
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_estimate("")

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(24 * GRID, _HEIGHT)

    def show_estimate(self, words: str) -> None:
        """How long it will take; "" while nobody knows."""
        self._estimate = words
        self.setAccessibleName(f"{self._title}. {self._words} {words}".strip())
        self.update()

    def estimate(self) -> str:
        return self._estimate

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen, colours = self.isChecked(), self._colours
        edge = colours.accent if chosen else colours.line
        painter.setPen(QPen(QColor(edge), 2 if chosen else 1))
        painter.setBrush(QColor(colours.raised) if chosen or self.underMouse() else Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 6, 6)
        inner = self.rect().adjusted(2 * GRID, GRID + 4, -2 * GRID, -GRID - 4)
        self._paint_title(painter, inner)
        small = QFont(painter.font())
        small.setBold(False)
        small.setPixelSize(12)
        painter.setFont(small)
        middle = inner.adjusted(0, 3 * GRID, 0, -3 * GRID)
        painter.setPen(QColor(colours.text))
        painter.drawText(middle, Qt.AlignmentFlag.AlignTop | Qt.TextFlag.TextWordWrap, self._words)
        lower = QRect(inner.left(), inner.bottom() - 2 * GRID, inner.width(), 2 * GRID + 2)
        drawing.words(painter, lower, self._estimate, colours.quiet)
        if self.hasFocus():
            painter.setPen(QPen(QColor(colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(4, 4, -4, -4), 4, 4)

    def _paint_title(self, painter: QPainter, inner: QRect) -> None:
        font = QFont(painter.font())
        font.setBold(True)
        font.setPixelSize(14)
        painter.setFont(font)
        line = QRect(inner.left(), inner.top(), inner.width(), 2 * GRID + 4)
        drawing.words(painter, line, self._title, self._colours.text)
        if self.isChecked():
            chosen = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            drawing.words(painter, line, "✓", self._colours.accent, align=chosen)


class PresetCards(QWidget):
    """`preset_chosen` carries its name. The arrow keys go from card to card."""

    preset_chosen = Signal(str)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.setAccessibleName("Recipe")
        self.cards = {preset: PresetCard(preset, colours) for preset in _WORDS}
        self._group = QButtonGroup(self)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(2 * GRID)
        for card in self.cards.values():
            self._group.addButton(card)
            row.addWidget(card, 1)
            card.clicked.connect(self._on_clicked)

    def show_preset(self, preset: str) -> None:
        """None of the three is chosen for any other name."""
        self._group.setExclusive(False)
        for name, card in self.cards.items():
            card.setChecked(name == preset)
        self._group.setExclusive(True)

    def show_estimates(self, estimates: dict[str, str]) -> None:
        for name, card in self.cards.items():
            card.show_estimate(estimates.get(name, ""))

    def set_colours(self, colours: Colours) -> None:
        for card in self.cards.values():
            card.set_colours(colours)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        move = _MOVES.get(Qt.Key(event.key()), 0)
        cards = list(self.cards.values())
        at = next((place for place, card in enumerate(cards) if card.hasFocus()), -1)
        if move and at >= 0:
            card = cards[(at + move) % len(cards)]
            card.setFocus()
            card.click()
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_clicked(self) -> None:
        card = self.sender()
        if isinstance(card, PresetCard):
            self.preset_chosen.emit(card.preset)
