"""The disk fills up while a network is trained: what was reached stays, and is gone on from to the same model."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from tests.small_disk import fill, mounted_disk
from tests.training.clinic import clinic
from xraydesk.errors import OutputError
from xraydesk.jobs import JobContext
from xraydesk.training.config import PAPER, Schedule
from xraydesk.training.events import EpochDone
from xraydesk.training.history import epochs_of
from xraydesk.workflows.train_model import TrainModel, train_model

MEGABYTE = 1 << 20
SHORT = replace(PAPER, epochs=3, batch_size=8, schedule=Schedule.FIXED)


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return clinic(tmp_path_factory.mktemp("films") / "clinic", 12)


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    with mounted_disk(tmp_path / "disk", 400) as disk:
        yield disk


@pytest.fixture(scope="module")
def undisturbed(films: Path, tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """The weights of a run that nobody disturbed."""
    out = tmp_path_factory.mktemp("undisturbed") / "out"
    train_model(TrainModel(films, out, config=SHORT, device="cpu"), JobContext())
    return (out / "model" / "model.safetensors").read_bytes()


@pytest.mark.parametrize(
    ("full_after", "leaving"),
    [(1, 20 * MEGABYTE), (1, 0), (3, 10 * MEGABYTE), (3, 0)],
    ids=["in the checkpoint", "before the checkpoint", "in the model", "before the model"],
)
def test_a_full_disk_is_said_and_costs_no_epoch_that_was_kept(
    films: Path, small_disk: Path, undisturbed: bytes, full_after: int, leaving: int
) -> None:
    out, kept = small_disk / "out", list[bytes]()
    request = TrainModel(films, out, config=SHORT, device="cpu")

    def fill_after(event: object) -> None:
        if isinstance(event, EpochDone) and event.epoch == full_after:
            kept.append((out / "checkpoint.pt").read_bytes())
            fill(small_disk, leaving=leaving)

    with pytest.raises(OutputError, match="could not be written") as caught:
        train_model(request, JobContext(fill_after))
    assert "Free some space" in caught.value.hint
    assert (out / "checkpoint.pt").read_bytes() == kept[0]
    assert not list(out.rglob("*.tmp"))
    assert len(epochs_of(out)) >= full_after
    (small_disk / "filler").unlink()
    train_model(replace(request, resume=True), JobContext())
    assert (out / "model" / "model.safetensors").read_bytes() == undisturbed
    assert len(epochs_of(out)) == SHORT.epochs
