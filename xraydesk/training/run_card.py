"""The card that a finished run writes of its model."""

from __future__ import annotations

import platform
import time
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import torch

import xraydesk
from xraydesk.model.card import ModelCard
from xraydesk.model.film_hashes import as_text, hashes_from
from xraydesk.training.labelled_folder import films_digest
from xraydesk.training.planning import HELD_BACK
from xraydesk.training.split import Split
from xraydesk.training.state import TrainingState

if TYPE_CHECKING:
    from xraydesk.training.run import TrainingRun

_CLEARLY_AHEAD = 1.2  # times an even share: no class is named below 0.4 of three, 0.6 of two


def card_of(
    run: TrainingRun,
    state: TrainingState,
    split: Split,
    temperature: float,
    figures: dict[str, Any],
    sha256: str,
    contents: Sequence[str],
) -> ModelCard:
    """`contents`: SHA-256 of each film as it was learned from; its file may be gone, or another, by now."""
    day = time.strftime("%Y-%m-%d")
    identifier = "".join(c if c.isalnum() else "-" for c in run.name.lower()).strip("-")
    return ModelCard(
        id=f"{identifier[:60] or 'model'}-{sha256[:8]}",
        name=run.name,
        version=time.strftime("%Y.%m.%d"),
        architecture=run.config.architecture,
        classes=run.folder.classes,
        preprocessing=run.config.preprocessing,
        sha256=sha256,
        temperature=temperature,
        threshold=round(_CLEARLY_AHEAD / len(run.folder.classes), 3),
        description=(
            f"Trained on {len(split.train):,} films and judged on {len(split.test):,} others, on {day}."
        ),
        evaluation={"test": figures},
        data=_data(run, split, contents),
        training=run.config.as_dict() | {"best_epoch": state.best_epoch, "validation_loss": state.best_loss},
        versions={
            "xraydesk": xraydesk.__version__,
            "torch": torch.__version__,
            "numpy": np.__version__,
            "python": platform.python_version(),
        },
    )


def _data(run: TrainingRun, split: Split, contents: Sequence[str]) -> dict[str, Any]:
    """Counts by part, class and source, which films they were (as hashes), and the licences the manifest names."""
    films = run.folder.films
    parts = {"train": split.train, "validation": split.validation, "test": split.test}
    learned = (*split.train, *split.validation)
    licences: dict[str, Counter[str]] = {}
    for film in films:
        licences.setdefault(film.source or "films", Counter())[film.licence or "not stated"] += 1
    return {
        "films_sha256": films_digest(run.folder),
        HELD_BACK: list(run.held_back),
        "films": {
            name: dict(sorted(Counter(f"{films[i].label} {films[i].source}".strip() for i in part).items()))
            for name, part in parts.items()
        },
        "groups": {name: len({films[i].group for i in part}) for name, part in parts.items()},
        "patients_known": any(film.patient for film in films),
        "hashes": {
            "trained": as_text(run.forebears.hashes | hashes_from(contents[i] for i in learned)),
            "complete": run.forebears.complete,
            "test": as_text(hashes_from(contents[i] for i in split.test)),
        },
        "licences": {source: dict(found.most_common()) for source, found in sorted(licences.items())},
    }
