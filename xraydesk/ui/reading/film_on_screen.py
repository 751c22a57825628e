"""What the reader has before them: one film, and beside it that film's findings and no other's."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from xraydesk.errors import Failure
from xraydesk.presentation.wording import film_name
from xraydesk.ui.reading.place import ReadingPlace
from xraydesk.ui.reading.reading_queue import another_content
from xraydesk.workflows.verbs import FilmResult, OpenedFilm

_ITS_TURN = "Waits for its turn in the batch"


@dataclass(frozen=True, slots=True, eq=False)
class JudgeableFilm:
    """A film on screen of which it is known how it was read, or that it was not: an opinion can be given of it.

    `classes` are those of the model that read it, empty where that is not known.
    """

    path: Path
    sha256: str
    result: FilmResult | None
    classes: tuple[str, ...]

    @property
    def named_class(self) -> str:
        """What there is to agree with; empty where the model named no class."""
        prediction = self.result.prediction if self.result else None
        return prediction.label if prediction and prediction.label in prediction.classes else ""


class FilmToShow(Protocol):
    """A film of whichever place, as far as it is known.

    No two films share a `key`: those of the reading list count from 1, those of batches below 0.
    `words` say how it was read; `open_failure` why it cannot be shown, `failure` why it was not read;
    `waits`: its turn to be read has not come; `classes`: those it is or would be read by, where that is known.
    """

    @property
    def key(self) -> int: ...
    @property
    def path(self) -> Path: ...
    @property
    def result(self) -> FilmResult | None: ...
    @property
    def open_failure(self) -> Failure | None: ...
    @property
    def failure(self) -> Failure | None: ...
    @property
    def words(self) -> str: ...
    @property
    def waits(self) -> bool: ...
    @property
    def classes(self) -> tuple[str, ...]: ...


class FilmOnScreen(QObject):
    """Keeps the last good film where the next one fails, and says so."""

    film_shown = Signal(object)  # OpenedFilm now on screen, None for none
    result_shown = Signal(object)  # FilmResult of the film on screen, None while there is none
    failure_shown = Signal(object)  # Failure of the selected film
    judgeable = Signal(object)  # JudgeableFilm, None while there is none
    said = Signal(str)  # for screen readers: how the film that is selected was read, once

    def __init__(self, place: ReadingPlace, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._viewer = place.viewer
        self._findings = place.findings
        self._key = 0
        self._film: OpenedFilm | None = None
        self._result: FilmResult | None = None
        self._said = ""

    def film(self) -> OpenedFilm | None:
        return self._film

    def result(self) -> FilmResult | None:
        return self._result

    def show(self, row: FilmToShow, film: OpenedFilm | None) -> None:
        """The selected film, as far as it is known; `film` is None until it is decoded."""
        if film is not None:
            self._show_film(row, film)
        elif row.open_failure is not None:
            self._viewer.show_line(self._unopened_words(row), warned=True)
        elif row.key != self._key:
            self._viewer.show_line(f"Opening {film_name(row.path)}…")
        self._show_findings(row)

    def show_nothing(self, *, keep_film: bool) -> None:
        """No film is selected; with `keep_film` the last one stays in sight."""
        self._findings.show_nothing()
        if not keep_film:
            self._key, self._film = 0, None
            self._viewer.film_view.clear()
            self._viewer.show_line("")
            self.film_shown.emit(None)
        self._show_result(None)
        self.judgeable.emit(None)

    def _show_film(self, row: FilmToShow, film: OpenedFilm) -> None:
        self._viewer.show_line(film_name(row.path))
        if self._key != row.key or self._film is None or self._film.sha256 != film.sha256:
            self._key, self._film = row.key, film
            self._viewer.film_view.show_film(film)
            self.film_shown.emit(film)

    def _unopened_words(self, row: FilmToShow) -> str:
        """Short, since the line is: why it could not be opened is said by the findings."""
        if self._film is None:
            return f"{film_name(row.path)} could not be opened."
        return f"Still on screen: {film_name(self._film.film.path)}"

    def _show_findings(self, row: FilmToShow) -> None:
        """A result appears only beside its own film, and not where another one lies in its place by now."""
        if row.failure is not None:
            self._findings.show_failure(row.failure)
            self._show_result(None)
            self.failure_shown.emit(row.failure)
        elif row.result is None or self._key != row.key or not self._is_of_this(row.result):
            self._findings.show_waiting(_ITS_TURN if row.waits else "Reading…")
            self._show_result(None)
        elif row.result.refused:
            self._findings.show_refusal(row.result)
            self._show_result(row.result)
        else:
            self._findings.show_result(row.result)
            self._show_result(row.result)
        self.judgeable.emit(self._judgeable(row))
        self._say(row)

    def _judgeable(self, row: FilmToShow) -> JudgeableFilm | None:
        """None, too, where the file has changed since it was read: another film is on screen."""
        answered = row.failure is not None or row.result is not None
        if not answered or row.open_failure is not None or self._key != row.key or self._film is None:
            return None
        shown, result = self._film.sha256, None if row.failure is not None else row.result
        if not shown or (result is not None and not self._is_of_this(result)):
            return None
        classes = result.prediction.classes if result and result.prediction else row.classes
        return JudgeableFilm(row.path, shown, result, classes)

    def _is_of_this(self, result: FilmResult) -> bool:
        """Of the film on screen, as far as both contents are known."""
        return self._film is None or not another_content(self._film.sha256, result.sha256)

    def _say(self, row: FilmToShow) -> None:
        is_read = row.result is not None and self._key == row.key and self._is_of_this(row.result)
        answered = row.failure is not None or is_read
        reason = row.failure or (row.result.error if row.result else None)
        words = f"{film_name(row.path)}: {reason or row.words}" if answered else ""
        if words != self._said:
            self._said = words
            self.said.emit(words)

    def _show_result(self, result: FilmResult | None) -> None:
        if result is not None and result is self._result:
            return
        self._result = result
        self._show_heatmaps(result)
        self.result_shown.emit(result)

    def _show_heatmaps(self, result: FilmResult | None) -> None:
        view = self._viewer.film_view
        if result is None or result.prediction is None or not result.heatmaps:
            view.clear_heatmaps()
            return
        chosen = result.prediction.classes.index(result.prediction.top_class)
        view.show_heatmaps(result.heatmaps, chosen)
        self._findings.show_heatmap_class(chosen)
