"""Makes `weights/lungs.safetensors` again, and says how well it finds lungs. Prints; never run as a test.

    python -m tests.benchmarks.lungs FILMS LUNGS [--steps 600] [--out FILE]

FILMS has a `manifest.csv`; LUNGS has `masks/NAME__lungs.png`, and `boxes.csv` with a box for each lung. The Dice
coefficient is that of five-fold cross validation by group; the boxes are those of films without an outline: how far the
box around all that is found, by the network that is kept, agrees with the box around both drawn ones (intersection over
union).
"""

from __future__ import annotations

import argparse
import csv
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.model_selection import GroupKFold
from torch.nn import functional as F

from xraydesk.film.open import open_film
from xraydesk.model.model_input import Preprocessing, to_model_input
from xraydesk.network.checkpoint import save_weights
from xraydesk.network.lungs import SIDE, LungFinder, LungNetwork, lung_films
from xraydesk.training.lungs import dice, trained_on
from xraydesk.workflows.outlines import LUNGS, outline_of, outline_on_input

_SEED = 2021
_WHOLE = Preprocessing()


@dataclass(frozen=True, slots=True, eq=False)
class Outlined:
    films: torch.Tensor  # (N, 1, 128, 128)
    lungs: torch.Tensor  # (N, 1, 128, 128), 0 or 1
    groups: list[str]


def outlined(films: Path, masks: Path) -> Outlined:
    inputs, outlines, groups = [], [], []
    for row in _rows(films / "manifest.csv"):
        outline = outline_of(Path(row["file"]), masks, LUNGS)
        if outline.is_file():
            film = open_film(films / row["file"])
            inputs.append(to_model_input(film, _WHOLE))
            outlines.append(outline_on_input(outline, film, _WHOLE))
            groups.append(row["group"])
    drawn = torch.from_numpy(np.stack(outlines)).float().unsqueeze(1)
    drawn = F.interpolate(drawn, size=(SIDE, SIDE), mode="bilinear", antialias=True)
    return Outlined(lung_films(np.stack(inputs)), (drawn > 0.5).float(), groups)


def _rows(table: Path) -> list[dict[str, str]]:
    with table.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def cross_validated(known: Outlined, steps: int) -> NDArray[np.float64]:
    """Dice of each film, found by a network that saw none of its group."""
    found = np.zeros(len(known.groups))
    for train, test in GroupKFold(5).split(known.groups, groups=known.groups):
        network = trained_on(known.films[train], known.lungs[train], steps, _SEED)
        with torch.inference_mode():
            lungs = network(known.films[test]) > 0
        found[test] = dice(lungs, known.lungs[test] > 0).numpy()
        print(f"  fold of {len(test)}: {found[test].mean():.3f}", flush=True)
    return found


def box_overlaps(network: LungNetwork, films: Path, lungs: Path) -> dict[str, list[float]]:
    """For each source the intersection over union of boxes, 0 where no lungs are found."""
    finder, overlaps = LungFinder(network), dict[str, list[float]]()
    for row in _rows(lungs / "boxes.csv"):
        path = films / row["file"]
        if outline_of(path, lungs / "masks", LUNGS).is_file():
            continue
        film = open_film(path)
        (found,) = finder(to_model_input(film, _WHOLE)[None])
        left, top = (min(float(row[f"{side}_{k}0"]) for side in ("left", "right")) for k in "xy")
        right, bottom = (max(float(row[f"{side}_{k}1"]) for side in ("left", "right")) for k in "xy")
        drawn = np.array([left, top, right, bottom]) / np.tile([film.full_width, film.full_height], 2)
        source = path.name.split("__", maxsplit=1)[0]
        overlaps.setdefault(source, []).append(0.0 if found is None else _overlap(_box(found), drawn))
    return overlaps


def _box(lungs: NDArray[np.bool_]) -> NDArray[np.float64]:
    """Left, top, right, bottom as shares of the sides."""
    rows, columns = np.flatnonzero(lungs.any(1)), np.flatnonzero(lungs.any(0))
    return np.array([columns[0], rows[0], columns[-1] + 1, rows[-1] + 1]) / SIDE


def _overlap(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    def area(box: NDArray[np.float64]) -> float:
        return float(np.prod((box[2:] - box[:2]).clip(0)))

    common = area(np.concatenate([np.maximum(one[:2], other[:2]), np.minimum(one[2:], other[2:])]))
    return common / (area(one) + area(other) - common)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("films", type=Path)
    parser.add_argument("lungs", type=Path)
    parser.add_argument("--steps", type=int, default=600)
    parser.add_argument("--out", type=Path)
    asked = parser.parse_args()
    known = outlined(asked.films, asked.lungs / "masks")
    print(f"{len(known.groups)} outlined films, {asked.steps} steps of 16", flush=True)
    found = cross_validated(known, asked.steps)
    print(
        f"Dice, five folds by group: mean {found.mean():.3f}, tenth percentile {np.percentile(found, 10):.3f}"
    )
    print(f"  worst {found.min():.3f}", flush=True)
    network = trained_on(known.films, known.lungs, asked.steps, _SEED)
    for source, overlaps in box_overlaps(network, asked.films, asked.lungs).items():
        print(f"boxes of {source}: {len(overlaps)} films, median overlap {np.median(overlaps):.3f}, ", end="")
        print(f"tenth percentile {np.percentile(overlaps, 10):.3f}, none found {overlaps.count(0.0)}")
    if asked.out:
        save_weights(network.state_dict(), asked.out, half=True)


if __name__ == "__main__":
    main()
