"""The film of the row that was chosen: decoded by the engine, its reading fetched from the journal."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from xraydesk.errors import Failure
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import FilmRecord, FilmState, NewBatch
from xraydesk.model.heatmap import Crop
from xraydesk.model.model_input import Preprocessing, crop_of
from xraydesk.model.prediction import Prediction
from xraydesk.presentation.wording import class_words, film_name, percent_words
from xraydesk.ui.batch.journal_desk import JournalDesk
from xraydesk.ui.job_runner import Job, JobRunner
from xraydesk.ui.reading.film_on_screen import FilmOnScreen
from xraydesk.ui.reading.reading_queue import OpenFilms, another_content
from xraydesk.workflows.verbs import Answer, ClassifyFilm, FilmResult, OpenedFilm, OpenFilm

ON_SCREEN_ONLY = "Read for the screen only: the table of the batch stays as it is."
_CHANGED = "film_changed"
_STATE_WORDS = {
    FilmState.WAITING: "Waiting",
    FilmState.READ: "Read",
    FilmState.REFUSED: "Not read",
    FilmState.FAILED: "Could not be read",
}


@dataclass(slots=True, eq=False)
class BatchFilm:
    """One film of a batch as it is looked at. Of one that could not be read nothing is opened unasked:
    what has crashed a codec once would do so again."""

    record: FilmRecord
    result: FilmResult | None = None
    open_failure: Failure | None = None
    read_failure: Failure | None = None
    read_here: bool = False  # asked for by the reader, beside the journal
    classes: tuple[str, ...] = ()

    @classmethod
    def of(cls, record: FilmRecord, classes: tuple[str, ...] = ()) -> BatchFilm:
        failure = record.error if record.state is FilmState.FAILED else None
        return cls(record, open_failure=failure, classes=classes)

    @property
    def key(self) -> int:
        """Films of the reading list count from 1."""
        return -self.record.id

    @property
    def path(self) -> Path:
        return self.record.path

    @property
    def failure(self) -> Failure | None:
        return self.open_failure or self.read_failure

    @property
    def waits(self) -> bool:
        return self.record.state is FilmState.WAITING and not self.read_here

    @property
    def words(self) -> str:
        prediction = self.result.prediction if self.result else None
        return _STATE_WORDS[self.record.state] if prediction is None else _reading_words(prediction)

    @property
    def is_another_now(self) -> bool:
        return self.open_failure is not None and self.open_failure.code == _CHANGED

    def has_changed(self, film: OpenedFilm) -> bool:
        """What lies there now is not what the batch has read."""
        return not self.read_here and another_content(self.record.sha256, film.sha256)

    def note_gone(self, failure: Failure) -> None:
        """It cannot be opened, or is another film now; what the batch found while it could is said all the same."""
        found = self.record.prediction
        if found is not None:
            read_as = f"{class_words(found.label)} ({percent_words(max(found.probabilities))})"
            failure = replace(failure, message=f"{failure.message} The batch had read it as {read_as}.")
        self.open_failure = failure


class ChosenFilm(QObject):
    """Shows it on the one viewer while the batch is in front, and keeps its neighbours at hand."""

    message = Signal(str)

    def __init__(
        self, runner: JobRunner, desk: JournalDesk, screen: FilmOnScreen, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._runner = runner
        self._desk = desk
        self._screen = screen
        self._preprocessing = Preprocessing()
        self._classes: tuple[str, ...] = ()
        self._chosen = 0
        self._near: tuple[int, ...] = ()  # the chosen film first, then those to be looked at next
        self._known: dict[int, BatchFilm] = {}
        self._films = OpenFilms()
        self._opening: Job | None = None
        self._in_front = False

    @property
    def film(self) -> BatchFilm | None:
        return self._known.get(self._chosen)

    def show_batch(self, told: NewBatch) -> None:
        """Another batch, read with the input of its own model."""
        self._preprocessing, self._classes = told.preprocessing, told.classes
        self._known.clear()
        self._films.clear()
        self.choose(0, ())

    def choose(self, film_id: int, neighbours: Sequence[int]) -> None:
        """0: none."""
        self._chosen = film_id
        self._near = tuple(near for near in (film_id, *neighbours) if near)
        self._known = {
            film_id: film for film_id, film in self._known.items() if film.read_here or film_id in self._near
        }
        if film_id:
            self._ask_records()
        else:
            self._desk.forget("films")
            self._show()

    @Slot()
    def look_again(self) -> None:
        """The journal has changed: what waited may have been read."""
        film = self.film
        if self._chosen and (film is None or film.record.state is FilmState.WAITING):
            self._ask_records()

    def come_to_front(self, in_front: bool, /) -> None:
        self._in_front = in_front
        self._show()
        self._pump()

    @Slot()
    def override(self) -> None:
        self._read_here(override=True)

    @Slot()
    def retry(self) -> None:
        """What was read before its file went only has to be opened again; another film is read."""
        film = self.film
        was_read = film is not None and film.record.state is FilmState.READ
        if film is not None and was_read and not (film.read_here or film.is_another_now) and self._in_front:
            film.open_failure = None
            self._pump()
        else:
            self._read_here(override=False)

    # -- what the journal says ----------------------------------------------------------------------

    def _ask_records(self) -> None:
        near = self._near
        self._desk.ask("films", lambda reader: reader.rows(near), self._on_records)

    def _on_records(self, records: list[FilmRecord]) -> None:
        for record in records:
            known = self._known.get(record.id)
            if known is None or (known.record.state is not record.state and not known.read_here):
                self._known[record.id] = BatchFilm.of(record, self._classes)
                self._drop_another(record.id, record.sha256)
        self._show()
        self._ask_result()
        self._pump()

    def _ask_result(self) -> None:
        """Once the film is there: where its heatmaps lie is told by its size."""
        film, opened = self.film, self._films.get(self._chosen)
        wanted = film is not None and film.result is None and film.record.state is not FilmState.WAITING
        if film is None or opened is None or not wanted or film.read_here:
            return
        crop = crop_of(opened.film, self._preprocessing)
        self._desk.ask("result", _result_of(film.record.id, crop), partial(self._on_result, film))

    def _on_result(self, film: BatchFilm, result: FilmResult | None) -> None:
        film.result = result
        if film is self.film:
            self._show(waits=False)

    # -- what the engine says -----------------------------------------------------------------------

    def _pump(self) -> None:
        """One film at a time: the chosen one, then its neighbours."""
        if self._opening is not None or not self._in_front:
            return
        for film_id in self._near:
            film = self._known.get(film_id)
            if film is not None and film.open_failure is None and film_id not in self._films:
                self._opening = self._runner.submit(
                    OpenFilm(film.path), partial(self._on_opened, film), partial(self._on_open_failed, film)
                )
                return

    def _on_opened(self, film: BatchFilm, answer: Answer) -> None:
        self._opening = None
        if isinstance(answer, OpenedFilm) and film.record.id in self._near:
            if film.has_changed(answer):
                film.note_gone(_changed(film.path))
            else:
                self._films.keep(film.record.id, answer)
            if film is self.film:
                self._ask_result()
                self._show()
        self._pump()

    def _on_open_failed(self, film: BatchFilm, failure: Failure) -> None:
        self._opening = None
        film.note_gone(failure)
        if film is self.film:
            self._show()
        self._pump()

    def _read_here(self, *, override: bool) -> None:
        film = self.film
        if film is None or not self._in_front:
            return
        film.open_failure = film.read_failure = film.result = None
        film.read_here = True
        self._show()
        self._pump()
        self._runner.submit(
            ClassifyFilm(film.path, override=override),
            partial(self._on_read, film),
            partial(self._on_read_failed, film),
        )

    def _on_read(self, film: BatchFilm, answer: Answer) -> None:
        if not isinstance(answer, FilmResult):
            return
        if answer.prediction is None and not answer.refused:
            film.read_failure = answer.error
        else:
            film.result = answer
        self._drop_another(film.record.id, answer.sha256)
        if film is self.film:
            self._show()
            self.message.emit(ON_SCREEN_ONLY)
        self._pump()

    def _on_read_failed(self, film: BatchFilm, failure: Failure) -> None:
        film.read_failure = failure
        if film is self.film:
            self._show()

    def _drop_another(self, film_id: int, sha256: str) -> None:
        """What was opened before the file was replaced is opened again."""
        opened = self._films.get(film_id)
        if opened is not None and another_content(opened.sha256, sha256):
            self._films.drop(film_id)

    # -- on screen ----------------------------------------------------------------------------------

    def _show(self, *, waits: bool = True) -> None:
        """A film that was read is shown with its reading, both at once."""
        if not self._in_front:
            return
        film = self.film
        if film is None:
            if not self._chosen:
                self._screen.show_nothing(keep_film=False)
            return
        opened = self._films.get(film.record.id)
        comes = film.result is None and film.record.state in (FilmState.READ, FilmState.REFUSED)
        if waits and opened is not None and comes and not film.read_here and film.failure is None:
            return  # its reading is a few milliseconds away
        self._screen.show(film, opened)


def _changed(path: Path) -> Failure:
    return Failure(
        _CHANGED,
        f"“{film_name(path)}” has changed since it was read.",
        "Try again reads what lies there now, for the screen only.",
    )


def _reading_words(prediction: Prediction) -> str:
    return f"{class_words(prediction.label)}  {percent_words(max(prediction.probabilities))}"


def _result_of(film_id: int, crop: Crop) -> Callable[[JournalReader], FilmResult | None]:
    return lambda reader: reader.result(film_id, crop)
