"""Lungs are found on films, and none where there are none."""

from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from xraydesk import paths
from xraydesk.errors import ModelDamaged
from xraydesk.film.open import open_film
from xraydesk.model.heatmap import Crop
from xraydesk.network.lungs import SIDE, LungFinder, LungNetwork, lung_films, two_largest
from xraydesk.workflows import find_lungs
from xraydesk.workflows.find_lungs import lung_finder, lungs_within


@pytest.fixture(scope="module")
def finder() -> LungFinder:
    return lung_finder()


def test_films_of_any_side_are_brought_to_the_networks_own() -> None:
    films = lung_films(np.full((2, 300, 300), 51, np.uint8))
    assert films.shape == (2, 1, SIDE, SIDE)
    torch.testing.assert_close(films, torch.full_like(films, 0.2))


@pytest.mark.parametrize("grey", [0, 128, 255])
def test_an_empty_film_has_no_lungs(finder: LungFinder, grey: int) -> None:
    assert finder(np.full((1, 224, 224), grey, np.uint8)) == [None]


def test_the_sample_film_has_two_lungs_beside_the_middle(finder: LungFinder) -> None:
    film = open_film(paths.resources() / "sample" / "phantom.dcm")
    lungs = lungs_within(film, Crop(0, 0, film.full_width, film.full_height), finder)
    assert lungs is not None
    left, right = lungs[:, : SIDE // 2].mean(), lungs[:, SIDE // 2 :].mean()
    assert left > 0.1 and right > 0.1


def test_of_what_is_found_the_two_largest_pieces_are_lungs() -> None:
    found = np.zeros((SIDE, SIDE), bool)
    found[20:100, 20:50], found[20:100, 80:110] = True, True
    lungs = found.copy()
    found[5:10, 5:10], found[110:125, 100:125] = True, True
    np.testing.assert_array_equal(two_largest(found), lungs)
    lungs[:, 64:] = False
    speck = lungs.copy()
    speck[100:110, 100:110] = True
    np.testing.assert_array_equal(two_largest(speck), lungs)
    assert not two_largest(np.zeros((SIDE, SIDE), bool)).any()


def test_weights_of_something_else_are_said_to_be_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(paths, "shipped_weights", lambda: tmp_path)
    (tmp_path / find_lungs.WEIGHTS).write_bytes(b"no weights")
    with pytest.raises(ModelDamaged):
        lung_finder()


def test_an_untrained_network_is_small() -> None:
    assert sum(p.numel() for p in LungNetwork().parameters()) < 150_000


def test_on_real_films_it_agrees_with_what_radiologists_outlined(
    finder: LungFinder, shared_data: Path
) -> None:
    """It has seen these outlines: what is shown is that the weights in the repository are those that were judged."""
    masks = sorted((shared_data / "lungs" / "masks").glob("*__lungs.png"))[::7]
    with (shared_data / "cxr" / "manifest.csv").open(encoding="utf-8") as table:
        place = {Path(row["file"]).stem: shared_data / "cxr" / row["file"] for row in csv.DictReader(table)}
    overlaps = []
    for mask in masks:
        film = open_film(place[mask.name.removesuffix("__lungs.png")])
        found = lungs_within(film, Crop(0, 0, film.full_width, film.full_height), finder)
        drawn = (
            np.asarray(Image.open(mask).convert("L").resize((SIDE, SIDE), Image.Resampling.BILINEAR)) >= 128
        )
        assert found is not None
        overlaps.append(2 * (found & drawn).sum() / (found.sum() + drawn.sum()))
    assert np.mean(overlaps) > 0.9
