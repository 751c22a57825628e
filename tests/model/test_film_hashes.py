"""A card tells which films a model knows, and names none."""

from __future__ import annotations

import base64
import hashlib
from pathlib import Path

import pytest

from xraydesk.model.film_hashes import KnownFilms, as_text, from_text, hashes_of, known_films


def test_the_same_film_under_another_name_is_known_again(tmp_path: Path) -> None:
    for name, content in (("a.png", b"one"), ("copy of a.png", b"one"), ("b.png", b"two")):
        (tmp_path / name).write_bytes(content)
    trained = hashes_of([tmp_path / "a.png", tmp_path / "gone.png"])
    assert trained == {hashlib.sha256(b"one").digest()[:6]}
    told = from_text(as_text(trained))
    assert told is not None
    assert len(hashes_of(tmp_path.iterdir()) & told) == 1


@pytest.mark.parametrize(
    "text", [None, "", 7, ["a"], "not base64!", base64.b64encode(b"12345").decode(), "é"]
)
def test_what_is_no_list_of_hashes_tells_nothing(text: object) -> None:
    assert from_text(text) is None


def test_what_a_card_does_not_tell_is_not_taken_for_nothing() -> None:
    film = b"\x01\x02\x03\x04\x05\x06"
    text = as_text(frozenset([film]))
    assert known_films({"hashes": {"trained": text}}) == KnownFilms(frozenset([film]))
    assert known_films({"hashes": {"trained": text, "complete": False}}).complete is False
    for data in ({}, {"hashes": 3}, {"hashes": {"trained": "?"}}, {"hashes": {"complete": True}}):
        assert known_films(data) == KnownFilms(complete=False)
