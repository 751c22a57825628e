"""A film, from its file to the network's input, or the reason why not. Needs no torch."""

from __future__ import annotations

import hashlib
import io
import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from xraydesk.errors import Failure, XRayDeskError
from xraydesk.film.film import Film, FilmIdentity, GateFinding, Severity
from xraydesk.film.gate import gate
from xraydesk.film.open import open_film_bytes, read_film_bytes
from xraydesk.film.voi import display_values
from xraydesk.model.heatmap import Crop
from xraydesk.model.model_input import Preprocessing, crop_of, least_side, to_model_input

Opener = Callable[[Path], tuple[Film, str]]  # with the checksum of what it was decoded from

_THUMBNAIL_SIDE = 96  # pixels: 48 on a screen of scale 2


@dataclass(frozen=True, slots=True)
class Preparing:
    """What is to be made of each film. `for_table`: a thumbnail, and whose film it is."""

    preprocessing: Preprocessing
    override: bool = False
    for_table: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class PreparedFilm:
    """One film, ready for the network (`model_input`), or why not (`error`)."""

    path: Path
    model_input: NDArray[np.uint8] | None = None
    crop: Crop | None = None
    warnings: tuple[GateFinding, ...] = ()
    error: Failure | None = None
    refused: bool = False
    override: bool = False  # to be classified whatever speaks against it
    sha256: str = ""
    seconds: float = 0.0
    identity: FilmIdentity | None = field(default=None, repr=False)
    thumbnail: bytes = b""  # JPEG


def prepare_film(path: Path, how: Preparing, *, opener: Opener | None = None) -> PreparedFilm:
    """Decode a film, let the gate look at it, and make the model's input of it. Never raises.

    Without an `opener` the file is read once, and a large JPEG is decoded no finer than the input needs.
    """
    started = time.perf_counter()
    sha256 = ""
    try:
        if opener is None:
            data = read_film_bytes(path)
            sha256 = hashlib.sha256(data).hexdigest()
            film = open_film_bytes(path, data, least_side=least_side(how.preprocessing))
        else:
            film, sha256 = opener(path)
        prepared = replace(_judged(path, film, how), override=how.override)
        if how.for_table:
            prepared = replace(prepared, identity=film.identity, thumbnail=thumbnail(film))
    except Exception as error:  # whatever it is about this film, it costs its row and not the batch
        prepared = PreparedFilm(path, error=_failure(path, error))
    return replace(prepared, sha256=sha256, seconds=time.perf_counter() - started)


def _failure(path: Path, error: Exception) -> Failure:
    if isinstance(error, XRayDeskError):
        return error.failure()
    if isinstance(error, MemoryError):
        return Failure(
            "out_of_memory", f"“{path.name}” is too large for this computer's memory.", "Close programs."
        )
    return Failure("unexpected", f"“{path.name}” could not be read ({type(error).__name__}).")


def _judged(path: Path, film: Film, how: Preparing) -> PreparedFilm:
    findings = gate(film)
    refusal = next((f for f in findings if f.severity is Severity.REFUSAL), None)
    if refusal is not None and not how.override:
        others = tuple(f for f in findings if f is not refusal)
        failure = Failure(refusal.code, refusal.message, refusal.hint)
        return PreparedFilm(path, warnings=others, error=failure, refused=True)
    return PreparedFilm(
        path,
        model_input=to_model_input(film, how.preprocessing),
        crop=crop_of(film, how.preprocessing),
        warnings=findings,
    )


def thumbnail(film: Film) -> bytes:
    """A small grey JPEG of the film under its own window."""
    step = max(1, min(film.height, film.width) // (2 * _THUMBNAIL_SIDE))
    sparse = replace(film, pixels=film.pixels[::step, ::step])
    grey = np.rint(display_values(sparse) * 255.0).astype(np.uint8)
    image = Image.fromarray(grey)
    image.thumbnail((_THUMBNAIL_SIDE, _THUMBNAIL_SIDE), Image.Resampling.BILINEAR)
    file = io.BytesIO()
    image.save(file, format="JPEG", quality=80)
    return file.getvalue()
