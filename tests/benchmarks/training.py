"""An epoch of training against the notebook's way, on the same films in one run. Prints; never run as a test.

    python -m tests.benchmarks.training FOLDER [films]

FOLDER has one sub-folder per class. The notebook's way: ImageFolder, DataLoader with a worker a core, the plain RGB
network, SGD, one epoch. Ours: the same network, films and recipe (`paper`), decoding included in
the first epoch; then an epoch from the cache, and each again in bfloat16 where this machine is faster so. The share of
the matrix-product peak counts forward and backward of the grey network (three times its multiplications).
"""

from __future__ import annotations

import multiprocessing
import os
import sys
import tempfile
import time
import warnings
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from tests.benchmarks.network import _MACS, _SIDE, best_ms
from xraydesk.jobs import JobContext
from xraydesk.network.device import prepare_cpu
from xraydesk.network.dlh_covid import DLHCovid
from xraydesk.network.precision import mixed_is_faster
from xraydesk.network.torchvision_compat import import_torchvision
from xraydesk.training.config import PAPER, Precision
from xraydesk.training.events import EpochDone
from xraydesk.workflows.train_model import train_model
from xraydesk.workflows.training_verbs import TrainModel

_BATCH = 32


def sample(source: Path, target: Path, films: int) -> Path:
    """`films` of the folder, as many of each class, by links."""
    classes = sorted(entry for entry in source.iterdir() if entry.is_dir())
    for place in classes:
        (target / place.name).mkdir(parents=True)
        for film in sorted(place.iterdir())[: films // len(classes)]:
            (target / place.name / film.name).symlink_to(film.resolve())
    return target


def notebook(folder: Path) -> float:
    """Seconds of one epoch, in a process of its own, where none of our settings hold."""
    import_torchvision()
    from torch.utils.data import DataLoader
    from torchvision import datasets, transforms

    warnings.simplefilter("ignore")
    steps = [transforms.Resize(224), transforms.CenterCrop(224), transforms.ToTensor()]
    films: Any = datasets.ImageFolder(str(folder), transforms.Compose(steps))
    started_as = "fork" if sys.platform == "linux" else "spawn"  # as a notebook would there
    loader = DataLoader(
        films, _BATCH, shuffle=True, num_workers=os.cpu_count() or 1, multiprocessing_context=started_as
    )
    network = DLHCovid(len(films.classes)).train()
    optimizer = torch.optim.SGD(network.parameters(), lr=1e-3)
    criterion = torch.nn.CrossEntropyLoss()
    started = time.perf_counter()
    for inputs, labels in loader:
        optimizer.zero_grad()
        loss = criterion(network(inputs), labels)
        loss.backward()
        optimizer.step()
        loss.item()
    return (time.perf_counter() - started) / len(films)


def ours(folder: Path, out: Path, precision: Precision) -> tuple[float, float]:
    """Seconds a trained film of the first epoch, with decoding, and of the second."""
    moments = [time.perf_counter()]

    def tell(event: object) -> None:
        if isinstance(event, EpochDone):
            moments.append(time.perf_counter())

    config = replace(PAPER, epochs=2, precision=precision)
    train_model(TrainModel(folder, out, config=config, device="cpu"), JobContext(tell))
    trained = 0.8 * sum(1 for _ in folder.glob("*/*"))
    return (moments[1] - moments[0]) / trained, (moments[2] - moments[1]) / trained


def peak_gflops() -> float:
    a, b = torch.rand(_SIDE, _SIDE), torch.rand(_SIDE, _SIDE)
    trials: dict[str, tuple[Callable[[], object], int]] = {"peak": (lambda: a @ b, 1)}
    return 2 * _SIDE**3 / best_ms(trials, 4)["peak"] / 1e6


def main() -> None:
    if len(sys.argv) < 2:
        print("training: name a folder of labelled films: python -m tests.benchmarks.training FOLDER [films]")
        return
    source, films = Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    with tempfile.TemporaryDirectory() as place:
        os.environ["XRAYDESK_HOME"] = str(Path(place) / "home")
        folder = sample(source, Path(place) / "films", films)
        with ProcessPoolExecutor(
            1, multiprocessing.get_context("spawn")
        ) as alone:  # it starts workers itself
            theirs = alone.submit(notebook, folder).result()
        print(f"notebook's way         {theirs * 1e3:6.1f} ms a film")
        prepare_cpu()
        peak = peak_gflops()
        faster = (Precision.MIXED,) if mixed_is_faster(torch.device("cpu"), own=True) else ()
        for precision in (Precision.FULL, *faster):
            first, second = ours(folder, Path(place) / precision, precision)
            share = 3 * 2 * _MACS / second / 1e9 / peak
            print(
                f"ours, {precision:5}  first epoch {first * 1e3:6.1f} ms ({theirs / first:.1f} times as fast)"
                f"   from the cache {second * 1e3:6.1f} ms ({theirs / second:.1f}),"
                f" {share:.0%} of the single-precision peak"
            )


if __name__ == "__main__":
    main()
