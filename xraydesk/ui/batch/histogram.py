"""How the films of a batch lie between no and full probability of a class, in twenty bars."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QHelpEvent, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from xraydesk.presentation.wording import class_words, count_words
from xraydesk.ui.theme import GRID, Colours

_HEIGHT = 8 * GRID
_WIDTH = 30 * GRID
_WORDS = 16  # height of a line of words
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class Histogram(QWidget):
    """Left and right go from bar to bar, and each says how many films it stands for."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self._colour = colours.accent
        self._counts: list[int] = []
        self._title = ""
        self._at = -1
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_counts([], "", colours.accent)

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(_WIDTH, _HEIGHT)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(20 * GRID, _HEIGHT)

    def show_counts(self, counts: Sequence[int], title: str, colour: str) -> None:
        """Counts of equal parts of 0 to 100 %."""
        self._counts, self._title, self._colour = list(counts), title, colour
        self._at = min(self._at, len(self._counts) - 1)
        self.setAccessibleName(f"Histogram: {title}" if title else "Histogram")
        self._describe()
        self.update()

    def set_colours(self, colours: Colours, colour: str) -> None:
        self._colours, self._colour = colours, colour
        self.update()

    def bar_words(self, place: int) -> str:
        """ "60 to 65 %: 12 films"."""
        parts = len(self._counts)
        first, last = round(100 * place / parts), round(100 * (place + 1) / parts)
        return f"{first} to {last} %: {count_words(self._counts[place], 'film')}"

    def _describe(self) -> None:
        self.setAccessibleDescription(self.bar_words(self._at) if self._at >= 0 else "")

    # -- by hand ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if step and self._counts:
            self._at = max(0, min(self._at + step, len(self._counts) - 1))
            self._describe()
            self.update()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            place = self._place_at(event.pos().x())
            QToolTip.showText(event.globalPos(), self.bar_words(place) if place >= 0 else "", self)
            return True
        return super().event(event)

    def _place_at(self, x: int) -> int:
        room = self._room()
        if not self._counts or not room.left() <= x < room.right():
            return -1
        return int((x - room.left()) / room.width() * len(self._counts))

    # -- painting -----------------------------------------------------------------------------------

    def _room(self) -> QRectF:
        """For the bars, between a line of words above and one below."""
        return QRectF(self.rect()).adjusted(6, _WORDS + 4, -6, -_WORDS - 2)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        font = painter.font()
        font.setPixelSize(11)
        painter.setFont(font)
        self._paint_words(painter)
        self._paint_bars(painter, self._room())
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(QColor(self._colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(1, 1, -1, -1), 4, 4)

    def _paint_words(self, painter: QPainter) -> None:
        painter.setPen(QColor(self._colours.quiet))
        inner = self.rect().adjusted(6, 3, -6, -3)
        above = QRect(inner.x(), inner.y(), inner.width(), _WORDS)
        below = QRect(inner.x(), inner.bottom() - _WORDS + 2, inner.width(), _WORDS)
        said = self.bar_words(self._at) if self._at >= 0 and self.hasFocus() else self._most_words()
        painter.drawText(above, Qt.AlignmentFlag.AlignRight, said)
        taken = painter.fontMetrics().horizontalAdvance(said) + GRID
        title = painter.fontMetrics().elidedText(
            self._title, Qt.TextElideMode.ElideRight, above.width() - taken
        )
        painter.drawText(above, Qt.AlignmentFlag.AlignLeft, title)
        for words, side in (
            ("0 %", Qt.AlignmentFlag.AlignLeft),
            ("50 %", Qt.AlignmentFlag.AlignHCenter),
            ("100 %", Qt.AlignmentFlag.AlignRight),
        ):
            painter.drawText(below, side | Qt.AlignmentFlag.AlignVCenter, words)

    def _most_words(self) -> str:
        """What the highest bar stands for."""
        return f"up to {count_words(max(self._counts), 'film')}" if any(self._counts) else "no films yet"

    def _paint_bars(self, painter: QPainter, room: QRectF) -> None:
        painter.setPen(QColor(self._colours.line))
        painter.drawLine(QPointF(room.left(), room.bottom()), QPointF(room.right(), room.bottom()))
        most = max(self._counts, default=0)
        pitch = room.width() / max(len(self._counts), 1)
        for place, count in enumerate(self._counts):
            if count:
                high = max(room.height() * count / most, 1.5)  # one film among thousands is still seen
                left = room.left() + place * pitch
                bar = QRectF(left + 1, room.bottom() - high, pitch - 2, high)
                chosen = place == self._at and self.hasFocus()
                painter.fillRect(bar, QColor(self._colours.text if chosen else self._colour))


def histogram_title(class_name: str) -> str:
    """No class: suspicion, which is what is left of certainty that the film is normal."""
    return (
        f"Probability of {class_words(class_name)}" if class_name else "Suspicion (1 – probability of Normal)"
    )
