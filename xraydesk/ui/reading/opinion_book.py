"""What the reader says of films, at hand for every list that shows them; the engine writes it down."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Signal, Slot

from xraydesk.errors import Failure
from xraydesk.ui.job_runner import JobRunner
from xraydesk.workflows.opinion_verbs import (
    GivenOpinions,
    GiveOpinion,
    ListOpinions,
    Opinion,
    OpinionNoted,
    TakeBackOpinion,
)
from xraydesk.workflows.verbs import Answer


class OpinionBook(QObject):
    """An opinion shows at once; where it cannot be written, it goes again and `message` says why."""

    changed = Signal(str)  # the SHA-256 of the film; empty: any of them may have changed
    message = Signal(str)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._runner = runner
        self._kept: dict[str, str] = {}  # as the journal has it
        self._asked: dict[str, str] = {}  # on its way there; empty where an opinion is taken back

    @Slot()
    def start_up(self) -> None:
        """Once the window is on screen. A journal that cannot be read is said elsewhere."""
        self._runner.submit(ListOpinions(), self._on_listed, _nothing)

    def label_of(self, sha256: str) -> str:
        """The class that the reader gave the film with this content, empty for none."""
        return self._asked.get(sha256, self._kept.get(sha256, ""))

    def give(self, opinion: Opinion) -> None:
        self._ask(GiveOpinion(opinion), opinion.sha256, opinion.label)

    def take_back(self, sha256: str) -> None:
        self._ask(TakeBackOpinion(sha256), sha256, "")

    def _ask(self, request: GiveOpinion | TakeBackOpinion, sha256: str, label: str) -> None:
        self._asked[sha256] = label
        self._runner.submit(request, self._on_noted, partial(self._on_failed, sha256, label))
        self.changed.emit(sha256)

    def _on_listed(self, answer: Answer) -> None:
        if isinstance(answer, GivenOpinions):
            self._kept = dict(answer.labels)
            self.changed.emit("")

    def _on_noted(self, answer: Answer) -> None:
        if not isinstance(answer, OpinionNoted):
            return
        if answer.label:
            self._kept[answer.sha256] = answer.label
        else:
            self._kept.pop(answer.sha256, None)
        self._settle(answer.sha256, answer.label)

    def _on_failed(self, sha256: str, label: str, failure: Failure) -> None:
        self._settle(sha256, label)
        self.changed.emit(sha256)
        self.message.emit(f"Your opinion was not noted. {failure}")

    def _settle(self, sha256: str, label: str) -> None:
        """What was asked for later is still on its way."""
        if self._asked.get(sha256) == label:
            del self._asked[sha256]


def _nothing(_failure: Failure) -> None:
    return None
