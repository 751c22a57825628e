from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.ui.films_for_tests import opened
from xraydesk.film.film import Window
from xraydesk.ui.actions import Actions
from xraydesk.ui.reading.viewer_area import LEAST_WIDTH, ViewerArea
from xraydesk.ui.theme import DARK


@pytest.fixture
def area(actions: Actions, qtbot: QtBot) -> ViewerArea:
    made = ViewerArea(actions, DARK)
    qtbot.addWidget(made)
    made.resize(900, 600)
    made.show()
    return made


def test_presets_of_the_film_are_offered_by_name(area: ViewerArea, qtbot: QtBot) -> None:
    area.film_view.show_film(opened(Path("a.png")))
    area.allow_presets(True)
    area.presets_menu.aboutToShow.emit()
    names = [action.text() for action in area.presets_menu.actions()]
    assert "Whole range" in names
    whole = area.presets_menu.actions()[names.index("Whole range")]
    with qtbot.waitSignal(area.preset_chosen) as chosen:
        whole.trigger()
    assert chosen.args is not None
    assert isinstance(chosen.args[0], Window)


def test_every_tool_has_a_name_for_screen_readers(area: ViewerArea) -> None:
    assert all(button.accessibleName() for button in area.findChildren(QToolButton))


def test_in_a_narrow_window_the_tools_of_the_film_stay(area: ViewerArea) -> None:
    by_name = {button.accessibleName(): button for button in area.findChildren(QToolButton)}
    assert by_name["Print"].isVisible()
    area.resize(560, 600)
    assert not by_name["Print"].isVisible()
    assert by_name["Rotate left"].isVisible()
    area.resize(LEAST_WIDTH, 600)
    assert not by_name["Rotate left"].isVisible()
    rest = [button for button in by_name.values() if button.isVisible()]
    assert {"Zoom", "Invert", "Hide identity"} <= {button.accessibleName() for button in rest}
    assert all(button.mapTo(area, button.rect().topRight()).x() < LEAST_WIDTH for button in rest)


def test_a_warning_in_the_title_line_goes_with_the_next_film(area: ViewerArea) -> None:
    area.show_line("b.png could not be opened.", warned=True)
    assert area.is_warned()
    area.show_line("a.png")
    assert not area.is_warned()
    assert area.line() == "a.png"
