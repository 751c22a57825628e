"""Is this installation whole? Every part is really run once, on films and weights that ship with the program."""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np

from xraydesk import paths
from xraydesk.errors import XRayDeskError
from xraydesk.film.codec_plugins import decoded_by
from xraydesk.film.open import open_film
from xraydesk.jobs import JobContext
from xraydesk.journal.journal import Journal
from xraydesk.journal.records import FinishedFilm, NewBatch
from xraydesk.model.card import ModelCard
from xraydesk.model.heatmap import Crop
from xraydesk.network.selfcheck import largest_difference, loss_falls
from xraydesk.registry.registry import Registry
from xraydesk.workflows.classify_film import FilmReader
from xraydesk.workflows.find_lungs import lung_finder, lungs_within

_WINDOW_LIMIT_S = 180
_TOLERANCE = 1e-4
# Each decodes the film of its own, since for some syntaxes another library would step in.
_LIBRARIES = {
    "Pillow": ("PIL", "pillow", "jpeg_baseline_lossy"),
    "gdcm": ("gdcm", "gdcm", "jpeg_lossless"),
    "pyjpegls": ("jpeg_ls", "pyjpegls", "jpeg_ls"),
    "pylibjpeg-openjpeg": ("openjpeg", "pylibjpeg", "jpeg_2000"),
    "pylibjpeg-rle": ("rle", "pylibjpeg", "rle"),
}


@dataclass(frozen=True, slots=True)
class Check:
    name: str
    passed: bool
    detail: str


def selftest(ctx: JobContext, *more: tuple[str, Callable[[], str]]) -> list[Check]:
    """One Check a part; never raises but Cancelled. `more`: parts of rooms above, that say how they are or raise."""
    parts: list[tuple[str, Callable[[], str]]] = [
        ("codec films", _codec_films),
        *((f"codec {film.stem}", _codec(film)) for film in _films_of_codecs()),
        *((f"library {name}", partial(_library, *trial)) for name, trial in _LIBRARIES.items()),
        ("model", _model),
        ("network", _network),
        ("heatmap", _heatmap),
        ("lungs", _lungs),
        ("training step", _training_step),
        ("journal", _journal),
        *more,
        ("window", _window),
    ]
    checks = []
    for name, run in parts:
        ctx.check_cancelled()
        checks.append(_checked(name, run))
        ctx.progress(len(checks), len(parts), name)
    return checks


def _folder(name: str) -> Path:
    return paths.resources() / name


def _checked(name: str, run: Callable[[], str]) -> Check:
    try:
        return Check(name, passed=True, detail=run())
    except XRayDeskError as error:
        return Check(name, passed=False, detail=str(error.failure()))
    except Exception as error:  # whatever breaks, IT wants to read it
        return Check(name, passed=False, detail=f"{type(error).__name__}: {error}")


def _require(condition: bool, complaint: str) -> None:
    if not condition:
        raise RuntimeError(complaint)


def _films_of_codecs() -> list[Path]:
    return sorted(_folder("codecs").glob("*.dcm"))


def _codec_films() -> str:
    count = len(_films_of_codecs())
    _require(count > 0, "the films to try the codecs on are missing")
    return f"{count} transfer syntaxes to try"


def _codec(film: Path) -> Callable[[], str]:
    """Each codec film holds the same pixels; the lossless ones to the last bit."""

    def run() -> str:
        pixels = open_film(film).pixels.astype(np.int64)
        wanted = np.load(_folder("codecs") / "pixels.npy", allow_pickle=False).astype(np.int64)
        furthest = int(np.abs(pixels - wanted).max())
        allowed = 12 if "lossy" in film.stem else 0
        _require(furthest <= allowed, f"decoded wrongly, off by {furthest}")
        return f"{pixels.shape[1]} x {pixels.shape[0]}, off by {furthest} at most"

    return run


def _library(module: str, plugin: str, film: str) -> str:
    pixels = decoded_by(module, plugin, _folder("codecs") / f"{film}.dcm")
    return "loads" if pixels is None else f"decodes {film.replace('_', ' ')}"


def _sample() -> Path:
    return _folder("sample") / "phantom.dcm"


def _model() -> str:
    card = Registry().active().card
    result = FilmReader(Registry().active(), "cpu").read(_sample())
    _require(result.prediction is not None, str(result.error))
    return f"{card.name} {card.version} read the sample film"


def _network() -> str:
    furthest = largest_difference()
    _require(furthest < _TOLERANCE, f"fast and reference network differ by {furthest:.1e}")
    return f"fast and reference network differ by {furthest:.1e} at most"


def _heatmap() -> str:
    heatmaps = FilmReader(Registry().active(), "cpu").read(_sample()).heatmaps
    _require(bool(heatmaps), "no heatmap was made")
    _require(any(float(heatmap.coarse.max()) == 1.0 for heatmap in heatmaps), "all heatmaps are empty")
    return f"{len(heatmaps)} classes"


def _lungs() -> str:
    film = open_film(_sample())
    lungs = lungs_within(film, Crop(0, 0, film.full_width, film.full_height), lung_finder())
    _require(lungs is not None, "none were found on the sample film")
    assert lungs is not None
    return f"found on {lungs.mean():.0%} of the sample film"


def _training_step() -> str:
    before, after = loss_falls()
    _require(after < before, f"the loss went from {before:.3f} to {after:.3f}")
    return f"the loss went from {before:.3f} to {after:.3f}"


def _journal() -> str:
    """In the user's own place, since that is where it must work."""
    place = paths.user_journal().parent
    place.mkdir(parents=True, exist_ok=True)
    model = Registry().active()
    result = FilmReader(model, "cpu").read(_sample())
    with tempfile.TemporaryDirectory(prefix="selftest-", dir=place) as folder:
        file = Path(folder) / "journal.sqlite"
        with closing(Journal(file)) as journal:
            batch = journal.start(_batch_for(model.card))
            journal.add_films(batch, [_sample()])
            ((film, _),) = journal.waiting(batch)
            journal.write(batch, [FinishedFilm(film, result)])
        with closing(Journal(file)) as journal:
            read = journal.batch(batch).counts.read
    _require(read == 1, "a film that was written could not be found again")
    return "a film was written and found again"


def _batch_for(card: ModelCard) -> NewBatch:
    return NewBatch(
        (_sample().parent,),
        "Self-test",
        card.id,
        card.name,
        card.version,
        card.sha256,
        card.classes,
        card.preprocessing,
    )


def _window() -> str:
    """The program starts itself without a display, reads the sample film and paints its window."""
    with tempfile.TemporaryDirectory(prefix="xraydesk-") as folder:
        picture = Path(folder) / "window.png"
        done = subprocess.run(
            [*paths.program(), "--headless", str(_sample()), "--picture", str(picture)],
            env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
            stdin=subprocess.DEVNULL,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=_WINDOW_LIMIT_S,
            check=False,
        )
        _require(
            done.returncode == 0 and picture.is_file(),
            f"it ended with {done.returncode}: {done.stderr[-300:]}",
        )
        return f"painted, {picture.stat().st_size // 1024} kB"
