"""Films into a folder for each class, by copying or moving, and back again by the list that is left."""

from __future__ import annotations

import errno
import os
from collections import Counter
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from xraydesk.errors import Cancelled, FilmError, OutputError
from xraydesk.export.atomic import output_error
from xraydesk.export.heatmap_files import make_folder
from xraydesk.export.safe_names import alike, numbered, safe_name
from xraydesk.export.taking import changed_since_read, digest, is_in_archive, moved, size_of, take
from xraydesk.export.undo_list import TakenFilm, UndoListWriter, read_undo_list
from xraydesk.jobs import JobContext
from xraydesk.journal.records import FilmRecord, FilmState
from xraydesk.presentation.wording import film_name

NOT_READ = "not read"
_UNUSABLE_NAME = (errno.ENAMETOOLONG, errno.EINVAL, errno.EILSEQ)


@dataclass(slots=True)
class Sorted:
    """What became of the films; `left` are names and reasons of those that stay where they were."""

    undo_list: Path
    folders: Counter[str] = field(default_factory=Counter)
    moved: int = 0
    copied: int = 0
    waiting: int = 0
    in_place: int = 0  # lay in the folder of their class already
    left: list[tuple[str, str]] = field(default_factory=list)


def sort_films(
    target: Path, films: Iterable[FilmRecord], ctx: JobContext, *, move: bool, total: int = 0
) -> Sorted:
    """Each film to `<target>/<class>/<its name>`, films without a result to NOT_READ; waiting ones stay.

    So does a film that has changed since it was read. Overwrites nothing: a second film of a name gets " (2)".
    Films in archives and links are copied, also when others are moved. Raises OutputError, and Cancelled between
    two films; what was done by then can be undone by the list, as after a kill at any moment.
    """
    target = target.absolute()
    make_folder(target)
    with UndoListWriter(_free_list(target)) as undo:
        sorter = _Sorter(target, undo, move=move)
        try:
            for place, film in enumerate(films):
                ctx.progress(place, total, "moving films" if move else "copying films")
                ctx.check_cancelled()
                sorter.sort(film)
        except Cancelled as error:
            raise Cancelled(f"Cancelled. {_so_far(sorter.done)}") from error
        except OutputError as error:
            hint = f"{error.hint} {_so_far(sorter.done)}"
            raise OutputError(error.message, hint=hint, path=error.path) from error
    return sorter.done


def _so_far(done: Sorted) -> str:
    count = done.moved + done.copied
    if count == 0:
        return "No film was sorted yet."
    return f"Films sorted by then: {count}; {done.undo_list.name} brings them back."


def _free_list(target: Path) -> Path:
    name = f"xraydesk-undo-{datetime.now():%Y-%m-%d-%H%M%S}.jsonl"
    number = 1
    while os.path.lexists(target / numbered(name, number)):
        number += 1
    return target / numbered(name, number)


class _Sorter:
    def __init__(self, target: Path, undo: UndoListWriter, *, move: bool) -> None:
        self.done = Sorted(undo.path)
        self._target = target
        self._undo = undo
        self._move = move
        self._folders: dict[str, str] = {}  # of each class
        self._made: set[Path] = set()
        self._used: Counter[tuple[Path, str]] = Counter()

    def sort(self, film: FilmRecord) -> None:
        if film.state is FilmState.WAITING:
            self.done.waiting += 1
            return
        folder = self._target / self._folder_of(film)
        if film.path.parent == folder:
            self.done.in_place += 1
            return
        try:
            is_gone = self._taken(film, folder)
        except FilmError as error:
            self.done.left.append((film_name(film.path), error.message))
        except OutputError as error:
            if getattr(error.__cause__, "errno", 0) not in _UNUSABLE_NAME:
                raise
            self.done.left.append((film_name(film.path), error.message))
        else:
            self.done.folders[folder.name] += 1
            self.done.moved += is_gone
            self.done.copied += not is_gone

    def _folder_of(self, film: FilmRecord) -> str:
        if film.prediction is None:
            return NOT_READ
        label, classes = film.prediction.label, film.prediction.classes
        if label not in self._folders:
            self._folders = _folder_names(classes if label in classes else (*classes, label))
        return self._folders[label]

    def _taken(self, film: FilmRecord, folder: Path) -> bool:
        if film.sha256 and digest(film.path) != film.sha256:  # it would go by the reading of another film
            raise changed_since_read(film.path)
        size = size_of(film.path)
        self._make(folder)
        while True:
            place = self._free_place(folder, safe_name(film.path.name))
            noted = self._undo.note_film(film.path.absolute(), place, move=self._move, size=size)
            with suppress(FileExistsError):  # it came between looking and taking
                return take(noted)

    def _make(self, folder: Path) -> None:
        if folder in self._made:
            return
        if not folder.is_dir():
            self._undo.note_folder(folder)
            make_folder(folder)
        self._made.add(folder)

    def _free_place(self, folder: Path, name: str) -> Path:
        """A name in `folder` that nothing has; thousands of the same name are not tried one by one."""
        key = (folder, name.casefold())
        while True:
            self._used[key] += 1
            place = folder / numbered(name, self._used[key])
            if not os.path.lexists(place):
                return place


def _folder_names(classes: Sequence[str]) -> dict[str, str]:
    """One for each class, never hidden; on no system do two of them become one."""
    names = dict[str, str]()
    used = {NOT_READ}
    for label in classes:
        wanted, number = safe_name(label.lstrip(". ")), 1
        while (key := alike(name := numbered(wanted, number))) in used:
            number += 1
        used.add(key)
        names[label] = name
    return names


@dataclass(slots=True)
class Undone:
    """`left`: names of films that could not be brought back, and why."""

    back: int = 0
    removed: int = 0  # copies whose original is where it was
    left: list[tuple[str, str]] = field(default_factory=list)


def undo_sorting_by(undo_list: Path, ctx: JobContext) -> Undone:
    """Films back to where they were, copies and the folders that sorting made away; overwrites nothing.

    A copy goes only where its original is there, the same to the last bit. The list goes when all is back;
    until then it can be used again. Raises UsageError, Cancelled.
    """
    undo_list = undo_list.absolute()
    told = read_undo_list(undo_list)
    done = Undone()
    for place, film in enumerate(reversed(told.films)):
        ctx.progress(place, len(told.films), "bringing films back")
        ctx.check_cancelled()
        try:
            _bring_back(film, done)
        except (FilmError, OutputError) as error:
            done.left.append((film_name(film.place), error.message))
        except OSError as error:
            done.left.append((film_name(film.place), output_error(film.place, error).message))
    for folder in reversed(told.folders):
        with suppress(OSError):  # something else lies in it
            folder.rmdir()
    if not done.left:
        with suppress(OSError):
            undo_list.unlink()
    return done


def _bring_back(film: TakenFilm, done: Undone) -> None:
    for folder in (film.place.parent, film.source.parent):
        with suppress(OSError):
            film.part_in(folder).unlink()
    original = os.path.lexists(film.source) or is_in_archive(film.source)
    if not os.path.lexists(film.place):
        if not original:
            done.left.append((film_name(film.place), "It is in neither place."))
    elif original and not _is_reserved_only(film.source, film):
        _remove_double(film, done)
    elif not film.move:
        done.left.append((film_name(film.place), "Its original is gone, so the copy stays."))
    else:
        _move_back(film, done)


def _is_reserved_only(path: Path, film: TakenFilm) -> bool:
    """Whether the file is the empty one that an ended run put there to keep the name."""
    return film.size > 0 and path.is_file() and path.stat().st_size == 0


def _are_one_file(place: Path, source: Path) -> bool:
    """By a link, or since the folder that was sorted into was renamed to the one sorted from."""
    try:
        return place.samefile(source)
    except OSError:  # a member of an archive is no file
        return False


def _remove_double(film: TakenFilm, done: Undone) -> None:
    if _are_one_file(film.place, film.source):
        done.left.append((film_name(film.place), "Its old place leads to this very file, so it stays."))
    elif _is_reserved_only(film.place, film):
        film.place.unlink()
    elif digest(film.place) == digest(film.source):
        film.place.unlink()
        done.removed += 1
    elif film.move:
        done.left.append((film_name(film.place), "Another film lies at its old place."))
    else:
        done.left.append((film_name(film.place), "The copy and its original are no longer the same."))


def _move_back(film: TakenFilm, done: Undone) -> None:
    make_folder(film.source.parent)
    if _is_reserved_only(film.source, film):
        film.source.unlink()
    try:
        is_gone = moved(film.place, film.source, film.part_in(film.source.parent))
    except FileExistsError:
        done.left.append((film_name(film.place), "Another film lies at its old place."))
        return
    done.back += 1
    if not is_gone:
        done.left.append(
            (film_name(film.place), "It is back, but a second one could not be taken away here.")
        )
