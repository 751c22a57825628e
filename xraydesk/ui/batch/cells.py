"""Draws the cells of the batch table; no widget for any row, thousands of them scroll smoothly."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QPainter
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem, QTableView

from xraydesk.journal.records import FilmRecord, FilmState
from xraydesk.model.prediction import Prediction
from xraydesk.presentation.colours import class_colour
from xraydesk.presentation.wording import film_name, film_state_words, percent_words, prediction_words
from xraydesk.ui import drawing, icons
from xraydesk.ui.batch.columns import Column
from xraydesk.ui.batch.row_words import cell_words, differs
from xraydesk.ui.batch.rows import RECORD_ROLE, BatchRows
from xraydesk.ui.reading.class_colours import label_colour
from xraydesk.ui.theme import GRID, Colours

ROW_HEIGHT = 48
THUMBNAIL = 40
_ICON = 16
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter

Index = QModelIndex | QPersistentModelIndex
Painting = Callable[[QPainter, QRect, FilmRecord], None]


@lru_cache(maxsize=512)
def _picture(jpeg: bytes) -> QImage:
    return QImage.fromData(jpeg)


class CellPainter(QStyledItemDelegate):
    """One for all columns."""

    def __init__(self, rows: BatchRows, colours: Colours, view: QTableView) -> None:
        super().__init__(view)
        self._rows = rows
        self._view = view
        self._colours = colours
        self.hovered_row = -1
        self._paintings: dict[Column, Painting] = {
            Column.FILM: self._paint_film,
            Column.PREDICTION: self._paint_prediction,
            Column.PROBABILITIES: self._paint_probabilities,
            Column.WARNINGS: self._paint_warnings,
        }

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:  # noqa: N802, ARG002
        return QSize(120, ROW_HEIGHT)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        column = Column(index.column())
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        self._paint_ground(painter, option, index.row(), column)
        record = index.data(RECORD_ROLE)
        area: QRect = option.rect
        if record is None:
            self._paint_coming(painter, area, column)
        elif column in self._paintings:
            self._paintings[column](painter, area, record)
        else:
            self._paint_words(painter, area, record, column)
        painter.restore()

    def _paint_ground(
        self, painter: QPainter, option: QStyleOptionViewItem, row: int, column: Column
    ) -> None:
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        drawing.row_ground(
            painter, option.rect, self._colours, selected=selected, hovered=row == self.hovered_row
        )
        if selected and column is Column.FILM:
            drawing.selection_mark(painter, option.rect, self._colours)
        if row == self._view.currentIndex().row() and self._view.hasFocus():
            self._paint_current(painter, option.rect)

    def _paint_current(self, painter: QPainter, area: QRect) -> None:
        """Above and below the row where the keys are, which need not be a selected one."""
        colour = QColor(self._colours.accent)
        painter.fillRect(QRect(area.x(), area.y(), area.width(), 1), colour)
        painter.fillRect(QRect(area.x(), area.bottom(), area.width(), 1), colour)

    def _paint_coming(self, painter: QPainter, area: QRect, column: Column) -> None:
        """A row that is on its way from the journal keeps its place."""
        if column is Column.FILM:
            painter.fillRect(_thumbnail_area(area), QColor(self._colours.field))

    # -- the film -----------------------------------------------------------------------------------

    def _paint_film(self, painter: QPainter, area: QRect, film: FilmRecord) -> None:
        self._paint_thumbnail(painter, _thumbnail_area(area), film)
        upper, lower = _two_lines(area.adjusted(THUMBNAIL + 12, 0, 0, 0))
        drawing.words(painter, upper, film_name(film.path), self._colours.text, Qt.TextElideMode.ElideMiddle)
        _small(painter)
        failed = film.state is FilmState.FAILED
        drawing.words(
            painter,
            lower,
            f"{film_state_words(film.state)}  {self._rows.opinion(film, short=True)}".rstrip(),
            self._colours.failure if failed else self._colours.quiet,
        )

    def _paint_thumbnail(self, painter: QPainter, area: QRect, film: FilmRecord) -> None:
        if film.thumbnail:
            drawing.thumbnail(painter, area, _picture(film.thumbnail), self._colours.surround)
        elif film.state is FilmState.FAILED:
            drawing.sign(painter, area, "failed", self._colours.failure)
        elif film.state is FilmState.REFUSED:
            drawing.sign(painter, area, "refused", self._colours.quiet)
        else:
            painter.fillRect(area, QColor(self._colours.field))

    # -- what was read ------------------------------------------------------------------------------

    def _paint_prediction(self, painter: QPainter, area: QRect, film: FilmRecord) -> None:
        if film.error is not None:
            self._paint_reason(painter, area, film.error.message)
        elif not self._rows.comparing:
            self._paint_label(painter, _inner(area), film.prediction)
        else:
            upper, lower = _two_lines(area)
            self._paint_label(painter, upper, film.prediction)
            _small(painter)
            self._paint_other(painter, lower, film)

    def _paint_label(self, painter: QPainter, area: QRect, prediction: Prediction | None) -> None:
        if prediction is not None:
            drawing.dot(painter, area.x(), area.center().y(), label_colour(prediction, self._colours.theme))
            drawing.words(painter, _after_dot(area), prediction_words(prediction.label), self._colours.text)

    def _paint_other(self, painter: QPainter, area: QRect, film: FilmRecord) -> None:
        """What the batch compared with says; in words whether it is the same."""
        if film.other is None:
            drawing.words(painter, _after_dot(area), "not read there", self._colours.quiet)
        elif not differs(film):
            drawing.words(painter, _after_dot(area), "the same there", self._colours.quiet)
        else:
            drawing.dot(painter, area.x(), area.center().y(), label_colour(film.other, self._colours.theme))
            there = f"≠ {prediction_words(film.other.label)}"
            drawing.words(painter, _after_dot(area), there, self._colours.warning)

    def _paint_probabilities(self, painter: QPainter, area: QRect, film: FilmRecord) -> None:
        if film.error is not None:
            self._paint_reason(painter, area, film.error.message)
        if film.prediction is None:
            return
        inner = _inner(area)
        width = figure_width(painter.fontMetrics())
        figure = inner.adjusted(inner.width() - width, 0, 0, 0)
        top = percent_words(max(film.prediction.probabilities))
        drawing.words(painter, figure, top, self._colours.text, align=_RIGHT)
        bars = inner.adjusted(0, 0, -width - 4, 0)
        if bars.width() > GRID:
            self._paint_bars(painter, QRectF(bars), film.prediction.probabilities)

    def _paint_reason(self, painter: QPainter, area: QRect, message: str) -> None:
        """Why there is no reading, in the room of prediction and probabilities together.

        Each of the two cells draws its part of the words, so that either may be painted alone.
        """
        left = self._view.columnViewportPosition(Column.PREDICTION)
        width = sum(self._view.columnWidth(column) for column in (Column.PREDICTION, Column.PROBABILITIES))
        room = QRect(left, area.y(), width, area.height()).adjusted(GRID, 4, -GRID, -4)
        painter.setClipRect(area)
        _small(painter)
        drawing.wrapped_words(painter, room, message, self._colours.quiet)

    def _paint_bars(self, painter: QPainter, area: QRectF, probabilities: tuple[float, ...]) -> None:
        pitch = min(10.0, THUMBNAIL / len(probabilities))
        top = area.center().y() - pitch * len(probabilities) / 2
        for place, probability in enumerate(probabilities):
            line = QRectF(area.x(), top + place * pitch + pitch * 0.2, area.width(), pitch * 0.6)
            colour = class_colour(place, self._colours.theme)
            drawing.bar(painter, line, probability, colour, self._colours.line)

    # -- the rest -----------------------------------------------------------------------------------

    def _paint_warnings(self, painter: QPainter, area: QRect, film: FilmRecord) -> None:
        if not film.warnings:
            return
        inner = _inner(area)
        icon = icons.pixmap("warning", self._colours.warning, _ICON, painter.device().devicePixelRatio())
        painter.drawPixmap(inner.x(), inner.center().y() - _ICON // 2 + 1, icon)
        _small(painter)
        beside = area.adjusted(_ICON + 6, 0, 0, 0)
        messages = [warning.message for warning in film.warnings]
        if len(messages) == 1:
            drawing.words(painter, _inner(beside), messages[0], self._colours.text)
            return
        upper, lower = _two_lines(beside)
        drawing.words(painter, upper, messages[0], self._colours.text)
        more = messages[1] if len(messages) == 2 else f"and {len(messages) - 1} more"
        drawing.words(painter, lower, more, self._colours.quiet)

    def _paint_words(self, painter: QPainter, area: QRect, film: FilmRecord, column: Column) -> None:
        text = cell_words(column, film, identity_hidden=self._rows.identity_hidden)
        inner = _inner(area)
        quiet, normal = self._colours.quiet, self._colours.text
        match column:
            case Column.FOLDER:
                drawing.words(painter, inner, text, quiet, Qt.TextElideMode.ElideLeft)
            case Column.SECONDS | Column.NUMBER:
                drawing.words(painter, inner, text, quiet, align=_RIGHT)
            case _:
                drawing.words(painter, inner, text, normal)


def figure_width(metrics: QFontMetrics) -> int:
    """The room of the longest probability in words, whole in any font."""
    return max(metrics.horizontalAdvance(percent_words(extreme)) for extreme in (0.0, 1.0)) + 1


def _after_dot(area: QRect) -> QRect:
    return area.adjusted(drawing.DOT + 6, 0, 0, 0)


def _inner(area: QRect) -> QRect:
    return area.adjusted(GRID, 0, -GRID, 0)


def _thumbnail_area(area: QRect) -> QRect:
    return QRect(area.x() + GRID, area.y() + (ROW_HEIGHT - THUMBNAIL) // 2, THUMBNAIL, THUMBNAIL)


def _two_lines(area: QRect) -> tuple[QRect, QRect]:
    inner = _inner(area).adjusted(0, 5, 0, -5)
    half = inner.height() // 2
    return inner.adjusted(0, 0, 0, -half), inner.adjusted(0, half, 0, 0)


def _small(painter: QPainter) -> None:
    font = QFont(painter.font())
    font.setPixelSize(12)
    painter.setFont(font)
