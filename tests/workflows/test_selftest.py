"""The self-test passes on a whole installation, and names what is broken on one that is not."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest

from tests.network.models import model_folder
from xraydesk import paths
from xraydesk.jobs import JobContext
from xraydesk.registry.registry import Registry
from xraydesk.workflows import selftest as module
from xraydesk.workflows.selftest import selftest


@pytest.fixture
def own_resources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of what the program ships with, to be damaged."""
    copy = shutil.copytree(paths.resources(), tmp_path / "resources")
    monkeypatch.setattr(paths, "resources", lambda: copy)
    monkeypatch.setattr(module, "_window", lambda: "not asked here")  # it has a story of its own
    Registry().add(model_folder(tmp_path / "models", "random-1"))
    return copy


def test_a_whole_installation_passes(own_resources: Path) -> None:
    checks = selftest(JobContext())
    assert [check for check in checks if not check.passed] == []
    assert {"codec jpeg_2000", "codec jpeg_lossless", "network", "heatmap", "training step"} <= {
        check.name for check in checks
    }


def test_a_codec_that_decodes_wrongly_is_named(own_resources: Path) -> None:
    pixels = np.load(own_resources / "codecs" / "pixels.npy")
    pixels[3, 4] += 40
    np.save(own_resources / "codecs" / "pixels.npy", pixels)
    failed = {check.name: check.detail for check in selftest(JobContext()) if not check.passed}
    assert "off by 40" in failed["codec rle"]


def test_a_damaged_film_fails_what_decodes_it_alone(own_resources: Path) -> None:
    film = own_resources / "codecs" / "jpeg_ls.dcm"
    film.write_bytes(film.read_bytes()[:-1500])
    failed = [check.name for check in selftest(JobContext()) if not check.passed]
    assert failed == ["codec jpeg_ls", "library pyjpegls"]


def test_an_installation_without_the_films_to_try_codecs_on_is_not_whole(own_resources: Path) -> None:
    shutil.rmtree(own_resources / "codecs")
    assert [check.name for check in selftest(JobContext()) if not check.passed][:1] == ["codec films"]


@pytest.mark.parametrize(
    ("module_name", "library"),
    [
        ("gdcm", "gdcm"),
        ("jpeg_ls", "pyjpegls"),
        ("openjpeg", "pylibjpeg-openjpeg"),
        ("rle", "pylibjpeg-rle"),
    ],
)
def test_a_library_that_is_missing_is_named(module_name: str, library: str) -> None:
    """In a process of its own, in which the library cannot be imported."""
    program = f"""
import sys
sys.modules[{module_name!r}] = None
from xraydesk.workflows import selftest
print(*[name for name, trial in selftest._LIBRARIES.items()
        if not selftest._checked(name, lambda: selftest._library(*trial)).passed], sep=",")
"""
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.stdout.strip() == library, done.stderr


def test_a_home_that_cannot_be_written_to_fails_the_journal_in_words(
    own_resources: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = Registry().active()
    (tmp_path / "file").touch()
    monkeypatch.setattr(module, "Registry", lambda: SimpleNamespace(active=lambda: model))
    monkeypatch.setattr(paths, "user_journal", lambda: tmp_path / "file" / "journal.sqlite")
    failed = {check.name: check.detail for check in selftest(JobContext()) if not check.passed}
    assert set(failed) == {"journal"}
    assert str(tmp_path / "file") in failed["journal"]


def test_parts_of_other_rooms_are_asked_too(own_resources: Path) -> None:
    def broken() -> str:
        raise RuntimeError("it did not come back")

    checks = {check.name: check for check in selftest(JobContext(), ("engine", broken))}
    assert not checks["engine"].passed
    assert "it did not come back" in checks["engine"].detail
