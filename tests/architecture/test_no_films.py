"""No film of anyone is in the repository: whatever is a film by its content was drawn by code, and is still that."""

from __future__ import annotations

import subprocess
from pathlib import Path

import numpy as np
import pytest

from tests.film.dicom_files import chest_like
from tests.film.make_codec_films import FILMS
from xraydesk.film.open import open_film
from xraydesk.film.phantom import draw_phantom
from xraydesk.film.signature import HEAD_BYTES, signature

PICTURE_OF_THE_WINDOW = ".github/window.jpg"  # with the phantom in it
SAMPLE = "resources/sample/phantom.dcm"
CODEC_FILMS = {f"resources/codecs/{name}.dcm" for name in FILMS}


@pytest.fixture(scope="module")
def tracked(repository: Path) -> list[str]:
    if not (repository / ".git").exists():
        pytest.skip("needs a git checkout to know what belongs to the repository")
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=repository, capture_output=True, check=True)
    return [name for name in listed.stdout.decode().split("\0") if name and (repository / name).is_file()]


def test_only_drawn_films_and_the_readmes_picture_are_in_the_repository(
    repository: Path, tracked: list[str]
) -> None:
    def head(name: str) -> bytes:
        with (repository / name).open("rb") as file:
            return file.read(HEAD_BYTES)

    assert {name for name in tracked if signature(head(name))} == {
        PICTURE_OF_THE_WINDOW,
        SAMPLE,
        *CODEC_FILMS,
    }


def test_the_sample_film_is_what_the_code_draws(repository: Path) -> None:
    pixels = open_film(repository / SAMPLE).pixels.astype(int)
    assert np.abs(pixels - draw_phantom(*pixels.shape).astype(int)).max() <= 1  # rounding of another machine


@pytest.mark.parametrize("name", sorted(CODEC_FILMS))
def test_the_codec_films_are_what_the_code_draws(repository: Path, name: str) -> None:
    film = open_film(repository / name)
    drawn = chest_like(film.height, film.width, bits=8).astype(int)
    allowed = 12 if "lossy" in name else 1
    assert np.abs(film.pixels.astype(int) - drawn).max() <= allowed
