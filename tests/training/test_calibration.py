"""Probabilities that hold on films of the kinds and numbers that occur."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.special import log_softmax
from sklearn.linear_model import LogisticRegression

from xraydesk.network.zoo import new_network
from xraydesk.training.best_weights import kept_and_read, with_offsets
from xraydesk.training.calibration import fitted_offsets, fitted_temperature


def drawn(
    shares: tuple[float, ...], films: int, *, seed: int = 0
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    """Logits that are right where classes are equally common, and labels drawn by `shares`."""
    rng = np.random.default_rng(seed)
    labels = rng.choice(len(shares), films, p=shares).astype(np.int64)
    seen = rng.normal(np.eye(len(shares))[labels], 0.7)
    return seen / 0.7**2, labels


def test_offsets_find_how_common_the_classes_are() -> None:
    shares = (0.7, 0.2, 0.1)
    offsets = fitted_offsets(*drawn(shares, 100_000))
    expected = np.log(shares) - np.log(shares).mean()
    assert offsets == pytest.approx(expected, abs=0.05)


def test_offsets_and_temperature_together_are_the_best_of_their_kind() -> None:
    logits, labels = drawn((0.5, 0.3, 0.2), 3000)
    logits = 1.8 * logits
    shifted = logits + fitted_offsets(logits, labels)
    scaled = log_softmax(shifted / fitted_temperature(shifted, labels), axis=1)
    ours = -scaled[np.arange(len(labels)), labels].mean()
    richer = LogisticRegression(C=1e6, max_iter=2000).fit(logits, labels).predict_log_proba(logits)
    theirs = -richer[np.arange(len(labels)), labels].mean()  # with a matrix besides, of which ours is one
    assert theirs <= ours <= theirs + 0.002


def test_few_films_shift_nothing() -> None:
    logits, labels = drawn((0.9, 0.05, 0.05), 300)
    assert np.bincount(labels).min() < 50
    assert not fitted_offsets(logits, labels).any()
    assert not fitted_offsets(logits[labels < 2], labels[labels < 2]).any()


@pytest.mark.parametrize("architecture", ["dlh_covid", "resnet18", "vgg16_bn", "efficientnet_b0"])
def test_offsets_are_in_the_weights_that_are_kept(tmp_path: Path, architecture: str) -> None:
    torch.manual_seed(0)
    network = new_network(architecture, 3).eval()
    weights, offsets = network.published().state_dict(), np.array([0.5, -0.2, -0.3])
    films = torch.rand(
        2, 1, 64 if architecture != "dlh_covid" else 224, 64 if architecture != "dlh_covid" else 224
    )
    before = kept_and_read(weights, tmp_path / "model.safetensors", architecture).eval()
    after = kept_and_read(
        with_offsets(weights, before, offsets), tmp_path / "shifted.safetensors", architecture
    ).eval()
    with torch.inference_mode():
        assert (after(films) - before(films)).numpy() == pytest.approx(np.tile(offsets, (2, 1)), abs=1e-4)
