"""Weights on disk: safetensors of our own, and the authors' state dicts. Nothing is unpickled freely."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import torch
from safetensors import SafetensorError
from safetensors.torch import load_file, save_file
from torch import Tensor

from xraydesk.errors import ModelDamaged, OutputError
from xraydesk.model.architectures import ARCHITECTURES
from xraydesk.network.film_network import FilmNetwork
from xraydesk.network.zoo import new_network


def save_weights(state: dict[str, Tensor], file: Path, *, half: bool = False) -> None:
    """Write safetensors; `half` stores the kernels and matrices in half precision. Raises OutputError."""
    kept = {
        name: (value.half() if half and value.is_floating_point() and value.ndim > 1 else value)
        .contiguous()
        .cpu()
        for name, value in state.items()
    }
    temporary = file.with_suffix(".tmp")
    try:
        save_file(kept, temporary)
        temporary.replace(file)
    except (OSError, SafetensorError) as error:
        with suppress(OSError):
            temporary.unlink()
        raise OutputError(
            f"{file} could not be written: {error}.", hint="Free some space or choose another folder."
        ) from error


def load_weights(file: Path) -> dict[str, Tensor]:
    """A state dict in single precision. Raises ModelDamaged where the file is no safetensors file."""
    try:
        state = load_file(file)
    except (OSError, SafetensorError) as error:
        raise ModelDamaged(
            f"{file.name} holds no readable weights.", hint="Copy or install the model again.", path=file
        ) from error
    return {name: value.float() if value.is_floating_point() else value for name, value in state.items()}


def load_published(file: Path) -> dict[str, Tensor]:
    """A state dict from a .pth file such as the authors publish, read with weights_only."""
    try:
        state = torch.load(file, map_location="cpu", weights_only=True)
    except Exception as error:  # what its reader of pickles raises over other files is no closed list
        raise ModelDamaged(
            f"{file.name} holds no plain weights.",
            hint="XRayDesk reads state dicts only (torch.save(model.state_dict(), …)), and no other pickled data.",
            path=file,
        ) from error
    if isinstance(state, dict) and isinstance(state.get("state_dict"), dict):
        state = state["state_dict"]
    if not isinstance(state, dict) or not all(isinstance(v, Tensor) for v in state.values()):
        raise ModelDamaged(
            f"{file.name} is no state dict.", hint="Ask for the model's state dict.", path=file
        )
    return {str(name).removeprefix("module."): value for name, value in state.items()}


def network_from(state: dict[str, Tensor], file: Path, architecture: str = "dlh_covid") -> FilmNetwork:
    """The network with these weights; the number of classes follows from them. Raises ModelDamaged."""
    words = ARCHITECTURES[architecture].words
    try:
        classes = state[f"{ARCHITECTURES[architecture].last}.weight"].shape[0]
        network = new_network(architecture, classes)
        network.load_state_dict(state)
    except (KeyError, RuntimeError, IndexError) as error:
        raise ModelDamaged(
            f"The weights in {file.name} do not belong to {words}.",
            hint="Install a model of this architecture.",
            path=file,
        ) from error
    if not _compute(network):
        raise ModelDamaged(
            f"The weights in {file.name} are no usable numbers.", hint="Install another model.", path=file
        )
    return network.eval()


def _compute(network: FilmNetwork) -> bool:
    """No weight is infinite or not a number, and no variance negative, whose root would be none."""
    return all(
        bool(value.isfinite().all()) and not (name.endswith("running_var") and bool((value < 0).any()))
        for name, value in network.state_dict().items()
    )
