"""Batches and finished films with known contents."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np

from xraydesk.errors import Failure
from xraydesk.film.film import FilmIdentity, GateFinding, Severity
from xraydesk.journal.journal import Journal
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import FinishedFilm, NewBatch
from xraydesk.model.film_result import FilmResult
from xraydesk.model.heatmap import Crop, Heatmap
from xraydesk.model.model_input import PAPER_PREPROCESSING
from xraydesk.model.prediction import Prediction

CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")
CROP = Crop(0, 10, 40, 50)
LATERAL = GateFinding("lateral", Severity.WARNING, "This may be a lateral view.", "Look at the film.")
NO_CHEST = Failure("no_chest", "No chest film: this is a CT slice.", "Choose another film.")
CUT_SHORT = Failure("film_truncated", "The film is cut short.", "Copy it again.")
SOMEBODY = FilmIdentity(
    patient_name="Müller^Änne",
    patient_id="4711",
    birth_date="19500101",
    sex="F",
    study_date="20210715",
    study_description="Thorax im Liegen",
    accession_number="A-9",
    institution="Mercy",
)


@contextmanager
def journal_at(file: Path) -> Iterator[Journal]:
    journal = Journal(file)
    try:
        yield journal
    finally:
        journal.close()


@contextmanager
def reader_of(file: Path) -> Iterator[JournalReader]:
    reader = JournalReader(file)
    try:
        yield reader
    finally:
        reader.close()


def told(
    *places: str,
    classes: tuple[str, ...] = CLASSES,
    name: str = "ward",
    override: bool = False,
    watch: bool = False,
    csv: Path | None = None,
) -> NewBatch:
    return NewBatch(
        places=tuple(Path(place) for place in places or ("/ward",)),
        name=name,
        model_id="dlh-covid-1",
        model_name="DLH_COVID",
        model_version="1.0",
        model_sha256="ab12",
        classes=classes,
        preprocessing=PAPER_PREPROCESSING,
        override=override,
        watch=watch,
        csv=csv,
    )


def read(
    film_id: int,
    path: Path | str,
    probabilities: tuple[float, ...] = (0.06, 0.03, 0.91),
    *,
    label: str = "",
    classes: tuple[str, ...] = CLASSES,
    warnings: tuple[GateFinding, ...] = (),
    identity: FilmIdentity | None = None,
    seconds: float = 0.0412,
    sha256: str = "cd34",
    thumbnail: bytes = b"",
) -> FinishedFilm:
    """Read as the class with the highest probability, with a heatmap for each class."""
    label = label or classes[int(np.argmax(probabilities))]
    heat = np.linspace(0.0, 1.0, 14 * 12, dtype=np.float32).reshape(14, 12)
    result = FilmResult(
        Path(path),
        Prediction(label, classes, probabilities),
        tuple(Heatmap(name, heat**place, CROP) for place, name in enumerate(classes, 1)),
        CROP,
        warnings=warnings,
        model_id="dlh-covid-1",
        model_name="DLH_COVID",
        model_version="1.0",
        model_sha256="ab12",
        device="cpu",
        seconds=seconds,
        sha256=sha256,
    )
    return FinishedFilm(film_id, result, identity, thumbnail)


def unread(
    film_id: int,
    path: Path | str,
    error: Failure = CUT_SHORT,
    *,
    refused: bool = False,
    warnings: tuple[GateFinding, ...] = (),
    identity: FilmIdentity | None = None,
    sha256: str = "",
) -> FinishedFilm:
    """Refused by the gate, or one that could not be read."""
    result = FilmResult(
        Path(path),
        error=error,
        refused=refused,
        warnings=warnings,
        model_id="dlh-covid-1",
        model_name="DLH_COVID",
        model_version="1.0",
        model_sha256="ab12",
        device="cpu",
        seconds=0.25,
        sha256=sha256,
    )
    return FinishedFilm(film_id, result, identity)
