"""Films with a reader's class, as a training takes them: copied into class folders, or a list that refers to them."""

from __future__ import annotations

import csv
import hashlib
import secrets
import shutil
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from xraydesk.errors import FilmError, FilmNotFound, OutputError, UsageError
from xraydesk.export.atomic import naming_failures, whole_file
from xraydesk.export.heatmap_files import make_folder
from xraydesk.export.safe_names import alike, numbered, safe_name
from xraydesk.film.folder import is_passed_over
from xraydesk.film.open import read_film_bytes
from xraydesk.jobs import JobContext
from xraydesk.journal.opinions import Opinion
from xraydesk.presentation.wording import count_words

MANIFEST_COLUMNS = ("file", "label")


@dataclass(slots=True)
class Handed:
    """How many films of each class were handed on, and how many were left out, and why."""

    films: Counter[str] = field(default_factory=Counter)
    gone: int = 0
    changed: int = 0
    unreadable: int = 0
    unwritable: int = 0  # names that a list cannot hold

    @property
    def left_out(self) -> int:
        return self.gone + self.changed + self.unreadable + self.unwritable

    def left_out_words(self) -> Iterator[str]:
        if self.gone:
            yield f"{count_words(self.gone, 'film')} not found where they were, and left out."
        if self.changed:
            yield f"{count_words(self.changed, 'film')} changed since your opinion, and left out."
        if self.unreadable:
            yield f"{count_words(self.unreadable, 'film')} could not be read, and left out."
        if self.unwritable:
            yield f"{count_words(self.unwritable, 'film')} left out: a list cannot hold their names; copy them."

    def require_some(self) -> None:
        """Before anything is put in the place of what was there. Raises UsageError."""
        if not self.films:
            raise UsageError(
                f"No film is left to hand on. {' '.join(self.left_out_words())}",
                hint="Bring the films back to where you read them." if self.gone else "",
            )


def copy_films(target: Path, opinions: Sequence[Opinion], ctx: JobContext) -> Handed:
    """Each film to `<target>/<class>/<its name>`; `target` is new, whole or not there.

    Raises UsageError where no film is left, OutputError, Cancelled.
    """
    handed = Handed()
    with _whole_folder(target.absolute()) as part:
        places = _Places(part)
        for opinion, data in _unchanged(opinions, handed, ctx, "copying films"):
            place = places.of(opinion)
            with naming_failures(target):
                place.parent.mkdir(exist_ok=True)
                place.write_bytes(data)
            handed.films[opinion.label] += 1
        handed.require_some()
    return handed


def refer_to_films(target: Path, opinions: Sequence[Opinion], ctx: JobContext) -> Handed:
    """A CSV manifest of whole paths and classes, and of nothing else.

    Raises UsageError where no film is left, OutputError, Cancelled.
    """
    handed = Handed()
    with whole_file(target) as part, part.open("w", encoding="utf-8", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(MANIFEST_COLUMNS)
        for opinion, _ in _unchanged(opinions, handed, ctx, "looking for films"):
            row = (str(opinion.path.absolute()), opinion.label)
            if _is_kept_by_a_list(row):
                rows.writerow(row)
                handed.films[opinion.label] += 1
            else:
                handed.unwritable += 1
        handed.require_some()
    return handed


def _unchanged(
    opinions: Sequence[Opinion], handed: Handed, ctx: JobContext, what: str
) -> Iterator[tuple[Opinion, bytes]]:
    """The films that are still what the reader judged, with their bytes; the others are counted."""
    for number, opinion in enumerate(opinions):
        ctx.check_cancelled()
        ctx.progress(number, len(opinions), what)
        try:
            data = read_film_bytes(opinion.path)
        except FilmNotFound:
            handed.gone += 1
        except FilmError:
            handed.unreadable += 1
        else:
            if hashlib.sha256(data).hexdigest() == opinion.sha256:
                yield opinion, data
            else:
                handed.changed += 1


def _is_kept_by_a_list(row: tuple[str, ...]) -> bool:
    """Bytes that are no letters, and spaces at the ends, do not come back from a manifest."""
    return all(text == text.strip() and text.encode("utf-8", "replace").decode() == text for text in row)


class _Places:
    """A folder for each class, a name for each film; on no system do two of them become one."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._folders: dict[str, str] = {}
        self._used: Counter[tuple[str, str]] = Counter()

    def of(self, opinion: Opinion) -> Path:
        label = unicodedata.normalize("NFC", opinion.label)  # as a training takes it
        folder = self._folders.get(label)
        if folder is None:
            folder = self._folders[label] = self._free("", _seen_name(label))
        return self._root / folder / self._free(folder, _seen_name(opinion.path.name))

    def _free(self, folder: str, wanted: str) -> str:
        used, first = self._used, (folder, alike(wanted))
        while True:
            used[first] += 1
            name = numbered(wanted, used[first])
            if name == wanted or not used[folder, alike(name)]:
                used[folder, alike(name)] |= 1
                return name


def _seen_name(name: str) -> str:
    """A name that a training does not pass over: what begins with a dot is hidden, a DICOMDIR is no film."""
    seen = safe_name(name.lstrip(". "))
    return f"_{seen}" if is_passed_over(seen) else seen


@contextmanager
def _whole_folder(target: Path) -> Iterator[Path]:
    """A hidden folder to write into; it becomes `target` at the end, and goes if anything fails."""
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise OutputError(f"{target.name} is there already.", hint="Choose a new folder.", path=target)
    make_folder(target.parent)
    part = target.with_name(f".{target.name[:40]}.{secrets.token_hex(4)}.part")
    with naming_failures(target):
        part.mkdir()
        try:
            yield part
            if target.is_dir():
                target.rmdir()
            part.replace(target)
        except BaseException:
            shutil.rmtree(part, ignore_errors=True)
            raise
