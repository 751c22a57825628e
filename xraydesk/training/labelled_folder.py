"""Labelled films: a folder with one sub-folder per class, or a CSV manifest."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import os
import re
import unicodedata
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import zip_longest
from pathlib import Path
from types import MappingProxyType

from xraydesk.errors import LabelledFolderError, UsageError
from xraydesk.film.folder import FoundFile, deserves_a_row, find_films, found_at, is_folder, is_passed_over
from xraydesk.training.film_facts import names_nobody

FEWEST_PER_CLASS = 10
_COLUMNS = {"file", "label"}
_NAMED = 3  # folders of which none is found in; the others are counted

Choices = Mapping[Path, str | None]  # what a person decided: another class, or None to leave the film out
NO_CHOICES: Choices = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class LabelledFilm:
    path: Path
    label: str
    group: str  # films of one patient, or near copies of each other, share it
    source: str = ""
    licence: str = ""
    patient: str = ""  # where the manifest or the file's name tells; of a film that was read, its header too


@dataclass(frozen=True, slots=True)
class LabelledFolder:
    root: Path
    films: tuple[LabelledFilm, ...]
    classes: tuple[str, ...]
    not_seen: tuple[
        FoundFile, ...
    ] = ()  # folders and archives that could not be looked into, or hold no film
    loose: tuple[Path, ...] = ()  # films beside the folders of classes, which have none

    def counts(self) -> dict[str, int]:
        found = Counter(film.label for film in self.films)
        return {name: found[name] for name in self.classes}


def not_seen_words(folder: LabelledFolder) -> str:
    """Which class folders and archives no film was found in, and which films are in no class; "" where none are."""
    words = []
    if folder.not_seen:
        words.append(
            f"No films were found in {_named([each.path for each in folder.not_seen], folder.root)}."
        )
    if folder.loose:
        lie = f"{len(folder.loose):,} films lie" if len(folder.loose) > 1 else "1 film lies"
        words.append(f"{lie} in no class folder and will not be used: {_named(folder.loose, folder.root)}.")
    return " ".join(words)


def _named(places: Sequence[Path], root: Path) -> str:
    names = [os.path.relpath(place, root) for place in places]
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(names[:_NAMED]) + more


def films_digest(folder: LabelledFolder) -> str:
    """Changes when a film comes, goes, or changes its label, group or source, and with it the split."""
    digest = hashlib.sha256()
    for film in folder.films:
        name = os.path.relpath(film.path, folder.root)
        digest.update(json.dumps([name, film.label, film.group, film.source]).encode())
    return digest.hexdigest()


def read_labelled_folder(
    root: Path,
    manifest: Path | None = None,
    *,
    least: int = FEWEST_PER_CLASS,
    patient_pattern: str = "",
    choices: Choices = NO_CHOICES,
) -> LabelledFolder:
    """Raises LabelledFolderError, naming what is missing, unless two classes have `least` films each.

    Without a manifest every film is its own group; classes are in alphabetical order. Files that are named as
    films are taken for films, whether they can be read or not. `patient_pattern`, a regular expression with one
    group, finds the patient in a file's name; raises UsageError for another.
    """
    if not root.is_dir():
        raise LabelledFolderError(
            f"{root} is no folder.", hint="Choose the folder that holds one sub-folder per class.", path=root
        )
    films, not_seen, loose = (_from_manifest(root, manifest), [], []) if manifest else _from_sub_folders(root)
    if patient_pattern:
        films = _with_patients(films, patient_pattern, listed=manifest is not None)
    films = _as_chosen(films, choices)
    classes = tuple(sorted({film.label for film in films}))
    folder = LabelledFolder(root, tuple(films), classes, tuple(not_seen), tuple(loose))
    require_enough(folder, least)
    return folder


def _with_patients(films: list[LabelledFilm], pattern: str, *, listed: bool) -> list[LabelledFilm]:
    """What a list keeps together stays together: `listed` films keep their groups, and have patients besides."""
    try:
        compiled = re.compile(pattern)
    except re.error as error:
        raise UsageError(
            f"“{pattern}” is no pattern: {error}.",
            hint="As in (patient\\d+)_: the bracket holds the patient.",
        ) from error
    if compiled.groups != 1:
        raise UsageError(
            f"“{pattern}” must have one pair of brackets around what names the patient.",
            hint="As in (patient\\d+)_.",
        )
    found = ((film, compiled.search(film.path.name)) for film in films)
    return [
        replace(film, patient=match[1], group=film.group if listed else f"patient {match[1]}")
        if match and match[1]
        else film
        for film, match in found
    ]


def _as_chosen(films: list[LabelledFilm], choices: Choices) -> list[LabelledFilm]:
    chosen = ((film, choices.get(film.path, film.label)) for film in films)
    return [replace(film, label=label) for film, label in chosen if label is not None]


def _from_sub_folders(root: Path) -> tuple[list[LabelledFilm], list[FoundFile], list[Path]]:
    """The films, what no film was found in, and the films that lie beside the folders."""
    try:
        entries = sorted(entry for entry in root.iterdir() if not is_passed_over(entry.name))
    except OSError as error:
        raise LabelledFolderError(
            f"{root} cannot be read: {error.strerror or error}.",
            hint="Ask for the right to read it, or choose another folder.",
            path=root,
        ) from error
    labels = [entry for entry in entries if is_folder(entry)]
    beside = (entry for entry in entries if not _is_container(entry))
    films, not_seen = list[LabelledFilm](), list[FoundFile]()
    for label in labels:
        name, found = _class_name(label.name), list(find_films([label]))
        own = [
            LabelledFilm(file.path, name, str(file.path.relative_to(root)))
            for file in found
            if deserves_a_row(file)
        ]
        closed = [file for file in found if not file.is_film and _is_container(file.path)]
        films += own
        not_seen += closed if own or closed else [FoundFile(label, "It holds no films.")]
    loose = [path for path in beside if any(file.is_film for file in found_at(path))]
    return films, not_seen, loose


def _is_container(path: Path) -> bool:
    return is_folder(path) or path.suffix.lower() == ".zip"


def _class_name(text: str) -> str:
    """The same letters whether a system composes them or not: folders of a Mac come with others."""
    return unicodedata.normalize("NFC", text.strip())


def _from_manifest(root: Path, manifest: Path) -> list[LabelledFilm]:
    try:
        rows = _rows(manifest.read_bytes().decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise LabelledFolderError(
            f"{manifest.name} is no text in UTF-8.", hint="Save it as CSV, UTF-8.", path=manifest
        ) from error
    except (OSError, csv.Error) as error:
        raise LabelledFolderError(
            f"{manifest.name} cannot be read: {error}.", hint="Save it as CSV, UTF-8.", path=manifest
        ) from error
    if not rows or not rows[0].keys() >= _COLUMNS:
        raise LabelledFolderError(
            f"{manifest.name} has no columns 'file' and 'label'.",
            hint="The first line of a manifest names its columns; 'patient', 'group', 'source' may follow.",
            path=manifest,
        )
    return [
        _manifest_film(root, manifest, number, row)
        for number, row in enumerate(rows, start=2)
        if any(cell.strip() for cell in row.values())  # spreadsheets leave empty rows
    ]


def _rows(text: str) -> list[dict[str, str]]:
    """As spreadsheets of all countries write them: columns apart by commas, semicolons or tabs, names in any case."""
    if text.lower().startswith("sep="):
        text = text.partition("\n")[2]
    head = text.splitlines()[0] if text else ""
    for delimiter in sorted(",;\t", key=head.count, reverse=True):  # a title may hold the others, too
        table = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
        names = [name.strip().casefold() for name in next(table, [])]
        if set(names) >= _COLUMNS:
            break
    return [dict(zip_longest(names, cells[: len(names)], fillvalue="")) for cells in table if cells]


def _manifest_film(root: Path, manifest: Path, number: int, row: dict[str, str]) -> LabelledFilm:
    file, label = row["file"].strip(), _class_name(row["label"])
    if not file or not label:
        raise LabelledFolderError(
            f"Line {number} of {manifest.name} lacks a file or a label.",
            hint="Fill it in or delete the line.",
        )
    patient, group = (_somebody(row.get(column) or "") for column in ("patient", "group"))
    group = group or patient or file
    source, licence = (row.get("source") or "").strip(), (row.get("licence") or "").strip()
    path = root / file
    if "\\" in file and not os.path.exists(path):  # noqa: PTH110 - written on Windows; Path.exists may raise
        path = root / file.replace("\\", "/")
    return LabelledFilm(Path(os.path.normpath(path)), label, group, source, licence, patient)


def _somebody(cell: str) -> str:
    """Films whose patient nobody knows are not those of one patient."""
    return "" if names_nobody(cell) else cell.strip()


def require_enough(folder: LabelledFolder, least: int = FEWEST_PER_CLASS) -> None:
    """Raises LabelledFolderError, naming what is missing."""
    counts = folder.counts()
    if not counts:
        raise LabelledFolderError(
            f"{folder.root} holds no sub-folders with films.",
            hint="Make one sub-folder per class and put its films there, or name a manifest.",
        )
    if len(counts) < min(2, least):
        raise LabelledFolderError(
            f"All films are of one class, {next(iter(counts))}: training needs two or more.",
            hint="Make one sub-folder per class and put its films there.",
        )
    few = [f"{name} ({count})" for name, count in counts.items() if count < least]
    if few:
        raise LabelledFolderError(
            f"Too few films of {', '.join(few)}: training needs at least {least} of each class.",
            hint="Add films, or leave the class out.",
        )
