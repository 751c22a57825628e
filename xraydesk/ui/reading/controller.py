"""Wires the reading place: asks the engine for films and readings, and shows what comes."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot

from xraydesk.errors import Failure
from xraydesk.presentation.wording import film_name
from xraydesk.ui.job_runner import Job, JobRunner
from xraydesk.ui.reading.film_on_screen import FilmOnScreen
from xraydesk.ui.reading.film_rows import FilmRow
from xraydesk.ui.reading.film_search import FilmSearch, SearchEnd
from xraydesk.ui.reading.lung_share import LungShare
from xraydesk.ui.reading.place import ReadingPlace
from xraydesk.ui.reading.reading_queue import OpenFilms, ReadingQueue, another_content
from xraydesk.ui.reading.thumbnail import thumbnail
from xraydesk.workflows.model_verbs import ModelSummary
from xraydesk.workflows.verbs import Answer, ClassifyFilm, FilmResult, OpenedFilm, OpenFilm

AS_A_BATCH = "Classified as a batch, all of them are kept and can be handed on: Batch, Classify a folder."
_MANY = 200  # films that nobody reads one by one


class ReadingController(QObject):
    """At most one film is being opened and one being read: the next is always the one looked at."""

    activity_changed = Signal(str)
    message = Signal(str)

    def __init__(self, runner: JobRunner, place: ReadingPlace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._place = place
        self._rows = place.rows
        self._films = OpenFilms()
        self._queue = ReadingQueue(self._rows, self._films)
        self._search = FilmSearch(self)
        self._opening: Job | None = None
        self._reading: Job | None = None
        self._model: ModelSummary | None = None  # in use, once that is known
        self._in_front = True
        self.screen = FilmOnScreen(place, self)
        self._lungs = LungShare(runner, place.findings, self)
        self._connect()

    def _connect(self) -> None:
        self._place.film_list.film_selected.connect(self._on_selected)
        self._place.film_list.rows_in_view.connect(self._on_rows_in_view)
        self._place.findings.override_wanted.connect(self._on_override)
        self._place.findings.retry_wanted.connect(self._on_retry)
        self.screen.result_shown.connect(self._lungs.show_result)
        self._search.found.connect(self._on_found)
        self._search.ended.connect(self._on_search_ended)

    def stop(self) -> None:
        self._search.stop()

    def come_to_front(self, in_front: bool, /) -> None:
        """Whether the viewer is this place's; behind another one, films go on being read."""
        self._in_front = in_front
        self._show_selected()
        self._pump()

    # -- what the reader asks for -----------------------------------------------------------------

    def open_paths(self, paths: Iterable[Path]) -> None:
        """Films as given, folders searched; the first film found of what was opened last is selected."""
        self._search.start(tuple(paths))

    @Slot()
    def next_film(self) -> None:
        self._place.film_list.step(1)

    @Slot()
    def previous_film(self) -> None:
        self._place.film_list.step(-1)

    @Slot()
    def remove_selected(self) -> None:
        key = self._queue.selected
        if key:
            self._films.drop(key)
            self._rows.remove(key)
            self._queue.start_over()
            self._pump()

    @Slot()
    def clear(self) -> None:
        self._search.drop()
        self._rows.clear()
        self._films.clear()
        self._queue.start_over()
        self._show_selected()

    def read_by(self, model: ModelSummary) -> None:
        """Films that another model read are read again; so is the one that it has in hand."""
        self._model = model
        for row in self._rows:
            row.leave_to(model.model_id)
        self._rows.all_changed()
        self._queue.start_over()
        self._show_selected()
        self._pump()

    # -- slots ------------------------------------------------------------------------------------

    @Slot(object, bool)
    def _on_found(self, films: tuple[Path, ...], first: bool, /) -> None:
        keys = self._rows.add(films)
        for key in keys:
            self._films.drop(key)  # what is opened a second time may be another film by now
        if first or not self._queue.selected:
            self._place.film_list.select(keys[0])
        self._pump()

    @Slot(object)
    def _on_search_ended(self, end: SearchEnd) -> None:
        if end.films != len(end.asked) or end.skipped or end.films >= _MANY:
            self.message.emit(_search_words(end))

    @Slot(int)
    def _on_selected(self, key: int) -> None:
        self._queue.selected = key
        self._show_selected()
        self._pump()

    @Slot(int, int)
    def _on_rows_in_view(self, first: int, last: int) -> None:
        self._queue.in_view = (first, last)
        self._pump()

    @Slot()
    def _on_override(self) -> None:
        row = self._rows.find(self._queue.selected)
        if row is not None and self._in_front:
            row.override = True
            self._read_again(row)

    @Slot()
    def _on_retry(self) -> None:
        row = self._rows.find(self._queue.selected)
        if row is not None and self._in_front:
            row.open_failure = None
            self._read_again(row)

    def _read_again(self, row: FilmRow) -> None:
        self._place.film_list.view.setFocus()  # the button that was pressed goes
        row.forget_reading()
        self._queue.start_over()
        self._rows.changed(row)
        self._show_selected()
        self._pump()

    # -- asking the engine ------------------------------------------------------------------------

    def _pump(self) -> None:
        """Gives the engine the next film to open and the next to read, where it has a hand free."""
        if self._opening is None and (row := self._queue.next_to_open()) is not None:
            self._opening = self._submit(OpenFilm(row.path), row, self._on_opened, self._on_open_failed)
        if self._reading is None and (row := self._queue.next_to_read()) is not None:
            row.reading = True
            request = ClassifyFilm(row.path, override=row.override)
            done, failed = partial(self._on_read, self._model), partial(self._on_read_failed, self._model)
            self._reading = self._submit(request, row, done, failed)
            self._rows.changed(row)
        self._tell_activity()

    def _submit(
        self,
        request: OpenFilm | ClassifyFilm,
        row: FilmRow,
        on_done: Callable[[int, Answer], None],
        on_failed: Callable[[int, Failure], None],
    ) -> Job:
        return self._runner.submit(request, partial(on_done, row.key), partial(on_failed, row.key))

    def _tell_activity(self) -> None:
        left = self._rows.unread()
        total = self._rows.rowCount()
        if not left:
            self.activity_changed.emit("")
        elif total == 1:
            self.activity_changed.emit("Reading")
        else:
            self.activity_changed.emit(f"Reading film {total - left + 1:,} of {total:,}")

    # -- answers ----------------------------------------------------------------------------------

    def _on_opened(self, key: int, answer: Answer) -> None:
        self._opening = None
        row = self._rows.find(key)
        if row is not None and isinstance(answer, OpenedFilm):
            if row.result is not None and another_content(row.result.sha256, answer.sha256):
                row.forget_reading()
                row.thumbnail = None
                self._queue.start_over()
            row.sha256 = answer.sha256
            if row.thumbnail is None:
                row.thumbnail = thumbnail(answer.film)
                self._rows.changed(row)
            if self._queue.is_near(key):
                self._films.keep(key, answer)
            if key == self._queue.selected:
                self._show_selected()
        self._pump()

    def _on_open_failed(self, key: int, failure: Failure) -> None:
        self._opening = None
        row = self._rows.find(key)
        if row is not None:
            row.open_failure = failure
            self._row_answered(row)
        self._pump()

    def _on_read(self, asked_of: ModelSummary | None, key: int, answer: Answer) -> None:
        self._reading = None
        row = self._rows.find(key)
        if row is not None and isinstance(answer, FilmResult):
            if answer.prediction is None and not answer.refused:
                row.read_failure = answer.error
            else:
                row.result = answer
            opened = self._films.get(key)
            if opened is not None and another_content(opened.sha256, answer.sha256):
                self._films.drop(key)  # it is opened again
            row.sha256 = answer.sha256 or row.sha256
            self._row_read(row, asked_of)
        self._pump()

    def _on_read_failed(self, asked_of: ModelSummary | None, key: int, failure: Failure) -> None:
        self._reading = None
        row = self._rows.find(key)
        if row is not None:
            row.read_failure = failure
            self._row_read(row, asked_of)
        self._pump()

    def _row_read(self, row: FilmRow, asked_of: ModelSummary | None) -> None:
        """Where another model was chosen meanwhile, the film waits for that one."""
        if self._model is not None and asked_of is not self._model:
            row.leave_to(self._model.model_id)
        self._row_answered(row)

    def _row_answered(self, row: FilmRow) -> None:
        row.reading = False
        self._rows.changed(row)
        if row.key == self._queue.selected:
            self._show_selected()

    def _show_selected(self) -> None:
        if not self._in_front:
            return
        row = self._rows.find(self._queue.selected)
        if row is not None:
            self.screen.show(row, self._films.get(row.key))
        else:
            self.screen.show_nothing(keep_film=self._rows.rowCount() > 0)


def _search_words(end: SearchEnd) -> str:
    where = film_name(end.asked[0]) if len(end.asked) == 1 else f"{len(end.asked)} places"
    found = f"{end.films:,} film{'' if end.films == 1 else 's'}" if end.films else "No films"
    why = [reason.rstrip(".") + (f" ({times:,}×)" if times > 1 else "") for reason, times in end.skipped]
    words = f"{found} in {where}." + (f" Passed over: {'; '.join(why)}." if why else "")
    return words if end.films < _MANY else f"{words} {AS_A_BATCH}"
