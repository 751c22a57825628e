"""The menu bar, from the table of actions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QMenu, QMenuBar

from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.opening import Opening

_FILE = (
    (Do.SAVE_PNG, Do.SAVE_PDF, Do.COPY, Do.PRINT, Do.PAGE_IDENTITY),
    (Do.QUIT,),
)
_BATCH = (
    (Do.BATCH_FOLDER, Do.BATCH_WATCH),
    (Do.BATCH_PAUSE, Do.BATCH_CANCEL, Do.BATCH_RETRY),
    (Do.BATCH_FIND, Do.BATCH_READ, Do.BATCH_WIDE),
)
EXPORTS = (
    (Do.EXPORT_CSV, Do.EXPORT_XLSX, Do.EXPORT_PDF, Do.EXPORT_HEATMAPS),
    (Do.EXPORT_COPY, Do.EXPORT_MOVE, Do.EXPORT_UNDO),
    (Do.EXPORT_SELECTED, Do.EXPORT_THUMBNAILS, Do.EXPORT_IDENTITY),
)
_FILMS = ((Do.NEXT_FILM, Do.PREVIOUS_FILM), (Do.REMOVE_FILM, Do.CLEAR_FILMS))
_VIEW = (
    (Do.FIT, Do.ONE_TO_ONE, Do.ZOOM_IN, Do.ZOOM_OUT, Do.RESET),
    (Do.INVERT, Do.ROTATE_LEFT, Do.ROTATE_RIGHT, Do.FLIP_HORIZONTAL, Do.FLIP_VERTICAL),
    (Do.TOOL_WINDOW, Do.TOOL_PAN, Do.TOOL_ZOOM),
    (Do.CROP_FRAME, Do.HIDE_IDENTITY),
    (Do.LIGHT_THEME,),
    (Do.PLACE_READ, Do.PLACE_BATCH, Do.PLACE_TRAIN, Do.PLACE_MODELS),
)
_WINDOW = ((Do.BRIGHTER, Do.DARKER, Do.SOFTER, Do.HARDER),)
_MOVE = ((Do.MOVE_LEFT, Do.MOVE_RIGHT, Do.MOVE_UP, Do.MOVE_DOWN),)
_HEATMAP = ((Do.HEATMAP, Do.HEATMAP_NEXT_CLASS), (Do.HEATMAP_STRONGER, Do.HEATMAP_WEAKER))
_OPINION = ((Do.AGREE,),)
_AGREEMENT = ((Do.AGREEMENT,),)
_HELP = ((Do.GUIDE, Do.SHORTCUTS), (Do.PLACES, Do.REPORT), (Do.ABOUT,))

Groups = tuple[tuple[Do, ...], ...]


def fill(
    bar: QMenuBar,
    actions: Actions,
    opening: Opening,
    presets: QMenu,
    batches: Sequence[QMenu] = (),
    classes: QMenu | None = None,
) -> None:
    """`presets`: the menu of windows for the film on screen; `batches`: those that list earlier batches;
    `classes`: those that a film can be given.
    """
    file = bar.addMenu("&File")
    file.addAction(actions[Do.OPEN_FILMS])
    file.addAction(actions[Do.OPEN_FOLDER])
    file.addAction(actions[Do.OPEN_SAMPLE])
    _add_recent(file, opening)
    file.addSeparator()
    add(file, actions, _FILE)
    add(bar.addMenu("F&ilms"), actions, _FILMS)
    _add_batch(bar.addMenu("&Batch"), actions, batches)
    view = bar.addMenu("&View")
    view.addMenu(presets)
    add(view.addMenu("Brightness and contrast"), actions, _WINDOW)
    add(view.addMenu("Move the film"), actions, _MOVE)
    view.addSeparator()
    add(view, actions, _VIEW)
    add(bar.addMenu("Heat&map"), actions, _HEATMAP)
    _add_opinion(bar.addMenu("&Opinion"), actions, classes)
    add(bar.addMenu("&Help"), actions, _HELP)


def _add_opinion(menu: QMenu, actions: Actions, classes: QMenu | None) -> None:
    add(menu, actions, _OPINION)
    if classes is not None:
        menu.addMenu(classes)
    menu.addSeparator()
    add(menu, actions, _AGREEMENT)


def _add_batch(menu: QMenu, actions: Actions, batches: Sequence[QMenu]) -> None:
    add(menu, actions, _BATCH)
    menu.addSeparator()
    for listing in batches:
        menu.addMenu(listing)
    add(menu.addMenu("Export"), actions, EXPORTS)


def add(menu: QMenu, actions: Actions, groups: Groups) -> None:
    """Actions of the table, with a line between groups."""
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
