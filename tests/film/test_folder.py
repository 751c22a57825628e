"""Films found in folders, by content."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from pydicom.uid import ImplicitVRLittleEndian

from tests.film.dicom_files import chest_like, data_set, write
from xraydesk.film.folder import FoundFile, deserves_a_row, find_films


def picture(path: Path, kind: str = "PNG") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.zeros((8, 8), np.uint8)).save(path, kind)
    return path


def found(*paths: Path) -> list[FoundFile]:
    return list(find_films(paths))


def test_films_are_known_by_content_in_sorted_order(tmp_path: Path) -> None:
    films = [
        picture(tmp_path / "a" / "no extension"),
        picture(tmp_path / "a" / "wrong.txt", "JPEG"),
        picture(tmp_path / "b.tif", "TIFF"),
        picture(tmp_path / "c" / "d" / "e.bmp", "BMP"),
        write(tmp_path / "d.dcm", data_set(chest_like(16, 16))),
        write(tmp_path / "e", data_set(chest_like(16, 16)), ImplicitVRLittleEndian, preamble=False),
    ]
    assert found(tmp_path) == [FoundFile(film) for film in films]
    assert all(file.is_film for file in found(tmp_path))


def test_what_is_no_film_comes_with_its_reason(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("no film")
    (tmp_path / "empty.dcm").touch()
    (tmp_path / "report.pdf").write_bytes(b"%PDF-1.7")
    reasons = {file.path.name: file.skipped for file in found(tmp_path)}
    assert reasons == {
        "notes.txt": "Not a film.",
        "empty.dcm": "The file is empty.",
        "report.pdf": "Not a film: it is a PDF document.",
    }


def test_what_systems_leave_behind_is_passed_over(tmp_path: Path) -> None:
    for name in (".DS_Store", "__MACOSX/._film", ".hidden/film.png", "DICOMDIR", "Thumbs.db"):
        picture(tmp_path / name)
    assert found(tmp_path) == []


def test_a_file_that_was_named_is_always_given_back(tmp_path: Path) -> None:
    (tmp_path / ".notes").write_text("no film")
    assert found(tmp_path / ".notes", tmp_path / "gone") == [
        FoundFile(tmp_path / ".notes"),
        FoundFile(tmp_path / "gone"),
    ]


def test_the_order_of_what_was_named_is_kept(tmp_path: Path) -> None:
    first, second = picture(tmp_path / "z.png"), picture(tmp_path / "films" / "a.png")
    assert [file.path for file in found(first, tmp_path / "films")] == [first, second]


def test_long_and_foreign_names(tmp_path: Path) -> None:
    deep = tmp_path / "Röntgen 胸部" / ("x" * 120) / ("y" * 120)
    film = picture(deep / "пленка.png")
    assert found(tmp_path) == [FoundFile(film)]


@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_links_are_followed_once_and_broken_ones_named(tmp_path: Path) -> None:
    film = picture(tmp_path / "films" / "a.png")
    (tmp_path / "films" / "again").symlink_to(tmp_path)
    (tmp_path / "films" / "gone").symlink_to(tmp_path / "nowhere")
    assert found(tmp_path) == [
        FoundFile(film),
        FoundFile(tmp_path / "films" / "again", "A link to a folder that is searched already."),
        FoundFile(tmp_path / "films" / "gone", "A link that leads nowhere."),
    ]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no named pipes")
def test_pipes_are_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    assert found(tmp_path) == [FoundFile(tmp_path / "pipe", "Not a file.")]


def test_a_folder_that_cannot_be_read_is_reported(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = picture(tmp_path / "b.png")
    (tmp_path / "a").mkdir()
    real = os.listdir

    def listdir(path: Path) -> list[str]:
        if Path(path).name == "a":
            raise PermissionError(13, "denied")
        return real(path)

    monkeypatch.setattr(os, "listdir", listdir)
    assert found(tmp_path) == [
        FoundFile(tmp_path / "a", "The folder cannot be read."),
        FoundFile(film),
    ]


def test_a_dicomdir_that_is_named_means_its_folder(tmp_path: Path) -> None:
    for name in ("DICOMDIR", "dicomdir"):
        disk = tmp_path / name[:1]
        film = picture(disk / "DICOM" / "IM000001")
        (disk / name).write_bytes(bytes(128) + b"DICM")
        assert found(disk / name) == [FoundFile(film)]
        assert found(disk / name, disk) == [FoundFile(film)]  # searched once


def test_a_dicomdir_that_is_not_there_means_nothing_else(tmp_path: Path) -> None:
    picture(tmp_path / "film.png")
    assert found(tmp_path / "DICOMDIR") == [FoundFile(tmp_path / "DICOMDIR")]


def test_a_folder_given_twice_is_searched_once(tmp_path: Path) -> None:
    film = picture(tmp_path / "a" / "film.png")
    assert found(tmp_path, tmp_path / "a", tmp_path) == [FoundFile(film)]


def test_what_is_named_as_a_film_deserves_a_row_though_it_is_none(tmp_path: Path) -> None:
    for name in ("a.dcm", "b.PNG", "c.jpeg", "d.txt", "e"):
        (tmp_path / name).write_bytes(b"no film")
    (tmp_path / "f.dcm").mkdir()
    film = picture(tmp_path / "g")
    rows = [file.path.name for file in found(tmp_path) if deserves_a_row(file)]
    assert rows == ["a.dcm", "b.PNG", "c.jpeg", film.name]


@pytest.mark.skipif(sys.platform != "linux", reason="other systems know no longer paths")
def test_paths_longer_than_the_system_takes_are_reported(tmp_path: Path) -> None:
    where = os.open(tmp_path, os.O_RDONLY)
    for _ in range(20):  # deeper than the 4,096 characters of a path
        os.mkdir("n" * 250, dir_fd=where)
        deeper = os.open("n" * 250, os.O_RDONLY, dir_fd=where)
        os.close(where)
        where = deeper
    os.close(where)
    picture(tmp_path / "z.png")
    files = found(tmp_path)
    assert [file.skipped for file in files] == ["The file cannot be read.", ""]
    shutil.rmtree(tmp_path / ("n" * 250))  # by handles: pytest would go by paths


def test_films_are_found_one_by_one(tmp_path: Path) -> None:
    for number in range(5):
        picture(tmp_path / f"{number}" / "film.png")
    search = find_films([tmp_path])
    assert next(search).path == tmp_path / "0" / "film.png"
    picture(tmp_path / "4" / "later.png")
    assert [file.path.name for file in search] == ["film.png"] * 4 + ["later.png"]
