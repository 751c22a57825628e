"""What a training starts from. A run keeps its own copy, and goes on from that whatever is in use, or gone, by then."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any

from xraydesk.errors import ModelError, OutputError, UsageError
from xraydesk.model.card import ModelCard, read_card
from xraydesk.model.film_hashes import KnownFilms, known_films
from xraydesk.network.checkpoint import load_published, load_weights
from xraydesk.registry.registry import CARD, Registry, file_sha256, require_intact
from xraydesk.training.run import CHECKPOINT
from xraydesk.workflows.training_verbs import TrainModel

SCRATCH, ACTIVE = "scratch", "active"
_KEPT = "start"  # a run's folder for them
_NAMED = "named.txt"  # in it: what they were called, for they may be gone when the run goes on


def weights_of(request: TrainModel) -> Path | None:
    """The file of weights; None from scratch. Raises UsageError where a run that goes on began with others."""
    kept = _kept(request.out)
    if request.resume and (kept or _has_begun(request.out)):
        if not _is_the_same(request, kept):
            raise UsageError(
                f"{request.out} was started from other weights.",
                hint="Start from the same ones again (--start), or in another folder.",
            )
        return kept
    if request.start == SCRATCH:
        return None
    if request.start == ACTIVE:
        model = Registry().active()
        require_intact(model)
        return model.weights
    if not Path(request.start).is_file():
        raise UsageError(
            f"{request.start} was not found.", hint="Start from scratch, active, or a file of weights."
        )
    return Path(request.start)


def keep_weights(file: Path, out: Path) -> Path:
    """A copy in the run's folder, with the card where there is one, and its name. Raises OutputError."""
    target = out / _KEPT
    if file.parent == target:
        return file
    partial = out / f".{_KEPT}.partial"
    try:
        shutil.rmtree(partial, ignore_errors=True)
        partial.mkdir(parents=True)
        shutil.copyfile(file, partial / f"weights{file.suffix}")
        if (file.parent / CARD).is_file():
            shutil.copyfile(file.parent / CARD, partial / CARD)
        (partial / _NAMED).write_bytes(_name_of(file))
        shutil.rmtree(target, ignore_errors=True)  # of a run that ended before its first epoch
        partial.replace(target)
    except OSError as error:
        shutil.rmtree(partial, ignore_errors=True)
        raise OutputError(
            f"{out} could not be written: {error.strerror or error}.",
            hint="Free some space or choose another folder.",
        ) from error
    return target / f"weights{file.suffix}"


def loaded(file: Path) -> dict[str, Any]:
    """Raises ModelDamaged."""
    return load_weights(file) if file.suffix == ".safetensors" else load_published(file)


def card_beside(file: Path | None) -> ModelCard | None:
    """Of the model whose weights these are, where one is told."""
    try:
        return read_card(file.parent / CARD) if file is not None else None
    except ModelError:
        return None


def known_to(file: Path | None) -> KnownFilms:
    """Films that these weights, and those before them, learned from."""
    card = card_beside(file)
    if card is not None:
        return known_films(card.data)
    return KnownFilms(complete=file is None)


def _kept(out: Path) -> Path | None:
    return next((out / _KEPT).glob("weights.*"), None)


def _has_begun(out: Path) -> bool:
    return any(out.glob(CHECKPOINT)) or any(out.glob(f"fold-*/{CHECKPOINT}"))


def _is_the_same(request: TrainModel, kept: Path | None) -> bool:
    """The model in use may be another by now, a file may be gone: then the one that was there is meant."""
    start = request.start
    if start == SCRATCH or kept is None:
        return start == SCRATCH and kept is None
    if start == ACTIVE:
        return True
    if Path(start).is_file():
        return file_sha256(Path(start)) == file_sha256(kept)
    named = kept.with_name(_NAMED)
    return named.is_file() and named.read_bytes() == _name_of(Path(start))


def _name_of(file: Path) -> bytes:
    return os.fsencode(file.absolute())  # letters of a name need be no text
