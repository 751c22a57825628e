"""Which kind of heatmap lies where it should, and whether it hangs on the weights. Prints; never run as a test.

    python -m tests.benchmarks.heatmaps FILMS LUNGS [--model DIR]

FILMS has a `manifest.csv`, LUNGS `masks/NAME__lungs.png` and `NAME__opacity.png`; the model is a DLH_COVID, by default
the active one. Each method explains the class that the network names. Share: of the positive heat; hottest: films whose
hottest place lies there (pointing game, Zhang et al. 2018). Occlusion: what the lead of the named class over the others
loses where a square of 32 pixels turns grey. Last, parameter randomisation (Adebayo et al. 2018): rank correlation of
the map that is shown with that of the same network with its last layers drawn anew.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.stats import spearmanr

from xraydesk.film.open import open_film
from xraydesk.model.heatmap import Crop, Heatmap, normalised_heat
from xraydesk.model.model_input import Preprocessing, to_model_input
from xraydesk.network.checkpoint import load_weights, network_from
from xraydesk.network.classifier import FastDLHCovid
from xraydesk.network.dlh_covid import DLHCovid
from xraydesk.registry.registry import Registry, model_in
from xraydesk.workflows.outlines import LUNGS, OPACITY, outline_of, outline_on_input

_SIDE, _CELLS, _SQUARE, _STEP = 224, 14, 32, 16
_CROP = Crop(0, 0, _SIDE, _SIDE)
_LAYERS = ("linear2", "linear1", "conv3", "conv2", "conv1")
Heat = NDArray[np.float32]  # (N, h, w), raw


def outlined(
    films: Path, masks: Path, preprocessing: Preprocessing
) -> tuple[NDArray[np.uint8], NDArray[np.bool_], NDArray[np.bool_]]:
    """Model inputs of the films with outlined lungs, their lungs and their opacities (none where none is drawn)."""
    inputs, lungs, opacities = [], [], []
    with (films / "manifest.csv").open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            path = films / row["file"]
            if not outline_of(path, masks, LUNGS).is_file():
                continue
            film = open_film(path)
            inputs.append(to_model_input(film, preprocessing))
            lungs.append(outline_on_input(outline_of(path, masks, LUNGS), film, preprocessing))
            opacity = outline_of(path, masks, OPACITY)
            drawn = opacity.is_file()
            opacities.append(
                outline_on_input(opacity, film, preprocessing) if drawn else np.zeros_like(lungs[-1])
            )
    return np.stack(inputs), np.stack(lungs), np.stack(opacities)


def layer_cam(network: DLHCovid, inputs: NDArray[np.uint8], named: NDArray[np.int64]) -> Heat:
    """Jiang et al. 2021: activations weighted place by place with the positive part of their gradient."""
    maps = []
    for film, k in zip(inputs, named, strict=True):
        x = torch.from_numpy(film).float().div(255.0).expand(1, 3, -1, -1)
        with torch.no_grad():
            features = network.features(x)
        features.requires_grad_()
        (gradient,) = torch.autograd.grad(network.head(features)[0, k], features)
        maps.append((gradient.clamp(min=0) * features.detach()).sum(1)[0].numpy())
    return np.stack(maps)


def occlusion(fast: FastDLHCovid, inputs: NDArray[np.uint8], named: NDArray[np.int64]) -> Heat:
    """(N, 14, 14)"""
    maps = np.zeros((len(inputs), _CELLS, _CELLS), np.float32)
    for number, (film, k) in enumerate(zip(inputs, named, strict=True)):
        changed = np.repeat(film[None], _CELLS * _CELLS, 0)
        for cell in range(_CELLS * _CELLS):
            top, left = (_STEP * place + (_STEP - _SQUARE) // 2 for place in divmod(cell, _CELLS))
            changed[cell, max(top, 0) : top + _SQUARE, max(left, 0) : left + _SQUARE] = round(film.mean())
        lead = _lead(fast(film[None], maps=None).logits, k)
        maps[number] = (lead - _lead(fast(changed, maps=None).logits, k)).reshape(_CELLS, _CELLS)
    return maps


def _lead(logits: NDArray[np.float64], k: np.int64) -> NDArray[np.float64]:
    return np.asarray(logits[:, k] - np.delete(logits, k, 1).mean(1))


def report(name: str, heat: Heat, lungs: NDArray[np.bool_], opacities: NDArray[np.bool_]) -> None:
    figures: dict[str, list[float]] = {"lungs": [], "hottest": [], "opacity": [], "hottest opacity": []}
    for raw, lung, opacity in zip(heat, lungs, opacities, strict=True):
        shown = Heatmap(name, normalised_heat(raw), _CROP)
        share = shown.share_within(lung)
        if share is None:
            continue
        hottest = int(np.nan_to_num(shown.on_grid(_SIDE, _SIDE, _SIDE, _SIDE)).argmax())
        figures["lungs"].append(share)
        figures["hottest"].append(float(lung.flat[hottest]))
        if opacity.any():
            figures["opacity"].append(shown.share_within(opacity) or 0.0)
            figures["hottest opacity"].append(float(opacity.flat[hottest]))
    print(f"| {name} | {' | '.join(f'{np.mean(values):.2f}' for values in figures.values())} |", flush=True)


def randomised(reference: DLHCovid, inputs: NDArray[np.uint8], named: NDArray[np.int64]) -> None:
    """Layers drawn anew from the last to the first, each with all after it."""
    device = torch.device("cpu")
    before = _shown(FastDLHCovid(reference, device), inputs, named)
    torch.manual_seed(0)
    for layer in _LAYERS:
        module = reference.get_submodule(layer)
        assert isinstance(module, torch.nn.Linear | torch.nn.Conv2d)
        module.reset_parameters()
        after = _shown(FastDLHCovid(reference, device), inputs, named)
        ranks = [spearmanr(a.ravel(), b.ravel()).statistic for a, b in zip(before, after, strict=True)]
        print(f"| {layer} | {np.nanmean(ranks):.2f} |", flush=True)


def _shown(fast: FastDLHCovid, inputs: NDArray[np.uint8], named: NDArray[np.int64]) -> Heat:
    return _named(fast, fast.best_maps, inputs, named)


def _named(fast: FastDLHCovid, method: str, inputs: NDArray[np.uint8], named: NDArray[np.int64]) -> Heat:
    maps = fast(inputs, maps=method).maps
    assert maps is not None
    return maps[np.arange(len(inputs)), named]


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("films", type=Path)
    parser.add_argument("lungs", type=Path)
    parser.add_argument("--model", type=Path)
    asked = parser.parse_args()
    model = model_in(asked.model) if asked.model else Registry().active()
    network = network_from(load_weights(model.weights), model.weights)
    assert isinstance(network, DLHCovid)
    reference = DLHCovid(network.classes).eval()
    reference.load_state_dict(network.state_dict())
    inputs, lungs, opacities = outlined(asked.films, asked.lungs / "masks", model.card.preprocessing)
    fast = FastDLHCovid(reference, torch.device("cpu"))
    named = fast(inputs, maps=None).logits.argmax(1)
    print(f"{len(inputs)} films, {int(opacities.any((1, 2)).sum())} with opacities; model {model.card.id}\n")
    print("| heat | share in the lungs | hottest in the lungs | share on opacities | hottest on opacities |")
    print("|---|---|---|---|---|")
    methods: dict[str, Callable[[], Heat]] = {
        "Grad-CAM": lambda: _named(fast, "grad_cam", inputs, named),
        "HiResCAM": lambda: _named(fast, "hires_cam", inputs, named),
        "HiResCAM of the margin": lambda: _named(fast, "hires_cam_margin", inputs, named),
        "LayerCAM": lambda: layer_cam(reference, inputs, named),
        "occlusion": lambda: occlusion(fast, inputs, named),
        "centred Gaussian": lambda: np.repeat(_gaussian()[None], len(inputs), 0),
        "random": lambda: np.random.default_rng(0).random((len(inputs), _CELLS, _CELLS)).astype(np.float32),
        "even": lambda: np.ones((len(inputs), _CELLS, _CELLS), np.float32),
    }
    for name, heat in methods.items():
        report(name, heat(), lungs, opacities)
    print("\n| drawn anew, and all after it | rank correlation |\n|---|---|")
    randomised(reference, inputs, named)


def _gaussian() -> Heat:
    """Its standard deviation a quarter of the side."""
    place = np.linspace(-2, 2, _CELLS)
    return np.exp(-(place[:, None] ** 2 + place[None] ** 2) / 2).astype(np.float32)


if __name__ == "__main__":
    main()
