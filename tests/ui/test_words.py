"""Labels of sentences that begin with a name in a script that is read from the right."""

from __future__ import annotations

import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from xraydesk.ui.words import Words, from_left


@pytest.mark.parametrize(
    "name", ["صورة مقطوعة.jpg", "12 صورة.jpg", "צילום.png"], ids=["Arabic", "number first", "Hebrew"]
)
def test_a_sentence_that_begins_with_such_a_name_is_read_from_the_left(name: str, qtbot: QtBot) -> None:
    label = Words(wrap=False)
    qtbot.addWidget(label)
    label.setText(f"“{name}” was not found.")
    label.resize(label.sizeHint().width() + 300, label.sizeHint().height())
    assert ink(label)[-250:].sum() == 0
    assert ink(label)[:50].sum() > 0
    assert name in label.text()


@pytest.mark.parametrize(
    "words", ["", "12 %", "film.jpg", "胸片.jpg was not found.", "Still on screen: صورة.jpg"]
)
def test_other_words_stay_as_they_are(words: str) -> None:
    assert from_left(words) == words


def ink(label: Words) -> np.ndarray:
    """For each column of what is painted, whether anything is."""
    image = label.grab().toImage()
    rows = [[image.pixel(x, y) for x in range(image.width())] for y in range(image.height())]
    return np.asarray(np.ptp(np.array(rows, dtype=np.int64), axis=0) > 0)
