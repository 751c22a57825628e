"""How many films were read as what, and how many were not: each count shows its films when pressed."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal, Slot
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QBoxLayout, QSizePolicy, QWidget

from xraydesk.journal.records import BatchCounts, FilmState
from xraydesk.model.prediction import INDETERMINATE
from xraydesk.presentation.colours import class_colour, undecided_colour
from xraydesk.presentation.wording import class_words, count_words, film_state_words
from xraydesk.ui import drawing
from xraydesk.ui.batch.filters import RowFilter
from xraydesk.ui.batch.flow_layout import FlowLayout
from xraydesk.ui.batch.histogram import Histogram, histogram_title
from xraydesk.ui.theme import GRID, Colours

_HEIGHT = 26
_SIDE = 6
_FONT = 12
_ROOM_BESIDE = 760
_STATES = (FilmState.READ, FilmState.REFUSED, FilmState.FAILED, FilmState.WAITING)


class CountChip(QAbstractButton):
    """A count with its words; `colour` is empty for what has none. Ticked while its films alone are shown."""

    chosen = Signal(object)  # what it counts

    def __init__(self, counts: object, words: str, colours: Colours, colour: str = "") -> None:
        super().__init__()
        self._counts = counts
        self._words = words
        self._colours = colours
        self._colour = colour
        self._count = 0
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip(f"Show only these: {words}")
        font = self.font()
        font.setPixelSize(_FONT)
        self.setFont(font)
        self.setStyleSheet(f"font-size: {_FONT}px;")
        self.clicked.connect(self._on_clicked)
        self.show_count(0)

    @property
    def count(self) -> int:
        return self._count

    def show_count(self, count: int) -> None:
        """Where there are none, there is nothing to press, unless it is pressed already."""
        self._count = count
        self.setEnabled(count > 0 or self.isChecked())
        self.setAccessibleName(f"{self._words}: {count_words(count, 'film')}")
        self.updateGeometry()
        self.update()

    def set_colours(self, colours: Colours, colour: str) -> None:
        self._colours, self._colour = colours, colour
        self.update()

    def nextCheckState(self) -> None:  # noqa: N802
        """The filter ticks it, not the click."""

    @Slot()
    def _on_clicked(self) -> None:
        self.chosen.emit(self._counts)

    def sizeHint(self) -> QSize:  # noqa: N802
        """Small numbers have the room of two digits, so that the chips beside them seldom move."""
        metrics = self.fontMetrics()
        figure = metrics.horizontalAdvance("0" * max(len(f"{self._count:,}"), 2))
        words = metrics.horizontalAdvance(self._words)
        return QSize(2 * _SIDE + self._dot_room() + words + 6 + figure, _HEIGHT)

    def _dot_room(self) -> int:
        return drawing.DOT + 6 if self._colour else 0

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter)
        inner = self.rect().adjusted(_SIDE, 0, -_SIDE, 0)
        if self._colour:
            drawing.dot(painter, inner.x(), inner.center().y(), self._colour, hollow=not self._count)
        inner.adjust(self._dot_room(), 0, 0, 0)
        drawing.words(painter, inner, self._words, self._colours.quiet)
        figure = self._colours.text if self._count else self._colours.quiet
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        drawing.words(painter, inner, f"{self._count:,}", figure, align=right)

    def _paint_ground(self, painter: QPainter) -> None:
        area = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        ground = QColor(self._colours.raised)
        ground.setAlphaF(1.0 if self.isChecked() or self.underMouse() else 0.5)
        edge = self._colours.accent if self.hasFocus() or self.isChecked() else ""
        painter.setBrush(ground)
        width = 2 if self.hasFocus() else 1
        painter.setPen(QPen(QColor(edge), width) if edge else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(area, _HEIGHT / 2 - 1, _HEIGHT / 2 - 1)


class CountsStrip(QWidget):
    """Emits which films the reader wants to see; the filter decides, `show_filter` brings it back."""

    label_clicked = Signal(str)
    state_clicked = Signal(object)  # FilmState
    skipped_clicked = Signal()

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.setAccessibleName("Counts of the batch")
        self._colours = colours
        self._classes: tuple[str, ...] = ()
        self._histogram_of = ""
        self.labels: dict[str, CountChip] = {}
        self.states = {state: CountChip(state, film_state_words(state), colours) for state in _STATES}
        self.skipped = CountChip("", "Skipped", colours)
        self.skipped.setToolTip("Files that are no films, and why")
        self.skipped.setCheckable(False)
        self.histogram = Histogram(colours)
        self._chips = FlowLayout(GRID // 2)
        self._lay_out()
        for chip in self.states.values():
            chip.chosen.connect(self.state_clicked)
        self.skipped.clicked.connect(self.skipped_clicked)

    def _lay_out(self) -> None:
        chips = QWidget()
        chips.setLayout(self._chips)
        for chip in (*self.states.values(), self.skipped):
            self._chips.addWidget(chip)
        self._whole = QBoxLayout(QBoxLayout.Direction.TopToBottom, self)
        self._whole.setContentsMargins(GRID, GRID // 2, GRID, GRID // 2)
        self._whole.setSpacing(GRID // 2)
        self._whole.addWidget(chips, 3)
        self._whole.addWidget(self.histogram, 2)

    # -- given --------------------------------------------------------------------------------------

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        for name, chip in self.labels.items():
            chip.set_colours(colours, self._colour_of(name))
        for chip in (*self.states.values(), self.skipped):
            chip.set_colours(colours, "")
        self.histogram.set_colours(colours, self._colour_of(self._histogram_of))

    def show_counts(self, counts: BatchCounts, classes: Sequence[str]) -> None:
        """`classes`: those of the batch's model, in its order."""
        self._set_classes(tuple(classes))
        told = dict(counts.labels)
        for name, chip in self.labels.items():
            chip.show_count(told.get(name, 0))
        by_state = {
            FilmState.READ: counts.read,
            FilmState.REFUSED: counts.refused,
            FilmState.FAILED: counts.failed,
            FilmState.WAITING: counts.waiting,
        }
        for state, chip in self.states.items():
            chip.show_count(by_state[state])
        self.skipped.show_count(counts.skipped)

    def show_histogram(self, counts: Sequence[int], class_name: str) -> None:
        """Of the probability of a class; without a class, of 1 – P(Normal)."""
        self._histogram_of = class_name
        self.histogram.show_counts(counts, histogram_title(class_name), self._colour_of(class_name))

    def show_filter(self, wanted: RowFilter) -> None:
        """Ticks what the table is narrowed to."""
        for name, chip in self.labels.items():
            chip.setChecked(name in wanted.labels)
        for state, chip in self.states.items():
            chip.setChecked(state in wanted.states)

    def _set_classes(self, classes: tuple[str, ...]) -> None:
        if classes == self._classes and self.labels:
            return
        self._classes = classes
        for chip in self.labels.values():
            self._chips.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.labels = {name: self._label_chip(name) for name in (*classes, INDETERMINATE)}
        others = (*self.states.values(), self.skipped)
        for chip in others:
            self._chips.removeWidget(chip)
        for chip in (*self.labels.values(), *others):
            self._chips.addWidget(chip)

    def _label_chip(self, name: str) -> CountChip:
        chip = CountChip(name, class_words(name), self._colours, self._colour_of(name))
        chip.chosen.connect(self._on_label)
        return chip

    def _colour_of(self, name: str) -> str:
        if name in self._classes:
            return class_colour(self._classes.index(name), self._colours.theme)
        return undecided_colour(self._colours.theme) if name else self._colours.accent

    # -- asked --------------------------------------------------------------------------------------

    @Slot(object)
    def _on_label(self, label: str) -> None:
        self.label_clicked.emit(label)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """The histogram stands beside the counts where there is room, else under them."""
        super().resizeEvent(event)
        beside = self.width() >= _ROOM_BESIDE
        direction = QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        self._whole.setDirection(direction)
