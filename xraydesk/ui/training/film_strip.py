"""One film as it is, and beside it how the network may meet it while it learns."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from xraydesk.ui import drawing
from xraydesk.ui.images import image_from_grey
from xraydesk.ui.theme import GRID, Colours
from xraydesk.workflows.training_verbs import AugmentationPreview

_COUNT = 5
_WORDS = 18
_MOST_SIDE = 120


class FilmStrip(QWidget):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self._films: list[QImage] = []
        self._said = ""
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.show_words("")

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(60 * GRID, self.heightForWidth(60 * GRID))

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802
        return self._side(width) + _WORDS

    def show_preview(self, preview: AugmentationPreview) -> None:
        self._films = [image_from_grey(film) for film in preview.films[:_COUNT]]
        self._said = ""
        self.setAccessibleName(f"The film as it is, and varied in {len(self._films) - 1} ways")
        self.update()

    def show_words(self, words: str) -> None:
        """Instead of films; those that were shown stay while the next are made."""
        self._said = words
        self.setAccessibleName(words or "Preview")
        self.update()

    def shown(self) -> int:
        return len(self._films)

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def _side(self, width: int) -> int:
        return min((width - (_COUNT - 1) * GRID) // _COUNT, _MOST_SIDE)

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        side = self._side(self.width())
        for place in range(_COUNT):
            area = QRect(place * (side + GRID), 0, side, side)
            if place < len(self._films):
                drawing.thumbnail(painter, area, self._films[place], self._colours.surround)
            else:
                painter.fillRect(area, self._colours.surround)
        font = painter.font()
        font.setPixelSize(12)
        painter.setFont(font)
        line = QRect(0, side + 2, self.width(), _WORDS - 2)
        if self._said:
            drawing.words(painter, line, self._said, self._colours.quiet)
            return
        drawing.words(painter, QRect(0, line.y(), side, line.height()), "As it is", self._colours.quiet)
        rest = line.adjusted(side + GRID, 0, 0, 0)
        drawing.words(
            painter, rest, "As the network may meet it", self._colours.quiet, Qt.TextElideMode.ElideRight
        )
