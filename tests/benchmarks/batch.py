"""A batch against the loop a user would write, on the same films in one run. Prints; never run as a test.

    python -m tests.benchmarks.batch [films [films for memory]]

Films: 3000 × 2500 JPEG, 1024 × 1024 PNG, 3000 × 2500 DICOM uncompressed, JPEG Lossless and JPEG 2000, as many of
each. The loop opens a film with Pillow or pydicom, transforms it with torchvision, and asks the plain
network, one film at a time, without a heatmap; it is run on every tenth film, since nobody has a night. Ours is the
whole batch: found, decoded, read with heatmaps, and in the journal on disk. `codecs` is what no order of work
can save: the time of the codecs alone, over the cores. Memory is the most that the batch's process and its
workers held together, as /proc tells (Linux). Torch is imported where it is used: a spawned process imports the main
module anew, and the workers of the program, whose main module is light, hold none.
"""

from __future__ import annotations

import multiprocessing
import os
import shutil
import sys
import tempfile
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import numpy as np
import pydicom
from PIL import Image

from tests.benchmarks.decode import films as films_of_every_kind
from xraydesk.film.open import open_film
from xraydesk.jobs import JobContext
from xraydesk.model.model_input import least_side
from xraydesk.registry.registry import Registry
from xraydesk.workflows.film_workers import how_many_workers
from xraydesk.workflows.verbs import BatchProgress, RunBatch, StartBatch

_NAIVE_SHARE = 10
_KINDS = {
    "JPEG": "film.jpg",
    "PNG 1024": "small.png",
    "DICOM raw": "1.2.840.10008.1.2.1.dcm",
    "DICOM JPEG Lossless": "1.2.840.10008.1.2.4.70.dcm",
    "DICOM JPEG 2000": "1.2.840.10008.1.2.4.90.dcm",
}


def originals(folder: Path) -> dict[str, Path]:
    films_of_every_kind(folder)
    Image.open(folder / "film.png").resize((1024, 1024)).save(folder / "small.png")
    return {kind: folder / name for kind, name in _KINDS.items()}


def tree(folder: Path, kinds: dict[str, Path], films: int) -> list[Path]:
    """As many of each kind, by hard links."""
    folder.mkdir(parents=True)
    made = []
    for number in range(films):
        original = list(kinds.values())[number % len(kinds)]
        made.append(folder / f"{number:05}{original.suffix}")
        os.link(original, made[-1])
    return made


def naive(films: list[Path]) -> float:
    """Seconds a film. In a process of its own, where none of our settings hold."""
    os.environ.pop("OMP_WAIT_POLICY", None)
    import torch

    from xraydesk.network.checkpoint import load_weights, network_from
    from xraydesk.network.dlh_covid import DLHCovid
    from xraydesk.network.torchvision_compat import import_torchvision

    import_torchvision()
    from torchvision.transforms import v2 as transforms

    model = Registry().active()
    network = DLHCovid(len(model.card.classes))
    network.load_state_dict(network_from(load_weights(model.weights), model.weights).state_dict())
    network.eval()
    to_input = transforms.Compose(
        [
            transforms.Resize(224),
            transforms.CenterCrop(224),
            transforms.ToImage(),
            transforms.ToDtype(torch.float32, scale=True),
        ]
    )
    started = time.perf_counter()
    with torch.no_grad():
        for film in films:
            network(to_input(_picture(film)).unsqueeze(0)).softmax(1)
    return (time.perf_counter() - started) / len(films)


def _picture(film: Path) -> Image.Image:
    if film.suffix != ".dcm":
        return Image.open(film).convert("RGB")
    pixels = pydicom.dcmread(film).pixel_array.astype(np.float32)
    grey = (pixels - pixels.min()) / max(float(np.ptp(pixels)), 1.0) * 255
    return Image.fromarray(grey.astype(np.uint8)).convert("RGB")


def ours(place: Path) -> tuple[float, float]:
    """Seconds a film, with everything, and once the workers are there."""
    from xraydesk.workflows.batch_desk import BatchDesk
    from xraydesk.workflows.classify_film import FilmReader
    from xraydesk.workflows.shared_journal import SharedJournal
    from xraydesk.workflows.turns import Turns

    journal = SharedJournal()
    desk = BatchDesk(Turns(), journal)
    reader = FilmReader(Registry().active(), "cpu")
    reader.warm_up()
    first: list[float] = []
    with closing(journal):
        batch_id = desk.note(StartBatch((place,))).batch_id
        started = time.perf_counter()

        def hear(event: object) -> None:
            if not first and isinstance(event, BatchProgress) and event.done:
                first.extend((time.perf_counter(), event.done))

        ran = desk.run(RunBatch(batch_id), lambda _: reader, JobContext(hear))
        ended = time.perf_counter()
        counts = desk.journal.batch(batch_id).counts
    assert ran.finished, counts
    return (ended - started) / counts.found, (ended - first[0]) / max(counts.found - first[1], 1)


def codec_s(kinds: dict[str, Path]) -> dict[str, float]:
    """Seconds that one thread decodes a film of each kind, best of three."""
    side = least_side(Registry().active().card.preprocessing)
    return {kind: min(_timed(lambda path=path: open_film(path, least_side=side)) for _ in range(3))  # type: ignore[misc]
            for kind, path in kinds.items()}  # fmt: skip


def _timed(what: Callable[[], object]) -> float:
    started = time.perf_counter()
    what()
    return time.perf_counter() - started


class Memory:
    """The most resident memory of this process and its children while it is watched, in MB."""

    def __init__(self) -> None:
        self.most = 0.0
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Memory:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._stop.wait(0.1):
            children = Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()
            self.most = max(self.most, sum(map(_resident_mb, [str(os.getpid()), *children])))


def _resident_mb(process: str) -> float:
    try:
        fields = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in fields if line.startswith("Pss:")) / 1024


def compare(name: str, place: Path, films: list[Path], codecs: dict[str, float]) -> None:
    with multiprocessing.get_context("spawn").Pool(1) as alone:
        theirs = alone.apply(naive, (films[: max(len(films) // _NAIVE_SHARE, 20)],))
    whole, steady = ours(place)
    limit = float(np.mean(list(codecs.values()))) / how_many_workers()
    print(
        f"{name:24}{len(films):6} films   loop {theirs * 1e3:6.1f} ms   ours {whole * 1e3:6.1f} ms"
        f" ({theirs / whole:.1f} times as fast; {theirs / steady:.1f} once it runs)"
        f"   codecs alone {limit * 1e3:5.1f} ms = {limit / whole:.0%} of it"
    )


def main() -> None:
    warnings.simplefilter("ignore")
    films = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    for_memory = int(sys.argv[2]) if len(sys.argv) > 2 else 2000
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XRAYDESK_HOME"] = str(Path(folder) / "home")
        kinds = originals(Path(folder))
        codecs = codec_s(kinds)
        for kind, seconds in codecs.items():
            print(f"{kind:24}decoded by one thread in {seconds * 1e3:6.1f} ms")
        mixed = tree(Path(folder) / "mixed", kinds, films)
        compare("mixed", Path(folder) / "mixed", mixed, codecs)
        jpeg = {"JPEG": kinds["JPEG"]}
        only = tree(Path(folder) / "jpeg", jpeg, films)
        compare("JPEG alone", Path(folder) / "jpeg", only, {"JPEG": codecs["JPEG"]})
        small = {"PNG": kinds["PNG 1024"]}
        for count in (200, for_memory):
            tree(Path(folder) / str(count), small, count)
            with Memory() as memory:
                ours(Path(folder) / str(count))
            print(f"memory at most, {count:6} films: {memory.most:6.0f} MB")
            shutil.rmtree(Path(folder) / str(count))
    print(f"{how_many_workers()} workers")


if __name__ == "__main__":
    main()
