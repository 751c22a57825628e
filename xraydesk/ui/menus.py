"""The menu bar, from the table of actions."""

from __future__ import annotations

from PySide6.QtWidgets import QMenu, QMenuBar

from xraydesk.ui.actions import Actions, Do
from xraydesk.ui.opening import Opening

_FILE = (
    (Do.SAVE_PNG, Do.SAVE_PDF, Do.COPY, Do.PRINT, Do.PAGE_IDENTITY),
    (Do.QUIT,),
)
_FILMS = ((Do.NEXT_FILM, Do.PREVIOUS_FILM), (Do.REMOVE_FILM, Do.CLEAR_FILMS))
_VIEW = (
    (Do.FIT, Do.ONE_TO_ONE, Do.ZOOM_IN, Do.ZOOM_OUT, Do.RESET),
    (Do.INVERT, Do.ROTATE_LEFT, Do.ROTATE_RIGHT, Do.FLIP_HORIZONTAL, Do.FLIP_VERTICAL),
    (Do.TOOL_WINDOW, Do.TOOL_PAN, Do.TOOL_ZOOM),
    (Do.CROP_FRAME, Do.HIDE_IDENTITY),
    (Do.LIGHT_THEME,),
    (Do.PLACE_READ, Do.PLACE_MODELS),
)
_WINDOW = ((Do.BRIGHTER, Do.DARKER, Do.SOFTER, Do.HARDER),)
_MOVE = ((Do.MOVE_LEFT, Do.MOVE_RIGHT, Do.MOVE_UP, Do.MOVE_DOWN),)
_HEATMAP = ((Do.HEATMAP, Do.HEATMAP_NEXT_CLASS), (Do.HEATMAP_STRONGER, Do.HEATMAP_WEAKER))
_HELP = ((Do.SHORTCUTS, Do.ABOUT),)

Groups = tuple[tuple[Do, ...], ...]


def fill(bar: QMenuBar, actions: Actions, opening: Opening, presets: QMenu) -> None:
    """`presets`: the menu of windows for the film on screen."""
    file = bar.addMenu("&File")
    file.addAction(actions[Do.OPEN_FILMS])
    file.addAction(actions[Do.OPEN_FOLDER])
    file.addAction(actions[Do.OPEN_SAMPLE])
    _add_recent(file, opening)
    file.addSeparator()
    _add(file, actions, _FILE)
    _add(bar.addMenu("F&ilms"), actions, _FILMS)
    view = bar.addMenu("&View")
    view.addMenu(presets)
    _add(view.addMenu("Brightness and contrast"), actions, _WINDOW)
    _add(view.addMenu("Move the film"), actions, _MOVE)
    view.addSeparator()
    _add(view, actions, _VIEW)
    _add(bar.addMenu("Heat&map"), actions, _HEATMAP)
    _add(bar.addMenu("&Help"), actions, _HELP)


def _add(menu: QMenu, actions: Actions, groups: Groups) -> None:
    for number, group in enumerate(groups):
        if number:
            menu.addSeparator()
        for id in group:
            menu.addAction(actions[id])


def _add_recent(menu: QMenu, opening: Opening) -> None:
    recent = menu.addMenu("Recent films")
    recent.setToolTipsVisible(True)
    recent.aboutToShow.connect(lambda: opening.fill_recent(recent))
    recent.triggered.connect(opening.on_recent)
