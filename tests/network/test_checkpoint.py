"""Weights come back as they were; nothing is unpickled freely."""

from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
import torch

from xraydesk.errors import ModelDamaged, OutputError
from xraydesk.network.checkpoint import load_published, load_weights, network_from, save_weights
from xraydesk.network.dlh_covid import DLHCovid, seeded


def test_weights_come_back_bit_for_bit(tmp_path: Path) -> None:
    state = seeded(1).state_dict()
    save_weights(state, tmp_path / "w.safetensors")
    back = load_weights(tmp_path / "w.safetensors")
    assert all(torch.equal(state[name], back[name]) for name in state)


def test_half_precision_halves_the_file_and_moves_weights_by_a_thousandth_at_most(tmp_path: Path) -> None:
    state = seeded(1).state_dict()
    save_weights(state, tmp_path / "full.safetensors")
    save_weights(state, tmp_path / "half.safetensors", half=True)
    assert (tmp_path / "half.safetensors").stat().st_size < 0.51 * (
        tmp_path / "full.safetensors"
    ).stat().st_size
    back = load_weights(tmp_path / "half.safetensors")
    torch.testing.assert_close(back["linear1.weight"], state["linear1.weight"], rtol=1e-3, atol=1e-6)
    assert back["bn1.running_var"].dtype == torch.float32


def test_a_published_state_dict_loads_as_it_is(tmp_path: Path) -> None:
    network = DLHCovid()
    torch.save(network.state_dict(), tmp_path / "best5.pth")
    loaded = network_from(load_published(tmp_path / "best5.pth"), tmp_path / "best5.pth")
    assert torch.equal(loaded.state_dict()["linear1.weight"], network.linear1.weight)


class Bomb:
    def __init__(self, target: Path) -> None:
        self.target = target

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.target),)


@pytest.mark.parametrize("saved_by", ["torch", "pickle"])
def test_a_file_that_would_run_code_is_refused_and_runs_none(tmp_path: Path, saved_by: str) -> None:
    target, file = tmp_path / "ran", tmp_path / "evil.pth"
    if saved_by == "torch":
        torch.save({"conv1.weight": Bomb(target)}, file)
    else:
        file.write_bytes(pickle.dumps(Bomb(target), protocol=2))
    with pytest.raises(ModelDamaged, match="no plain weights"):
        load_published(file)
    assert not target.exists()


@pytest.mark.parametrize("size", [0, 7, 1000])
def test_truncated_weights_are_named(tmp_path: Path, size: int) -> None:
    file = tmp_path / "w.safetensors"
    save_weights(seeded(1).state_dict(), file)
    file.write_bytes(file.read_bytes()[:size])
    with pytest.raises(ModelDamaged, match=r"w\.safetensors"):
        load_weights(file)


def test_weights_of_another_network_are_refused(tmp_path: Path) -> None:
    with pytest.raises(ModelDamaged, match="do not belong to DLH_COVID"):
        network_from({"linear2.weight": torch.zeros(3, 7)}, tmp_path / "vgg.pth")


@pytest.mark.parametrize(
    ("name", "value"),
    [("conv2.bias", float("nan")), ("linear1.weight", float("inf")), ("bn1.running_var", -1.0)],
)
def test_weights_that_cannot_compute_are_refused(tmp_path: Path, name: str, value: float) -> None:
    state = seeded(1).state_dict()
    state[name].view(-1)[0] = value
    with pytest.raises(ModelDamaged, match="no usable numbers"):
        network_from(state, tmp_path / "diverged.safetensors")


def test_weights_stored_in_double_or_brain_float_read_in_single_precision(tmp_path: Path) -> None:
    state = seeded(1).state_dict()
    state["linear2.weight"], state["conv1.bias"] = (
        state["linear2.weight"].double(),
        state["conv1.bias"].bfloat16(),
    )
    save_weights(state, tmp_path / "mixed.safetensors")
    network = network_from(load_weights(tmp_path / "mixed.safetensors"), tmp_path / "mixed.safetensors")
    assert {parameter.dtype for parameter in network.parameters()} == {torch.float32}


def test_weights_that_cannot_be_written_are_said_and_leave_nothing(tmp_path: Path) -> None:
    (tmp_path / "w.safetensors").mkdir()
    with pytest.raises(OutputError, match=r"w\.safetensors"):
        save_weights(seeded(1).state_dict(), tmp_path / "w.safetensors")
    assert [entry.name for entry in tmp_path.iterdir()] == ["w.safetensors"]


@pytest.mark.parametrize("data", [b"hello, this is no model\n", b"\x80\x02.", b"", b"PK\x03\x04"])
def test_a_file_that_is_no_checkpoint_is_said_to_be_none(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "m.pth"
    file.write_bytes(data)
    with pytest.raises(ModelDamaged, match="no plain weights"):
        load_published(file)
