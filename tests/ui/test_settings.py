from __future__ import annotations

from pathlib import Path

import pytest

from xraydesk.presentation.colours import Theme
from xraydesk.ui import settings as keys
from xraydesk.ui.opening import sample_film
from xraydesk.ui.settings import Settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "settings.ini"


def test_what_was_set_is_there_after_the_next_start(file: Path) -> None:
    before = Settings(file)
    before.set(keys.THEME, Theme.LIGHT)
    before.set(keys.HEATMAP_OPACITY, 0.7)
    before.set(keys.IDENTITY_HIDDEN, True)
    before.set(keys.GEOMETRY, b"\x00\x01\xff")
    before.set(keys.RECENT_FILMS, ("/a b/ü, 1.png", "/c;d=e.dcm"))
    before.save()
    after = Settings(file)
    assert after.get(keys.THEME) is Theme.LIGHT
    assert after.get(keys.HEATMAP_OPACITY) == 0.7
    assert after.get(keys.IDENTITY_HIDDEN) is True
    assert after.get(keys.GEOMETRY) == b"\x00\x01\xff"
    assert after.get(keys.RECENT_FILMS) == ("/a b/ü, 1.png", "/c;d=e.dcm")


def test_without_a_file_the_defaults_count(file: Path) -> None:
    settings = Settings(file)
    assert settings.get(keys.THEME) is Theme.DARK
    assert settings.get(keys.HEATMAP_VISIBLE) is True
    assert settings.get(keys.RECENT_FILMS) == ()


@pytest.mark.parametrize(
    "content",
    [
        b"\x00\xff\xfe garbage without sense",
        b"[window]\ntheme=purple\n[viewer]\nheatmap_opacity=7\nheatmap_visible=maybe\nidentity_hidden=\n",
        b"[window]\ngeometry=not hexadecimal\ntheme=@Variant(\\0\\0\\0)\n",
        b"[[[[",
        b"",
    ],
)
def test_a_damaged_file_leaves_the_defaults(file: Path, content: bytes) -> None:
    file.write_bytes(content)
    settings = Settings(file)
    assert settings.get(keys.THEME) is Theme.DARK
    assert settings.get(keys.HEATMAP_OPACITY) == 0.45
    assert settings.get(keys.HEATMAP_VISIBLE) is True
    assert settings.get(keys.IDENTITY_HIDDEN) is False
    assert settings.get(keys.GEOMETRY) == b""


def test_a_folder_in_the_files_place_stops_nothing(file: Path) -> None:
    file.mkdir()
    settings = Settings(file)
    settings.set(keys.THEME, Theme.LIGHT)
    settings.save()
    assert settings.get(keys.THEME) is Theme.LIGHT


def test_recent_films_come_latest_first_and_once(file: Path) -> None:
    settings = Settings(file)
    for name in ("a.png", "b.png", "a.png"):
        settings.remember_film(Path("/films") / name)
    films = Path("/films")
    assert settings.get(keys.RECENT_FILMS) == (str(films / "a.png"), str(films / "b.png"))
    assert settings.get(keys.LAST_FOLDER) == str(films)


def test_the_folder_to_look_in_first_is_one_on_disk_and_not_the_programs_own(
    file: Path, tmp_path: Path
) -> None:
    settings = Settings(file)
    (tmp_path / "cd.zip").write_bytes(b"PK")
    settings.remember_film(tmp_path / "cd.zip" / "DICOM" / "1.dcm")
    assert settings.get(keys.LAST_FOLDER) == str(tmp_path)
    settings.remember_film(sample_film())
    assert settings.get(keys.LAST_FOLDER) == str(tmp_path)
    assert settings.get(keys.RECENT_FILMS)[0] == str(sample_film())


def test_only_so_many_recent_films_are_kept(file: Path) -> None:
    settings = Settings(file)
    for number in range(30):
        settings.remember_film(Path(f"/films/{number}.png"))
    recent = settings.get(keys.RECENT_FILMS)
    assert len(recent) == keys.RECENT_FILMS_KEPT
    assert Path(recent[0]).name == "29.png"


@pytest.mark.parametrize("name", ["two\nlines.png", "bad\udcff.png"])
def test_a_name_that_no_line_can_hold_is_not_remembered(file: Path, name: str) -> None:
    settings = Settings(file)
    settings.remember_film(Path("/films/a.png"))
    settings.remember_film(Path("/films") / name)
    assert settings.get(keys.RECENT_FILMS) == ("/films/a.png",)
