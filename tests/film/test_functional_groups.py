"""Enhanced DICOM objects: what their functional groups say of the first frame counts."""

from __future__ import annotations

from pathlib import Path

from pydicom.dataset import Dataset

from tests.film.dicom_files import chest_like, data_set, write
from xraydesk.film.film import ModalityTransform, Window
from xraydesk.film.open import open_film


def _functional_group(center: str, slope: str, spacing: str) -> Dataset:
    group, voi, transformation, measures = (Dataset() for _ in range(4))
    voi.WindowCenter, voi.WindowWidth = center, "800"
    transformation.RescaleSlope, transformation.RescaleIntercept = slope, "-1024"
    measures.PixelSpacing = [spacing, spacing]
    group.FrameVOILUTSequence, group.PixelMeasuresSequence = [voi], [measures]
    group.PixelValueTransformationSequence = [transformation]
    return group


def test_window_rescale_and_spacing_are_found_in_functional_groups(tmp_path: Path) -> None:
    ds = data_set(chest_like(), SharedFunctionalGroupsSequence=[_functional_group("1200", "2", "0.2")])
    film = open_film(write(tmp_path / "shared", ds))
    assert film.voi == (Window(1200, 800),)
    assert film.modality == ModalityTransform(2.0, -1024.0)
    assert film.spacing_mm == (0.2, 0.2)
    ds.PerFrameFunctionalGroupsSequence = [_functional_group("1300", "3", "0.3")]
    film = open_film(write(tmp_path / "frame", ds))
    assert film.voi == (Window(1300, 800),)
    assert film.modality == ModalityTransform(3.0, -1024.0)
    assert film.spacing_mm == (0.3, 0.3)


def test_what_the_film_says_itself_goes_before_its_functional_groups(tmp_path: Path) -> None:
    ds = data_set(
        chest_like(),
        WindowCenter="2000",
        WindowWidth="3000",
        RescaleSlope="1",
        PixelSpacing=["0.1", "0.1"],
        SharedFunctionalGroupsSequence=[_functional_group("1200", "2", "0.2")],
    )
    film = open_film(write(tmp_path / "film", ds))
    assert film.voi == (Window(2000, 3000),)
    assert film.modality == ModalityTransform()
    assert film.spacing_mm == (0.1, 0.1)


def test_empty_functional_groups_do_not_hide_the_film(tmp_path: Path) -> None:
    group = Dataset()
    group.PixelMeasuresSequence, group.FrameVOILUTSequence = [], [Dataset()]
    ds = data_set(chest_like(), SharedFunctionalGroupsSequence=[], PerFrameFunctionalGroupsSequence=[group])
    film = open_film(write(tmp_path / "film", ds))
    assert (film.spacing_mm, film.voi, film.modality) == (None, (), ModalityTransform())
