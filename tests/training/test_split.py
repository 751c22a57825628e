"""Splits are 80/10/10, stratified, and keep every patient on one side."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from xraydesk.training.labelled_folder import LabelledFilm, LabelledFolder
from xraydesk.training.split import Split, cross_validation, split_80_10_10

CLASSES = ("A", "B", "C")


def folder(group_sizes: list[tuple[str, int]]) -> LabelledFolder:
    """Groups of films of one class each."""
    films = [
        LabelledFilm(Path(f"{number}-{film}.png"), label, f"g{number}", "s")
        for number, (label, size) in enumerate(group_sizes)
        for film in range(size)
    ]
    return LabelledFolder(Path(), tuple(films), CLASSES)


def assert_sound(split: Split, whole: LabelledFolder) -> None:
    parts = [split.train, split.validation, split.test]
    everything = np.sort(np.concatenate(parts))
    np.testing.assert_array_equal(everything, np.arange(len(whole.films)))
    groups = [{whole.films[i].group for i in part} for part in parts]
    assert not (groups[0] & groups[1] or groups[0] & groups[2] or groups[1] & groups[2])


@settings(max_examples=25)
@given(
    st.lists(st.tuples(st.sampled_from(CLASSES), st.integers(1, 4)), min_size=60, max_size=120),
    st.integers(0, 99),
)
def test_no_patient_is_on_two_sides_and_no_film_is_lost(groups: list[tuple[str, int]], seed: int) -> None:
    whole = folder([*[(label, 1) for label in CLASSES for _ in range(10)], *groups])
    assert_sound(split_80_10_10(whole, seed), whole)
    for split in cross_validation(whole, 5, seed):
        assert_sound(split, whole)


def test_each_part_has_each_class_in_proportion() -> None:
    whole = folder(
        [(label, 1) for label, count in zip(CLASSES, (100, 300, 600), strict=True) for _ in range(count)]
    )
    split = split_80_10_10(whole, seed=1)
    for part, share in ((split.train, 0.8), (split.validation, 0.1), (split.test, 0.1)):
        counts = [sum(whole.films[i].label == label for i in part) for label in CLASSES]
        np.testing.assert_allclose(counts, np.array([100, 300, 600]) * share, atol=1)


def test_the_same_seed_gives_the_same_split() -> None:
    whole = folder([(label, 2) for label in CLASSES for _ in range(40)])
    first, second, other = (split_80_10_10(whole, seed) for seed in (4, 4, 5))
    np.testing.assert_array_equal(first.test, second.test)
    assert not np.array_equal(first.test, other.test)


def test_folds_cover_every_film_once() -> None:
    whole = folder([(label, 2) for label in CLASSES for _ in range(40)])
    tested = np.concatenate([split.test for split in cross_validation(whole, 5, seed=0)])
    np.testing.assert_array_equal(np.sort(tested), np.arange(len(whole.films)))
