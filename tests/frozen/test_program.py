"""What people install does what the checkout does."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

import xraydesk
from tests.frozen.conftest import Run
from tests.training.clinic import clinic
from xraydesk import paths

SAMPLE = "sample/phantom.dcm"


def test_it_says_its_version(frozen: Run) -> None:
    done = frozen("--version")
    assert (done.returncode, done.stdout.strip()) == (0, f"XRayDesk {xraydesk.__version__}")


def test_every_part_of_it_works(frozen: Run) -> None:
    done = frozen("selftest", "--json")
    told = json.loads(done.stdout)
    assert [check for check in told["checks"] if not check["passed"]] == []
    assert (done.returncode, told["passed"], done.stderr) == (0, True, "")
    assert len([check for check in told["checks"] if check["name"].startswith("codec ")]) >= 10


def test_it_reads_a_film_as_the_checkout_does(frozen: Run) -> None:
    how = ("classify", str(paths.resources() / SAMPLE), "--json", "--device", "cpu")
    checkout = [sys.executable, "-m", "xraydesk", *how]
    here = subprocess.run(checkout, capture_output=True, text=True, check=True, cwd=paths.resources().parent)
    told, expected = json.loads(frozen(*how).stdout), json.loads(here.stdout)
    assert told["probabilities"] == pytest.approx(expected["probabilities"], abs=1e-6)
    assert told | {"seconds": 0, "probabilities": 0} == expected | {"seconds": 0, "probabilities": 0}


def test_the_window_shows_what_the_engine_of_its_own_process_read(frozen: Run, tmp_path: Path) -> None:
    done = frozen("--headless", paths.resources() / SAMPLE, "--picture", tmp_path / "window.png")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "phantom.dcm: " in done.stdout
    assert (tmp_path / "window.png").stat().st_size > 20_000


def test_a_folder_is_a_batch_with_a_row_for_every_film(frozen: Run, tmp_path: Path) -> None:
    films = clinic(tmp_path / "films", 3)
    (films / "NORMAL" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n damaged")
    done = frozen("classify", films, "--csv", tmp_path / "table.csv")
    assert done.returncode == 3, done.stderr  # one of them could not be read
    assert (
        len((tmp_path / "table.csv").read_text(encoding="utf-8").strip().splitlines()) == 2 + 7
    )  # the sentence and the head
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("architecture", ["dlh_covid", "resnet18"])
def test_it_trains_and_reads_with_what_it_trained(frozen: Run, tmp_path: Path, architecture: str) -> None:
    films = clinic(tmp_path / "films", 10)
    how = ["--preset", "quick", "--epochs", "1", "--device", "cpu", "--architecture", architecture]
    size = [] if architecture == "dlh_covid" else ["--size", "64"]
    trained = frozen("train", films, "--out", tmp_path / "run", *how, *size)
    assert trained.returncode == 0, trained.stdout + trained.stderr
    assert "Traceback" not in trained.stderr
    packed = frozen("classify", films / "NORMAL", "--model", tmp_path / "run" / "model", "--json")
    assert packed.returncode in (0, 3), packed.stderr


def test_a_place_that_is_not_there_is_said_in_words(frozen: Run, tmp_path: Path) -> None:
    done = frozen("classify", tmp_path / "not there")
    assert done.returncode != 0
    assert "Traceback" not in done.stderr
    assert "not there" in done.stdout + done.stderr
