"""Two processes started by torchrun train the model that one process trains at the same global batch."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from tests.training.films import SPOTS, draw_film, labelled_folder
from xraydesk.network.zoo import new_network
from xraydesk.training.history import epochs_of

OPTIONS = [
    "--preset",
    "quick",
    "--epochs",
    "1",
    "--batch-size",
    "8",
    "--precision",
    "full",
    "--device",
    "cpu",
]


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return labelled_folder(tmp_path_factory.mktemp("films"), each=16)


def trained(launcher: list[str], films: Path, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, *launcher, "-m", "xraydesk", "train", str(films), "--out", str(out), "--json"]
    environment = os.environ | {"XRAYDESK_HOME": str(out.parent / "home"), "OMP_NUM_THREADS": "1"}
    return subprocess.run(
        [*command, *OPTIONS, *more],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


TORCHRUN = ["-m", "torch.distributed.run", "--standalone", "--nproc-per-node", "2"]


def _kept(out: Path) -> dict[str, torch.Tensor]:
    """The best weights in single precision: a model on disk is rounded to half."""
    checkpoint = torch.load(out / "checkpoint.pt", weights_only=True)
    return dict(checkpoint["best"])


def _answers(architecture: str, state: dict[str, torch.Tensor]) -> torch.Tensor:
    """Probabilities (9, 3) of drawn films."""
    network = new_network(architecture, len(SPOTS))
    network.load_state_dict(state)
    films = [np.asarray(draw_film(label, seed)) for seed, label in enumerate([*SPOTS] * 3)]
    with torch.inference_mode():
        logits: torch.Tensor = network.eval()(torch.from_numpy(np.stack(films)).float().div(255).unsqueeze(1))
    return logits.softmax(1)


@pytest.mark.parametrize(
    ("architecture", "batch", "tolerance"),
    # Rounding grows from step to step in a deep network: two steps
    [("dlh_covid", "8", 1e-4), ("resnet18", "32", 1e-3)],
)
def test_two_processes_give_the_model_of_one(
    films: Path, tmp_path: Path, architecture: str, batch: str, tolerance: float
) -> None:
    more = ("--architecture", architecture, "--optimizer", "sgd", "--batch-size", batch)
    alone = trained([], films, tmp_path / "alone", *more)
    together = trained(TORCHRUN, films, tmp_path / "together", *more)
    assert alone.returncode == 0, alone.stderr
    assert together.returncode == 0, together.stderr
    assert alone.stdout.count('"event": "epoch"') == together.stdout.count('"event": "epoch"') == 1
    one, two = (_kept(tmp_path / name) for name in ("alone", "together"))
    # of what is learned; running means and what is folded from them follow the maps, in sums of thousands of places
    learned = [name for name in one if one[name].ndim > 1]
    assert max(float((one[name] - two[name]).abs().max()) for name in learned) < tolerance
    answers = [_answers(architecture, state) for state in (one, two)]
    assert float((answers[0] - answers[1]).abs().max()) < tolerance
    (first,), (second,) = epochs_of(tmp_path / "alone"), epochs_of(tmp_path / "together")
    assert first.train_loss == pytest.approx(second.train_loss, abs=1e-4)
    assert first.train_accuracy == second.train_accuracy


def test_one_process_needs_no_group() -> None:
    assert not torch.distributed.is_initialized()
