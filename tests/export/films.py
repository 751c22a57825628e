"""Rows of a journal with known contents."""

from __future__ import annotations

from pathlib import Path

from tests.export.results import CLASSES, LATERAL
from xraydesk.errors import Failure
from xraydesk.film.film import FilmIdentity
from xraydesk.film.open import film_sha256
from xraydesk.journal.records import Batch, BatchCounts, BatchEnd, FilmRecord, FilmState, NewBatch
from xraydesk.model.model_input import Preprocessing
from xraydesk.model.prediction import Prediction

SOMEBODY = FilmIdentity(patient_name="ROSSI^ANNA", patient_id="PID-4711", study_date="20210715")


def record(
    number: int,
    path: Path | str,
    shares: tuple[float, float, float] | None = (0.06, 0.03, 0.91),
    **fields: object,
) -> FilmRecord:
    """A film that was read, or with no `shares` one that could not be."""
    sha256 = film_sha256(Path(path)) or "cd34"
    base: dict[str, object] = {"device": "cpu", "seconds": 0.0412, "sha256": sha256, "identity": SOMEBODY}
    if shares is None:
        base |= {
            "state": FilmState.FAILED,
            "error": Failure("film_truncated", "It is cut short.", "Copy it."),
        }
    else:
        label = CLASSES[shares.index(max(shares))]
        base |= {"state": FilmState.READ, "prediction": Prediction(label, CLASSES, shares)}
        base |= {"warnings": (LATERAL,)}
    return FilmRecord(number, number, Path(path), **{**base, **fields})  # type: ignore[arg-type]


def batch_of(*places: str, name: str = "ward", **fields: object) -> Batch:
    told = NewBatch(
        tuple(Path(place) for place in places or ("/ward",)),
        name,
        "dlh-covid-1",
        "DLH_COVID",
        "1.0",
        "ab12cd34ef567890",
        CLASSES,
        Preprocessing(),
    )
    counts = BatchCounts(read=2, failed=1, skipped=4, labels=(("NORMAL", 1), ("PNEUMONIA", 1)))
    whole: dict[str, object] = {"all_found": True, "end": BatchEnd.DONE, "counts": counts}
    return Batch(1, "2026-11-21T22:03:11", told, **{**whole, **fields})  # type: ignore[arg-type]
