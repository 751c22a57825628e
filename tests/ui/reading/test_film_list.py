from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.ui.films_for_tests import read
from xraydesk.film.film import Film, Photometric
from xraydesk.ui.actions import Actions
from xraydesk.ui.reading.film_list import FilmListPanel
from xraydesk.ui.reading.film_rows import FilmRows
from xraydesk.ui.reading.thumbnail import SIDE, thumbnail
from xraydesk.ui.theme import DARK


@pytest.fixture
def panel(actions: Actions, qtbot: QtBot) -> FilmListPanel:
    made = FilmListPanel(FilmRows(), actions, DARK)
    qtbot.addWidget(made)
    made.resize(248, 400)
    made.show()
    return made


def _rows(panel: FilmListPanel) -> FilmRows:
    model = panel.view.model()
    assert isinstance(model, FilmRows)
    return model


def test_two_thousand_films_and_only_those_in_view_are_asked_for(panel: FilmListPanel, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.rows_in_view) as seen:
        _rows(panel).add(Path(f"/films/{number}.png") for number in range(2000))
    assert seen.args is not None
    first, last = seen.args
    assert first == 0
    assert 0 < last < 12
    with qtbot.waitSignal(panel.rows_in_view) as seen:
        panel.view.scrollToBottom()
    assert seen.args is not None
    assert seen.args[1] == 1999


def test_selecting_a_row_names_its_film(panel: FilmListPanel, qtbot: QtBot) -> None:
    keys = _rows(panel).add([Path("/a.png"), Path("/b.png")])
    with qtbot.waitSignal(panel.film_selected, check_params_cb=lambda key: key == keys[1]):
        panel.select(keys[1])
    assert panel.selected_key() == keys[1]


def test_from_no_film_the_next_one_is_the_first(panel: FilmListPanel, qtbot: QtBot) -> None:
    first, _second = _rows(panel).add([Path("/a.png"), Path("/b.png")])
    panel.step(-1)
    assert panel.selected_key() == 0
    panel.step(1)
    assert panel.selected_key() == first


def test_emptying_the_list_names_no_film(panel: FilmListPanel, qtbot: QtBot) -> None:
    panel.select(_rows(panel).add([Path("/a.png")])[0])
    with qtbot.waitSignal(panel.film_selected, check_params_cb=lambda key: key == 0):
        _rows(panel).clear()


def test_a_row_shows_the_colour_of_its_class(panel: FilmListPanel) -> None:
    (key,) = _rows(panel).add([Path("/a.png")])
    row = _rows(panel).find(key)
    assert row is not None
    row.result = read(row.path)
    _rows(panel).changed(row)
    image = panel.view.viewport().grab().toImage()
    colours = {image.pixelColor(x, y).name() for x in range(56, 90) for y in range(64)}
    assert "#cc79a7" in colours  # Okabe and Ito's reddish purple: the third class


def test_a_thumbnail_keeps_the_shape_of_the_film() -> None:
    image = thumbnail(Film(Path("a.png"), np.zeros((1200, 600), np.uint8), "PNG"))
    assert (image.width(), image.height()) == (SIDE // 2, SIDE)


def test_a_thumbnail_shows_monochrome1_inverted() -> None:
    pixels = np.zeros((64, 64), np.uint16)
    pixels[:, 32:] = 4095
    film = Film(Path("a.dcm"), pixels, "DICOM", 12, Photometric.MONOCHROME1)
    image = thumbnail(film)
    left, right = image.pixelColor(SIDE // 4, SIDE // 2), image.pixelColor(3 * SIDE // 4, SIDE // 2)
    assert left.red() > 250
    assert right.red() < 5


@pytest.mark.parametrize("shape", [(1, 4000), (4000, 1), (3, 3)])
def test_odd_shapes_make_no_trouble(shape: tuple[int, int]) -> None:
    image = thumbnail(Film(Path("a.png"), np.zeros(shape, np.uint8), "PNG"))
    assert max(image.width(), image.height()) == SIDE


class _Paints(QObject):
    """Counts how often a widget is painted."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.count = 0
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802
        self.count += event.type() == QEvent.Type.Paint
        return super().eventFilter(watched, event)


def test_a_row_is_painted_anew_when_its_film_was_read(panel: FilmListPanel, qtbot: QtBot) -> None:
    rows = _rows(panel)
    (key,) = rows.add([Path("/films/a.png")])
    row = rows.find(key)
    assert row is not None
    paints = _Paints(panel.view.viewport())
    qtbot.waitUntil(lambda: paints.count > 0)
    QCoreApplication.processEvents()
    before = paints.count
    row.result = read(row.path)
    rows.changed(row)
    qtbot.waitUntil(lambda: paints.count > before)
