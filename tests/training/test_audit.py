"""What is taken away from a film is gone, the rest is as it was; a source that shows in the features is found."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from xraydesk.training import audit

FILMS = np.random.default_rng(5).integers(1, 256, (3, 40, 40), dtype=np.uint8)


def test_borders_are_black_and_nothing_else() -> None:
    changed = audit.without_borders(FILMS)
    assert (changed[:, 4:36, 4:36] == FILMS[:, 4:36, 4:36]).all()
    assert changed.sum() == FILMS[:, 4:36, 4:36].sum()


def test_corners_are_black_and_nothing_else() -> None:
    changed = audit.without_corners(FILMS)
    assert changed[:, :8, :8].max() == changed[:, -8:, :8].max() == changed[:, -8:, -8:].max() == 0
    assert (changed != FILMS).sum() == 3 * 4 * 64


@given(arrays.arrays(np.bool_, (3, 40, 40)))
def test_only_the_masked_places_stay(masks: np.ndarray) -> None:
    changed = audit.only(FILMS, masks)
    assert (changed[masks] == FILMS[masks]).all()
    for film, mask, source in zip(changed, masks, FILMS, strict=True):
        if mask.any() and not mask.all():
            assert set(film[~mask]) == {np.uint8(np.round(source[mask].mean()))}


@given(arrays.arrays(np.bool_, (3, 40, 40)))
def test_taking_away_is_keeping_the_rest(masks: np.ndarray) -> None:
    assert (audit.without(FILMS, masks) == audit.only(FILMS, ~masks)).all()


@pytest.mark.parametrize("told", [True, False])
def test_a_source_is_told_where_the_features_tell_it(told: bool) -> None:
    chance = np.random.default_rng(2)
    sources = np.array(["A", "B"])[chance.integers(0, 2, 200)]
    features = chance.normal(size=(200, 8)).astype(np.float32)
    if told:
        features[:, 3] += 4 * (sources == "B")
    probe = audit.source_probe(features, list(sources), [f"g{i}" for i in range(200)])
    assert probe is not None
    assert probe.sources == ("A", "B")
    assert (probe.accuracy > 0.9) is told


def test_copies_of_one_patient_do_not_help_to_tell_the_source() -> None:
    """Random features, each shared by ten films of a patient: by film one would look them up."""
    chance = np.random.default_rng(3)
    patients = np.repeat(np.arange(30), 10)
    features = chance.normal(size=(30, 200))[patients].astype(np.float32)
    sources = [f"S{chance_of}" for chance_of in chance.integers(0, 2, 30)[patients]]
    probe = audit.source_probe(features, sources, [str(p) for p in patients])
    assert probe is not None
    assert probe.accuracy < 0.8


@given(st.integers(0, 4))
def test_a_source_with_few_patients_is_left_out(patients: int) -> None:
    features = np.zeros((patients + 20, 2), np.float32)
    sources = ["few"] * patients + ["many"] * 20
    assert audit.source_probe(features, sources, [str(i) for i in range(len(sources))]) is None
