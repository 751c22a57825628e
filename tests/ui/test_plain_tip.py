"""A tool tip shows a name letter by letter, whatever signs are in it."""

from __future__ import annotations

import pytest
from PySide6.QtGui import Qt, QTextDocument

from xraydesk.ui.plain_tip import plain_tip


@pytest.mark.parametrize(
    "name",
    [
        "a.png",
        "Tom & Jerry.png",
        "a &lt; b.png",
        "<b>DOE<hr><i>x.png",
        '<img src="/etc/hostname"> 1.0',
        "1 < 2 > 0.png",
        "'quoted' \"twice\".png",
    ],
)
def test_a_name_is_shown_as_it_is(name: str) -> None:
    tip = plain_tip(name)
    shown = QTextDocument()
    (shown.setHtml if Qt.mightBeRichText(tip) else shown.setPlainText)(tip)
    assert shown.toPlainText() == name
