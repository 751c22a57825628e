"""The paper's Tables 1 to 3 and Figures 3 to 5, again, on labelled films at hand. Prints Markdown; never run as a test.

    python -m tests.benchmarks.paper_tables FOLDER OUT [--manifest CSV] [--films 1000] [--epochs 4] [--side 64]

Dey et al., medRxiv 2021.07.15.21260605. The paper trained on a graphics card, and only the last layer
of networks that knew ImageNet. This command is made for two processor cores: `--films` of the folder, the same for all,
drawn by seed as the classes and sources are; `--epochs` of the `recommended` recipe; every network whole and from
scratch; the comparison networks at `--side` pixels (Inception at 96, its least being 75), DLH_COVID at its 224. All of
this is printed above the tables. What is finished in OUT is not done again.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import shutil
import sys
from collections import defaultdict
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from xraydesk.jobs import JobContext
from xraydesk.model.architectures import architecture_of
from xraydesk.training.config import PAPER, RECOMMENDED, Schedule, TrainingConfig
from xraydesk.training.events import EpochDone, SplitMade
from xraydesk.workflows.evaluate_model import EvaluateModel, evaluate_model
from xraydesk.workflows.plan_split import plan_films
from xraydesk.workflows.train_model import train_model
from xraydesk.workflows.training_verbs import CrossValidated, TrainModel

_SEED = 2021
_INCEPTION_SIDE = 96
_OURS = "dlh_covid"
_COMPARED = (
    "vgg16_bn",
    "vgg19_bn",
    "resnet18",
    "resnet34",
    "resnet50",
    "resnet101",
    "inception_v3",
    "efficientnet_b0",
)
_FIGURES = ("accuracy", "precision", "recall", "f1")
_HEADINGS = "| network | accuracy | precision | recall | F1 |\n|---|---|---|---|---|"


def some_films(folder: Path, manifest: Path, films: int, out: Path) -> Path:
    """A manifest of `films` of them, whole groups, each class and source with its own share."""
    with manifest.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    cells: dict[tuple[str, str], dict[str, list[dict[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in rows:
        cells[row["label"], row["source"]][row["group"]].append(row)
    drawn: list[dict[str, str]] = []
    for cell in sorted(cells):
        groups = cells[cell]
        wanted = round(films * sum(map(len, groups.values())) / len(rows))
        order = random.Random(f"{_SEED} {cell}").sample(sorted(groups), len(groups))
        while wanted > 0 and order:
            group = groups[order.pop()]
            drawn += group
            wanted -= len(group)
    target = out / "films.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "label", "source", "group"))
        writer.writerows((folder / row["file"], row["label"], row["source"], row["group"]) for row in drawn)
    return target


def validation_part(folder: Path, films: Path, out: Path) -> Path:
    """A manifest of the films by which every network's best epoch is chosen: all have the same seed, so the same."""
    planned = plan_films(TrainModel(folder, out / "none", films, config=RECOMMENDED), JobContext())
    target = out / "validation.csv"
    with target.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(("file", "label", "source", "group"))
        for position in planned.splits[0].validation:
            film = planned.folder.films[position]
            writer.writerow((film.path, film.label, film.source, film.group))
    return target


@dataclass(frozen=True, slots=True)
class Runs:
    """Training runs below `out`, each done once."""

    folder: Path
    films: Path
    validation: Path
    out: Path

    def done(self, name: str, config: TrainingConfig, folds: int = 0) -> dict[str, Any]:
        """Losses of the epochs, films a part, figures of validation and test; of a cross validation, its spread."""
        kept = self.out / f"{name}.json"
        if kept.exists():
            return dict(json.loads(kept.read_text(encoding="utf-8")))
        print(f"{name} …", file=sys.stderr, flush=True)
        epochs: list[EpochDone] = []
        counts: dict[str, dict[str, int]] = {}

        def hear(event: object) -> None:
            if isinstance(event, EpochDone):
                epochs.append(event)
            elif isinstance(event, SplitMade):
                counts.update(event.counts)

        run = self.out / name
        asked = TrainModel(self.folder, run, self.films, config=config, folds=folds, name=name)
        answer = train_model(replace(asked, resume=run.exists()), JobContext(emit=hear))
        found: dict[str, Any]
        if isinstance(answer, CrossValidated):
            found = {"folds": answer.folds, "spread": answer.spread}
        else:
            validated = evaluate_model(
                EvaluateModel(self.folder, self.validation, str(answer.model)), JobContext()
            )
            losses = [(epoch.train_loss, epoch.validation_loss) for epoch in epochs]
            found = {"losses": losses, "counts": counts, "validation": validated, "test": answer.figures}
        shutil.rmtree(run)  # some networks weigh half a gigabyte
        kept.write_text(json.dumps(found), encoding="utf-8")
        return found


def _row(name: str, figures: dict[str, Any]) -> str:
    return f"| {name} | " + " | ".join(f"{figures[figure]:.3f}" for figure in _FIGURES) + " |"


def _table_1(counts: dict[str, dict[str, int]]) -> None:
    classes = list(next(iter(counts.values())))
    print("\n### Table 1: films\n")
    print(f"| part | {' | '.join(classes)} |\n|{'---|' * (len(classes) + 1)}")
    for part, films in counts.items():
        print(f"| {part} | {' | '.join(str(films[label]) for label in classes)} |")


def _losses(title: str, runs: dict[str, dict[str, Any]]) -> None:
    print(f"\n### {title}\n")
    print(f"| epoch | {' | '.join(f'{name}: training | validation' for name in runs)} |")
    print("|---" * (1 + 2 * len(runs)) + "|")
    for epoch, row in enumerate(zip(*(run["losses"] for run in runs.values()), strict=True), start=1):
        print(f"| {epoch} | {' | '.join(f'{loss:.3f}' for pair in row for loss in pair)} |")


def _table_2(runs: Runs, recipe: TrainingConfig, side: int) -> None:
    print("\n### Table 2: networks, validation part\n\n" + _HEADINGS)
    for name in _COMPARED:
        fed = max(side, _INCEPTION_SIDE) if name == "inception_v3" else side
        preprocessing = replace(recipe.preprocessing, size=fed)
        config = replace(recipe, architecture=name, wide_layer_rate=1.0, preprocessing=preprocessing)
        print(_row(architecture_of(name).words, runs.done(name, config)["validation"]), flush=True)
    print(_row("DLH_COVID", runs.done(_OURS, recipe)["validation"]), flush=True)


def _table_3(runs: Runs, recipe: TrainingConfig) -> None:
    cross_validated = runs.done(f"{_OURS}-5-fold", recipe, folds=5)
    print(
        "\n### Table 3: five-fold cross validation of DLH_COVID, weights reset for each fold\n\n" + _HEADINGS
    )
    for number, fold in enumerate(cross_validated["folds"], start=1):
        print(_row(f"fold {number}", fold))
    spread = cross_validated["spread"]
    means = [f"{spread[name]['mean']:.3f} ± {spread[name]['standard_deviation']:.3f}" for name in _FIGURES]
    print(f"| mean ± standard deviation | {' | '.join(means)} |", flush=True)


def _figure_5(figures: dict[str, Any]) -> None:
    print("\n### Figure 5: confusion matrix of DLH_COVID, test part (rows: what it is)\n")
    classes = figures["classes"]
    print(f"| | {' | '.join(classes)} |\n|{'---|' * (len(classes) + 1)}")
    for label, row in zip(classes, figures["confusion_matrix"], strict=True):
        print(f"| {label} | {' | '.join(map(str, row))} |")


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--manifest", type=Path)
    parser.add_argument("--films", type=int, default=1000)
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--side", type=int, default=64)
    asked = parser.parse_args()
    folder, out = asked.folder.resolve(), asked.out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    films = some_films(folder, asked.manifest or folder / "manifest.csv", asked.films, out)
    runs = Runs(folder, films, validation_part(folder, films, out), out)
    recipe = replace(RECOMMENDED, epochs=asked.epochs)
    print(
        f"{asked.films} films, {asked.epochs} epochs of the recipe `recommended` from scratch, seed {recipe.seed}; "
        f"comparison networks at {asked.side} pixels (Inception at {max(asked.side, _INCEPTION_SIDE)})."
    )
    ours = runs.done(_OURS, recipe)
    _table_1(ours["counts"])
    _table_2(runs, recipe, asked.side)
    _table_3(runs, recipe)
    fixed = replace(PAPER, epochs=asked.epochs, schedule=Schedule.FIXED)
    curves = {
        "rate 1e-3": runs.done("paper-fixed", fixed),
        "on plateau": runs.done("paper-plateau", replace(PAPER, epochs=asked.epochs)),
    }
    _losses("Figures 3 and 4: losses of the paper's recipe, fixed and dynamic learning rate", curves)
    _figure_5(ours["test"])


if __name__ == "__main__":
    main()
