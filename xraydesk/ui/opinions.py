"""All that has to do with the reader's opinions, put together: keys, marks in lists, the page of agreement."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QMenu, QWidget

from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.announce import announce
from xraydesk.ui.batch.rows import BatchRows
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.models.agreement import AgreementController
from xraydesk.ui.models.place import ModelsPlace
from xraydesk.ui.reading.film_on_screen import FilmOnScreen
from xraydesk.ui.reading.opinion_actions import OpinionActions
from xraydesk.ui.reading.opinion_book import OpinionBook
from xraydesk.ui.reading.place import ReadingPlace
from xraydesk.ui.settings import Settings


class Opinions(QObject):
    """`films_ready` carries LabelledFilms: films with an opinion, as a training takes them."""

    films_ready = Signal(object)
    message = Signal(str)
    activity_changed = Signal(str)

    def __init__(
        self, runner: JobRunner, screen: FilmOnScreen, actions: Actions, settings: Settings, window: QWidget
    ) -> None:
        super().__init__(window)
        self._screen = screen
        self._actions = actions
        self.book = OpinionBook(runner, self)
        self.agreement = AgreementController(runner, self.book, settings, window)
        for teller in (self.book, self.agreement):
            teller.message.connect(self.message)
        self.agreement.activity_changed.connect(self.activity_changed)
        self.agreement.films_ready.connect(self.films_ready)
        actions[Do.AGREEMENT].triggered.connect(self.agreement.show_page)

    def connect_places(self, reading: ReadingPlace, batch: BatchRows, models: ModelsPlace) -> QMenu:
        """The menu of classes that a film can be given comes back."""
        self._said = OpinionActions(reading, self._screen, self.book, self._actions, self)
        self._said.message.connect(self.message)
        self._said.said.connect(partial(announce, reading.findings))
        for rows in (reading.rows, batch):
            rows.show_opinions(self.book.label_of)
            self.book.changed.connect(rows.opinions_changed)
        models.agreement_wanted.connect(self.agreement.show_page)
        return self._said.menu

    def show_model(self, classes: tuple[str, ...]) -> None:
        """Those of the model that reads from now on."""
        self._said.show_model(classes)
