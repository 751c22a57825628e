"""Wires the page of agreement: asks the engine for it, and hands the films with an opinion on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QWidget

from xraydesk.errors import Failure
from xraydesk.jobs import Progress
from xraydesk.presentation.wording import film_name
from xraydesk.ui import settings as keys
from xraydesk.ui.job_runner import Job, JobRunner
from xraydesk.ui.models.agreement_page import AgreementPage
from xraydesk.ui.reading.opinion_book import OpinionBook
from xraydesk.ui.settings import Settings
from xraydesk.workflows.opinion_verbs import Agreements, CompareOpinions, ExportOpinions, LabelledFilms
from xraydesk.workflows.verbs import Answer

_BUSY = "The films with your opinion are being gathered already."


class AgreementController(QObject):
    """`films_ready` carries LabelledFilms, as a training takes them."""

    films_ready = Signal(object)
    message = Signal(str)
    activity_changed = Signal(str)

    def __init__(self, runner: JobRunner, book: OpinionBook, settings: Settings, window: QWidget) -> None:
        super().__init__(window)
        self._runner = runner
        self._settings = settings
        self._window = window
        self._page: AgreementPage | None = None
        self._job: Job | None = None
        book.changed.connect(self._ask)

    @Slot()
    def show_page(self) -> None:
        if self._page is None:
            folder = Path(self._settings.get(keys.EXPORT_FOLDER) or Path.home())
            self._page = AgreementPage(folder, self._window)
            self._page.training_wanted.connect(self.hand_on)
            self._page.destroyed.connect(self._forget_page)
        self._ask()
        self._page.show()
        self._page.activateWindow()

    def page(self) -> AgreementPage | None:
        return self._page

    def close_page(self) -> None:
        if self._page is not None:
            self._page.close()

    @Slot(object)
    def hand_on(self, request: ExportOpinions) -> None:
        if self._job is not None:
            self._say(_BUSY)
            return
        self._settings.set(keys.EXPORT_FOLDER, str(request.target.parent))
        self._job = self._runner.submit(request, self._on_handed, self._on_failed, self._on_event)
        self.activity_changed.emit(f"Gathering films in {film_name(request.target)}")

    @Slot()
    def _ask(self) -> None:
        """What is said while the page is open shows in it."""
        if self._page is not None:
            self._runner.submit(CompareOpinions(), self._on_compared, self._on_not_compared)

    @Slot()
    def _forget_page(self) -> None:
        self._page = None

    def _on_compared(self, answer: Answer) -> None:
        if isinstance(answer, Agreements) and self._page is not None:
            self._page.show_agreements(answer)

    def _on_not_compared(self, failure: Failure) -> None:
        if self._page is not None:
            self._page.show_failure(failure)

    def _on_event(self, event: object) -> None:
        if isinstance(event, Progress) and self._job is not None:
            self.activity_changed.emit(f"Gathering films {event.done + 1:,} of {event.total:,}")

    def _on_handed(self, answer: Answer) -> None:
        self._end()
        if isinstance(answer, LabelledFilms):
            self._say(answer.message)
            self.films_ready.emit(answer)

    def _on_failed(self, failure: Failure) -> None:
        self._end()
        self._say(str(failure))

    def _say(self, words: str) -> None:
        """In the window's status line, and on the page, which lies before it."""
        self.message.emit(words)
        if self._page is not None:
            self._page.show_note(words)

    def _end(self) -> None:
        self._job = None
        self.activity_changed.emit("")
