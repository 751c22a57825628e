"""One class of the findings: its name, its probability in figures, and a bar; press it for its heatmap."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QKeyEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from xraydesk.presentation.colours import Theme
from xraydesk.presentation.wording import class_words, percent_words
from xraydesk.ui import drawing
from xraydesk.ui.theme import Colours

_HEIGHT = 56
_BAR = 8
_MARGIN = 10
_STEPS: dict[int, int] = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}


class ProbabilityBar(QAbstractButton):
    """Checked: the heatmap shown is this class's."""

    def __init__(self, class_name: str, colour: str, colours: Colours, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._class_name = class_name
        self._colour = colour
        self._colours = colours
        self._probability: float | None = None
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.show_probability(None)

    @property
    def class_name(self) -> str:
        return self._class_name

    @property
    def probability(self) -> float | None:
        return self._probability

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(220, _HEIGHT)

    def show_probability(self, probability: float | None) -> None:
        """None while there is no reading: the bar keeps its place."""
        self._probability = probability
        self.setEnabled(probability is not None)
        self.setAccessibleName(f"{class_words(self._class_name)} {self.figure_text()}")
        self.setAccessibleDescription("Shows the heatmap of this class")
        self.update()

    def show_colours(self, colour: str, colours: Colours) -> None:
        self._colour, self._colours = colour, colours
        self.update()

    def figure_text(self) -> str:
        return "–" if self._probability is None else percent_words(self._probability)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802
        """Left and right go to the class beside it; up and down lead through the films everywhere."""
        group, step = self.group(), _STEPS.get(event.key())
        beside = group.button(group.id(self) + step) if group and step else None
        if beside is None:
            super().keyPressEvent(event)
            return
        beside.setFocus(Qt.FocusReason.TabFocusReason)
        beside.click()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        self._paint_words(painter)
        self._paint_bar(painter)

    def _paint_ground(self, painter: QPainter) -> None:
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isEnabled() and (self.isChecked() or self.underMouse()):
            ground = QColor(self._colours.raised)
            ground.setAlphaF(1.0 if self.isChecked() else 0.5)
            painter.setBrush(ground)
            painter.drawRoundedRect(area, 6, 6)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(self._colours.accent), 2))
            painter.drawRoundedRect(area, 6, 6)

    def _paint_words(self, painter: QPainter) -> None:
        area = QRect(_MARGIN, 6, self.width() - 2 * _MARGIN, 26)
        known = self._probability is not None
        painter.setPen(QColor(self._colours.text if known else self._colours.quiet))
        font = painter.font()
        font.setPixelSize(18)
        painter.setFont(font)
        painter.drawText(
            area, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, self.figure_text()
        )
        taken = painter.fontMetrics().horizontalAdvance(self.figure_text()) + 8
        font.setPixelSize(13)
        painter.setFont(font)
        words = painter.fontMetrics().elidedText(
            class_words(self._class_name), Qt.TextElideMode.ElideRight, area.width() - taken
        )
        painter.drawText(area, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, words)

    def _paint_bar(self, painter: QPainter) -> None:
        bar = QRectF(_MARGIN, _HEIGHT - _BAR - 12, self.width() - 2 * _MARGIN, _BAR)
        drawing.bar(painter, bar, self._probability, self._colour, self._field())

    def _field(self) -> str:
        if not self.isChecked():
            return self._colours.field
        return self._colours.panel if self._colours.theme is Theme.LIGHT else self._colours.surround
