"""What the data doctor found: one row a finding, how grave it is in words and as a sign."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QSize,
    Qt,
    Signal,
    Slot,
)
from PySide6.QtGui import QFont, QPainter
from PySide6.QtWidgets import QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from xraydesk.presentation.wording import count_words
from xraydesk.ui import drawing, icons
from xraydesk.ui.theme import GRID, Colours
from xraydesk.workflows.training_verbs import DoctorFinding, Severity

Index = QModelIndex | QPersistentModelIndex
_ROW = 7 * GRID
_SIGN = 18
_WORDS = {Severity.REFUSAL: "Must be mended", Severity.WARNING: "Warning", Severity.NOTE: "Note"}
_ICONS = {Severity.REFUSAL: "refused", Severity.WARNING: "warning", Severity.NOTE: "help"}


def severity_words(finding: DoctorFinding) -> str:
    films = f"  ·  {count_words(len(finding.films), 'film')}" if finding.films else ""
    return f"{_WORDS[finding.severity]}{films}"


class FindingRows(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.findings: tuple[DoctorFinding, ...] = ()

    def show(self, findings: tuple[DoctorFinding, ...]) -> None:
        self.beginResetModel()
        self.findings = findings
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: N802, B008
        return 0 if parent.isValid() else len(self.findings)

    def data(self, index: Index, role: int = 0) -> object:
        finding = self.findings[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return finding.message
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{severity_words(finding)}: {finding.message} {finding.hint}".strip()
        if role == Qt.ItemDataRole.ToolTipRole:
            return f"{finding.message} {finding.hint}".strip()
        return None


class FindingDelegate(QStyledItemDelegate):
    def __init__(self, rows: FindingRows, colours: Colours) -> None:
        super().__init__()
        self._rows = rows
        self.colours = colours

    def sizeHint(self, _option: QStyleOptionViewItem, _index: Index) -> QSize:  # noqa: N802
        return QSize(20 * GRID, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        area: QRect = option.rect
        state: QStyle.StateFlag = option.state
        selected = bool(state & QStyle.StateFlag.State_Selected)
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        finding = self._rows.findings[index.row()]
        drawing.row_ground(painter, area, self.colours, selected=selected, hovered=hovered)
        if selected:
            drawing.selection_mark(painter, area, self.colours)
        colour = self.colour(finding.severity)
        scale = painter.device().devicePixelRatio()
        drawn = icons.pixmap(_ICONS[finding.severity], colour, _SIGN, scale)
        painter.drawPixmap(area.x() + GRID + 4, area.y() + (_ROW - _SIGN) // 2, drawn)
        beside = area.adjusted(2 * GRID + _SIGN + 4, 6, -GRID, -6)
        half = beside.height() // 2
        small = QFont(painter.font())
        small.setPixelSize(12)
        normal = painter.font()
        painter.setFont(small)
        drawing.words(painter, beside.adjusted(0, 0, 0, -half), severity_words(finding), colour)
        painter.setFont(normal)
        drawing.words(painter, beside.adjusted(0, half, 0, 0), finding.message, self.colours.text)

    def colour(self, severity: Severity) -> str:
        match severity:
            case Severity.REFUSAL:
                return self.colours.failure
            case Severity.WARNING:
                return self.colours.warning
            case _:
                return self.colours.quiet


class FindingsList(QListView):
    """`finding_chosen` carries a DoctorFinding."""

    finding_chosen = Signal(object)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.setAccessibleName("Findings")
        self._rows = FindingRows()
        self._delegate = FindingDelegate(self._rows, colours)
        self.setModel(self._rows)
        self.setItemDelegate(self._delegate)
        self.setMouseTracking(True)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.clicked.connect(self._on_chosen)
        self.selectionModel().currentChanged.connect(self._on_chosen)

    def show_findings(self, findings: tuple[DoctorFinding, ...]) -> None:
        """The gravest first."""
        order = list(Severity)
        self._rows.show(tuple(sorted(findings, key=lambda finding: order.index(finding.severity))))

    def findings(self) -> tuple[DoctorFinding, ...]:
        return self._rows.findings

    def set_colours(self, colours: Colours) -> None:
        self._delegate.colours = colours
        self.viewport().update()

    @Slot(QModelIndex)
    def _on_chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self.finding_chosen.emit(self._rows.findings[index.row()])
