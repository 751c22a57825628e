"""Whether 80 % means 80 %: how often the network is right, against how sure it says it is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.training.figure_words import number_words
from xraydesk.ui.training.labels import label
from xraydesk.ui.training.plot import Axes, paint_axes, paint_line, small_font, square_room
from xraydesk.workflows.training_verbs import RunEvaluation

Bin = tuple[float, float, float]  # confidence, accuracy, films
_TICKS = [(share / 4, f"{25 * share} %") for share in range(5)]
_WORDS = (
    "A point on the dotted line is as often right as it says. Below it the network is too sure of itself, above it "
    "too modest. The larger a point, the more films. Scaling (one number, found on the validation films) never "
    "changes which class is named."
)


class ReliabilityPlot(QWidget):
    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._colours = colours
        self._before: Sequence[Bin] = ()
        self._after: Sequence[Bin] = ()
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("Reliability diagram")

    def sizeHint(self) -> QSize:  # noqa: N802
        return QSize(44 * GRID, 40 * GRID)

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(28 * GRID, 28 * GRID)

    def show_bins(self, before: Sequence[Bin], after: Sequence[Bin]) -> None:
        """Bins without films are left out."""
        self._before = [each for each in before if each[2] > 0]
        self._after = [each for each in after if each[2] > 0]
        self.update()

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:  # noqa: N802
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        axes = Axes(square_room(self.rect()), 0.0, 1.0, 0.0, 1.0)
        paint_axes(painter, axes, self._colours, _TICKS, _TICKS)
        small_font(painter)
        painter.setPen(QColor(self._colours.quiet))
        title = "Right in so many films, against the probability that was given"
        painter.drawText(QRectF(0, 4, max(axes.room.right(), 360), 16), Qt.AlignmentFlag.AlignLeft, title)
        painter.setPen(QPen(QColor(self._colours.quiet), 1, Qt.PenStyle.DotLine))
        painter.drawLine(axes.point(0, 0), axes.point(1, 1))
        self._paint_bins(painter, axes, self._before, self._colours.quiet, dashed=True)
        self._paint_bins(painter, axes, self._after, self._colours.accent, dashed=False)

    @staticmethod
    def _paint_bins(painter: QPainter, axes: Axes, bins: Sequence[Bin], colour: str, *, dashed: bool) -> None:
        points: list[QPointF] = [axes.point(confidence, accuracy) for confidence, accuracy, _ in bins]
        if not points:
            return
        paint_line(painter, points, colour, dashed=dashed)
        most = max(films for _, _, films in bins)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(colour))
        for point, (_, _, films) in zip(points, bins, strict=True):
            radius = 2.5 + 4.5 * (films / most) ** 0.5
            painter.drawEllipse(point, radius, radius)


class ReliabilityPage(QWidget):
    """The diagram, and the calibration error before and after scaling."""

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.plot = ReliabilityPlot(colours)
        self._before, self._after = label("–", "value"), label("–", "headline")
        right = QVBoxLayout()
        right.setSpacing(GRID // 2)
        right.addWidget(label("Calibration error (ECE) before scaling, dashed", "label"))
        right.addWidget(self._before)
        right.addSpacing(GRID)
        right.addWidget(label("Calibration error (ECE) after scaling", "label"))
        right.addWidget(self._after)
        right.addSpacing(2 * GRID)
        right.addWidget(label(_WORDS, "quiet"))
        right.addStretch(1)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, GRID, 0, 0)
        whole.setSpacing(4 * GRID)
        whole.addWidget(self.plot, 1)
        whole.addLayout(right, 1)

    def show_evaluation(self, evaluation: RunEvaluation) -> None:
        before, after = (_bins(evaluation, name) for name in ("before", "after"))
        self.plot.show_bins(before, after)
        self._before.setText(number_words(evaluation.ece_before))
        self._after.setText(number_words(evaluation.ece_after))
        words = f"Calibration error {self._before.text()} before scaling, {self._after.text()} after"
        self.plot.setAccessibleDescription(words)

    def errors(self) -> tuple[str, str]:
        return self._before.text(), self._after.text()

    def set_colours(self, colours: Colours) -> None:
        self.plot.set_colours(colours)


def _bins(evaluation: RunEvaluation, name: str) -> list[Bin]:
    rows = evaluation.reliability.get(name)
    return [] if rows is None else [(float(c), float(a), float(n)) for c, a, n in rows.tolist()]
