from __future__ import annotations

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from xraydesk.presentation.colours import Theme
from xraydesk.ui.theme import Colours, colours_of, stylesheet
from xraydesk.ui.training.labels import button

THEMES = [colours_of(theme) for theme in Theme]


def _luminance(colour: str) -> float:
    """WCAG 2.1, relative luminance."""

    def linear(channel: float) -> float:
        return channel / 12.92 if channel <= 0.03928 else ((channel + 0.055) / 1.055) ** 2.4

    drawn = QColor(colour)
    red, green, blue = (linear(channel) for channel in (drawn.redF(), drawn.greenF(), drawn.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: str, other: str) -> float:
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def test_contrast_of_black_on_white_is_21() -> None:
    assert _contrast("#000000", "#ffffff") == pytest.approx(21)


@pytest.mark.parametrize("colours", THEMES, ids=lambda colours: colours.theme)
def test_words_can_be_read_on_their_ground(colours: Colours) -> None:
    for words in (colours.text, colours.quiet, colours.accent, colours.warning, colours.failure):
        assert _contrast(words, colours.panel) >= 4.5
    assert _contrast(colours.text, colours.raised) >= 4.5
    assert _contrast(colours.quiet, colours.raised) >= 4.5
    assert _contrast(colours.on_accent, colours.accent) >= 4.5


@pytest.mark.parametrize("colours", THEMES, ids=lambda colours: colours.theme)
def test_around_the_film_it_is_darker_than_anywhere_else(colours: Colours) -> None:
    others = (colours.panel, colours.raised, colours.line, colours.text)
    assert all(_luminance(colours.surround) < _luminance(other) for other in others)


def test_every_colour_of_the_stylesheet_is_filled_in() -> None:
    assert all("$" not in stylesheet(colours) for colours in THEMES)


@pytest.mark.parametrize("colours", THEMES, ids=lambda colours: colours.theme)
def test_what_has_the_keyboard_is_framed_and_not_made_the_main_thing(colours: Colours, qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.setStyleSheet(stylesheet(colours))
    plain = button("Export to file…", compact=False)
    plain.setParent(window)
    window.show()
    window.activateWindow()
    plain.setFocus()
    qtbot.waitUntil(plain.hasFocus)
    assert plain.grab().toImage().pixelColor(8, plain.height() // 2).name() == colours.raised
