"""McNemar's exact test on known numbers; films of one patient are no independent witnesses."""

from __future__ import annotations

import numpy as np
import pytest

from xraydesk.training.comparison import mcnemar, paired


@pytest.mark.parametrize(
    ("gained", "lost", "p_value"),
    [
        (2, 9, 0.06543),  # R, exact2x2 1.6: mcnemar.exact(matrix(c(21, 9, 2, 12), 2, 2))
        (12, 3, 576 * 2 / 2**15),  # 1 + 15 + 105 + 455 of 2**15 on either side
        (10, 0, 2 / 2**10),
        (0, 5, 2 / 2**5),
        (7, 7, 1.0),
        (0, 0, 1.0),
    ],
)
def test_known_p_values(gained: int, lost: int, p_value: float) -> None:
    assert mcnemar(gained, lost) == pytest.approx(p_value, abs=5e-6)


def right(*parts: tuple[bool, bool, int]) -> tuple[np.ndarray, np.ndarray]:
    """So many films, each read rightly or not by the new model and by the other."""
    rows = [part[:2] for part in parts for _ in range(part[2])]
    new, other = np.array(rows).T
    return new, other


def test_films_are_counted_and_tested() -> None:
    new, other = right((True, True, 80), (True, False, 12), (False, True, 3), (False, False, 10))
    found = paired(new, other, np.arange(105))
    assert (found.films, found.gained, found.lost, found.by_group) == (105, 12, 3, False)
    assert found.p_value == pytest.approx(0.03515625, abs=1e-12)


def test_many_films_of_one_patient_prove_no_more_than_one() -> None:
    new, other = right((True, False, 12), (False, True, 3))
    one_patient_each, one_patient = np.arange(15), np.array([0] * 12 + [1, 2, 3])
    assert paired(new, other, one_patient_each).p_value < 0.05
    found = paired(new, other, one_patient)
    assert (found.gained, found.lost, found.by_group) == (12, 3, True)
    assert found.p_value == mcnemar(1, 3)


def test_a_patient_whose_films_disagree_speaks_for_neither() -> None:
    new, other = right((True, False, 1), (False, True, 1))
    assert paired(new, other, np.array([5, 5])).p_value == 1.0
