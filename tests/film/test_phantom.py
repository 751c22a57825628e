"""The synthetic phantom and the sample film made from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from xraydesk.film.gate import gate
from xraydesk.film.open import open_film
from xraydesk.film.phantom import draw_phantom, write_phantom


def test_the_phantom_is_the_same_for_the_same_seed() -> None:
    first, again, other = (draw_phantom(200, 180, seed=seed) for seed in (1, 1, 2))
    assert first.shape == (200, 180)
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)
    assert first.max() <= 4095


def test_the_phantom_has_dark_lungs_and_a_bright_abdomen() -> None:
    film = draw_phantom(300, 300).astype(float)
    lung, spine, abdomen, air = film[150, 90], film[200, 150], film[270, 110], film[60, 5]
    assert air < lung < spine
    assert lung < abdomen


def test_a_written_phantom_opens_as_it_was_drawn(tmp_path: Path) -> None:
    write_phantom(tmp_path / "phantom", side=256)
    film = open_film(tmp_path / "phantom")
    assert np.array_equal(film.pixels, draw_phantom(256, 256))
    assert [finding.code for finding in gate(film)] == ["phantom"]


def test_the_sample_film_is_the_phantom_and_nobodys(repository: Path) -> None:
    path = repository / "resources" / "sample" / "phantom.dcm"
    film = open_film(path)
    assert path.stat().st_size <= 600_000
    assert film.identity is not None
    assert film.identity.patient_name == "Phantom^Synthetic"
    assert (film.header.modality, film.bits_stored, film.pixels.shape) == ("DX", 12, (1024, 1024))
    assert [finding.code for finding in gate(film)] == ["phantom"]
