"""Keys and menu with which the reader agrees with the model, or gives the film on screen its right class."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal, Slot
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu

from xraydesk.presentation.wording import class_words, opinion_words
from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.reading.film_on_screen import FilmOnScreen, JudgeableFilm
from xraydesk.ui.reading.opinion_book import OpinionBook
from xraydesk.ui.reading.place import ReadingPlace
from xraydesk.workflows.opinion_verbs import Opinion

CLASS_KEY = "Shift+{}"
_CLASS_KEYS = 9
_OUT_OF_SIGHT = "The film is out of sight: no opinion was noted."


class OpinionActions(QObject):
    """The same key again takes an opinion back."""

    said = Signal(str)  # in words, for screen readers
    message = Signal(str)

    def __init__(
        self,
        place: ReadingPlace,
        screen: FilmOnScreen,
        book: OpinionBook,
        actions: Actions,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._place = place
        self._line = place.findings.opinion
        self._book = book
        self._actions = actions
        self._film: JudgeableFilm | None = None
        self._model_classes: tuple[str, ...] = ()
        self._shown_classes: tuple[str, ...] = ()
        self._by_class: list[QAction] = []
        self.menu = QMenu("Give the right class", place)
        self._line.set_menu(self.menu)
        actions[Do.AGREE].triggered.connect(self._agree)
        screen.judgeable.connect(self.show_film)
        book.changed.connect(self._on_changed)
        self._show()

    def show_model(self, classes: tuple[str, ...]) -> None:
        """Those of the model that reads, for films that no model could read."""
        self._model_classes = classes
        self._show()

    @Slot(object)
    def show_film(self, film: JudgeableFilm | None) -> None:
        """None: there is nothing on screen, or it is not known yet how it was read."""
        self._film = film
        self._show()

    def classes(self) -> tuple[str, ...]:
        return (self._film.classes if self._film else ()) or self._model_classes

    # -- what the reader says -----------------------------------------------------------------------

    @Slot()
    def _agree(self) -> None:
        if self._film is not None and self._film.named_class:
            self._say(self._film.named_class)

    def give_class(self, place: int) -> None:
        if place < len(self.classes()):
            self._say(self.classes()[place])

    def _say(self, label: str) -> None:
        film = self._film
        if film is None:
            return
        if not self._place.viewer.isVisible():  # the table of a batch has all the room
            self.message.emit(_OUT_OF_SIGHT)
            self._show()
        elif self._book.label_of(film.sha256) == label:
            self._book.take_back(film.sha256)
            self.said.emit("Opinion taken back")
        else:
            self._book.give(_opinion(film, label))
            self.said.emit(opinion_words(label, film.named_class))

    # -- on screen ----------------------------------------------------------------------------------

    @Slot(str)
    def _on_changed(self, sha256: str) -> None:
        if self._film is not None and sha256 in ("", self._film.sha256):
            self._show()

    def _show(self) -> None:
        film = self._film
        self._fill(self.classes())
        label = self._book.label_of(film.sha256) if film else ""
        named = film.named_class if film else ""
        self._line.show_opinion(opinion_words(label, named))
        self._line.allow(film is not None)
        self.menu.menuAction().setEnabled(film is not None)
        self._actions.allow(bool(named), Do.AGREE)
        self._actions[Do.AGREE].setChecked(bool(named) and label == named)
        for action, name in zip(self._by_class, self._shown_classes, strict=True):
            action.setEnabled(film is not None)
            action.setChecked(name == label)

    def _fill(self, classes: tuple[str, ...]) -> None:
        """One entry for each class, in the model's order, the first nine of them with a key."""
        if classes == self._shown_classes:
            return
        for action in self._by_class:
            self._place.removeAction(action)
            self.menu.removeAction(action)
            action.deleteLater()
        self._shown_classes = classes
        self._by_class = [self._new_action(place, name) for place, name in enumerate(classes)]

    def _new_action(self, place: int, name: str) -> QAction:
        action = QAction(class_words(name).replace("&", "&&"), self, checkable=True)
        if place < _CLASS_KEYS:
            action.setShortcut(QKeySequence(CLASS_KEY.format(place + 1)))
            action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
        action.triggered.connect(partial(self._on_class, place))
        self.menu.addAction(action)
        self._place.addAction(action)  # a key works where the menu was never opened
        return action

    def _on_class(self, place: int, _checked: bool = False, /) -> None:
        self.give_class(place)


def _opinion(film: JudgeableFilm, label: str) -> Opinion:
    result = film.result
    if result is None:
        return Opinion(film.sha256, film.path, label)
    return Opinion(
        film.sha256,
        film.path,
        label,
        result.prediction,
        result.model_id,
        result.model_name,
        result.model_version,
        result.model_sha256,
    )
