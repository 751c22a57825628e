"""The columns of the batch table, in the order they are shown: what decides comes first."""

from __future__ import annotations

from enum import IntEnum

from xraydesk.journal.records import SortKey


class Column(IntEnum):
    FILM = 0
    PREDICTION = 1
    PROBABILITIES = 2
    WARNINGS = 3
    FOLDER = 4
    PATIENT = 5
    STUDY = 6
    STATE = 7
    SECONDS = 8
    NUMBER = 9


OF_IDENTITY = (Column.PATIENT, Column.STUDY)

TITLES = {
    Column.FILM: "Film",
    Column.PREDICTION: "Prediction",
    Column.PROBABILITIES: "Probabilities",
    Column.WARNINGS: "Warnings",
    Column.FOLDER: "Folder",
    Column.PATIENT: "Patient",
    Column.STUDY: "Study",
    Column.STATE: "State",
    Column.SECONDS: "Time",
    Column.NUMBER: "No.",
}
IN_MENUS = TITLES | {Column.NUMBER: "Order found"}

SORT_KEYS = {
    Column.FILM: SortKey.NAME,
    Column.PREDICTION: SortKey.PREDICTION,
    Column.PROBABILITIES: SortKey.SUSPICION,
    Column.WARNINGS: SortKey.WARNINGS,
    Column.FOLDER: SortKey.FOLDER,
    Column.PATIENT: SortKey.PATIENT,
    Column.STUDY: SortKey.STUDY,
    Column.STATE: SortKey.STATE,
    Column.SECONDS: SortKey.SECONDS,
    Column.NUMBER: SortKey.NUMBER,
}
SORTED_COLUMN = {key: column for column, key in SORT_KEYS.items()} | {
    SortKey.PROBABILITY: Column.PROBABILITIES
}

# What one wants to see first of these: the highest, the most, the longest.
FIRST_DESCENDING = frozenset({SortKey.SUSPICION, SortKey.PROBABILITY, SortKey.WARNINGS, SortKey.SECONDS})
