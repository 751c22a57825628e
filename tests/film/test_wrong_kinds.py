"""Header elements that hold something of another kind than the standard says cost no film."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.film.dicom_files import chest_like, data_set, write
from xraydesk.film.gate import gate
from xraydesk.film.open import open_film

_SEQUENCES = ("VOILUTSequence", "ModalityLUTSequence", "SharedFunctionalGroupsSequence")
_CODES = {"ViewCodeSequence": "ViewPosition", "AnatomicRegionSequence": "BodyPartExamined"}


def _opens(folder: Path, keyword: str, vr: str, held: Any, **elements: Any) -> None:
    ds = data_set(chest_like(), **elements)
    ds.add_new(keyword, vr, held)
    film = open_film(write(folder / "film", ds))
    assert np.array_equal(film.pixels, chest_like())
    gate(film)


@pytest.mark.parametrize("keyword", _SEQUENCES)
def test_a_sequence_that_is_none(tmp_path: Path, keyword: str) -> None:
    _opens(tmp_path, keyword, "US", 5)


@pytest.mark.parametrize("keyword", _CODES)
def test_a_code_sequence_that_is_none(tmp_path: Path, keyword: str) -> None:
    _opens(tmp_path, keyword, "US", 5, **{_CODES[keyword]: None})


@pytest.mark.parametrize("keyword", ["PatientOrientation", "WindowCenterWidthExplanation"])
def test_a_number_where_words_should_be(tmp_path: Path, keyword: str) -> None:
    _opens(tmp_path, keyword, "DS", "3", WindowCenter="2048", WindowWidth="4096")
