"""A real journal with a small batch of drawn films in it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from tests.ui.films_for_tests import content_of
from xraydesk.errors import Failure
from xraydesk.film.film import FilmIdentity, GateFinding, Severity
from xraydesk.journal.journal import Journal
from xraydesk.journal.records import FinishedFilm, NewBatch
from xraydesk.model.film_result import FilmResult
from xraydesk.model.model_input import Preprocessing
from xraydesk.model.prediction import INDETERMINATE, Prediction

CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")
LATERAL = GateFinding("lateral", Severity.WARNING, "This may be a lateral view.", "Check the view.")
SAME = GateFinding("same_film", Severity.WARNING, "The same film as IM-0001.dcm.")
CT = Failure("ct", "No chest film: this is a CT slice.", "If it is one all the same, classify it.")
TRUNCATED = Failure("film_truncated", "The file ends too early.", "Copy it again from where it came from.")


def picture(seed: int = 0) -> bytes:
    """A thumbnail as the journal keeps it, drawn, of nobody."""
    y, x = np.mgrid[-1:1:96j, -1:1:80j]
    lungs = np.exp(-(((np.abs(x) - 0.42) / 0.22) ** 2 + (y / 0.6) ** 2) * 2)
    grey = np.clip(190 - 150 * lungs + 8 * np.sin(seed + 9 * y), 0, 255).astype(np.uint8)
    written = BytesIO()
    Image.fromarray(grey).save(written, "JPEG", quality=80)
    return written.getvalue()


def read(
    film_id: int,
    path: Path,
    probabilities: Sequence[float] = (0.06, 0.03, 0.91),
    *,
    warnings: tuple[GateFinding, ...] = (),
    identity: FilmIdentity | None = None,
    thumbnail: bytes = b"",
    sha256: str = "",
) -> FinishedFilm:
    top = max(range(len(probabilities)), key=probabilities.__getitem__)
    label = CLASSES[top] if probabilities[top] >= 0.5 else INDETERMINATE
    prediction = Prediction(label, CLASSES, tuple(probabilities))
    result = FilmResult(
        path, prediction, warnings=warnings, device="cpu", seconds=0.034, sha256=sha256 or content_of(path)
    )
    return FinishedFilm(film_id, result, identity, thumbnail)


def failed(film_id: int, path: Path, failure: Failure = TRUNCATED) -> FinishedFilm:
    return FinishedFilm(film_id, FilmResult(path, error=failure))


def refused(film_id: int, path: Path, *, thumbnail: bytes = b"") -> FinishedFilm:
    return FinishedFilm(film_id, FilmResult(path, error=CT, refused=True), None, thumbnail)


@dataclass
class BatchOfFilms:
    """`ids` in the order found; the journal stays open for what happens later."""

    journal: Journal
    file: Path
    batch: int
    ids: list[int] = field(default_factory=list)
    paths: list[Path] = field(default_factory=list)

    def add(self, names: Iterable[str | Path]) -> None:
        self.journal.add_films(self.batch, [Path("/films") / name for name in names])
        found = self.journal.waiting(self.batch, after=max(self.ids, default=0), limit=1_000_000)
        self.ids += [film_id for film_id, _path in found]
        self.paths += [path for _film_id, path in found]

    def write(self, *films: FinishedFilm) -> None:
        self.journal.write(self.batch, films)

    def read(self, place: int, probabilities: Sequence[float] = (0.06, 0.03, 0.91), **more: object) -> None:
        self.write(read(self.ids[place], self.paths[place], probabilities, **more))  # type: ignore[arg-type]


def new_batch(journal: Journal, file: Path, model: str = "DLH_COVID") -> BatchOfFilms:
    told = NewBatch((Path("/films"),), "films", model, model, "1.0", "0" * 64, CLASSES, Preprocessing())
    return BatchOfFilms(journal, file, journal.start(told))
