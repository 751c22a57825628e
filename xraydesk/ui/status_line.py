"""The line at the foot of the window: engine, device, model, what was said last, and what runs."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from xraydesk.ui.announce import announce
from xraydesk.ui.elided_line import ElidedLine
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.words import Words

MESSAGE_STAYS_MS = 10_000


class _Dot(QWidget):
    """Hollow while the engine is not ready."""

    def __init__(self) -> None:
        super().__init__()
        self.setFixedSize(10, 10)
        self.colour = ""
        self.filled = False

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QColor(self.colour))
        painter.setBrush(QColor(self.colour) if self.filled else Qt.BrushStyle.NoBrush)
        painter.drawEllipse(1, 1, 7, 7)


class StatusLine(QWidget):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.setObjectName("statusLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(3 * GRID + 4)
        self._dot = _Dot()
        self._engine, self._device, self._model = (Words(tone="quiet", wrap=False) for _ in range(3))
        self._message = ElidedLine(Qt.TextElideMode.ElideRight)
        self._message.setProperty("tone", "quiet")
        self._activity = Words(tone="quiet", wrap=False)
        self._fade = QTimer(self, singleShot=True, interval=MESSAGE_STAYS_MS)
        self._fade.timeout.connect(self._message.clear)
        self._lay_out()
        self.set_colours(colours)
        self.show_engine("Starting", ready=False)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        row.setSpacing(GRID)
        row.addWidget(self._dot)
        row.addWidget(self._engine)
        for label in (self._device, self._model):
            row.addSpacing(GRID)
            row.addWidget(label)
        row.addSpacing(2 * GRID)
        row.addWidget(self._message, 1)
        row.addWidget(self._activity)

    def set_colours(self, colours: Colours) -> None:
        self._dot.colour = colours.accent
        self._dot.update()

    def show_engine(self, words: str, *, ready: bool) -> None:
        _say(self._engine, "Engine", words)
        self._dot.filled = ready
        self._dot.update()

    def show_device(self, words: str, note: str = "") -> None:
        _say(self._device, "Device", words)
        self._device.setToolTip(note)

    def show_model(self, words: str) -> None:
        _say(self._model, "Model", words)

    @Slot(str)
    def show_message(self, words: str) -> None:
        """Stays for some seconds."""
        self._message.setText(words)
        self._fade.start()
        announce(self, words)

    @Slot(str)
    def show_activity(self, words: str) -> None:
        self._activity.setText(words)

    def engine_words(self) -> str:
        return self._engine.text()

    def state_words(self) -> str:
        """Engine, device and model, a line each."""
        return "\n".join(
            label.accessibleName() for label in (self._engine, self._device, self._model)
        ).strip()

    def words(self) -> str:
        """All that stands in the line."""
        labels = (self._engine, self._device, self._model, self._message, self._activity)
        return "  ".join(label.text() for label in labels if label.text())

    def message(self) -> str:
        return self._message.text()


def _say(label: QLabel, what: str, words: str) -> None:
    """A screen reader hears also what it is that the words are about."""
    label.setText(words)
    label.setAccessibleName(f"{what}: {words}" if words else what)
