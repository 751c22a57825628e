"""Widgets one after the other, in as many lines as the width makes it."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtWidgets import QLayout, QLayoutItem


class FlowLayout(QLayout):
    """Each widget has the size it hints at; hidden ones take no room."""

    def __init__(self, gap: int) -> None:
        super().__init__()
        self._items: list[QLayoutItem] = []
        self.setContentsMargins(0, 0, 0, 0)
        self.setSpacing(gap)

    def addItem(self, item: QLayoutItem, /) -> None:  # noqa: N802
        self._items.append(item)

    def count(self) -> int:
        return len(self._items)

    def itemAt(self, place: int, /) -> QLayoutItem | None:  # noqa: N802
        return self._items[place] if 0 <= place < len(self._items) else None

    def takeAt(self, place: int, /) -> QLayoutItem | None:  # noqa: N802
        return self._items.pop(place) if 0 <= place < len(self._items) else None

    def expandingDirections(self) -> Qt.Orientation:  # noqa: N802
        return Qt.Orientation(0)

    def hasHeightForWidth(self) -> bool:  # noqa: N802
        return True

    def heightForWidth(self, width: int, /) -> int:  # noqa: N802
        places = self._places(width)
        return max((place.bottom() + 1 for _item, place in places), default=0)

    def sizeHint(self) -> QSize:  # noqa: N802
        """All in one line."""
        sizes = [item.sizeHint() for item in self._shown()]
        width = sum(size.width() + self.spacing() for size in sizes) - self.spacing()
        return QSize(max(width, 0), max((size.height() for size in sizes), default=0))

    def minimumSize(self) -> QSize:  # noqa: N802
        """That of the widest alone: any width will do that it fits in."""
        sizes = [item.sizeHint() for item in self._shown()]
        widest = max((size.width() for size in sizes), default=0)
        return QSize(widest, max((size.height() for size in sizes), default=0))

    def setGeometry(self, area: QRect, /) -> None:  # noqa: N802
        super().setGeometry(area)
        for item, place in self._places(area.width()):
            item.setGeometry(place.translated(area.topLeft()))

    def _shown(self) -> list[QLayoutItem]:
        return [item for item in self._items if not item.isEmpty()]

    def _places(self, width: int) -> list[tuple[QLayoutItem, QRect]]:
        places = []
        corner, line_height = QPoint(0, 0), 0
        for item in self._shown():
            size = item.sizeHint()
            if corner.x() and corner.x() + size.width() > width:
                corner = QPoint(0, corner.y() + line_height + self.spacing())
                line_height = 0
            places.append((item, QRect(corner, size)))
            corner += QPoint(size.width() + self.spacing(), 0)
            line_height = max(line_height, size.height())
        return places
