"""Films that a model's ancestors know: a test film stays one for ever, and a film once trained on never judges."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from xraydesk.model.card import ModelCard
from xraydesk.model.film_hashes import from_text
from xraydesk.training.labelled_folder import LabelledFolder
from xraydesk.training.split import Split


@dataclass(frozen=True, slots=True)
class Lineage:
    """Short hashes of the films that a model, and those it was trained from, learned from and were judged by."""

    trained: frozenset[bytes] = frozenset()
    tested: frozenset[bytes] = frozenset()
    is_told: bool = True  # False: the ancestor's card does not say which films those were


def lineage_of(card: ModelCard | None) -> Lineage:
    """None: from scratch, nobody knows any film."""
    if card is None:
        return Lineage()
    told = card.data.get("hashes")
    told = told if isinstance(told, dict) else {}
    trained, tested = (from_text(told.get(part)) for part in ("trained", "test"))
    return Lineage(trained or frozenset(), tested or frozenset(), trained is not None and tested is not None)


def kept_apart(
    split: Split, folder: LabelledFolder, hashes: Sequence[bytes], lineage: Lineage
) -> tuple[Split, tuple[str, ...]]:
    """The split without a film on another side than its ancestors had it, whole groups at a time; and notes in words.

    `hashes` (N,) of the folder's films. Groups that the ancestors had on both sides are in no part.
    """
    groups = np.unique([film.group for film in folder.films], return_inverse=True)[1]
    tested = np.isin(groups, groups[[h in lineage.tested for h in hashes]])
    trained = np.isin(groups, groups[[h in lineage.trained for h in hashes]])
    moved = _Moved(split, tested=tested & ~trained, trained=trained & ~tested, dropped=tested & trained)
    return moved.split(), tuple(_notes(moved, lineage))


@dataclass(frozen=True, slots=True, eq=False)
class _Moved:
    old: Split
    tested: NDArray[np.bool_]
    trained: NDArray[np.bool_]
    dropped: NDArray[np.bool_]

    def split(self) -> Split:
        into_test = self._of(np.concatenate([self.old.train, self.old.validation]), self.tested)
        into_train = self._of(self.old.test, self.trained)
        return Split(
            self._without(self.old.train, self.tested, into_train),
            self._without(self.old.validation, self.tested),
            self._without(self.old.test, self.trained, into_test),
        )

    @property
    def into_test(self) -> int:
        return int(self.tested[np.concatenate([self.old.train, self.old.validation])].sum())

    @property
    def into_train(self) -> int:
        return int(self.trained[self.old.test].sum())

    @staticmethod
    def _of(part: NDArray[np.int64], chosen: NDArray[np.bool_]) -> NDArray[np.int64]:
        return part[chosen[part]]

    def _without(
        self, part: NDArray[np.int64], gone: NDArray[np.bool_], *more: NDArray[np.int64]
    ) -> NDArray[np.int64]:
        kept = part[~(gone | self.dropped)[part]]
        return np.sort(np.concatenate([kept, *more]))


def _notes(moved: _Moved, lineage: Lineage) -> list[str]:
    notes = []
    if not lineage.is_told:
        notes.append(
            "The model it starts from does not tell which films it knows: some may be test films now."
        )
    if moved.into_test:
        notes.append(
            f"{moved.into_test:,} films judged the model it starts from: they stay test films for ever."
        )
    if moved.into_train:
        notes.append(f"{moved.into_train:,} films trained the model it starts from: they can judge no more.")
    if dropped := int(moved.dropped.sum()):
        notes.append(f"{dropped:,} films of patients that it knows from both sides are left out.")
    return notes
