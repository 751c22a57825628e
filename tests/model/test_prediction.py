"""Probabilities are calibrated, sum to one, and the program says when none is clearly ahead."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from xraydesk.model.prediction import INDETERMINATE, calibrated_probabilities, predict

CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")
logits = st.lists(st.floats(-1e3, 1e3), min_size=3, max_size=3)


@given(logits, st.floats(0.05, 20.0))
def test_probabilities_are_scipys_softmax_over_the_temperature(
    values: list[float], temperature: float
) -> None:
    ours = calibrated_probabilities(np.array(values), temperature)
    np.testing.assert_allclose(ours, softmax(np.array(values) / temperature), atol=1e-12)
    assert ours.sum() == pytest.approx(1.0)


@given(logits, st.floats(0.05, 20.0))
def test_temperature_never_changes_which_class_is_likeliest(values: list[float], temperature: float) -> None:
    cool = predict(np.array(values), CLASSES, temperature=temperature, threshold=0.0)
    plain = predict(np.array(values), CLASSES, temperature=1.0, threshold=0.0)
    top = max(values)
    near = [name for name, value in zip(CLASSES, values, strict=True) if top - value < 1e-9]
    assert cool.label == plain.label or {cool.label, plain.label} <= set(near)


def test_below_the_threshold_the_film_is_indeterminate() -> None:
    close = np.log(np.array([0.38, 0.32, 0.30]))
    assert predict(close, CLASSES, temperature=1.0, threshold=0.4).label == INDETERMINATE
    assert predict(close, CLASSES, temperature=1.0, threshold=0.4).top_class == "COVID19"
    assert predict(close, CLASSES, temperature=1.0, threshold=0.38).label == "COVID19"


def test_a_prediction_reads_as_a_dictionary() -> None:
    prediction = predict(np.log(np.array([0.1, 0.7, 0.2])), CLASSES, temperature=1.0, threshold=0.4)
    assert prediction.as_dict() == pytest.approx({"COVID19": 0.1, "NORMAL": 0.7, "PNEUMONIA": 0.2})
