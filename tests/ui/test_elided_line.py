from __future__ import annotations

from pytestqt.qtbot import QtBot

from xraydesk.ui.elided_line import ElidedLine


def test_long_words_never_widen_the_window(qtbot: QtBot) -> None:
    line = ElidedLine()
    qtbot.addWidget(line)
    line.setText("a very long film name " * 20)
    assert line.minimumSizeHint().width() == 0
    assert line.toolTip() == line.text()


def test_words_that_do_not_fit_end_within_the_line(qtbot: QtBot) -> None:
    line = ElidedLine()
    qtbot.addWidget(line)
    line.resize(120, 20)
    line.setText("W" * 80)
    image = line.grab().toImage()
    ground = image.pixelColor(image.width() - 1, 0)
    middle = [image.pixelColor(x, y) for x in range(image.width()) for y in range(image.height())]
    right_edge = [image.pixelColor(image.width() - 1, y) for y in range(image.height())]
    assert any(pixel != ground for pixel in middle)
    assert all(pixel == ground for pixel in right_edge)
