"""How DLH_COVID does on films from a place it has never seen. Prints Markdown; never run as a test.

    python -m tests.benchmarks.leave_one_source_out FOLDER OUT [--manifest CSV] [--films 2000] [--epochs 5]

For each source in turn the network is trained from scratch on `--films` films of all others (whole groups, drawn by
seed as the classes and sources are) with the `recommended` recipe, and asked about every film of the source left out.
Beside it stands what the same network reaches on its own test part, films of the sources it knows. COVID-19 against
normal is the area under the curve of the probability of COVID-19 over films of these two classes. Intervals are 95 %,
by bootstrap over groups. What is finished in OUT is not done again.
"""

from __future__ import annotations

import argparse
import csv
import json
import shutil
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.benchmarks.paper_tables import some_films
from xraydesk.jobs import JobContext
from xraydesk.training.config import RECOMMENDED, TrainingConfig
from xraydesk.workflows.evaluate_model import EvaluateModel, evaluate_model
from xraydesk.workflows.train_model import train_model
from xraydesk.workflows.training_verbs import CrossValidated, TrainModel

_DISEASE, _HEALTHY = "COVID19", "NORMAL"
Row = dict[str, str]


def _kept(rows: list[Row], folder: Path, target: Path, wanted: Callable[[Row], bool]) -> Path:
    """A manifest of the wanted rows."""
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "label", "source", "group"))
        for row in filter(wanted, rows):
            writer.writerow((folder / row["file"], row["label"], row["source"], row["group"]))
    return target


def _trained(folder: Path, films: Path, run: Path, config: TrainingConfig) -> tuple[Path, dict[str, Any]]:
    """The model's folder, and its figures on films of the sources it knows."""
    asked = TrainModel(folder, run, films, config=config, resume=run.exists(), name=run.name)
    answer = train_model(asked, JobContext())
    assert not isinstance(answer, CrossValidated)
    return answer.model, answer.figures


def _without(
    source: str, rows: list[Row], folder: Path, out: Path, films: int, epochs: int
) -> dict[str, Any]:
    """What a network that never saw the source says of it."""
    place = out / source
    if (place / "figures.json").exists():
        return dict(json.loads((place / "figures.json").read_text(encoding="utf-8")))
    print(f"without {source} …", file=sys.stderr, flush=True)
    place.mkdir(exist_ok=True)
    others = _kept(rows, folder, place / "others.csv", lambda row: row["source"] != source)
    learned = some_films(folder, others, films, place)
    run = place / "run"
    model, known = _trained(folder, learned, run, replace(RECOMMENDED, epochs=epochs))

    def figures(name: str, labels: set[str]) -> dict[str, Any]:
        left_out = _kept(
            rows, folder, place / name, lambda row: row["source"] == source and row["label"] in labels
        )
        return evaluate_model(EvaluateModel(folder, left_out, str(model)), JobContext())

    labels = {row["label"] for row in rows if row["source"] == source}
    two = {_DISEASE, _HEALTHY}
    pair = figures("two classes.csv", two) if two <= labels else None
    found = {"known": known, "left_out": figures("left out.csv", labels), "pair": pair}
    (place / "figures.json").write_text(json.dumps(found), encoding="utf-8")
    shutil.rmtree(run)
    return found


def _with_span(value: float, span: list[float]) -> str:
    return f"{value:.3f} ({span[0]:.3f}–{span[1]:.3f})"


def _print_row(source: str, found: dict[str, Any]) -> None:
    known, left_out, pair = found["known"], found["left_out"], found["pair"]
    area = "–" if pair is None else _with_span(pair["auroc"][_DISEASE], pair["auroc_interval"][_DISEASE])
    accuracies = (_with_span(each["accuracy"], each["accuracy_interval"]) for each in (known, left_out))
    print(f"| `{source}` | {left_out['films']} | {' | '.join(accuracies)} | {area} |", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--films", type=int, default=2000)
    parser.add_argument("--epochs", type=int, default=5)
    asked = parser.parse_args()
    folder, out = asked.folder.resolve(), asked.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    with (asked.manifest or folder / "manifest.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    print(
        f"{asked.films} films of the other sources, {asked.epochs} epochs from scratch, seed {RECOMMENDED.seed}.\n"
    )
    print(
        f"| left out | its films | accuracy, sources it knows | accuracy, left out | {_DISEASE} against {_HEALTHY} |"
    )
    print("|---|---|---|---|---|", flush=True)
    for source in sorted({row["source"] for row in rows}):
        _print_row(source, _without(source, rows, folder, out, asked.films, asked.epochs))


if __name__ == "__main__":
    main()
