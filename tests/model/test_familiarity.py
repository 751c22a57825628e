"""Films like those a model knows are within its limit, others beyond it."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.distance import mahalanobis

from xraydesk.model.familiarity import Familiarity

CHANCE = np.random.default_rng(11)
MIX = CHANCE.normal(size=(12, 12)) * 0.1
KNOWN = ((CHANCE.normal(size=(1600, 12)) @ MIX + 2) ** 2).astype(np.float32)


def fitted() -> Familiarity:
    found = Familiarity.fitted(KNOWN[:1000], KNOWN[1000:1300])
    assert found is not None
    return found


def test_about_one_and_a_half_in_a_hundred_known_films_lie_beyond_the_limit() -> None:
    beyond = (fitted().distances(KNOWN[1000:1300]) > 1).mean()
    assert beyond == pytest.approx(0.015, abs=0.004)
    assert (fitted().distances(KNOWN[1300:]) > 1).mean() < 0.06


def test_a_film_off_the_cloud_is_unfamiliar_though_each_feature_is_common() -> None:
    """Each feature stays among its usual values; their combination occurs in no known film."""
    shuffled = np.stack([CHANCE.permutation(column) for column in KNOWN.T], axis=1)
    assert (fitted().distances(shuffled) > 1).mean() > 0.5


def test_distances_are_those_of_mahalanobis() -> None:
    roots = np.sqrt(KNOWN[:1000].astype(np.float64))
    covariance = np.cov(roots.T)
    inverse = np.linalg.inv(covariance + 1e-3 * np.eye(12) * np.trace(covariance) / 12)
    ours = fitted().distances(KNOWN[1300:1320]) * fitted().limit
    theirs = [
        mahalanobis(np.sqrt(film), roots.mean(0), inverse) for film in KNOWN[1300:1320].astype(np.float64)
    ]
    assert ours == pytest.approx(theirs, rel=0.01)  # half precision


def test_of_few_films_nothing_is_known() -> None:
    assert Familiarity.fitted(KNOWN[:499], KNOWN[1000:1300]) is None
    assert Familiarity.fitted(KNOWN[:1000], KNOWN[1000:1049]) is None


def test_features_that_never_vary_do_not_spoil_it() -> None:
    known = KNOWN.copy()
    known[:, 3] = 0
    found = Familiarity.fitted(known[:1000], known[1000:1300])
    assert found is not None
    assert (found.distances(known[1000:1300]) > 1).mean() < 0.03


@pytest.mark.parametrize(
    "parts",
    [
        (np.zeros(3, np.float16), np.eye(4, dtype=np.float16), 1.0),
        (np.zeros(3, np.float16), np.eye(3, dtype=np.float16), 0.0),
        (np.zeros(3, np.float16), np.eye(3, dtype=np.float16), float("nan")),
        (np.full(3, np.nan, np.float16), np.eye(3, dtype=np.float16), 1.0),
    ],
)
def test_senseless_parts_are_refused(parts: tuple[np.ndarray, np.ndarray, float]) -> None:
    with pytest.raises(ValueError, match="what films the model knows"):
        Familiarity(*parts)


def test_a_card_keeps_it_to_the_last_bit() -> None:
    kept = Familiarity.from_dict(json.loads(json.dumps(fitted().as_dict())))
    assert kept is not None
    assert (kept.distances(KNOWN) == fitted().distances(KNOWN)).all()
    assert Familiarity.from_dict({}) is None


@given(
    st.dictionaries(
        st.sampled_from(["mean", "whitening", "limit", "x"]),
        st.one_of(st.none(), st.text(max_size=9), st.floats(), st.binary(max_size=9)),
        min_size=1,
    )
)
def test_a_card_of_a_stranger_is_refused_whatever_it_tells(told: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        Familiarity.from_dict(told)


def test_of_many_channels_the_most_telling_directions_are_kept() -> None:
    features = np.abs(CHANCE.normal(size=(700, 300))).astype(np.float32)
    found = Familiarity.fitted(features[:600], features[600:])
    assert found is not None
    assert found.whitening.shape == (300, 256)
