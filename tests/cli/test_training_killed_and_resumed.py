"""`train --resume` after kill -9: in the end the model is that of a run that nobody disturbed, byte for byte."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.training.clinic import clinic

EPOCHS = 3
RECIPE = ("--preset", "quick", "--epochs", str(EPOCHS), "--batch-size", "8", "--precision", "full")
CHECKPOINT, BEING_WRITTEN = "checkpoint.pt", "checkpoint.tmp"


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clinic(tmp_path_factory.mktemp("films") / "clinic", 12)


Train = Callable[..., "subprocess.Popen[bytes]"]


@pytest.fixture
def train(films: Path, tmp_path: Path) -> Train:
    every_core = {name: value for name, value in os.environ.items() if name != "OMP_NUM_THREADS"}

    def started(out: Path, *more: str) -> subprocess.Popen[bytes]:
        command = [
            sys.executable,
            "-m",
            "xraydesk",
            "train",
            str(films),
            "--out",
            str(out),
            "--json",
            *RECIPE,
        ]
        return subprocess.Popen(
            [*command, "--device", "cpu", *more],
            env=every_core | {"XRAYDESK_HOME": str(tmp_path / "home")},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )

    return started


def events_of(running: subprocess.Popen[bytes]) -> list[dict[str, Any]]:
    """All that it tells until its end, which is a good one."""
    told, _ = running.communicate()
    assert running.returncode == 0
    return [json.loads(line) for line in told.splitlines()]


def kill_when(running: subprocess.Popen[bytes], moment: Callable[[], bool]) -> None:
    while running.poll() is None and not moment():
        time.sleep(1e-4)
    assert running.poll() is None  # it was killed, and had not ended
    running.send_signal(signal.SIGKILL)
    running.communicate()


def kill_after(running: subprocess.Popen[bytes], seconds: float) -> None:
    """So long after the first epoch that it told of."""
    assert running.stdout is not None
    while b'"epoch"' not in running.stdout.readline():
        pass
    due = time.monotonic() + seconds
    kill_when(running, lambda: time.monotonic() >= due)


def told_of(epochs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in epoch.items() if name != "seconds"} for epoch in epochs]


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is of other systems")
def test_after_kills_at_random_moments_the_model_is_as_if_nothing_had_happened(
    train: Train, tmp_path: Path
) -> None:
    whole, out = tmp_path / "whole", tmp_path / "out"
    undisturbed = [event for event in events_of(train(whole)) if event["event"] == "epoch"]
    checkpoint, being_written = out / CHECKPOINT, out / BEING_WRITTEN
    kill_when(train(out), being_written.exists)  # the first checkpoint: nothing is kept yet
    kill_when(train(out, "--resume"), lambda: checkpoint.exists() and being_written.exists())
    assert checkpoint.exists()
    an_epoch_s = float(undisturbed[1]["seconds"])
    kill_after(train(out, "--resume"), random.Random(20).uniform(0, an_epoch_s))
    resumed = [event for event in events_of(train(out, "--resume")) if event["event"] == "epoch"]
    assert told_of(resumed) == told_of(undisturbed)
    models = [place / "model" / "model.safetensors" for place in (whole, out)]
    assert models[0].read_bytes() == models[1].read_bytes()
    assert not list(out.rglob("*.tmp"))
