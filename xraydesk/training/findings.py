"""What the data doctor says, as a record."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    REFUSAL = "refusal"  # training cannot start
    WARNING = "warning"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class DoctorFinding:
    """One thing that may spoil a training, in words; `films` are positions in the folder that was looked through.

    Codes: too_few, few, alike_classes, imbalance, unreadable, not_seen, exact_duplicates, near_duplicates,
    duplicates_across_classes, patient_in_two_classes, no_chest_film, small_films, shortcut.
    """

    code: str
    severity: Severity
    message: str
    hint: str = ""
    films: tuple[int, ...] = ()
