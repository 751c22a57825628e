from __future__ import annotations

from collections import Counter

import pytest
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QApplication, QMenu, QMenuBar, QWidget
from pytestqt.qtbot import QtBot

from xraydesk import paths
from xraydesk.ui import menus
from xraydesk.ui.action_table import ACTIONS, Do, Place
from xraydesk.ui.actions import Actions, key_text, tool_tip
from xraydesk.ui.help.shortcuts_page import shortcut_rows
from xraydesk.ui.opening import Opening
from xraydesk.ui.settings import Settings


def test_every_action_stands_once_in_the_table() -> None:
    assert Counter(spec.id for spec in ACTIONS) == Counter(Do)


def test_no_two_actions_share_a_key(qapp: QApplication) -> None:
    keys = Counter(QKeySequence(key).toString() for spec in ACTIONS for key in spec.keys)
    assert "" not in keys, "a key Qt does not know"
    assert [key for key, times in keys.items() if times > 1] == []


def test_every_icon_named_is_there() -> None:
    drawn = {file.stem for file in (paths.resources() / "icons").glob("*.svg")}
    assert {spec.icon for spec in ACTIONS if spec.icon} <= drawn


@pytest.mark.parametrize(
    "icon", sorted((paths.resources() / "icons").glob("*.svg")), ids=lambda file: file.stem
)
def test_icons_take_the_colour_of_the_theme(icon: object, qapp: QApplication) -> None:
    from pathlib import Path

    from xraydesk.ui.icons import pixmap

    assert isinstance(icon, Path)
    image = pixmap(icon.stem, "#ff0000", 24).toImage()
    pixels = [image.pixelColor(x, y) for x in range(24) for y in range(24)]
    drawn = [pixel for pixel in pixels if pixel.alpha() > 200]
    assert drawn, "an empty drawing"
    if icon.stem != "xraydesk":
        assert all(pixel.red() > 200 and pixel.green() < 60 for pixel in drawn)


def test_the_help_page_lists_every_key(qapp: QApplication) -> None:
    listed = " ".join(keys for _heading, rows in shortcut_rows() for keys, _what in rows)
    for spec in ACTIONS:
        for key in spec.keys:
            assert key_text(key) in listed


def test_a_tip_names_the_key(qapp: QApplication) -> None:
    spec = next(spec for spec in ACTIONS if spec.id is Do.FIT)
    assert tool_tip(spec) == "Show the whole film (F)"


def test_every_action_can_be_reached_from_the_menus(actions: Actions, qtbot: QtBot) -> None:
    bar = QMenuBar()
    qtbot.addWidget(bar)
    window = QWidget()
    qtbot.addWidget(window)
    menus.fill(bar, actions, Opening(window, Settings()), QMenu("Window presets", bar))
    offered = {action.objectName() for menu in bar.actions() for action in _menu_of(menu)}
    assert offered >= set(Do)


def _menu_of(action: QAction) -> list[QAction]:
    menu = action.menu()
    assert isinstance(menu, QMenu)
    return _with_submenus(menu)


def _with_submenus(menu: QMenu) -> list[QAction]:
    found = []
    for action in menu.actions():
        within = action.menu()
        found += _with_submenus(within) if isinstance(within, QMenu) else [action]
    return found


def test_keys_of_the_film_rest_where_there_is_none(actions: Actions) -> None:
    actions.show_film(True)
    actions.show_place(Place.MODELS)
    assert not actions[Do.NEXT_FILM].isEnabled()
    assert not actions[Do.FIT].isEnabled()
    assert not actions[Do.EXPORT_CSV].isEnabled()
    assert actions[Do.OPEN_FILMS].isEnabled()
    assert actions[Do.BATCH_FOLDER].isEnabled()
    assert actions[Do.SHORTCUTS].isEnabled()


def test_in_a_batch_the_film_is_looked_at_as_ever_and_the_list_of_films_rests(actions: Actions) -> None:
    actions.show_film(True)
    actions.show_place(Place.BATCH)
    assert actions[Do.NEXT_FILM].isEnabled()
    assert actions[Do.FIT].isEnabled()
    assert actions[Do.EXPORT_CSV].isEnabled()
    assert not actions[Do.CLEAR_FILMS].isEnabled()


def test_without_a_film_there_is_nothing_to_turn_or_save(actions: Actions) -> None:
    actions.show_film(False)
    assert not actions[Do.ROTATE_LEFT].isEnabled()
    assert not actions[Do.SAVE_PNG].isEnabled()
    assert actions[Do.HEATMAP].isEnabled()


def test_what_is_of_no_use_now_stays_so_in_its_own_place(actions: Actions) -> None:
    actions.show_place(Place.BATCH)
    actions.allow(False, Do.EXPORT_CSV, Do.BATCH_RETRY)
    actions.show_film(True)
    assert not actions[Do.EXPORT_CSV].isEnabled()
    actions.allow(True, Do.EXPORT_CSV)
    assert actions[Do.EXPORT_CSV].isEnabled()
    assert not actions[Do.BATCH_RETRY].isEnabled()
