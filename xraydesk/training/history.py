"""The epochs of a run, kept beside its checkpoint, so that its curves are there when it is gone on with."""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from xraydesk.errors import OutputError
from xraydesk.training.events import EpochDone

_FILE = "epochs.json"


def epochs_of(out: Path) -> list[EpochDone]:
    """None where nothing is kept, or not readable: the curves of a run are no reason to refuse it."""
    try:
        return [EpochDone(**epoch) for epoch in json.loads((out / _FILE).read_text(encoding="utf-8"))]
    except (OSError, ValueError, TypeError):
        return []


def keep_epochs(epochs: list[EpochDone], out: Path) -> None:
    """Raises OutputError."""
    temporary = (out / _FILE).with_suffix(".tmp")
    try:
        temporary.write_text(json.dumps([asdict(epoch) for epoch in epochs], indent=1), encoding="utf-8")
        temporary.replace(out / _FILE)
    except OSError as error:
        raise OutputError(
            f"{out / _FILE} could not be written: {error.strerror or error}.",
            hint="Free some space, then go on with the run.",
        ) from error
