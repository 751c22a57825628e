"""One line in place, with what can be done about it: instead of a dialog."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QWidget

from xraydesk.ui import icons
from xraydesk.ui.announce import announce
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.words import Words

_ICON = 18

Choice = tuple[str, Callable[[], None]]


class Notice(QWidget):
    """Takes no room while it has nothing to say. Each choice closes it; of several the first stands out."""

    changed = Signal()

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.setObjectName("notice")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._colours = colours
        self._sign = QLabel()
        self._words = Words(tone="figure")
        self._words.setMinimumWidth(1)
        self._choices: tuple[Choice, ...] = ()
        self._buttons: list[QPushButton] = []
        self._warns = False
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(GRID + 4, GRID, GRID, GRID)
        self._row.setSpacing(GRID)
        self._row.addWidget(self._sign)
        self._row.addWidget(self._words, 1)
        self.hide()

    def say(self, words: str, *choices: Choice, warns: bool = False) -> None:
        """What it is asked again, in other words, keeps its buttons: one may be about to be pressed."""
        self._words.setText(words)
        self.setAccessibleName(words)
        self.show()
        if choices != self._choices or warns != self._warns or not choices:
            self._show_choices(choices)
            self._warns = warns
            self.set_colours(self._colours)
            announce(self, words)
        self.changed.emit()

    def _show_choices(self, choices: tuple[Choice, ...]) -> None:
        self._choices = choices
        for button in self._buttons:
            self._row.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._buttons = [self._button(choice) for choice in choices or (("Close", lambda: None),)]
        if len(choices) > 1:
            self._buttons[0].setProperty("tone", "primary")

    def close_notice(self) -> None:
        self.hide()
        self._words.clear()
        self.changed.emit()

    def words(self) -> str:
        """What it says now; empty while it is not there."""
        return self._words.text()

    def choices(self) -> tuple[QPushButton, ...]:
        return tuple(self._buttons)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self._sign.setVisible(self._warns)
        if self._warns:
            sign = icons.pixmap("warning", colours.warning, _ICON, self.devicePixelRatioF())
            self._sign.setPixmap(sign)

    def _button(self, choice: Choice) -> QPushButton:
        words, act = choice

        def pressed() -> None:
            self.close_notice()
            act()

        button = QPushButton(words)
        button.setProperty("compact", True)
        button.clicked.connect(pressed)
        self._row.addWidget(button)
        return button
