from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.presentation.films import WHOLE, film_of
from xraydesk.film.film import ModalityTransform, Photometric, VoiFunction, VoiLut, Window
from xraydesk.presentation import windowing
from xraydesk.presentation.render import grey_table
from xraydesk.presentation.windowing import ValueRange

RANGE = ValueRange(0.0, 1400.0)


def test_the_range_is_in_modality_values_and_without_padding() -> None:
    film = film_of([[5, 10, 20]], padding=(5, 5), modality=ModalityTransform(slope=-2.0, intercept=100.0))
    assert windowing.value_range(film) == ValueRange(60.0, 80.0)


def test_a_film_of_nothing_but_padding_still_has_a_range() -> None:
    assert windowing.value_range(film_of([[7, 7]], padding=(7, 7))) == ValueRange(7.0, 7.0)


def test_the_whole_range_runs_from_black_to_white() -> None:
    film = film_of([[100, 500, 900]])
    table = grey_table(film, windowing.whole_range(film))
    assert [int(table[value]) for value in (100, 500, 900)] == [0, 128, 255]


def test_a_blank_film_can_be_shown() -> None:
    film = film_of(np.zeros((4, 4)), voi=())
    assert all(voi.width > 0 for _, voi in windowing.presets(film) if isinstance(voi, Window))


def test_presets_name_the_files_own_windows_first() -> None:
    film = film_of(np.arange(256).reshape(16, 16), voi=(Window(40, 80, explanation="NORMAL"), WHOLE))
    names = [name for name, _ in windowing.presets(film)]
    assert names == ["Normal", "As stored 2", "Whole range", "Lung", "Mediastinum", "Bone"]


def test_a_file_without_windows_offers_how_it_is_stored() -> None:
    names = [name for name, _ in windowing.presets(film_of([[0, 4095]], voi=()))]
    assert names == ["As stored", "Whole range", "Lung", "Mediastinum", "Bone"]


@pytest.mark.parametrize("photometric", Photometric)
@pytest.mark.parametrize("slope", [1.0, -1.0])
def test_the_lung_preset_opens_the_dark_and_the_bone_preset_the_bright(
    photometric: Photometric, slope: float
) -> None:
    film = film_of(
        np.arange(4096).reshape(64, 64), photometric=photometric, modality=ModalityTransform(slope=slope)
    )
    tables = {name: grey_table(film, voi).astype(int) for name, voi in windowing.presets(film)}
    shown = grey_table(film, WHOLE if slope > 0 else Window(-2047.5, 4095.0, VoiFunction.LINEAR_EXACT))
    dark, bright = int(np.argmin(np.abs(shown[:4096].astype(int) - 60))), int(np.argmax(shown[:4096] == 240))
    assert tables["Lung"][dark] > tables["Bone"][dark]
    assert tables["Lung"][bright] == 255 > tables["Bone"][bright]


def test_dragging_right_widens_and_up_brightens() -> None:
    start = Window(700.0, 1000.0)
    wider = windowing.dragged(start, RANGE, 10, 0, brighter_is_lower=True)
    assert (wider.center, wider.width) == (700.0, 1020.0)  # 1400 / 700 = 2 values a pixel
    assert windowing.dragged(start, RANGE, 0, 10, brighter_is_lower=True).center == 680.0
    assert windowing.dragged(start, RANGE, 0, 10, brighter_is_lower=False).center == 720.0


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.booleans(), st.sampled_from(VoiFunction))
def test_no_drag_leaves_the_film_out_of_reach(
    right: float, up: float, lower: bool, function: VoiFunction
) -> None:
    window = windowing.dragged(Window(700, 900, function), RANGE, right, up, brighter_is_lower=lower)
    assert -1400 <= window.center <= 2800
    assert 1.4 <= window.width <= 5600
    assert window.function is not VoiFunction.LINEAR or window.width >= 2


def test_a_lut_can_be_dragged_from_what_it_spans() -> None:
    lut = VoiLut(100.0, np.arange(201, dtype=np.uint16), 8)
    window = windowing.as_window(lut)
    assert (window.center, window.width) == (200.0, 200.0)


def test_the_value_under_the_pointer_is_a_modality_value() -> None:
    film = film_of([[1, 2], [3, 4]], modality=ModalityTransform(slope=10.0, intercept=-1000.0))
    assert windowing.value_at(film, 1, 0) == -980.0
    assert [windowing.value_at(film, *at) for at in ((-1, 0), (0, -1), (2, 0), (0, 2))] == [None] * 4
