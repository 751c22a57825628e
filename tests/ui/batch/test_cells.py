from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFont, QFontMetrics
from pytestqt.qtbot import QtBot

from xraydesk.presentation.wording import percent_words
from xraydesk.ui.batch.cells import figure_width


@pytest.mark.parametrize("pixels", [9, 13, 14, 20, 27])
@pytest.mark.parametrize("probability", [0.0, 0.08, 0.5, 0.88, 0.99, 1.0])
def test_a_probability_is_never_cut_short(probability: float, pixels: int, qtbot: QtBot) -> None:
    font = QFont()
    font.setPixelSize(pixels)
    metrics = QFontMetrics(font)
    words = percent_words(probability)
    assert metrics.elidedText(words, Qt.TextElideMode.ElideRight, figure_width(metrics)) == words
