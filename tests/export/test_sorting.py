from __future__ import annotations

import errno
import json
import os
import random
import shutil
import signal
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.export.films import record
from xraydesk.errors import Cancelled, OutputError, UsageError
from xraydesk.export.sorting import NOT_READ, Sorted, sort_films, undo_sorting_by
from xraydesk.film.open import read_film_bytes
from xraydesk.jobs import JobContext
from xraydesk.journal.records import FilmRecord, FilmState
from xraydesk.model.prediction import INDETERMINATE, Prediction

NORMAL, COVID, PNEUMONIA = (0.1, 0.8, 0.1), (0.8, 0.1, 0.1), (0.1, 0.1, 0.8)
CTX = JobContext()


def tree(folder: Path) -> dict[str, bytes | None]:
    """Every file with its content, every folder with None."""
    return {
        str(entry.relative_to(folder)): None if entry.is_dir() else entry.read_bytes()
        for entry in sorted(folder.rglob("*"))
    }


def ward(folder: Path) -> list[FilmRecord]:
    """Films in two folders, two of one name, one of each kind of end."""
    shares = {
        "a/film.png": NORMAL,
        "b/film.png": NORMAL,
        "a/صور 胸片.dcm": COVID,
        "b/=x.dcm": PNEUMONIA,
        "b/broken.dcm": None,
        "b/unsure.png": NORMAL,
        "a/later.png": NORMAL,
    }
    films = []
    for number, (name, share) in enumerate(shares.items(), start=1):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(name.encode() * number)
        films.append(record(number, path, share))
    classes = ("COVID19", "NORMAL", "PNEUMONIA")
    films[5] = record(6, films[5].path, prediction=Prediction(INDETERMINATE, classes, (0.3, 0.4, 0.3)))
    films[6] = record(7, films[6].path, state=FilmState.WAITING, prediction=None)
    return films


SORTED = {
    "COVID19/صور 胸片.dcm",
    f"{INDETERMINATE}/unsure.png",
    "NORMAL/film (2).png",
    "NORMAL/film.png",
    "PNEUMONIA/=x.dcm",
    f"{NOT_READ}/broken.dcm",
}


def sorted_names(done: Sorted) -> set[str]:
    target = done.undo_list.parent
    return {
        str(file.relative_to(target))
        for file in target.rglob("*")
        if file.is_file() and file != done.undo_list
    }


def test_films_are_copied_into_a_folder_for_each_class_and_originals_stay(tmp_path: Path) -> None:
    films = ward(tmp_path / "ward")
    before = tree(tmp_path / "ward")
    done = sort_films(tmp_path / "out", films, CTX, move=False)
    assert sorted_names(done) == SORTED
    assert tree(tmp_path / "ward") == before
    assert (tmp_path / "out/NORMAL/film (2).png").read_bytes() == before["b/film.png"]
    assert (done.copied, done.moved, done.waiting) == (6, 0, 1)
    assert done.folders["NORMAL"] == 2


def test_films_are_moved_and_waiting_ones_stay(tmp_path: Path) -> None:
    films = ward(tmp_path / "ward")
    done = sort_films(tmp_path / "out", films, CTX, move=True)
    assert sorted_names(done) == SORTED
    assert tree(tmp_path / "ward").keys() == {"a", "b", "a/later.png"}
    assert (done.copied, done.moved, done.waiting) == (0, 6, 1)


@pytest.mark.parametrize("move", [False, True])
def test_another_film_that_has_the_name_now_is_not_sorted_by_the_reading_of_the_first(
    tmp_path: Path, move: bool
) -> None:
    films = ward(tmp_path / "ward")
    films[0].path.write_bytes(b"of another patient")
    done = sort_films(tmp_path / "out", films, CTX, move=move)
    assert done.left == [("film.png", "“film.png” has changed since it was read.")]
    assert films[0].path.read_bytes() == b"of another patient"
    assert sorted_names(done) == SORTED - {"NORMAL/film (2).png"}


@pytest.mark.parametrize("move", [False, True])
def test_undoing_leaves_everything_as_it_was(tmp_path: Path, move: bool) -> None:
    films = ward(tmp_path / "ward")
    (tmp_path / "out").mkdir()
    before = tree(tmp_path)
    done = sort_films(tmp_path / "out", films, CTX, move=move)
    undone = undo_sorting_by(done.undo_list, CTX)
    assert tree(tmp_path) == before
    assert (undone.back, undone.removed, undone.left) == ((6, 0, []) if move else (0, 6, []))


def test_nothing_that_lies_there_is_overwritten(tmp_path: Path) -> None:
    films = ward(tmp_path / "ward")
    there = tmp_path / "out/NORMAL/film.png"
    there.parent.mkdir(parents=True)
    there.write_text("another")
    done = sort_films(tmp_path / "out", films, CTX, move=True)
    assert there.read_text() == "another"
    assert {"NORMAL/film (2).png", "NORMAL/film (3).png"} <= sorted_names(done)
    undo_sorting_by(done.undo_list, CTX)
    assert there.read_text() == "another"


def test_a_film_in_the_folder_of_its_class_is_left_there(tmp_path: Path) -> None:
    path = tmp_path / "NORMAL" / "a.png"
    path.parent.mkdir()
    path.write_text("film")
    done = sort_films(tmp_path, [record(1, path, NORMAL)], CTX, move=True)
    assert (done.in_place, path.read_text()) == (1, "film")


def test_a_film_of_a_zip_is_copied_and_the_zip_is_left_alone(tmp_path: Path) -> None:
    archive = tmp_path / "disk.zip"
    with zipfile.ZipFile(archive, "w") as zipped:
        zipped.writestr("inner/a.png", b"a film")
    before = archive.read_bytes()
    assert read_film_bytes(archive / "inner/a.png") == b"a film"
    done = sort_films(tmp_path / "out", [record(1, archive / "inner/a.png", NORMAL)], CTX, move=True)
    assert (tmp_path / "out/NORMAL/a.png").read_bytes() == b"a film"
    assert (done.moved, done.copied, archive.read_bytes()) == (0, 1, before)
    assert undo_sorting_by(done.undo_list, CTX).removed == 1
    assert sorted_names(done) == set()


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights on Windows")
def test_a_link_is_copied_and_stays(tmp_path: Path) -> None:
    (tmp_path / "real.png").write_text("film")
    (tmp_path / "link.png").symlink_to("real.png")
    done = sort_films(tmp_path / "out", [record(1, tmp_path / "link.png", NORMAL)], CTX, move=True)
    assert (tmp_path / "link.png").is_symlink()
    assert not (tmp_path / "out/NORMAL/link.png").is_symlink()
    assert (done.moved, done.copied) == (0, 1)


def test_a_film_that_went_away_is_said_and_the_others_go_on(tmp_path: Path) -> None:
    films = ward(tmp_path / "ward")
    films[0].path.unlink()
    done = sort_films(tmp_path / "out", films, CTX, move=True)
    assert done.left == [("film.png", "“film.png” was not found.")]
    assert done.moved == 5


def test_names_are_cut_to_what_a_disk_takes(tmp_path: Path) -> None:
    names = ["胸" * 83 + ".dcm", "x" * 251 + ".dcm"]
    films: list[FilmRecord] = []
    for folder in ("a", "b"):
        for name in names:
            (tmp_path / folder).mkdir(exist_ok=True)
            (tmp_path / folder / name).write_text(folder)
            films.append(record(len(films) + 1, tmp_path / folder / name, NORMAL))
    done = sort_films(tmp_path / "out", films, CTX, move=True)
    assert done.left == []
    assert {len(name.encode()) <= 255 + len("NORMAL/") for name in sorted_names(done)} == {True}
    assert undo_sorting_by(done.undo_list, CTX).back == 4


def test_a_class_cannot_lead_out_of_the_folder(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_text("film")
    odd = Prediction("../../x", ("../../x",), (1.0,))
    done = sort_films(tmp_path / "out", [record(1, tmp_path / "a.png", prediction=odd)], CTX, move=False)
    assert sorted_names(done) == {"_.._x/a.png"}


def test_each_class_has_a_folder_of_its_own_that_is_seen(tmp_path: Path) -> None:
    classes = ("A/B", "A:B", "a_b", "Not read", ".hidden", "Cafe\u0301", "CAF\u00c9")
    films = []
    for number, label in enumerate(classes):
        path = tmp_path / f"{number}.png"
        path.write_text(label)
        shares = tuple(float(place == number) for place in range(len(classes)))
        films.append(record(number, path, prediction=Prediction(label, classes, shares)))
    done = sort_films(tmp_path / "out", reversed(films), CTX, move=False)
    assert sorted_names(done) == {
        *("A_B/0.png", "A_B (2)/1.png", "a_b (3)/2.png", "Not read (2)/3.png", "hidden/4.png"),
        *("Cafe\u0301/5.png", "CAF\u00c9 (2)/6.png"),
    }


def test_undoing_overwrites_nothing_and_says_what_stays(tmp_path: Path) -> None:
    films = ward(tmp_path / "ward")
    done = sort_films(tmp_path / "out", films, CTX, move=True)
    films[3].path.write_text("a new film of that name")
    (tmp_path / "out/COVID19/صور 胸片.dcm").unlink()
    undone = undo_sorting_by(done.undo_list, CTX)
    assert films[3].path.read_text() == "a new film of that name"
    assert (tmp_path / "out/PNEUMONIA/=x.dcm").exists()
    assert undone.back == 4
    assert dict(undone.left) == {
        "=x.dcm": "Another film lies at its old place.",
        "صور 胸片.dcm": "It is in neither place.",
    }
    films[3].path.unlink()  # the list is still there, for another try
    assert undo_sorting_by(done.undo_list, CTX).back == 1


def test_a_copy_stays_when_its_original_is_gone_or_differs(tmp_path: Path) -> None:
    films = ward(tmp_path / "ward")
    done = sort_films(tmp_path / "out", films, CTX, move=False)
    films[0].path.unlink()
    (tmp_path / "out/COVID19/صور 胸片.dcm").write_text("changed")
    undone = undo_sorting_by(done.undo_list, CTX)
    assert sorted_names(done) == {"NORMAL/film.png", "COVID19/صور 胸片.dcm"}
    assert (undone.removed, len(undone.left)) == (4, 2)


def test_cancelling_stops_between_films_and_can_be_undone(tmp_path: Path) -> None:
    films = ward(tmp_path / "ward")
    before = tree(tmp_path / "ward")
    answers = iter([False, False, True])
    with pytest.raises(Cancelled, match="Films sorted by then: 2"):
        sort_films(tmp_path / "out", films, JobContext(is_cancelled=lambda: next(answers)), move=True)
    (undo_list,) = (tmp_path / "out").glob("*.jsonl")
    undo_sorting_by(undo_list, CTX)
    assert tree(tmp_path / "ward") == before


@pytest.mark.skipif(not Path("/dev/shm").is_dir(), reason="needs a second disk, in memory")
def test_between_two_disks_films_move_and_come_back(tmp_path: Path) -> None:
    target = Path("/dev/shm") / f"xraydesk-{os.getpid()}-{random.randrange(1 << 32):x}"
    target.mkdir()
    try:
        if target.stat().st_dev == tmp_path.stat().st_dev:
            pytest.skip("the temporary folder lies in memory itself")
        films = ward(tmp_path / "ward")
        before = tree(tmp_path / "ward")
        done = sort_films(target, films, CTX, move=True)
        assert (sorted_names(done), done.moved) == (SORTED, 6)
        assert tree(tmp_path / "ward").keys() == {"a", "b", "a/later.png"}
        assert undo_sorting_by(done.undo_list, CTX).back == 6
        assert tree(tmp_path / "ward") == before
        assert list(target.iterdir()) == []
    finally:
        for entry in sorted(target.rglob("*"), reverse=True):
            entry.rmdir() if entry.is_dir() else entry.unlink()
        target.rmdir()


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="nothing is read-only to root")
@pytest.mark.parametrize("move", [False, True])
def test_a_target_that_cannot_be_written_loses_nothing(tmp_path: Path, move: bool) -> None:
    films = ward(tmp_path / "ward")
    before = tree(tmp_path / "ward")
    (tmp_path / "out").mkdir(mode=0o555)
    with pytest.raises(OutputError, match="you may not write there"):
        sort_films(tmp_path / "out", films, CTX, move=move)
    assert tree(tmp_path / "ward") == before


def test_a_file_in_the_place_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("")
    with pytest.raises(OutputError, match="There is a file named out"):
        sort_films(tmp_path / "out", ward(tmp_path / "ward"), CTX, move=True)


@pytest.mark.skipif(sys.platform == "win32", reason="limits of file sizes are Unix's")
def test_a_disk_that_takes_no_more_stops_it_with_words_and_no_loss(tmp_path: Path) -> None:
    import resource

    films = ward(tmp_path / "ward")
    films[2].path.write_bytes(b"x" * 20_000)
    films[2] = record(3, films[2].path, COVID)
    before = tree(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    old = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(OutputError, match="could not be written") as caught:
            sort_films(tmp_path / "out", films, CTX, move=False)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, old)
    assert "Films sorted by then: 2" in caught.value.hint
    (undo_list,) = (tmp_path / "out").glob("*.jsonl")
    assert not list((tmp_path / "out").rglob("*.part"))
    undo_sorting_by(undo_list, CTX)
    (tmp_path / "out").rmdir()
    assert tree(tmp_path) == before


def test_a_full_disk_is_left_without_an_empty_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OutputError, match="the disk is full"):
        sort_films(tmp_path / "out", ward(tmp_path / "ward"), CTX, move=True)
    assert not list(tmp_path.rglob("*.jsonl"))


@pytest.mark.parametrize(
    "lines",
    [
        "",
        "no list\n",
        '{"xraydesk_undo": 99}\n',
        '{"xraydesk_undo": 1}\n{"film": "/a", "to": "../b", "move": true, "size": 1, "part": "ab"}\n',
        '{"xraydesk_undo": 1}\n{"film": "/a", "to": "/etc/b", "move": true, "size": 1, "part": "ab"}\n',
        '{"xraydesk_undo": 1}\n{"film": "/a", "to": "b", "move": true, "size": 1, "part": "../../b"}\n',
        '{"xraydesk_undo": 1}\n{"folder": "a/../.."}\n',
        '{"xraydesk_undo": 1}\n{"film": "/a"}\n',
        '{"xraydesk_undo": 1}\n{"film": "/a", "to": "b", "move": true, "size": Infinity, "part": "ab"}\n',
        "[]\n",
    ],
)
def test_what_is_no_undo_list_or_reaches_outside_is_refused(tmp_path: Path, lines: str) -> None:
    path = tmp_path / "xraydesk-undo.jsonl"
    path.write_text(lines)
    with pytest.raises(UsageError, match="no undo list"):
        undo_sorting_by(path, CTX)


def test_an_undo_list_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="is not there"):
        undo_sorting_by(tmp_path / "x.jsonl", CTX)


def test_each_film_is_on_the_list_before_it_is_touched(tmp_path: Path) -> None:
    films = ward(tmp_path / "ward")

    def watched() -> Iterator[FilmRecord]:
        for place, film in enumerate(films[:6]):
            (undo_list,) = (tmp_path / "out").glob("*.jsonl")
            listed = [json.loads(line) for line in undo_list.read_text().splitlines()]
            assert [entry["film"] for entry in listed if "film" in entry] == [
                str(f.path) for f in films[:place]
            ]
            yield film

    assert sort_films(tmp_path / "out", watched(), CTX, move=True).moved == 6


@pytest.mark.skipif(sys.platform == "win32", reason="links need a right there")
def test_a_film_that_its_old_place_links_to_stays(tmp_path: Path) -> None:
    films = ward(tmp_path / "ward")
    done = sort_films(tmp_path / "out", films, CTX, move=True)
    moved = tmp_path / "out/NORMAL/film.png"
    home = next(film.path for film in films if film.path.name == "film.png")
    home.symlink_to(moved)
    undone = undo_sorting_by(done.undo_list, CTX)
    assert ("film.png", "Its old place leads to this very file, so it stays.") in undone.left
    assert moved.is_file() and done.undo_list.is_file()


def test_undoing_in_a_folder_that_took_the_old_ones_name_deletes_nothing(tmp_path: Path) -> None:
    (tmp_path / "films/NORMAL").mkdir(parents=True)
    film = tmp_path / "films/NORMAL/x.png"
    film.write_bytes(b"the only one")
    done = sort_films(tmp_path / "out", [record(1, film, NORMAL)], CTX, move=False)
    shutil.rmtree(tmp_path / "films")
    (tmp_path / "out").rename(tmp_path / "films")
    undone = undo_sorting_by(tmp_path / "films" / done.undo_list.name, CTX)
    assert film.read_bytes() == b"the only one" and undone.removed == 0
