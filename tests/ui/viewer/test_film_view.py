from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import shiboken6
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from tests.presentation.films import WHOLE, film_of
from xraydesk.film.film import Film, FilmHeader, FilmIdentity, ModalityTransform, Window
from xraydesk.model.heatmap import Crop, Heatmap
from xraydesk.presentation.render import Pyramid
from xraydesk.ui.images import grey_from_image
from xraydesk.ui.viewer.captions import PointerValue
from xraydesk.ui.viewer.film_view import FilmView
from xraydesk.ui.viewer.mouse_tools import Tool
from xraydesk.workflows.verbs import OpenedFilm

LEFT, RIGHT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton, Qt.MouseButton.MiddleButton


def quarters() -> np.ndarray[Any, Any]:
    """40 x 40: black, dark, light and white quarters, row by row."""
    grey = np.array([[0, 1365], [2730, 4095]])
    return np.kron(grey, np.ones((20, 20)))


def opened(film: Film) -> OpenedFilm:
    return OpenedFilm(film, (), "")


def heatmap(crop: Crop, name: str = "PNEUMONIA") -> Heatmap:
    return Heatmap(name, np.ones((4, 4), np.float32), crop)


@pytest.fixture
def view(qtbot: QtBot) -> FilmView:
    """Shows the quarters at 4 view units a film pixel: the film covers (20, 20) to (180, 180)."""
    widget = FilmView()
    qtbot.addWidget(widget)
    widget.resize(200, 200)
    widget.show()
    qtbot.waitExposed(widget)
    widget.show_film(opened(film_of(quarters())))
    widget.zoom_by(4 / widget.zoom())
    return widget


def colour_at(view: FilmView, x: int, y: int) -> QColor:
    image = view.grab().toImage()
    ratio = image.width() / view.width()
    return image.pixelColor(round(x * ratio), round(y * ratio))


def grey_corners(view: FilmView) -> list[int]:
    """Top left, top right, bottom left, bottom right quarter as painted."""
    return [colour_at(view, x, y).red() for y in (70, 130) for x in (70, 130)]


def drag(view: FilmView, button: Qt.MouseButton, right: int, down: int) -> None:
    start = QPoint(100, 100)
    QTest.mousePress(view, button, Qt.KeyboardModifier.NoModifier, start)
    move(view, button, start + QPoint(right, down))
    QTest.mouseRelease(view, button, Qt.KeyboardModifier.NoModifier, start + QPoint(right, down))


def move(view: FilmView, button: Qt.MouseButton, to: QPoint) -> None:
    where = QPointF(to)
    event = QMouseEvent(
        QEvent.Type.MouseMove,
        where,
        view.mapToGlobal(where),
        Qt.MouseButton.NoButton,
        button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, event)


def wheel(view: FilmView, at: QPointF, notches: int) -> None:
    event = QWheelEvent(
        at,
        view.mapToGlobal(at),
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(view, event)


def test_an_empty_viewer_is_near_black_and_takes_every_request(qtbot: QtBot) -> None:
    view = FilmView()
    qtbot.addWidget(view)
    view.resize(200, 200)
    for request in (view.fit, view.one_to_one, view.reset_view, view.clear, view.clear_heatmaps):
        request()
    view.rotate(1)
    view.zoom_by(2.0)
    view.set_window(WHOLE)
    view.set_inverted(True)
    view.show_heatmaps((heatmap(Crop(0, 0, 4, 4)),), 0)
    wheel(view, QPointF(50, 50), 1)
    drag(view, LEFT, 10, 10)
    assert colour_at(view, 5, 5).lightness() < 16
    assert view.render_page().isNull()
    assert (view.presets(), view.current_window(), view.zoom()) == ((), None, 0.0)


def test_a_film_is_painted_through_its_window(view: FilmView) -> None:
    assert grey_corners(view) == [0, 85, 170, 255]


def test_a_window_inversion_and_reset_change_what_is_painted(view: FilmView) -> None:
    view.set_window(Window(2048, 2))
    assert grey_corners(view) == [0, 0, 255, 255]
    view.set_window(None)
    view.set_inverted(True)
    assert grey_corners(view) == [255, 170, 85, 0]
    view.reset_view()
    assert view.current_window() == WHOLE
    assert not view.is_inverted()


def test_turning_and_flipping_move_the_quarters(view: FilmView) -> None:
    view.rotate(1)
    assert grey_corners(view) == [170, 0, 255, 85]
    view.rotate(-1)
    view.flip_horizontal()
    assert grey_corners(view) == [85, 0, 255, 170]
    view.flip_vertical()
    assert grey_corners(view) == [255, 170, 85, 0]


def test_the_page_is_the_whole_film_as_oriented(view: FilmView) -> None:
    view.zoom_by(5.0)
    view.rotate(1)
    page = grey_from_image(view.render_page())
    assert page.shape == (40, 40)
    assert page[[5, 5, 35, 35], [5, 35, 5, 35]].tolist() == [170, 0, 255, 85]


def test_the_page_of_a_film_of_one_column_has_that_column(view: FilmView) -> None:
    view.show_film(opened(film_of(np.zeros((9000, 1)))))
    page = view.render_page()
    assert page.width() == 1
    assert page.height() > 1000


def test_the_wheel_zooms_about_the_pointer(view: FilmView) -> None:
    move(view, Qt.MouseButton.NoButton, QPoint(60, 70))
    seen: list[object] = []
    view.pointer_moved.connect(seen.append)
    before = view.zoom()
    wheel(view, QPointF(60, 70), 2)
    move(view, Qt.MouseButton.NoButton, QPoint(60, 70))
    assert view.zoom() == pytest.approx(before * 1.15**2)
    assert seen == []  # still over the same film pixel


def test_left_drag_is_the_chosen_tool_and_right_and_middle_keep_theirs(view: FilmView) -> None:
    drag(view, LEFT, 70, 0)
    widened = view.current_window()
    assert isinstance(widened, Window)
    assert widened.width > WHOLE.width
    view.set_tool(Tool.PAN)
    drag(view, LEFT, 40, 0)
    assert view.current_window() == widened
    assert colour_at(view, 170, 70).red() == colour_at(view, 150, 70).red() > 0
    drag(view, MIDDLE, -40, 0)
    drag(view, RIGHT, 0, -30)
    brightened = view.current_window()
    assert isinstance(brightened, Window)
    assert brightened.center < widened.center
    view.set_tool(Tool.ZOOM)
    before = view.zoom()
    drag(view, LEFT, 0, -30)
    assert view.zoom() > before


def test_double_click_fits(qtbot: QtBot, view: FilmView) -> None:
    view.fit()
    fitted = view.zoom()
    view.zoom_by(3.0)
    QTest.mouseDClick(view, LEFT, Qt.KeyboardModifier.NoModifier, QPoint(100, 100))
    assert view.zoom() == fitted


def test_one_to_one_is_one_film_pixel_on_one_of_the_screen(view: FilmView) -> None:
    view.one_to_one()
    assert view.zoom() == 1.0


def test_the_pointer_reads_modality_values_and_none_beside_the_film(view: FilmView) -> None:
    view.show_film(opened(film_of(quarters(), modality=ModalityTransform(2.0, -10.0))))
    view.zoom_by(4 / view.zoom())
    seen: list[object] = []
    view.pointer_moved.connect(seen.append)
    move(view, Qt.MouseButton.NoButton, QPoint(130, 22))
    move(view, Qt.MouseButton.NoButton, QPoint(5, 5))
    assert seen == [PointerValue(27, 0, 2720.0), None]


def test_the_heatmap_is_painted_inside_its_crop_only(view: FilmView) -> None:
    plain = grey_corners(view)
    view.show_heatmaps((heatmap(Crop(0, 0, 20, 40)),), 0)
    view.set_heatmap_opacity(1.0)
    left, right = colour_at(view, 98, 70), colour_at(view, 102, 70)
    assert left.saturation() > 100
    assert right.saturation() == 0
    view.set_heatmap_visible(False)
    assert grey_corners(view) == plain
    view.set_heatmap_visible(True)
    view.clear_heatmaps()
    assert grey_corners(view) == plain


def test_the_heatmap_turns_with_the_film(view: FilmView) -> None:
    view.show_heatmaps((heatmap(Crop(0, 0, 20, 40)),), 0)
    view.set_heatmap_opacity(1.0)
    view.rotate(1)
    assert colour_at(view, 70, 70).saturation() > 100
    assert colour_at(view, 70, 130).saturation() == 0
    view.flip_vertical()
    assert colour_at(view, 70, 70).saturation() == 0
    assert colour_at(view, 70, 130).saturation() > 100


def test_choosing_a_heatmap_shows_that_one(view: FilmView) -> None:
    maps = (heatmap(Crop(0, 0, 20, 40), "COVID19"), heatmap(Crop(20, 0, 40, 40), "NORMAL"))
    view.show_heatmaps(maps, 0)
    view.set_heatmap_opacity(1.0)
    assert view.shown_heatmap_class() == "COVID19"
    view.select_heatmap(1)
    assert view.shown_heatmap_class() == "NORMAL"
    assert colour_at(view, 70, 70).saturation() == 0
    assert colour_at(view, 130, 70).saturation() > 100
    view.set_heatmap_visible(False)
    assert view.shown_heatmap_class() == ""


def test_another_film_brings_its_own_window_and_takes_the_heat_away(view: FilmView) -> None:
    view.show_heatmaps((heatmap(Crop(0, 0, 40, 40)),), 0)
    view.set_inverted(True)
    view.rotate(1)
    windows: list[object] = []
    view.window_changed.connect(windows.append)
    other = replace(film_of(quarters()), voi=(Window(100, 50),))
    view.show_film(opened(other))
    assert windows == [Window(100, 50)]
    assert view.film() is other
    assert not view.is_inverted()
    assert view.shown_heatmap_class() == ""
    page = grey_from_image(view.render_page())
    assert page[5, 5] == 0
    assert page[5, 35] == 255


def test_a_fitted_film_follows_the_size_of_the_window(view: FilmView) -> None:
    view.fit()
    before = view.zoom()
    view.resize(400, 400)
    assert view.zoom() > before


def test_identity_is_written_over_the_film_until_it_is_hidden(view: FilmView) -> None:
    film = film_of(np.zeros((40, 40)), identity=FilmIdentity(patient_name="DOE^JANE"))
    view.show_film(opened(film))
    shown = view.grab().toImage()
    view.set_identity_hidden(True)
    hidden = view.grab().toImage()
    view.show_film(opened(replace(film, identity=FilmIdentity(patient_name="ROE^MARY"))))
    assert shown != hidden
    assert view.grab().toImage() == hidden


def test_the_film_says_to_a_screen_reader_what_it_is_and_not_whose(view: FilmView) -> None:
    film = film_of(np.zeros((20, 30)), header=FilmHeader("DX"), identity=FilmIdentity("DOE^JANE"))
    view.show_film(opened(film))
    assert view.accessibleName() == "Film"
    assert view.accessibleDescription() == "film.dcm, DX, 30 × 20"
    view.clear()
    assert view.accessibleDescription() == "No film open"


def test_focus_by_key_is_framed_and_by_mouse_is_not(view: FilmView) -> None:
    view.activateWindow()
    plain = view.grab().toImage()
    view.setFocus(Qt.FocusReason.MouseFocusReason)
    assert view.grab().toImage() == plain
    view.clearFocus()
    view.setFocus(Qt.FocusReason.TabFocusReason)
    assert view.grab().toImage() != plain
    view.clearFocus()
    assert view.grab().toImage() == plain


def test_magnified_pixels_keep_their_edges_and_reduced_ones_are_smooth(view: FilmView) -> None:
    checks = np.indices((40, 40)).sum(axis=0) % 2 * 4095
    view.show_film(opened(film_of(checks)))
    view.zoom_by(10 / view.zoom())
    row = grey_from_image(view.grab().toImage())[100]
    assert set(row[:200].tolist()) <= {0, 255}
    view.show_film(opened(film_of(np.tile(checks, (20, 20)))))
    view.zoom_by(0.5 / view.zoom())
    assert set(grey_from_image(view.grab().toImage())[60:140, 60:140].ravel().tolist()) == {128}


def test_a_very_large_film_shows_at_once_and_sharpens(qtbot: QtBot, view: FilmView) -> None:
    checks = np.tile(np.array([[0, 4095], [4095, 0]], np.uint16), (2050, 2050))
    with qtbot.waitSignal(view._builder.built, timeout=10_000):
        view.show_film(opened(film_of(checks)))
        view.grab()
    assert abs(int(grey_from_image(view.grab().toImage())[100, 100]) - 128) <= 1


def test_a_viewer_may_be_closed_while_a_large_film_is_prepared(
    qtbot: QtBot, capsys: pytest.CaptureFixture[str]
) -> None:
    closed = FilmView()
    closed.show_film(opened(film_of(np.zeros((4100, 4100)))))
    shiboken6.delete(closed)
    QApplication.processEvents()
    assert capsys.readouterr().err == ""


def test_only_the_last_of_two_large_films_sharpens(qtbot: QtBot, view: FilmView) -> None:
    built: list[Pyramid] = []
    view._builder.built.connect(built.append)
    with qtbot.waitSignal(view._builder.built, timeout=10_000):
        view.show_film(opened(film_of(np.zeros((4100, 4100)))))
        view.show_film(opened(film_of(np.full((4100, 4100), 7))))
    assert [int(pyramid.levels[-1].max()) for pyramid in built] == [7]
