"""What keys and buttons do to the film on screen, and what of it is remembered."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Qt, Slot
from PySide6.QtGui import QActionGroup, QKeySequence, QShortcut

from xraydesk.film.film import Voi
from xraydesk.ui import settings as keys
from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.reading.findings_panel import CLASS_KEYS
from xraydesk.ui.reading.place import ReadingPlace
from xraydesk.ui.settings import Settings
from xraydesk.ui.viewer.mouse_tools import Tool
from xraydesk.workflows.verbs import FilmResult, OpenedFilm

_TOOLS = {Do.TOOL_WINDOW: Tool.WINDOW, Do.TOOL_PAN: Tool.PAN, Do.TOOL_ZOOM: Tool.ZOOM}
_OPACITY_STEP = 0.1
_ZOOM_STEP, _WINDOW_STEP_PX, _MOVE_STEP_PX = 1.15, 20.0, 48.0
# right and up of a drag that would do the same
_WINDOW_STEPS = {Do.BRIGHTER: (0, 1), Do.DARKER: (0, -1), Do.SOFTER: (1, 0), Do.HARDER: (-1, 0)}
_MOVES = {Do.MOVE_LEFT: (-1, 0), Do.MOVE_RIGHT: (1, 0), Do.MOVE_UP: (0, -1), Do.MOVE_DOWN: (0, 1)}
# Left and right belong to the film; elsewhere they move sliders.
_ON_THE_FILM = Qt.ShortcutContext.WidgetShortcut


class ViewActions(QObject):
    def __init__(
        self, place: ReadingPlace, actions: Actions, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._place = place
        self._view = place.viewer.film_view
        self._actions = actions
        self._settings = settings
        self._connect_view()
        self._connect_steps()
        self._connect_heatmap()
        self._connect_tools()
        self._recall()
        self.show_film(None)

    @Slot(object)
    def show_film(self, opened: OpenedFilm | None) -> None:
        """A fresh film lies upright and is not inverted."""
        self._actions.show_film(opened is not None)
        self._place.viewer.allow_presets(opened is not None)
        self._actions[Do.INVERT].setChecked(self._view.is_inverted())

    @Slot(object)
    def show_result(self, result: FilmResult | None) -> None:
        has_heat = result is not None and bool(result.heatmaps)
        self._actions.allow(has_heat, Do.HEATMAP_NEXT_CLASS, Do.HEATMAP_STRONGER, Do.HEATMAP_WEAKER)

    def _connect_view(self) -> None:
        view, on = self._view, self._actions
        on[Do.FIT].triggered.connect(view.fit)
        on[Do.ONE_TO_ONE].triggered.connect(view.one_to_one)
        on[Do.INVERT].toggled.connect(view.set_inverted)
        on[Do.ROTATE_LEFT].triggered.connect(partial(self._rotate, -1))
        on[Do.ROTATE_RIGHT].triggered.connect(partial(self._rotate, 1))
        on[Do.FLIP_HORIZONTAL].triggered.connect(view.flip_horizontal)
        on[Do.FLIP_VERTICAL].triggered.connect(view.flip_vertical)
        on[Do.RESET].triggered.connect(self._reset)
        on[Do.CROP_FRAME].toggled.connect(self._on_crop_frame)
        on[Do.HIDE_IDENTITY].toggled.connect(self._on_hide_identity)
        self._place.viewer.preset_chosen.connect(self._on_preset)

    def _connect_steps(self) -> None:
        """What the mouse does by dragging, a step for each press of a key."""
        view, on = self._view, self._actions
        on[Do.ZOOM_IN].triggered.connect(lambda: view.zoom_by(_ZOOM_STEP))
        on[Do.ZOOM_OUT].triggered.connect(lambda: view.zoom_by(1 / _ZOOM_STEP))
        for id, (right, up) in _WINDOW_STEPS.items():
            step = partial(view.change_window, right * _WINDOW_STEP_PX, up * _WINDOW_STEP_PX)
            on[id].triggered.connect(partial(_leaving_out_checked, step))
        for id, (right, down) in _MOVES.items():
            step = partial(view.pan_by, right * _MOVE_STEP_PX, down * _MOVE_STEP_PX)
            on[id].triggered.connect(partial(_leaving_out_checked, step))
        for key, id in (("Right", Do.NEXT_FILM), ("Left", Do.PREVIOUS_FILM)):
            QShortcut(QKeySequence(key), view, context=_ON_THE_FILM).activated.connect(on[id].trigger)

    def _connect_heatmap(self) -> None:
        on, findings = self._actions, self._place.findings
        on[Do.HEATMAP].toggled.connect(self._on_heatmap)
        on[Do.HEATMAP_NEXT_CLASS].triggered.connect(self._next_class)
        on[Do.HEATMAP_STRONGER].triggered.connect(partial(self._change_opacity, _OPACITY_STEP))
        on[Do.HEATMAP_WEAKER].triggered.connect(partial(self._change_opacity, -_OPACITY_STEP))
        findings.class_chosen.connect(self.choose_class)
        findings.opacity_chosen.connect(self._on_opacity)
        for place in range(CLASS_KEYS):
            shortcut = QShortcut(QKeySequence(str(place + 1)), self._place)
            shortcut.setContext(Qt.ShortcutContext.WindowShortcut)
            shortcut.activated.connect(partial(self.choose_class, place))

    def _connect_tools(self) -> None:
        self._tools = QActionGroup(self)
        for id, tool in _TOOLS.items():
            action = self._actions[id]
            action.setData(tool)
            self._tools.addAction(action)
            action.triggered.connect(partial(self._view.set_tool, tool))
        self._actions[Do.TOOL_WINDOW].setChecked(True)

    def _recall(self) -> None:
        recalled = {
            Do.HEATMAP: keys.HEATMAP_VISIBLE,
            Do.CROP_FRAME: keys.CROP_FRAME_VISIBLE,
            Do.HIDE_IDENTITY: keys.IDENTITY_HIDDEN,
        }
        for id, setting in recalled.items():
            self._actions[id].setChecked(self._settings.get(setting))
        self._view.set_heatmap_visible(self._settings.get(keys.HEATMAP_VISIBLE))
        opacity = self._settings.get(keys.HEATMAP_OPACITY)
        self._place.findings.show_opacity(opacity)
        self._view.set_heatmap_opacity(opacity)

    # -- slots ------------------------------------------------------------------------------------

    @Slot(int)
    def choose_class(self, place: int) -> None:
        """Shows the heatmap of a class, and switches the heatmap on: who asks for one wants to see it."""
        bars = self._place.findings.bars()
        if place >= len(bars) or not bars[place].isEnabled():
            return
        self._place.findings.show_heatmap_class(place)
        self._view.select_heatmap(place)
        self._actions[Do.HEATMAP].setChecked(True)

    @Slot()
    def _next_class(self) -> None:
        count = len(self._place.findings.bars())
        if count:
            self.choose_class((self._place.findings.heatmap_class() + 1) % count)

    def _change_opacity(self, step: float) -> None:
        self._place.findings.show_opacity(min(max(self._place.findings.opacity() + step, 0.05), 1.0))

    def _rotate(self, quarter_turns: int) -> None:
        self._view.rotate(quarter_turns)

    @Slot()
    def _reset(self) -> None:
        self._view.reset_view()
        self._actions[Do.INVERT].setChecked(False)

    @Slot(object)
    def _on_preset(self, voi: Voi) -> None:
        self._view.set_window(voi)

    @Slot(bool)
    def _on_heatmap(self, visible: bool) -> None:
        self._view.set_heatmap_visible(visible)
        self._settings.set(keys.HEATMAP_VISIBLE, visible)

    @Slot(float)
    def _on_opacity(self, opacity: float) -> None:
        self._view.set_heatmap_opacity(opacity)
        self._settings.set(keys.HEATMAP_OPACITY, opacity)

    @Slot(bool)
    def _on_crop_frame(self, visible: bool) -> None:
        self._view.set_crop_frame_visible(visible)
        self._settings.set(keys.CROP_FRAME_VISIBLE, visible)

    @Slot(bool)
    def _on_hide_identity(self, hidden: bool) -> None:
        self._view.set_identity_hidden(hidden)
        self._settings.set(keys.IDENTITY_HIDDEN, hidden)


def _leaving_out_checked(step: Callable[[], None], _checked: bool = False, /) -> None:
    step()
