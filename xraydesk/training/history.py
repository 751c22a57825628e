"""The epochs of a run, kept beside its checkpoint, so that its curves are there when it is gone on with."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from xraydesk.training.events import EpochDone
from xraydesk.training.kept import keep_text

_FILE = "epochs.json"


def epochs_of(out: Path) -> list[EpochDone]:
    """None where nothing is kept, or not readable: the curves of a run are no reason to refuse it."""
    try:
        return [EpochDone(**epoch) for epoch in json.loads((out / _FILE).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def keep_epochs(epochs: list[EpochDone], out: Path) -> None:
    """Raises OutputError."""
    keep_text(out / _FILE, json.dumps([asdict(epoch) for epoch in epochs], indent=1))
