"""The six steps at the left: done, now, not yet; a done one is gone back to with a click."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QFont, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget

from xraydesk.ui import drawing
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.training.steps import TITLES, Mark, Step

_WIDTH = 24 * GRID
_HEIGHT = 5 * GRID
_DISC = 22
_TICK = (QPoint(-5, 1), QPoint(-1, 5), QPoint(6, -4))
_MOVES = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}


class StepButton(QAbstractButton):
    """A number in a disc, and the step's title."""

    def __init__(self, step: Step, colours: Colours) -> None:
        super().__init__()
        self.step = step
        self._colours = colours
        self._mark = Mark.LATER
        self._note = ""
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.show_mark(Mark.LATER, "")

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(_WIDTH, _HEIGHT + (GRID if self._note else 0))

    def show_mark(self, mark: Mark, note: str, *, reachable: bool = False) -> None:
        """`note`: what was chosen there, in few words."""
        self._mark, self._note = mark, note
        self.setEnabled(reachable)
        words = f"Step {self.step + 1}, {TITLES[self.step]}, {mark}"
        self.setAccessibleName(f"{words}, {note}" if note else words)
        self.setToolTip(note)
        self.updateGeometry()
        self.update()

    def mark(self) -> Mark:
        return self._mark

    def note(self) -> str:
        return self._note

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self._mark is Mark.NOW:
            drawing.selection_mark(painter, self.rect(), self._colours)
        elif self.underMouse() and self.isEnabled():
            drawing.row_ground(painter, self.rect(), self._colours, selected=False, hovered=True)
        disc = QRect(2 * GRID, (self.height() - _DISC) // 2, _DISC, _DISC)
        self._paint_disc(painter, disc)
        self._paint_words(painter, self.rect().adjusted(disc.right() + GRID + 4, 0, -GRID, 0))
        if self.hasFocus():
            painter.setPen(QPen(QColor(self._colours.accent), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(self.rect()).adjusted(5, 1, -3, -1), 6, 6)

    def _paint_disc(self, painter: QPainter, disc: QRect) -> None:
        now, done = self._mark is Mark.NOW, self._mark is Mark.DONE
        edge = self._colours.accent if now or done else self._colours.line
        painter.setPen(QPen(QColor(edge), 1.5))
        painter.setBrush(QColor(self._colours.accent) if now else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(disc)
        ink = QColor(
            self._colours.on_accent if now else self._colours.accent if done else self._colours.quiet
        )
        painter.setPen(QPen(ink, 2))
        if done:
            painter.drawPolyline([disc.center() + corner for corner in _TICK])
        else:
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(self.step + 1))

    def _paint_words(self, painter: QPainter, area: QRect) -> None:
        font = QFont(painter.font())
        font.setBold(self._mark is Mark.NOW)
        painter.setFont(font)
        quiet = self._mark is Mark.LATER and not self.isEnabled()
        colour = self._colours.quiet if quiet else self._colours.text
        if not self._note:
            drawing.words(painter, area, TITLES[self.step], colour)
            return
        upper = area.adjusted(0, 5, 0, -area.height() // 2)
        drawing.words(painter, upper, TITLES[self.step], colour)
        font.setBold(False)
        font.setPixelSize(12)
        painter.setFont(font)
        lower = area.adjusted(0, area.height() // 2, 0, -5)
        drawing.words(painter, lower, self._note, self._colours.quiet)


class StepList(QWidget):
    """`step_wanted` carries a Step that can be gone to."""

    step_wanted = Signal(object)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.setObjectName("steps")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(_WIDTH)
        self.setAccessibleName("Steps")
        self.buttons = {step: StepButton(step, colours) for step in Step}
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 2 * GRID, 0, 2 * GRID)
        column.setSpacing(GRID // 2)
        for button in self.buttons.values():
            button.clicked.connect(self._on_clicked)
            column.addWidget(button)
        column.addStretch(1)

    def show_steps(self, marks: dict[Step, Mark], notes: dict[Step, str], reachable: set[Step]) -> None:
        for step, button in self.buttons.items():
            button.show_mark(marks[step], notes.get(step, ""), reachable=step in reachable)

    def set_colours(self, colours: Colours) -> None:
        for button in self.buttons.values():
            button.set_colours(colours)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        move = _MOVES.get(Qt.Key(event.key()), 0)
        if move:
            self.focusNextPrevChild(move > 0)
        else:
            super().keyPressEvent(event)

    @Slot()
    def _on_clicked(self) -> None:
        button = self.sender()
        if isinstance(button, StepButton):
            self.step_wanted.emit(button.step)
