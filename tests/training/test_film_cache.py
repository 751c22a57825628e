"""Films are read once, whatever happens: changes, renaming, kills, full disks, damage, company."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from tests.film.dicom_files import chest_like, data_set, write
from tests.small_disk import fill, mounted_disk
from xraydesk.errors import Cancelled, OutputError
from xraydesk.film.open import open_film
from xraydesk.jobs import JobContext, Progress
from xraydesk.model.model_input import Contrast, Preprocessing, to_model_input
from xraydesk.training.film_cache import FilmCache, FilmsRead

SMALL = Preprocessing(size=32)
LONG_AGO = 1_000_000_000


def draw(path: Path, seed: int, side: int = 64) -> Path:
    """A film that was written long ago."""
    rng = np.random.default_rng(seed)
    coarse = Image.fromarray(rng.integers(0, 255, (8, 8), dtype=np.uint8))
    coarse.resize((side, side), Image.Resampling.BICUBIC).save(path)
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


@pytest.fixture
def films(tmp_path: Path) -> list[Path]:
    folder = tmp_path / "films"
    folder.mkdir()
    return [draw(folder / f"{seed:03}.png", seed) for seed in range(150)]


def read(cache: Path, films: list[Path], how: Preprocessing = SMALL) -> tuple[FilmsRead, int]:
    """What was read, and how many of it from the files."""
    events = list[object]()
    result = FilmCache(cache).read(films, how, JobContext(events.append))
    return result, sum(isinstance(event, Progress) for event in events)


def pixels(result: FilmsRead) -> np.ndarray:
    return result.inputs[np.arange(len(result.inputs))]


def expected(films: list[Path], how: Preprocessing = SMALL) -> np.ndarray:
    return np.stack([to_model_input(open_film(film), how) for film in films])


def test_inputs_are_those_of_the_files_in_their_order(films: list[Path], tmp_path: Path) -> None:
    result, _ = read(tmp_path / "cache", films)
    np.testing.assert_array_equal(pixels(result), expected(films))
    backwards, from_files = read(tmp_path / "cache", films[::-1])
    np.testing.assert_array_equal(pixels(backwards), expected(films)[::-1])
    assert from_files == 0


def test_a_second_run_does_not_even_open_the_files(films: list[Path], tmp_path: Path) -> None:
    first, _ = read(tmp_path / "cache", films)
    for film in films:
        film.write_bytes(bytes(film.stat().st_size))
        os.utime(film, (LONG_AGO, LONG_AGO))
    second, from_files = read(tmp_path / "cache", films)
    assert from_files == 0
    assert second.films == first.films
    np.testing.assert_array_equal(pixels(second), pixels(first))


def test_a_film_that_changed_is_read_anew(films: list[Path], tmp_path: Path) -> None:
    read(tmp_path / "cache", films)
    draw(films[3], 1003)
    os.utime(films[3], (LONG_AGO + 60, LONG_AGO + 60))
    result, from_files = read(tmp_path / "cache", films)
    assert from_files == 1
    np.testing.assert_array_equal(pixels(result), expected(films))


def test_a_film_that_was_just_written_is_looked_at_again(films: list[Path], tmp_path: Path) -> None:
    """It may change once more within what its file system takes for one moment."""
    os.utime(films[3])
    read(tmp_path / "cache", films)
    moment = films[3].stat().st_mtime_ns
    draw(films[3], 1003)
    os.utime(films[3], ns=(moment, moment))
    result, from_files = read(tmp_path / "cache", films)
    assert from_files == 1
    np.testing.assert_array_equal(pixels(result), expected(films))


def test_a_renamed_folder_is_known_by_its_content(films: list[Path], tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    first, _ = read(cache, films)
    size = sum(file.stat().st_size for file in cache.glob("pixels-*"))
    films[0].parent.rename(tmp_path / "elsewhere")
    moved = [tmp_path / "elsewhere" / film.name for film in films]
    second, _ = read(cache, moved)
    assert second.films == first.films
    assert sum(file.stat().st_size for file in cache.glob("pixels-*")) == size  # nothing was decoded


def test_each_preprocessing_has_its_own_inputs(films: list[Path], tmp_path: Path) -> None:
    other = Preprocessing(size=24, contrast=Contrast.CLAHE)
    read(tmp_path / "cache", films[:5])
    result, _ = read(tmp_path / "cache", films[:5], other)
    np.testing.assert_array_equal(pixels(result), expected(films[:5], other))


def test_a_film_that_cannot_be_read_is_black_and_says_why(films: list[Path], tmp_path: Path) -> None:
    films[1].write_bytes(films[1].read_bytes()[:100])
    films[2].unlink()
    result, _ = read(tmp_path / "cache", films[:4])
    assert [bool(film.problem) for film in result.films] == [False, True, True, False]
    assert "001.png" in result.films[1].problem and "not found" in result.films[2].problem
    assert not pixels(result)[1:3].any() and pixels(result)[3].any()


def test_what_was_read_before_a_cancel_is_kept(films: list[Path], tmp_path: Path) -> None:
    seen = list[object]()
    ctx = JobContext(seen.append, lambda: len(seen) == 70)
    with pytest.raises(Cancelled):
        FilmCache(tmp_path / "cache").read(films, SMALL, ctx)
    _, from_files = read(tmp_path / "cache", films)
    assert from_files == 80


KILLED = """
import os, signal, sys
from pathlib import Path
from tests.training.test_film_cache import SMALL
from xraydesk.jobs import JobContext
from xraydesk.training.film_cache import FilmCache
films, seen = sorted(Path(sys.argv[2]).iterdir()), []
def note(event):
    seen.append(event)
    if len(seen) == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
FilmCache(Path(sys.argv[1])).read(films, SMALL, JobContext(note))
"""


def in_another_process(cache: Path, films: list[Path], kill_at: int) -> subprocess.Popen[bytes]:
    command = [sys.executable, "-c", KILLED, str(cache), str(films[0].parent), str(kill_at)]
    return subprocess.Popen(command)


def test_after_a_kill_only_the_last_few_are_read_again(films: list[Path], tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    assert in_another_process(cache, films, 100).wait() == -9
    result, from_files = read(cache, films)
    assert 50 <= from_files <= 150 - 64
    np.testing.assert_array_equal(pixels(result), expected(films))


def test_two_processes_at_once_do_not_disturb_each_other(films: list[Path], tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    others = [in_another_process(cache, films, kill_at) for kill_at in (0, 120)]
    result, _ = read(cache, films)
    np.testing.assert_array_equal(pixels(result), expected(films))
    assert others[0].wait() == 0
    assert others[1].wait() in (0, -9)  # 0: the others were quicker, nothing was left to be killed at
    result, from_files = read(cache, films)
    assert from_files == 0
    np.testing.assert_array_equal(pixels(result), expected(films))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted_disk(tmp_path / "disk", 3) as disk:
        yield disk


def test_a_disk_that_fills_up_is_said_and_what_was_read_stays(films: list[Path], small_disk: Path) -> None:
    def fill_at_80(event: object) -> None:
        if isinstance(event, Progress) and event.done == 80:
            fill(small_disk)

    with pytest.raises(OutputError, match=r"no space|disk is full") as caught:
        FilmCache(small_disk / "cache").read(films, SMALL, JobContext(fill_at_80))
    assert "Free some space" in caught.value.hint
    (small_disk / "filler").unlink()
    result, from_files = read(small_disk / "cache", films)
    assert from_files == 150 - 64
    np.testing.assert_array_equal(pixels(result), expected(films))


def test_a_disk_without_room_is_said_before_anything_is_decoded(films: list[Path], small_disk: Path) -> None:
    with pytest.raises(OutputError, match=r"no room for the decoded films \(8 MB\)"):
        read(small_disk / "cache", films, Preprocessing(size=224))


@pytest.mark.parametrize(
    "damage", [b"\0" * 300, b"no database, but long enough to be taken for one" * 20, b""]
)
def test_a_damaged_index_is_made_anew(films: list[Path], tmp_path: Path, damage: bytes) -> None:
    read(tmp_path / "cache", films[:5])
    for file in (tmp_path / "cache").glob("films.sqlite*"):
        file.write_bytes(damage)
    result, from_files = read(tmp_path / "cache", films[:5])
    assert from_files == 5
    np.testing.assert_array_equal(pixels(result), expected(films[:5]))
    assert read(tmp_path / "cache", films[:5])[1] == 0


def test_damaged_pixels_are_made_anew_when_they_are_needed(films: list[Path], tmp_path: Path) -> None:
    read(tmp_path / "cache", films[:5])
    for file in (tmp_path / "cache").glob("pixels-*"):
        data = bytearray(file.read_bytes())
        data[2000] ^= 1
        file.write_bytes(data)
    for _ in range(2):
        result, from_files = read(tmp_path / "cache", films[:5])
        assert from_files == 0
        np.testing.assert_array_equal(pixels(result), expected(films[:5]))


@pytest.mark.parametrize("kept", [0, 3000])
def test_pixels_that_were_cut_short_are_read_anew(films: list[Path], tmp_path: Path, kept: int) -> None:
    read(tmp_path / "cache", films[:5])
    for file in (tmp_path / "cache").glob("pixels-*"):
        os.truncate(file, kept)
    result, from_files = read(tmp_path / "cache", films[:5])
    assert from_files == 5
    np.testing.assert_array_equal(pixels(result), expected(films[:5]))


def test_old_inputs_make_room_and_those_in_use_stay_readable(films: list[Path], tmp_path: Path) -> None:
    cache = FilmCache(tmp_path / "cache", limit_bytes=150 * (32**2 + 96**2))
    first = cache.read(films, SMALL, JobContext())
    other = Preprocessing(size=24)
    cache.read(films, other, JobContext())
    np.testing.assert_array_equal(pixels(first), expected(films))  # mapped before its segment went
    again, from_files = read(tmp_path / "cache", films)
    assert from_files == 150
    np.testing.assert_array_equal(pixels(again), expected(films))


def test_neither_path_nor_patient_is_in_the_cache(tmp_path: Path) -> None:
    film = data_set(chest_like(64, 64), PatientID="Secret-4711", PatientName="Meier^Anna")
    paths = [write(tmp_path / f"meier-{number}.dcm", film) for number in range(2)]
    result, _ = read(tmp_path / "cache", paths)
    patients = [known.facts.patient for known in result.films if known.facts]
    assert patients[0] and patients[0] == patients[1]
    for file in (tmp_path / "cache").iterdir():
        data = file.read_bytes().lower()
        assert not any(word in data for word in (b"secret", b"4711", b"meier"))
    elsewhere, _ = read(tmp_path / "other cache", paths)
    assert elsewhere.films[0].facts and elsewhere.films[0].facts.patient != patients[0]
