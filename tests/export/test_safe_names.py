from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from xraydesk.export.safe_names import numbered, safe_name

# With lone surrogates: half of them stand for bytes that are no text, the others for nothing at all.
names = st.text(st.characters(codec=None, exclude_categories=()), max_size=300)


@given(names, st.integers(1, 100_000))
def test_any_name_becomes_one_that_every_system_takes(
    tmp_path_factory: pytest.TempPathFactory, name: str, number: int
) -> None:
    safe = numbered(safe_name(name), number)
    assert safe not in ("", ".", "..")
    assert not set(safe) & set('<>:"/\\|?*\0\n')
    assert not safe.endswith((".", " "))
    assert len(os.fsencode(safe)) <= 255
    folder = tmp_path_factory.getbasetemp()
    assert (folder / safe).parent == folder
    (folder / safe).touch()
    assert (folder / safe).is_file()


@given(
    st.text(st.characters(categories=["L", "N"]), min_size=1, max_size=40),
    st.sampled_from([".dcm", ".png", ""]),
)
def test_a_plain_name_stays_as_it_is(stem: str, ending: str) -> None:
    assume(stem.upper() not in {"CON", "PRN", "AUX", "NUL"} and len(stem) > 4)
    assert safe_name(stem + ending) == stem + ending


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("a:b.png", "a_b.png"),
        ("..", "film"),
        ("../../etc/passwd", ".._.._etc_passwd"),
        ("C:\\x.dcm", "C__x.dcm"),
        ("nul.png", "_nul.png"),
        ("COM1", "_COM1"),
        ("film. ", "film"),
        ("", "film"),
        ("two\nlines.png", "two_lines.png"),
    ],
)
def test_what_some_system_forbids_is_replaced(name: str, safe: str) -> None:
    assert safe_name(name) == safe


@given(st.sets(st.integers(1, 5000), min_size=2, max_size=2), st.integers(1, 255))
def test_numbers_keep_films_of_one_name_apart(numbers: set[int], length: int) -> None:
    one, other = sorted(numbers)
    name = safe_name("胸" * length + ".dcm")
    assert numbered(name, one) != numbered(name, other)
    assert Path(numbered(name, other)).suffix == ".dcm"


def test_a_second_film_is_numbered_before_its_ending() -> None:
    assert [numbered("a.b.dcm", n) for n in (1, 2)] == ["a.b.dcm", "a.b (2).dcm"]
    assert numbered("IM0001", 3) == "IM0001 (3)"
