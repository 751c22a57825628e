"""Augmentation changes films as it says, within [0, 1], and the same seed gives the same films."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from xraydesk.training.augmentation import augmented
from xraydesk.training.config import RECOMMENDED, Augmentation


@pytest.fixture
def films() -> Tensor:
    return torch.rand(8, 1, 64, 64, generator=torch.Generator().manual_seed(0))


def changed(films: Tensor, how: Augmentation, seed: int = 1) -> Tensor:
    return augmented(films, how, torch.Generator().manual_seed(seed))


def test_nothing_asked_for_changes_nothing(films: Tensor) -> None:
    assert torch.equal(changed(films, Augmentation()), films)


def test_a_sure_flip_mirrors_left_and_right(films: Tensor) -> None:
    torch.testing.assert_close(
        changed(films, Augmentation(horizontal_flip=1.0)), films.flip(3), atol=1e-4, rtol=0
    )


def test_blur_takes_away_fine_detail_and_keeps_the_mean(films: Tensor) -> None:
    blurred = changed(films, Augmentation(blur=1.0))
    # 64-pixel films are smaller than every blur side, so 224-pixel ones are used
    large = torch.rand(8, 1, 224, 224, generator=torch.Generator().manual_seed(0))
    blurred = changed(large, Augmentation(blur=1.0))
    assert (blurred.std((1, 2, 3)) < 0.8 * large.std((1, 2, 3))).all()
    torch.testing.assert_close(blurred.mean((1, 2, 3)), large.mean((1, 2, 3)), atol=0.01, rtol=0)


def test_borders_go_black_and_the_middle_stays(films: Tensor) -> None:
    bordered = changed(films, Augmentation(border=1.0))
    assert torch.equal(bordered[:, :, 16:48, 16:48], films[:, :, 16:48, 16:48])
    assert ((bordered == 0).sum((1, 2, 3)) > 0).all()


def test_all_at_once_stays_in_range_and_is_repeatable(films: Tensor) -> None:
    first = changed(films, RECOMMENDED.augmentation)
    assert float(first.min()) >= 0.0 and float(first.max()) <= 1.0
    assert torch.equal(first, changed(films, RECOMMENDED.augmentation))
    assert not torch.equal(first, changed(films, RECOMMENDED.augmentation, seed=2))


def test_the_given_films_are_left_as_they_were(films: Tensor) -> None:
    before = films.clone()
    changed(films, RECOMMENDED.augmentation)
    assert torch.equal(films, before)
