"""The self-test passes on a whole installation, and names what is broken on one that is not."""

from __future__ import annotations

import shutil
from pathlib import Path

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


def test_a_damaged_film_fails_its_codec_alone(own_resources: Path) -> None:
    film = own_resources / "codecs" / "jpeg_ls.dcm"
    film.write_bytes(film.read_bytes()[:-1500])
    assert [check.name for check in selftest(JobContext()) if not check.passed] == ["codec jpeg_ls"]


def test_an_installation_without_the_films_to_try_codecs_on_is_not_whole(own_resources: Path) -> None:
    shutil.rmtree(own_resources / "codecs")
    assert [check.name for check in selftest(JobContext()) if not check.passed] == ["codec films"]
