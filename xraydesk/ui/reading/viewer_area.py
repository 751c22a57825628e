"""The middle of the reading place: tools, one line that says which film this is, and the film."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal, Slot
from PySide6.QtGui import QAction, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QMenu, QToolButton, QVBoxLayout, QWidget

from xraydesk.ui import icons
from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.elided_line import ElidedLine
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.viewer.film_view import FilmView

_MOUSE = (Do.TOOL_WINDOW, Do.TOOL_PAN, Do.TOOL_ZOOM)
_SIZE = (Do.FIT, Do.ONE_TO_ONE, Do.INVERT)
_TURN = (Do.ROTATE_LEFT, Do.ROTATE_RIGHT, Do.FLIP_HORIZONTAL, Do.FLIP_VERTICAL, Do.RESET)
_SHOW = (Do.CROP_FRAME, Do.HIDE_IDENTITY)
_PAGE = (Do.SAVE_PNG, Do.SAVE_PDF, Do.COPY, Do.PRINT)
_ICON = 18
_ROOM_FOR_PAGE_TOOLS = 648
_ROOM_FOR_TURNING = 512
LEAST_WIDTH = 344  # with neither of them


class ViewerArea(QWidget):
    """`preset_chosen` carries the Voi of a named window."""

    preset_chosen = Signal(object)

    def __init__(self, actions: Actions, colours: Colours) -> None:
        super().__init__()
        self.setObjectName("surround")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setMinimumWidth(LEAST_WIDTH)
        self._colours = colours
        self.film_view = FilmView()
        self._rules: list[QFrame] = []
        self._presets = self._preset_button()
        self._sign = QLabel()
        self._line = ElidedLine()
        self._line.setProperty("tone", "figure")
        self._lay_out(actions)
        self._warned = False
        self.show_line("")

    def _lay_out(self, actions: Actions) -> None:
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self._toolbar(actions))
        whole.addWidget(self._title_line())
        whole.addWidget(self.film_view, 1)

    def _toolbar(self, actions: Actions) -> QWidget:
        bar = QWidget()
        bar.setObjectName("toolbar")
        bar.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        row = QHBoxLayout(bar)
        row.setContentsMargins(GRID, 4, GRID, 4)
        row.setSpacing(0)
        groups = [_tools(actions, group) for group in (_MOUSE, _SIZE, _TURN, _SHOW, _PAGE)]
        _mouse, _size, self._turn_tools, _show, self._page_tools = groups
        for group in groups[:-1]:
            row.addWidget(group)
            if group is _mouse:
                row.addWidget(self._presets)
            row.addSpacing(GRID)
        row.addStretch(1)
        row.addWidget(self._page_tools)
        return bar

    def _preset_button(self) -> QToolButton:
        button = QToolButton()
        button.setAutoRaise(True)
        button.setIconSize(QSize(_ICON, _ICON))
        button.setAccessibleName("Window presets")
        button.setToolTip("Window presets")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        menu = self.presets_menu = QMenu("Window presets", button)
        menu.aboutToShow.connect(self._fill_presets)
        menu.triggered.connect(self._on_preset)
        button.setMenu(menu)
        button.setEnabled(False)
        menu.menuAction().setEnabled(False)
        return button

    def _title_line(self) -> QWidget:
        line = QWidget()
        line.setFixedHeight(4 * GRID)
        row = QHBoxLayout(line)
        row.setContentsMargins(2 * GRID, 0, 2 * GRID, 0)
        row.setSpacing(GRID)
        row.addWidget(self._sign)
        row.addWidget(self._line, 1)
        return line

    def show_line(self, words: str, *, warned: bool = False) -> None:
        """Which film is on screen, or in words why it is not the one that was asked for."""
        self._warned = warned
        self._line.setText(words)
        self._line.setStyleSheet(f"color: {'#f0c75e' if warned else '#b9bdc3'};")
        self._sign.setVisible(warned)
        if warned:
            self._sign.setPixmap(icons.pixmap("warning", "#f0c75e", 16, self.devicePixelRatioF()))

    def line(self) -> str:
        return self._line.text()

    def is_warned(self) -> bool:
        return self._warned

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self._presets.setIcon(icons.icon("presets", colours.text, "", colours.line))

    def allow_presets(self, allowed: bool, /) -> None:
        self._presets.setEnabled(allowed)
        self.presets_menu.menuAction().setEnabled(allowed)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        """In a narrow window the menu has to do for the page, and in a narrower one for turning the film."""
        super().resizeEvent(event)
        self._turn_tools.setVisible(self.width() >= _ROOM_FOR_TURNING)
        self._page_tools.setVisible(self.width() >= _ROOM_FOR_PAGE_TOOLS)

    def showEvent(self, event: QShowEvent) -> None:  # noqa: N802
        super().showEvent(event)
        self.set_colours(self._colours)

    @Slot()
    def _fill_presets(self) -> None:
        menu = self.presets_menu
        menu.clear()
        for name, voi in self.film_view.presets():
            menu.addAction(name).setData(voi)

    @Slot(QAction)
    def _on_preset(self, action: QAction) -> None:
        self.preset_chosen.emit(action.data())


def _tools(actions: Actions, ids: tuple[Do, ...]) -> QWidget:
    group = QWidget()
    row = QHBoxLayout(group)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(0)
    for id in ids:
        row.addWidget(tool_button(actions[id]))
    return group


def tool_button(action: QAction) -> QToolButton:
    """A quiet button without words; its name is for screen readers. By keyboard there are keys and menus."""
    button = QToolButton()
    button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    button.setDefaultAction(action)
    button.setAutoRaise(True)
    button.setIconSize(QSize(_ICON, _ICON))
    button.setAccessibleName(action.text().rstrip("…"))
    return button
