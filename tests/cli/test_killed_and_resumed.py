"""`classify --csv --resume` after kill -9: in the end the table is that of a run that nobody disturbed."""

from __future__ import annotations

import csv
import os
import random
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from tests.film.dicom_files import chest_like, data_set, write
from tests.network.models import model_folder

FILMS = 48
KILLS = 3
OF_THE_RUN = ("seconds", "device")  # these may differ between two runs


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Films of all kinds and what is none, in sub-folders and a ZIP archive, some of them twice."""
    tree = tmp_path_factory.mktemp("disk")
    for number in range(FILMS):
        folder = tree / f"series {number % 5}"
        folder.mkdir(exist_ok=True)
        pixels = chest_like(260 + number, 240, bits=8).astype("uint8")
        Image.fromarray(pixels).save(folder / f"{number:03}.{'png' if number % 3 else 'jpg'}")
    write(tree / "ct", data_set(chest_like(), Modality="CT"))
    (tree / "torn.png").write_bytes((tree / "series 1" / "001.png").read_bytes()[:400])
    (tree / "notes.txt").write_text("no film", encoding="utf-8")
    (tree / "again.png").write_bytes((tree / "series 1" / "001.png").read_bytes())
    with zipfile.ZipFile(tree / "more.zip", "w") as archive:
        archive.write(tree / "series 2" / "002.png", "胸部/002.png")
    return tree


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return model_folder(tmp_path_factory.mktemp("models"), "random-1")


Classify = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def classify(tree: Path, model: Path, tmp_path: Path) -> Classify:
    def started(table: Path, *more: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "xraydesk", "classify", str(tree), "--model", str(model)]
        environment = {**os.environ, "XRAYDESK_HOME": str(tmp_path / "home")}
        return subprocess.Popen(
            [*command, "--csv", str(table), *more],
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )

    return started


def rows_of(table: Path) -> list[dict[str, str]]:
    lines = table.read_text(encoding="utf-8").splitlines(keepends=True)[1:]
    return [
        {name: cell for name, cell in row.items() if name not in OF_THE_RUN} for row in csv.DictReader(lines)
    ]


def rows_written(table: Path) -> int:
    return table.read_bytes().count(b"\n") - 2 if table.exists() else 0


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of other systems")
def test_after_kills_at_random_moments_the_table_is_as_if_nothing_had_happened(
    tree: Path, classify: Classify, tmp_path: Path
) -> None:
    whole, table = tmp_path / "whole.csv", tmp_path / "table.csv"
    assert classify(whole).wait() == 3
    chance = random.Random(20)
    for _ in range(KILLS):
        wanted = rows_written(table) + chance.randint(1, FILMS // KILLS)
        running = classify(table, "--resume")
        while running.poll() is None and rows_written(table) < wanted:
            pass
        running.send_signal(signal.SIGKILL)
        running.wait()
    assert rows_written(table) > 0
    assert classify(table, "--resume").wait() in (0, 3)
    assert rows_of(table) == rows_of(whole)
    assert len(rows_of(whole)) == FILMS + 4
