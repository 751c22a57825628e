"""Tells quietly of films in a watched folder that stand out, and never whose they are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QSystemTrayIcon, QWidget

from xraydesk.journal.records import FilmRecord
from xraydesk.presentation.wording import class_words, count_words, percent_words
from xraydesk.ui.batch.journal_desk import JournalDesk
from xraydesk.ui.icons import application_icon
from xraydesk.workflows.verbs import BatchProgress

_TITLE = "Watched folder"


class WatchNotice(QObject):
    """`news`: so many films since the reader last looked. `message`: one line of words."""

    news = Signal(int)
    message = Signal(str)
    looked_for = Signal()  # the reader clicked what the system had shown

    def __init__(self, desk: JournalDesk, threshold: Callable[[], float], window: QWidget) -> None:
        super().__init__(window)
        self._desk = desk
        self._threshold = threshold
        self._window = window
        self._asked: list[int] = []  # told by the engine, not yet looked up
        self._news = 0
        self._tray: QSystemTrayIcon | None = None

    def hear(self, progress: BatchProgress) -> None:
        """Of a batch that watches a folder; others are looked at when they are done."""
        if progress.positives:
            self._asked += progress.positives
            films = tuple(self._asked)
            self._desk.ask("positives", lambda reader: reader.rows(films), self._on_films)

    @Slot()
    def have_been_seen(self) -> None:
        if self._news:
            self._news = 0
            self.news.emit(0)

    def stop(self) -> None:
        if self._tray is not None:
            self._tray.hide()

    def _on_films(self, films: list[FilmRecord]) -> None:
        self._asked.clear()
        above = [film for film in films if _probability(film) >= self._threshold()]
        if above:
            self._news += len(above)
            self.news.emit(self._news)
            self._tell(news_words(above, self._threshold()))

    def _tell(self, words: str) -> None:
        self.message.emit(words)
        tray = self._the_tray()
        if tray is not None:
            tray.showMessage(_TITLE, words, application_icon())

    def _the_tray(self) -> QSystemTrayIcon | None:
        if self._tray is None and QSystemTrayIcon.isSystemTrayAvailable():
            self._tray = QSystemTrayIcon(application_icon(), self)
            self._tray.setToolTip("XRayDesk")
            self._tray.messageClicked.connect(self.looked_for)
            self._tray.activated.connect(self.looked_for)
            self._tray.show()
        return self._tray


def news_words(films: list[FilmRecord], threshold: float) -> str:
    """ "2 films from 90 %: Pneumonia 2"; a name might be that of the patient."""
    labels = Counter(film.prediction.label for film in films if film.prediction is not None)
    classes = ", ".join(f"{class_words(label)} {times:,}" for label, times in labels.most_common())
    return f"{count_words(len(films), 'new film')} from {percent_words(threshold)}: {classes}"


def _probability(film: FilmRecord) -> float:
    return max(film.prediction.probabilities) if film.prediction is not None else 0.0
