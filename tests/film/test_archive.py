"""Films in ZIP archives: found, opened, and bounded whatever the archive claims."""

from __future__ import annotations

import hashlib
import tracemalloc
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pytest

from tests.film.archives import png, with_claimed_size, with_flags, with_names, with_offset, write_zip, zipped
from tests.film.dicom_files import chest_like, data_set, to_bytes
from xraydesk.errors import (
    FilmEmpty,
    FilmEncodingUnsupported,
    FilmEncrypted,
    FilmError,
    FilmNotFound,
    FilmTooLarge,
    FilmUnknownFormat,
)
from xraydesk.film import archive
from xraydesk.film.folder import FoundFile, deserves_a_row, find_films
from xraydesk.film.open import film_sha256, open_film, read_film_bytes


def found(*paths: Path) -> list[FoundFile]:
    return list(find_films(paths))


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def names_in(path: Path) -> list[str]:
    return [file.path.relative_to(path).as_posix() for file in found(path)]


def fails(path: Path, kind: type[FilmError] = FilmError) -> FilmError:
    with pytest.raises(FilmError) as caught:
        read_film_bytes(path)
    error = caught.value
    assert isinstance(error, kind)
    assert path.name in error.message
    assert error.hint
    assert error.path == path
    return error


def test_films_in_an_archive_open_by_their_paths(tmp_path: Path) -> None:
    dicom = to_bytes(data_set(chest_like(64, 60)))
    disk = write_zip(tmp_path / "disk.zip", {"b/IM0001": dicom, "a.txt": png(7)})
    assert found(disk) == [FoundFile(disk / "a.txt"), FoundFile(disk / "b" / "IM0001")]
    film = open_film(disk / "b" / "IM0001")
    assert (film.format, film.path) == ("DICOM", disk / "b" / "IM0001")
    assert np.array_equal(film.pixels, chest_like(64, 60))
    assert open_film(disk / "a.txt").pixels.tolist() == [[7] * 8] * 8


def test_checksums_are_of_the_bytes_of_the_film(tmp_path: Path) -> None:
    disk = write_zip(tmp_path / "disk.zip", {"film": png()})
    plain = tmp_path / "plain"
    plain.write_bytes(png())
    expected = hashlib.sha256(png()).hexdigest()
    assert film_sha256(disk / "film") == film_sha256(plain) == expected
    assert film_sha256(disk / "gone") == film_sha256(tmp_path / "gone") == film_sha256(tmp_path) == ""


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
def test_every_usual_way_of_packing_is_unpacked(tmp_path: Path, method: int) -> None:
    noise = np.random.default_rng(1).integers(0, 256, 3_000_000, dtype=np.uint8).tobytes()
    disk = write_zip(tmp_path / "disk.zip", {"film": png(), "noise": noise}, method)
    assert read_film_bytes(disk / "film") == png()
    assert read_film_bytes(disk / "noise") == noise
    assert found(disk) == [FoundFile(disk / "film"), FoundFile(disk / "noise", "Not a film.")]


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_another_way_of_packing_is_said(tmp_path: Path, method: int) -> None:
    disk = write_zip(tmp_path / "disk.zip", {"film.dcm": png()}, method)
    error = fails(disk / "film.dcm", FilmEncodingUnsupported)
    assert found(disk) == [FoundFile(disk / "film.dcm", error.message)]
    assert deserves_a_row(found(disk)[0])


def test_archives_are_found_in_folders_by_content(tmp_path: Path) -> None:
    inside = write_zip(tmp_path / "a" / "no extension", {"film": png()})
    (tmp_path / "b.png").write_bytes(png())
    assert found(tmp_path) == [FoundFile(inside / "film"), FoundFile(tmp_path / "b.png")]


def test_members_come_in_the_order_of_the_unpacked_tree(tmp_path: Path) -> None:
    names = ["b.png", "a/z", "a b", "a/b/c", "a.x", "A", "é", "z"]
    for name in names:
        path = tmp_path / "tree" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(png())
    disk = write_zip(tmp_path / "disk.zip", dict.fromkeys(names, png()))
    assert names_in(disk) == names_in(tmp_path / "tree")


def test_foreign_names_stay_readable(tmp_path: Path) -> None:
    names = ["胸部/正位.dcm", "صدر.png", "Röntgen.dcm"]
    disk = write_zip(tmp_path / "قرص.zip", dict.fromkeys(names, png()))
    assert sorted(names_in(disk)) == sorted(names)
    assert all(open_film(file.path) for file in found(disk))


def test_names_without_a_stated_encoding_are_utf8_or_code_page_437(tmp_path: Path) -> None:
    data = with_names(
        zipped({"one.png": png(1), "two.png": png(2)}),
        {"one.png": "胸.png".encode(), "two.png": b"R\x94n.png"},
    )
    disk = tmp_path / "disk.zip"
    disk.write_bytes(data)
    assert sorted(names_in(disk)) == ["Rön.png", "胸.png"]
    assert open_film(disk / "胸.png").pixels[0, 0] == 1


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/absolute", "absolute"),
        ("C:\\Films\\a.dcm", "C_/Films/a.dcm"),
        ("a//b/./c", "a/b/c"),
        ("a/.. /b", "a/b"),
        ("..", "unnamed"),
        ("line\nbreak", "line_break"),
        ("x" * 300 + ".dcm", "x" * 196 + ".dcm"),
        ("/".join("abc" * 100), "/".join(("abc" * 100)[-64:])),
    ],
)
def test_paths_of_members_stay_in_their_archive(tmp_path: Path, name: str, safe: str) -> None:
    disk = write_zip(tmp_path / "disk.zip", {name: png(9)})
    assert names_in(disk) == [safe]
    assert open_film(disk / safe).pixels[0, 0] == 9


def test_null_characters_and_empty_names_become_paths(tmp_path: Path) -> None:
    disk = tmp_path / "disk.zip"
    disk.write_bytes(with_names(zipped({"a?b": png()}), {"a?b": b"a\0b"}))
    assert names_in(disk) == ["a_b"]
    assert read_film_bytes(disk / "a_b") == png()


def test_members_of_one_name_are_told_apart(tmp_path: Path) -> None:
    disk = tmp_path / "disk.zip"
    with warnings.catch_warnings(), zipfile.ZipFile(disk, "w") as packed:
        warnings.simplefilter("ignore")  # zipfile warns of what is wanted here
        for value, name in enumerate(("a/f.png", "a/f.png", "a/f (2).png", "/a/f.png")):
            packed.writestr(name, png(value))
    values = {file.path.name: int(open_film(file.path).pixels[0, 0]) for file in found(disk)}
    assert values == {"f.png": 0, "f (2).png": 1, "f (2) (2).png": 2, "f (3).png": 3}


def test_folders_in_an_archive_and_what_systems_leave_behind_are_passed_over(tmp_path: Path) -> None:
    quiet = ("a/", "__MACOSX/._film", ".hidden/film", "DICOMDIR", "a/Thumbs.db")
    disk = write_zip(tmp_path / "disk.zip", {**dict.fromkeys(quiet[1:], png()), "a/": b"", "a/film": png()})
    assert names_in(disk) == ["a/film"]


def test_members_that_are_no_films_come_with_their_reason(tmp_path: Path) -> None:
    files = {
        "1.txt": b"no film",
        "2.dcm": b"",
        "3.pdf": b"%PDF-1.7",
        "4.zip": zipped({"film": png()}),
        "5.rar": b"Rar!....",
        "6.docx": zipped({"[Content_Types].xml": b"<x/>"}),
    }
    disk = write_zip(tmp_path / "disk.zip", files)
    nested = "An archive within an archive: unpack it first."
    assert {file.path.name: file.skipped for file in found(disk)} == {
        "1.txt": "Not a film.",
        "2.dcm": "The file is empty.",
        "3.pdf": "Not a film: it is a PDF document.",
        "4.zip": nested,
        "5.rar": nested,
        "6.docx": "Not a film: it is an office document.",
    }
    assert [file.path.name for file in found(disk) if deserves_a_row(file)] == ["2.dcm"]
    fails(disk / "2.dcm", FilmEmpty)
    with pytest.raises(FilmUnknownFormat, match="ZIP archive"):
        open_film(disk / "4.zip")


@pytest.mark.parametrize(
    ("files", "words"),
    [
        ({"word/document.xml": b"", "[Content_Types].xml": b"<x/>"}, "an office document"),
        ({"mimetype": b"application/epub+zip", "a": b""}, "an office document or e-book"),
        ({"META-INF/": b"", "META-INF/MANIFEST.MF": b"", "a.class": b""}, "a program"),
        ({"classes.dex": b"", "AndroidManifest.xml": b""}, "a program"),
    ],
)
def test_documents_and_programs_are_no_archives_of_films(
    tmp_path: Path, files: dict[str, bytes], words: str
) -> None:
    path = write_zip(tmp_path / "films" / "file", files)
    assert found(tmp_path / "films") == [FoundFile(path, f"Not a film: it is {words}.")]
    assert found(path) == [FoundFile(path)]  # it was named: opening it says what is wrong


def test_an_empty_archive_is_like_an_empty_folder(tmp_path: Path) -> None:
    assert found(write_zip(tmp_path / "disk.zip", {})) == []


def test_a_missing_member_and_a_path_into_a_film_are_not_found(tmp_path: Path) -> None:
    disk = write_zip(tmp_path / "disk.zip", {"a/film": png()})
    assert "disk.zip" in fails(disk / "b", FilmNotFound).message
    fails(disk / "a", FilmNotFound)
    fails(disk / "null\0", FilmNotFound)
    fails(disk / ("x" * 300), FilmNotFound)
    (tmp_path / "film.png").write_bytes(png())
    fails(tmp_path / "film.png" / "inner", FilmNotFound)
    fails(tmp_path / "gone.zip" / "film", FilmNotFound)


def test_a_locked_member_is_said_to_be_locked(tmp_path: Path) -> None:
    disk = tmp_path / "disk.zip"
    disk.write_bytes(with_flags(zipped({"film.dcm": png(), "notes": b""}), 1))
    locked = "Locked with a password: unpack it first."
    assert found(disk) == [FoundFile(disk / "film.dcm", locked), FoundFile(disk / "notes", locked)]
    assert [deserves_a_row(file) for file in found(disk)] == [True, False]
    fails(disk / "film.dcm", FilmEncrypted)


def test_a_member_whose_checksum_is_wrong_is_damaged(tmp_path: Path) -> None:
    data = bytearray(zipped({"film": png()}, zipfile.ZIP_STORED))
    data[data.find(b"IDAT") + 8] ^= 1
    disk = tmp_path / "disk.zip"
    disk.write_bytes(data)
    assert "damaged" in fails(disk / "film", FilmError).message


def test_a_member_that_ends_early_is_cut_short(tmp_path: Path) -> None:
    disk = tmp_path / "disk.zip"
    for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        disk.write_bytes(with_claimed_size(zipped({"film": png()}, method), 5000))
        assert fails(disk / "film").hint.startswith("Copy or export it again")


def test_a_member_that_unpacks_to_more_than_it_claims_is_not_unpacked(tmp_path: Path) -> None:
    disk = tmp_path / "disk.zip"
    disk.write_bytes(with_claimed_size(zipped({"film": png() + bytes(50 << 20)}), 100_000))
    tracemalloc.start()
    fails(disk / "film")
    assert found(disk) == [FoundFile(disk / "film")]  # by its first bytes
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 << 20


def test_a_member_beyond_the_limit_is_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("xraydesk.film.open.MAX_FILE_BYTES", 1000)
    disk = write_zip(tmp_path / "disk.zip", {"small": bytes(1000), "large": bytes(1001)})
    assert read_film_bytes(disk / "small") == bytes(1000)
    fails(disk / "large", FilmTooLarge)


def test_what_is_packed_to_nothing_is_no_film(tmp_path: Path) -> None:
    disk = write_zip(tmp_path / "disk.zip", {"bomb.dcm": bytes(65 << 20), "film": png()})
    assert [(file.path.name, file.skipped[:6]) for file in found(disk)] == [
        ("bomb.dcm", "Packed"),
        ("film", ""),
    ]
    fails(disk / "bomb.dcm", FilmTooLarge)


def test_overlapping_members_are_refused_with_their_archive(tmp_path: Path) -> None:
    disk = tmp_path / "disk.zip"
    data = zipped({"a.png": png(1), "b.png": png(2), "c.png": png(3)})
    disk.write_bytes(with_offset(data, 0, member=2))
    reasons = found(disk)
    assert [file.path for file in reasons] == [disk]
    assert "overlap" in reasons[0].skipped
    with pytest.raises(FilmTooLarge, match="overlap"):
        read_film_bytes(disk / "a.png")


def test_too_many_members_are_refused_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "MAX_MEMBERS", 20)
    disk = write_zip(tmp_path / "disk.zip", {f"{number}.png": png() for number in range(20)})
    assert len(found(disk)) == 20
    write_zip(disk, {f"{number}.png": png() for number in range(21)})
    assert found(disk) == [
        FoundFile(disk, "“disk.zip” holds too many files: more than 20. Unpack it first and open the folder.")
    ]


def test_a_huge_list_of_contents_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = write_zip(tmp_path / "disk.zip", {f"{number:060}": b"" for number in range(10)})
    monkeypatch.setattr(archive, "_MAX_CONTENTS_BYTES", 1000)
    assert [file.path for file in found(disk)] == [disk]
    assert "too many" in found(disk)[0].skipped


def test_an_archive_that_is_cut_is_said_to_be_damaged(tmp_path: Path) -> None:
    disk = tmp_path / "disk.zip"
    disk.write_bytes(zipped({"film": png()})[:-30])
    for files in (found(disk), found(tmp_path)):
        assert [file.path for file in files] == [disk]
        assert "damaged archive" in files[0].skipped
        assert not deserves_a_row(files[0])
    with pytest.raises(FilmError, match="damaged archive"):
        read_film_bytes(disk / "film")


def test_the_list_of_contents_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    disk = write_zip(tmp_path / "disk.zip", {f"{number}.png": png(number) for number in range(9)})
    files = found(disk)

    def again(*_: object) -> None:
        raise AssertionError("read again")

    monkeypatch.setattr("zipfile.ZipFile", again)
    assert [int(open_film(file.path).pixels[0, 0]) for file in files] == list(range(9))


def test_a_replaced_archive_is_read_anew(tmp_path: Path) -> None:
    disk = write_zip(tmp_path / "disk.zip", {"film": png(1)})
    assert open_film(disk / "film").pixels[0, 0] == 1
    write_zip(disk, {"film": png(2), "more": png(3)})
    assert open_film(disk / "film").pixels[0, 0] == 2
    disk.unlink()
    fails(disk / "film", FilmNotFound)


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="this system does not list open files")
def test_no_archive_is_left_open(tmp_path: Path) -> None:
    disk = write_zip(tmp_path / "disk.zip", {"a": png(), "b": png()})
    before = open_files()
    search = find_films([disk])
    next(search)
    open_film(disk / "a")
    assert open_files() == before + 1  # while it is searched
    del search
    assert open_files() == before


def test_a_drive_that_fails_while_an_archive_is_searched_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = write_zip(tmp_path / "disk.zip", {"a": png(), "b": png()})
    search = find_films([disk])
    assert next(search) == FoundFile(disk / "a")

    def failing(*_: object, **__: object) -> bytes:
        raise OSError(5, "input/output error")

    monkeypatch.setattr(archive, "unpacked", failing)
    assert list(search) == [FoundFile(disk, "The file cannot be read.")]
    assert "could not be read from its drive" in fails(disk / "a", FilmError).message
