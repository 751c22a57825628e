"""A film that ever judged a model never trains its children, and a film that trained one never judges them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from xraydesk.model.card import ModelCard
from xraydesk.model.film_hashes import as_text
from xraydesk.model.model_input import Preprocessing
from xraydesk.training.labelled_folder import LabelledFilm, LabelledFolder
from xraydesk.training.lineage import Lineage, kept_apart, lineage_of
from xraydesk.training.split import Split

COUNT = 30
HASHES = [bytes([0, 0, 0, 0, 0, number]) for number in range(COUNT)]
EVEN_SPLIT = Split(np.arange(0, 20), np.arange(20, 25), np.arange(25, COUNT))


def folder_of(groups: list[int]) -> LabelledFolder:
    films = tuple(
        LabelledFilm(Path(f"{number}.png"), "ab"[number % 2], f"patient {group}")
        for number, group in enumerate(groups)
    )
    return LabelledFolder(Path(), films, ("a", "b"))


ALONE = folder_of(list(range(COUNT)))


def card_with(data: dict[str, object]) -> ModelCard:
    return ModelCard("m", "m", "1", "dlh_covid", ("a", "b"), Preprocessing(), "0", data=data)


def test_from_scratch_nothing_moves() -> None:
    split, notes = kept_apart(EVEN_SPLIT, ALONE, HASHES, lineage_of(None))
    assert notes == ()
    for name in ("train", "validation", "test"):
        assert np.array_equal(getattr(split, name), getattr(EVEN_SPLIT, name))


def test_a_film_that_judged_an_ancestor_becomes_a_test_film_and_that_is_said() -> None:
    split, notes = kept_apart(EVEN_SPLIT, ALONE, HASHES, Lineage(tested=frozenset(HASHES[3:5])))
    assert {3, 4} <= set(split.test.tolist())
    assert not {3, 4} & {*split.train.tolist(), *split.validation.tolist()}
    assert "2 films judged" in notes[0]


def test_a_film_that_trained_an_ancestor_judges_no_more() -> None:
    split, notes = kept_apart(EVEN_SPLIT, ALONE, HASHES, Lineage(trained=frozenset(HASHES[25:27])))
    assert split.test.tolist() == [27, 28, 29]
    assert {25, 26} <= set(split.train.tolist())
    assert "2 films trained" in notes[0]


def test_films_of_one_patient_move_together() -> None:
    folder = folder_of([0, 0, *range(2, COUNT)])
    split, _ = kept_apart(EVEN_SPLIT, folder, HASHES, Lineage(tested=frozenset([HASHES[1]])))
    assert {0, 1} <= set(split.test.tolist())


def test_a_patient_known_from_both_sides_is_left_out() -> None:
    folder = folder_of([0, 0, *range(2, COUNT)])
    both = Lineage(trained=frozenset([HASHES[0]]), tested=frozenset([HASHES[1]]))
    split, notes = kept_apart(EVEN_SPLIT, folder, HASHES, both)
    everywhere = np.concatenate([split.train, split.validation, split.test])
    assert not {0, 1} & set(everywhere.tolist())
    assert "2 films of patients" in notes[-1]


@given(
    st.lists(st.integers(0, 9), min_size=COUNT, max_size=COUNT),
    st.sets(st.integers(0, COUNT - 1)),
    st.sets(st.integers(0, COUNT - 1)),
)
def test_no_film_and_no_group_is_ever_on_the_wrong_side(
    groups: list[int], trained: set[int], tested: set[int]
) -> None:
    lineage = Lineage(frozenset(HASHES[i] for i in trained), frozenset(HASHES[i] for i in tested))
    whole = Split(  # as a split is: groups kept whole
        *(
            np.array([i for i, g in enumerate(groups) if g in part], dtype=np.int64)
            for part in ({*range(8)}, {8}, {9})
        )
    )
    split, _ = kept_apart(whole, folder_of(groups), HASHES, lineage)
    parts = [set(getattr(split, name).tolist()) for name in ("train", "validation", "test")]
    assert not tested & (parts[0] | parts[1])
    assert not trained & parts[2]
    assert len(set.union(*parts)) == sum(map(len, parts))
    homes = [{groups[i] for i in part} for part in parts]
    assert not homes[0] & homes[2]
    assert not homes[1] & homes[2]


def test_a_card_tells_which_films_it_knows_or_that_it_does_not() -> None:
    told = card_with(
        {"hashes": {"trained": as_text(frozenset(HASHES[:2])), "test": as_text(frozenset(HASHES[2:3]))}}
    )
    assert lineage_of(told) == Lineage(frozenset(HASHES[:2]), frozenset(HASHES[2:3]))
    assert not lineage_of(card_with({})).is_told
    _, notes = kept_apart(EVEN_SPLIT, ALONE, HASHES, lineage_of(card_with({})))
    assert "does not tell" in notes[0]
