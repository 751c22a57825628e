"""The look: two sets of colours, one stylesheet made from them, everything on an 8-pixel grid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from string import Template

from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from xraydesk.presentation.colours import Theme

GRID = 8


@dataclass(frozen=True, slots=True)
class Colours:
    """Text on its ground has a contrast of at least 4.5 to 1 (WCAG 2.1, 1.4.3)."""

    theme: Theme
    surround: str  # around the film, in both themes the darkest thing there is
    panel: str
    raised: str  # pressed, selected, hovered
    field: str  # the empty part of a bar
    line: str
    text: str
    quiet: str  # labels and small print
    accent: str
    on_accent: str
    warning: str
    failure: str


DARK = Colours(
    theme=Theme.DARK,
    surround="#0b0c0e",
    panel="#1a1b1d",
    raised="#2a2c30",
    field="#2a2c30",
    line="#2f3236",
    text="#e9eaec",
    quiet="#9da2a9",
    accent="#6cc9bd",
    on_accent="#06231f",
    warning="#f0c75e",
    failure="#ff9e80",
)
LIGHT = Colours(
    theme=Theme.LIGHT,
    surround="#0b0c0e",
    panel="#f4f5f6",
    raised="#e0e4ea",
    field="#dfe2e6",
    line="#d3d6da",
    text="#1b1d20",
    quiet="#565b62",
    accent="#0f766e",
    on_accent="#ffffff",
    warning="#7a5200",
    failure="#a8321a",
)
_COLOURS = {Theme.DARK: DARK, Theme.LIGHT: LIGHT}

_STYLE = Template("""
* { font-size: 13px; outline: none; }
QMainWindow, QDialog, QMenuBar, QMenu { background: $panel; color: $text; }
QLabel { color: $text; background: transparent; }
QLabel[tone="quiet"] { color: $quiet; font-size: 12px; }
QLabel[tone="label"] { color: $quiet; font-size: 12px; }
QLabel[tone="title"] { font-size: 15px; font-weight: 600; }
QLabel[tone="headline"] { font-size: 26px; font-weight: 600; }
QLabel[tone="figure"] { font-size: 13px; }
QLabel[tone="value"] { font-size: 20px; }
QLabel[tone="accent"] { color: $accent; font-weight: 600; }
QFrame[tone="rule"] { background: $line; border: none; max-height: 1px; min-height: 1px; }
QWidget#surround, QWidget#surround > QWidget#viewer { background: $surround; }
QWidget#rail { background: $panel; border-right: 1px solid $line; }
QWidget#rail QToolButton { font-size: 12px; }
QWidget#filmPanel { background: $panel; }
QWidget#findings { background: $panel; border-left: 1px solid $line; }
QWidget#toolbar { background: $panel; border-bottom: 1px solid $line; }
QWidget#place { background: $panel; }
QWidget#steps { background: $panel; border-right: 1px solid $line; }
QScrollArea, QScrollArea > QWidget > QWidget { background: transparent; border: none; }
QMenuBar { border-bottom: 1px solid $line; padding: 0 4px; }
QMenuBar::item { padding: 6px 10px; background: transparent; border-radius: 4px; }
QMenuBar::item:selected, QMenu::item:selected { background: $raised; color: $text; }
QMenu { border: 1px solid $line; padding: 4px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 4px; }
QMenu::item:disabled { color: $quiet; }
QMenu::icon { padding-left: 8px; }
QMenu::separator { height: 1px; background: $line; margin: 4px 8px; }
QToolButton { background: transparent; border: 2px solid transparent; border-radius: 6px; padding: 4px;
  color: $text; }
QToolButton:hover { background: $raised; }
QToolButton:checked { background: $raised; color: $accent; }
QToolButton:focus { border-color: $accent; }
QToolButton:disabled { color: $quiet; }
QToolButton::menu-indicator { image: none; width: 0; }
QPushButton { background: $raised; color: $text; border: 2px solid transparent; border-radius: 6px;
  padding: 6px 14px; min-height: 18px; }
QPushButton:hover { border-color: $line; }
QPushButton:focus { border-color: $accent; }
QDialog QPushButton:default, QPushButton[tone="primary"] { background: $accent; color: $on_accent; }
QPushButton[tone="primary"]:focus { border-color: $text; }
QPushButton:disabled { color: $quiet; background: $field; }
QListView { background: transparent; border: none; color: $text; }
QTableView { background: transparent; border: none; color: $text; selection-background-color: $raised;
  selection-color: $text; }
QTableView[tone="words"]::item { padding-left: 5px; }
QTableView::corner { background: transparent; border: none; }
QTableCornerButton::section { background: $panel; border: none; border-bottom: 1px solid $line;
  border-right: 1px solid $line; }
QAbstractScrollArea::corner { background: transparent; border: none; }
QHeaderView { background: $panel; border: none; }
QHeaderView::section { background: $panel; color: $quiet; font-size: 12px; border: none; padding: 0 8px;
  border-bottom: 1px solid $line; border-right: 1px solid $line; }
QHeaderView::section:hover { background: $raised; color: $text; }
QLineEdit[tone="field"] { background: $field; color: $text; border: 2px solid transparent; border-radius: 6px;
  padding: 2px 6px; selection-background-color: $accent; selection-color: $on_accent; }
QLineEdit[tone="field"]:focus { border-color: $accent; }
QLineEdit[wrong="true"], QLineEdit[wrong="true"]:focus { border-color: $warning; }
QComboBox, QAbstractSpinBox { background: $field; color: $text; border: 2px solid transparent; border-radius: 6px;
  padding: 2px 6px; selection-background-color: $accent; selection-color: $on_accent; }
QAbstractSpinBox { padding: 3px 0 3px 6px; }
QAbstractSpinBox::up-button, QAbstractSpinBox::down-button { width: 0; border: none; }
QAbstractSpinBox QLineEdit { background: transparent; padding-left: 6px; }
QComboBox { padding-right: 24px; }
QComboBox::drop-down { border: none; width: 24px; }
QComboBox::down-arrow { image: none; }
QComboBox:focus, QAbstractSpinBox:focus { border-color: $accent; }
QComboBox:disabled, QAbstractSpinBox:disabled { color: $quiet; }
QComboBox QAbstractItemView { background: $panel; color: $text; border: 1px solid $line;
  selection-background-color: $raised; selection-color: $text; }
QRadioButton { color: $text; spacing: 8px; padding: 2px; border: 2px solid transparent; border-radius: 4px; }
QRadioButton:focus { border-color: $accent; }
QRadioButton:disabled { color: $quiet; }
QRadioButton::indicator { width: 12px; height: 12px; border: 2px solid $quiet; border-radius: 8px; }
QRadioButton::indicator:checked { background: $accent; border-color: $accent; }
QTabWidget::pane { border: none; }
QTabBar { background: transparent; }
QTabBar::tab { background: transparent; color: $quiet; padding: 6px 12px; border: 2px solid transparent;
  border-bottom: 2px solid transparent; }
QTabBar::tab:hover { color: $text; }
QTabBar::tab:selected { color: $text; border-bottom-color: $accent; }
QTabBar::tab:focus { border-color: $accent; }
QPushButton[tone="link"] { background: transparent; color: $text; padding: 2px 0; border-width: 0 0 2px 0;
  border-radius: 0; text-align: left; }
QPushButton[tone="link"]:hover { color: $accent; }
QPushButton[tone="link"]:focus { border-color: $accent; }
QPushButton:checked { color: $accent; background: $raised; }
QPushButton::menu-indicator { image: none; width: 0; }
QToolButton[tone="field"] { background: $field; padding: 2px 6px; }
QToolButton[tone="field"]:hover { background: $line; }
QToolButton[tone="field"]:focus { border-color: $accent; }
QToolButton[tone="field"][narrows="true"] { color: $accent; }
QFrame#popup { background: $panel; border: 1px solid $line; }
QPushButton[compact="true"] { padding: 3px 12px; min-height: 16px; }
QProgressBar { background: $field; border: none; border-radius: 2px; min-height: 4px; max-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
QLabel[tone="warning"] { color: $warning; font-size: 12px; }
QLabel[tone="trouble"] { color: $warning; font-size: 13px; }
QWidget#notice { background: $raised; }
QWidget#notice QPushButton { background: $panel; }
QWidget#notice QPushButton[tone="primary"] { background: $accent; }
QToolButton#batchTitle { font-size: 15px; font-weight: 600; }
QTreeView { background: transparent; border: none; color: $text; }
QTreeView::item { padding: 4px 6px; }
QSplitter::handle { background: transparent; }
QSplitter::handle:horizontal { width: 1px; background: $line; }
QWidget#statusLine { background: $panel; border-top: 1px solid $line; }
QSlider { min-height: 24px; }
QSlider::groove:horizontal { height: 4px; border-radius: 2px; background: $field; }
QSlider::sub-page:horizontal { height: 4px; border-radius: 2px; background: $accent; }
QSlider::sub-page:horizontal:disabled { background: $line; }
QSlider::handle:horizontal { width: 14px; height: 14px; margin: -5px 0; border-radius: 7px;
  background: $text; }
QSlider::handle:horizontal:focus { background: $accent; }
QSlider::handle:horizontal:disabled { background: $line; }
QCheckBox { color: $text; spacing: 8px; padding: 2px; border: 2px solid transparent; border-radius: 4px; }
QCheckBox:focus { border-color: $accent; }
QCheckBox::indicator { width: 14px; height: 14px; border: 2px solid $quiet; border-radius: 4px; }
QCheckBox::indicator:checked { background: $accent; border-color: $accent; }
QCheckBox:disabled { color: $quiet; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 0; }
QScrollBar::handle:vertical { background: $line; border-radius: 4px; min-height: 32px; margin: 1px; }
QScrollBar::handle:vertical:hover { background: $quiet; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 0; }
QScrollBar::handle:horizontal { background: $line; border-radius: 4px; min-width: 32px; margin: 1px; }
QScrollBar::handle:horizontal:hover { background: $quiet; }
QScrollBar::add-line, QScrollBar::sub-line { height: 0; width: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }
QToolTip { background: $raised; color: $text; border: 1px solid $line; padding: 4px; }
""")


def colours_of(theme: Theme) -> Colours:
    return _COLOURS[theme]


def stylesheet(colours: Colours) -> str:
    return _STYLE.substitute(asdict(colours))


def qt_palette(colours: Colours) -> QPalette:
    """For what no stylesheet reaches: native dialogs, text selection, painted widgets."""
    palette = QPalette()
    roles = {
        QPalette.ColorRole.Window: colours.panel,
        QPalette.ColorRole.Base: colours.panel,
        QPalette.ColorRole.AlternateBase: colours.raised,
        QPalette.ColorRole.Button: colours.raised,
        QPalette.ColorRole.WindowText: colours.text,
        QPalette.ColorRole.Text: colours.text,
        QPalette.ColorRole.ButtonText: colours.text,
        QPalette.ColorRole.ToolTipBase: colours.raised,
        QPalette.ColorRole.ToolTipText: colours.text,
        QPalette.ColorRole.PlaceholderText: colours.quiet,
        QPalette.ColorRole.Highlight: colours.accent,
        QPalette.ColorRole.HighlightedText: colours.on_accent,
        QPalette.ColorRole.Link: colours.accent,
        QPalette.ColorRole.Mid: colours.line,
    }
    for role, colour in roles.items():
        palette.setColor(role, QColor(colour))
    for role in (QPalette.ColorRole.Text, QPalette.ColorRole.WindowText, QPalette.ColorRole.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, role, QColor(colours.quiet))
    return palette


def apply_theme(application: QApplication, theme: Theme) -> Colours:
    """The whole program in one look, the same on every system."""
    colours = colours_of(theme)
    if application.style().objectName() != "fusion":
        application.setStyle("Fusion")
    application.setPalette(qt_palette(colours))
    application.setStyleSheet(stylesheet(colours))
    return colours


@contextmanager
def undressed() -> Iterator[None]:
    """For the making of many widgets: the stylesheet is put on all of them in one go at the end.

    Else each widget that finds its place is dressed anew, with all that is in it: half of the window's making.
    """
    application = QApplication.instance()
    assert isinstance(application, QApplication)
    sheet = application.styleSheet()
    application.setStyleSheet("")
    try:
        yield
    finally:
        application.setStyleSheet(sheet)


def set_tone(widget: QWidget, tone: str) -> None:
    """Another tone from now on."""
    if widget.property("tone") != tone:
        widget.setProperty("tone", tone)
        widget.style().polish(widget)
