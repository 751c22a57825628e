"""Buttons that open a small panel: one to tick choices, one for the range of a probability."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPoint, QSize, Qt, Signal, Slot
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QFormLayout,
    QFrame,
    QSpinBox,
    QStyle,
    QStyleOptionToolButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from xraydesk.presentation.wording import class_words
from xraydesk.ui.drop_box import DropBox
from xraydesk.ui.theme import GRID

HEIGHT = 28
ARROW = "  ▾"


class TextButton(QToolButton):
    """Words on the ground of a field, no wider than they are."""

    def __init__(self, words: str = "", tip: str = "") -> None:
        super().__init__()
        self.setText(words)
        self.setToolTip(tip)
        self.setAccessibleName(words.removesuffix(ARROW))
        self.setAccessibleDescription(tip)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setProperty("tone", "field")
        self.setFixedHeight(HEIGHT)

    def sizeHint(self) -> QSize:  # noqa: N802
        """As wide as its words: a tool button reckons with an icon."""
        option = QStyleOptionToolButton()
        self.initStyleOption(option)
        words = QSize(self.fontMetrics().horizontalAdvance(self.text()), self.fontMetrics().height())
        kind = QStyle.ContentsType.CT_ToolButton
        width = self.style().sizeFromContents(kind, option, words, self).width()
        return QSize(width, HEIGHT)


class PopupButton(TextButton):
    """Space or a click opens its panel, Escape or a click elsewhere closes it; ticked while it narrows."""

    changed = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self._name = name
        self.panel = QFrame(self, Qt.WindowType.Popup)
        self.panel.setObjectName("popup")
        self.panel.setAccessibleName(name)
        self.clicked.connect(self.open)
        self.say("")

    def say(self, choice: str) -> None:
        """What is chosen, in place of the name; empty where nothing is."""
        self.setText((choice or self._name) + ARROW)
        self.setAccessibleName(f"{self._name}: {choice or 'all'}")
        self.setToolTip(self.accessibleName())
        self.setProperty("narrows", bool(choice))
        self.style().unpolish(self)
        self.style().polish(self)
        self.updateGeometry()

    @Slot()
    def open(self) -> None:
        self.panel.adjustSize()
        place = self.mapToGlobal(QPoint(0, self.height() + 2))
        screen = (self.screen() or QGuiApplication.primaryScreen()).availableGeometry()
        place.setX(max(screen.left(), min(place.x(), screen.right() - self.panel.width())))
        place.setY(max(screen.top(), min(place.y(), screen.bottom() - self.panel.height())))
        self.panel.move(place)
        self.panel.show()
        first = self.panel.findChild(QWidget, "first")
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)


class ChoiceButton(PopupButton):
    """Any of several; none ticked means all."""

    def __init__(self, name: str, several: str) -> None:
        """`several`: the plural of what is chosen, as in "3 states"."""
        super().__init__(name)
        self._several = several
        self._boxes: dict[str, QCheckBox] = {}
        self._rows = QVBoxLayout(self.panel)
        self._rows.setContentsMargins(GRID, GRID, 2 * GRID, GRID)
        self._rows.setSpacing(2)

    def set_choices(self, choices: Sequence[tuple[str, str]]) -> None:
        """Pairs of a value and its words; what was ticked and is still there stays ticked."""
        ticked = self.chosen()
        for box in self._boxes.values():
            self._rows.removeWidget(box)
            box.deleteLater()
        self._boxes = {value: self._box(words) for value, words in choices}
        if self._boxes:
            next(iter(self._boxes.values())).setObjectName("first")
        self.choose(ticked)

    def _box(self, words: str) -> QCheckBox:
        box = QCheckBox(words.replace("&", "&&"), self.panel)
        box.toggled.connect(self._on_ticked)
        self._rows.addWidget(box)
        return box

    def chosen(self) -> frozenset[str]:
        return frozenset(value for value, box in self._boxes.items() if box.isChecked())

    def choose(self, values: frozenset[str]) -> None:
        """Tells nobody."""
        for value, box in self._boxes.items():
            box.blockSignals(True)
            box.setChecked(value in values)
            box.blockSignals(False)
        self._say_chosen()

    def _say_chosen(self) -> None:
        words = [box.text().replace("&&", "&") for box in self._boxes.values() if box.isChecked()]
        self.say(words[0] if len(words) == 1 else f"{len(words)} {self._several}" if words else "")

    @Slot()
    def _on_ticked(self) -> None:
        self._say_chosen()
        self.changed.emit()


class RangeButton(PopupButton):
    """From so many to so many per cent of a class."""

    def __init__(self) -> None:
        super().__init__("Probability")
        self._class = DropBox()
        self._class.setObjectName("first")
        self._class.setAccessibleName("Class")
        self._least, self._most = self._spin("At least", 0), self._spin("At most", 100)
        rows = QFormLayout(self.panel)
        rows.setContentsMargins(2 * GRID, 2 * GRID, 2 * GRID, 2 * GRID)
        rows.setSpacing(GRID)
        rows.addRow("Class", self._class)
        rows.addRow("At least", self._least)
        rows.addRow("At most", self._most)
        self._class.currentIndexChanged.connect(self._on_changed)
        self._least.valueChanged.connect(self._on_changed)
        self._most.valueChanged.connect(self._on_changed)

    @staticmethod
    def _spin(name: str, value: int) -> QSpinBox:
        spin = QSpinBox()
        spin.setRange(0, 100)
        spin.setSingleStep(5)
        spin.setValue(value)
        spin.setSuffix(" %")
        spin.setAccessibleName(name)
        spin.setKeyboardTracking(False)
        return spin

    def set_classes(self, classes: Sequence[str]) -> None:
        named, least, most = self.chosen()
        self._quietly(classes, named, least, most)

    def _quietly(self, classes: Sequence[str], named: str, least: float, most: float) -> None:
        parts = (self._class, self._least, self._most)
        for part in parts:
            part.blockSignals(True)
        self._class.clear()
        self._class.addItem("Any", "")
        for name in classes:
            self._class.addItem(class_words(name), name)
        self._class.setCurrentIndex(max(self._class.findData(named), 0))
        self._least.setValue(round(100 * least))
        self._most.setValue(round(100 * most))
        for part in parts:
            part.blockSignals(False)
        self._say_chosen()

    def chosen(self) -> tuple[str, float, float]:
        """Class, at least, at most; an empty class for any."""
        least, most = sorted((self._least.value() / 100, self._most.value() / 100))
        name = self._class.currentData() or ""
        return (name, least, most) if name else ("", 0.0, 1.0)

    def choose(self, class_name: str, least: float = 0.0, most: float = 1.0) -> None:
        """Tells nobody."""
        classes = [self._class.itemData(place) for place in range(1, self._class.count())]
        self._quietly(classes, class_name, least, most)

    def _say_chosen(self) -> None:
        name, least, most = self.chosen()
        if not name or (least, most) == (0.0, 1.0):
            self.say("")
        elif most == 1.0:
            self.say(f"{class_words(name)} ≥ {round(100 * least)} %")
        elif least == 0.0:
            self.say(f"{class_words(name)} ≤ {round(100 * most)} %")
        else:
            self.say(f"{class_words(name)} {round(100 * least)}–{round(100 * most)} %")

    @Slot()
    def _on_changed(self) -> None:
        self._say_chosen()
        self.changed.emit()
