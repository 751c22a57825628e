"""One folder may hold all that is a user's own, and whoever names it is heard in order."""

from __future__ import annotations

import sys
from pathlib import Path

import platformdirs
import pytest

from xraydesk import paths


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The system's folder for settings, in which the choice is noted."""
    monkeypatch.delenv("XRAYDESK_HOME")
    folder = tmp_path / "config"
    monkeypatch.setattr(platformdirs.PlatformDirs, "user_config_dir", str(folder / "XRayDesk"))
    return folder


@pytest.fixture
def stick(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of a program as PyInstaller lays it out."""
    folder = tmp_path / "Stick ü"
    folder.mkdir()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(folder / "xraydesk"))
    return folder


def test_without_a_choice_things_lie_in_the_usual_places(config: Path) -> None:
    assert paths.own_home() is None
    assert paths.user_models() == Path(platformdirs.user_data_dir("XRayDesk", appauthor=False)) / "models"


def test_a_chosen_folder_holds_everything(config: Path, tmp_path: Path) -> None:
    paths.choose_home(tmp_path / "Netz ü")
    assert paths.user_journal() == tmp_path / "Netz ü" / "data" / "journal.sqlite"
    assert paths.user_settings().is_relative_to(tmp_path / "Netz ü")
    assert list((config / "XRayDesk").iterdir()) == [config / "XRayDesk" / "home.txt"]


def test_one_can_go_back_to_the_usual_places(config: Path, tmp_path: Path) -> None:
    paths.choose_home(tmp_path)
    paths.choose_home(None)
    paths.choose_home(None)
    assert paths.own_home() is None


@pytest.mark.parametrize("words", [b"", b"\n", b"relative/folder", b"\xff\xfe\x00"])
def test_a_damaged_note_counts_as_none(config: Path, words: bytes) -> None:
    (config / "XRayDesk").mkdir(parents=True)
    (config / "XRayDesk" / "home.txt").write_bytes(words)
    assert paths.own_home() is None


def test_a_marker_beside_the_program_makes_it_portable(config: Path, stick: Path, tmp_path: Path) -> None:
    paths.choose_home(tmp_path / "chosen")
    (stick / "portable.txt").touch()
    assert paths.own_home() == stick / "XRayDesk data"


def test_a_program_without_the_marker_is_not_portable(config: Path, stick: Path) -> None:
    assert paths.portable_home() is None


def test_a_portable_bundle_of_macos_keeps_things_beside_itself_not_inside(
    config: Path, stick: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "executable", str(stick / "XRayDesk.app" / "Contents" / "MacOS" / "XRayDesk"))
    (stick / "portable.txt").touch()
    assert paths.own_home() == stick / "XRayDesk data"


def test_the_administrator_is_heard_first(
    config: Path, stick: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (stick / "portable.txt").touch()
    monkeypatch.setenv("XRAYDESK_HOME", str(tmp_path / "wanted"))
    assert paths.own_home() == tmp_path / "wanted"


def test_what_is_chosen_while_the_program_runs_counts_from_the_next_start(
    config: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    paths.choose_home(tmp_path / "now")
    monkeypatch.setenv("XRAYDESK_HOME", "")  # so that what settle_home sets is taken back after the test
    paths.settle_home()
    paths.choose_home(tmp_path / "later")
    assert paths.own_home() == tmp_path / "now"
