"""What this program is, whose method it follows, and what it stands on."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from xraydesk import __version__
from xraydesk.presentation.wording import RESEARCH_USE_LONG
from xraydesk.ui.help.page import finish
from xraydesk.ui.theme import GRID
from xraydesk.ui.words import Words

_METHOD = (
    "The method is that of Dey, Bacellar, Chandrappa and Kulkarni, COVID-19 Chest X-Ray Image "
    "Classification Using Deep Learning, medRxiv 2021, doi 10.1101/2021.07.15.21260605."
)
_LICENCES = (
    "XRayDesk is free software under the Apache License 2.0. It stands on Qt and PySide6 (LGPL-3.0), PyTorch "
    "(BSD-3-Clause), NumPy (BSD-3-Clause), Pillow (MIT-CMU), pydicom (MIT), GDCM (BSD-3-Clause), CharLS "
    "(BSD-3-Clause), OpenJPEG (BSD-2-Clause) and safetensors (Apache-2.0). The weights are for research and "
    "non-commercial use; their sources are named in the card of each model."
)


class AboutPage(QDialog):
    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("About XRayDesk")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        content = QWidget()
        column = QVBoxLayout(content)
        column.setSpacing(2 * GRID)
        column.addWidget(Words(f"XRayDesk {__version__}", "headline"))
        for text, tone in ((RESEARCH_USE_LONG, "title"), (_METHOD, "figure"), (_LICENCES, "quiet")):
            column.addWidget(Words(text, tone))
        column.addStretch(1)
        finish(self, content)
        self.resize(560, 400)
