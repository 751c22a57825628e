"""Films kept in memory are known by their content, whatever size and date of a file say."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from tests.film.archives import png
from xraydesk.errors import FilmNotFound
from xraydesk.workflows.reading import FilmsAtHand


def test_a_film_comes_with_the_checksum_of_its_own_bytes(tmp_path: Path) -> None:
    path, films = tmp_path / "a.png", FilmsAtHand()
    for grey in (40, 200):
        path.write_bytes(png(grey).ljust(200, b"\0"))
        os.utime(path, (1000, 1000))
        film, sha256 = films.open(path)
        assert film.pixels[0, 0] == grey
        assert sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


def test_a_film_that_is_shown_and_then_read_is_decoded_once(tmp_path: Path) -> None:
    path, films = tmp_path / "a.png", FilmsAtHand()
    path.write_bytes(png(40))
    assert films.open(path)[0] is films.open(path)[0]
    path.unlink()
    with pytest.raises(FilmNotFound):
        films.open(path)
