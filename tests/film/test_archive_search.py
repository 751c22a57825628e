"""Any tree that is zipped is found again, and no bytes of an archive end in anything but words."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tests.film.archives import png, with_flags, zipped
from xraydesk.errors import FilmError
from xraydesk.film.folder import find_films
from xraydesk.film.open import open_film, read_film_bytes

PART = st.text(
    st.characters(exclude_categories=("Cs", "Cc"), exclude_characters='/\\:<>"|?*'), min_size=1, max_size=12
)
PARTS = PART.filter(lambda part: part.strip() not in ("", ".", "..") and len(part.encode()) < 60)
CONTENT = st.one_of(st.integers(0, 255).map(png), st.binary(max_size=300))
TREE = st.dictionaries(st.lists(PARTS, min_size=1, max_size=3).map("/".join), CONTENT, max_size=8)

ORIGINALS = (
    zipped({"a/film.png": png(1), "b.txt": b"no film", "c/": b"", "d.png": png(2)}),
    zipped({f"{number}": png(number) for number in range(12)}, 0),
    with_flags(zipped({"locked": png()}), 1),
    zipped({"disk.zip": zipped({"film": png()}), "bomb": bytes(1 << 20)}),
)


def unpack(tree: dict[str, bytes], folder: Path) -> dict[str, bytes]:
    """Written as files; those that another name stands in the way of are left out."""
    written = {}
    for name, data in tree.items():
        path = folder / name
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(data)
        except OSError:
            continue
        written[name] = data
    return written


@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
@given(TREE)
@example({".hidden/film": png(), "DICOMDIR": png(), "a/b": png(), "a b": b"", "A": b"PK"})
def test_a_zipped_tree_is_found_like_the_tree_itself(tree: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as place:
        folder, disk = Path(place) / "tree", Path(place) / "disk.zip"
        folder.mkdir()
        tree = unpack(tree, folder)
        disk.write_bytes(zipped(tree))
        plain = [(file.path.relative_to(folder), file.is_film) for file in find_films([folder])]
        packed = list(find_films([disk]))
        assert [(file.path.relative_to(disk), file.is_film) for file in packed] == plain
        for file in packed:
            data = tree[file.path.relative_to(disk).as_posix()]
            assert not data or read_film_bytes(file.path) == data


def assert_only_words(data: bytes) -> None:
    with tempfile.TemporaryDirectory() as place:
        disk = Path(place) / "disk.zip"
        disk.write_bytes(data)
        found = list(find_films([disk, Path(place)]))
        assert len({file.path for file in found}) * 2 >= len(found)
        for file in found:
            assert disk in (file.path, *file.path.parents)
            assert ".." not in file.path.parts[len(disk.parts) :]
            try:
                open_film(file.path, max_pixels=1_000_000)
            except FilmError as error:
                assert error.message and error.hint


@settings(max_examples=200, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_mutated_archives_end_in_nothing_but_film_errors(data: st.DataObject) -> None:
    original = bytearray(data.draw(st.sampled_from(ORIGINALS)))
    contents = original.find(b"PK\x01\x02")
    place = st.one_of(st.integers(0, len(original) - 1), st.integers(contents, len(original) - 1))
    for index in data.draw(st.lists(place, max_size=8)):
        original[index] = data.draw(st.integers(0, 255))
    keep = data.draw(st.one_of(st.just(len(original)), st.integers(0, len(original))))
    assert_only_words(bytes(original[:keep]))


@settings(max_examples=60)
@given(st.binary(max_size=400), st.binary(max_size=60))
def test_arbitrary_bytes_that_begin_and_end_like_an_archive(middle: bytes, end: bytes) -> None:
    assert_only_words(b"PK\x03\x04" + middle + b"PK\x01\x02" + end + b"PK\x05\x06" + end + bytes(18))
