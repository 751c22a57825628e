"""Milliseconds a film: the paper's way, ours, onnxruntime, and the machine's peak. Prints; never run as a test.

    python -m tests.benchmarks.network [repeats]

All in one run, each kind in turns, best of the repeats, since machines are shared: read the ratios. The peak is
that of a large single-precision matrix product; our share of it counts the multiplications of the grey
network (conv1 on one channel), the fewest that give the exact answer.
"""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from xraydesk.network.classifier import FastDLHCovid
from xraydesk.network.dlh_covid import DLHCovid, seeded

_MACS = 128 * 9 * 224**2 + 128 * 128 * 9 * 56**2 + 128 * 256 * 9 * 28**2 + 256 * 14**2 * 256 + 256 * 3
_SIDE = 3072

Trial = tuple[Callable[[], object], int]  # what to run, and how many films it reads


def best_ms(trials: dict[str, Trial], repeats: int) -> dict[str, float]:
    """Best milliseconds a film of each trial, the trials taking turns."""
    best = dict.fromkeys(trials, float("inf"))
    for _ in range(repeats):
        for name, (run, films) in trials.items():
            started = time.perf_counter()
            run()
            best[name] = min(best[name], (time.perf_counter() - started) * 1e3 / films)
    return best


def onnx_session(reference: DLHCovid) -> Callable[[np.ndarray], object] | None:
    """The reference network in onnxruntime; None where it is not installed."""
    try:
        import onnx  # noqa: F401
        import onnxruntime
    except ImportError:
        return None
    axes = {"films": {0: "n"}, "logits": {0: "n"}}
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "dlh_covid.onnx"
        torch.onnx.export(
            reference,
            (torch.zeros(2, 3, 224, 224),),
            file,
            input_names=["films"],
            output_names=["logits"],
            dynamic_axes=axes,
            dynamo=False,
        )
        session = onnxruntime.InferenceSession(str(file), providers=["CPUExecutionProvider"])
    return lambda films: session.run(None, {"films": films})


def trials() -> dict[str, Trial]:
    """Everything that is compared. The eager ones must come before the allocator is set: they are first."""
    grey = seeded(7)
    reference = DLHCovid()
    reference.load_state_dict(grey.state_dict())
    reference.eval()
    fast = FastDLHCovid(grey, torch.device("cpu"))
    inputs = np.random.default_rng(0).integers(0, 256, (32, 224, 224), dtype=np.uint8)
    films = torch.from_numpy(inputs).unsqueeze(1).expand(-1, 3, -1, -1).float().div(255).contiguous()
    a, b = torch.rand(_SIDE, _SIDE), torch.rand(_SIDE, _SIDE)
    made: dict[str, Trial] = {
        "eager, RGB, batch 1 (the paper's notebook)": (lambda: reference(films[:1]), 1),
        "eager, RGB, batch 32": (lambda: reference(films), 32),
        "ours, batch 1": (lambda: fast(inputs[:1], maps=None, alone=True), 1),
        "ours, batch 1, with heatmaps": (lambda: fast(inputs[:1], maps=fast.best_maps, alone=True), 1),
        "ours, batch 32": (lambda: fast(inputs, maps=None), 32),
        "ours, batch 32, with heatmaps": (lambda: fast(inputs, maps=fast.best_maps), 32),
        "peak": (lambda: a @ b, 1),
    }
    session = onnx_session(reference)
    if session is not None:
        numbers = films.numpy()
        made["onnxruntime, RGB, batch 1"] = (lambda: session(numbers[:1]), 1)
        made["onnxruntime, RGB, batch 32"] = (lambda: session(numbers), 32)
    return made


def main(repeats: int) -> None:
    from xraydesk.network.device import prepare_cpu

    torch.set_num_threads(os.cpu_count() or 1)
    with torch.inference_mode():
        everything = trials()
        eager = {name: trial for name, trial in everything.items() if name.startswith("eager")}
        rival = {name: trial for name, trial in everything.items() if name.startswith("onnx")}
        ours = {name: trial for name, trial in everything.items() if name not in eager | rival}
        found = best_ms(eager, max(repeats // 2, 2))
        prepare_cpu()  # changes the C library's allocator for the rest of the process
        found |= best_ms(ours, repeats)
        found |= best_ms(rival, repeats)  # last: its threads go on spinning after each call
    peak = 2 * _SIDE**3 / found.pop("peak") / 1e6
    eager_1, eager_32 = (found[name] for name in eager)
    for name, ms in found.items():
        ratio = (eager_1 if "batch 1" in name and "32" not in name else eager_32) / ms
        print(f"{name:<44} {ms:7.2f} ms a film   {ratio:5.2f} x eager")
    share = 2 * _MACS / found["ours, batch 32"] / 1e6 / peak
    print(f"matrix-product peak {peak:.0f} GFLOP/s, ours at batch 32 reaches {100 * share:.0f} % of it")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 8)
