"""Where one is on the way through the six steps, what is done, and where one can go."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from xraydesk.ui.training.evaluation_desk import EvaluationDesk
from xraydesk.ui.training.films_desk import FilmsDesk
from xraydesk.ui.training.network_desk import NetworkDesk
from xraydesk.ui.training.run_desk import RunDesk
from xraydesk.ui.training.split_desk import SplitDesk
from xraydesk.ui.training.steps import Foot, Mark, Step
from xraydesk.ui.training.use_desk import UseDesk

_LOCKED = "These choices are being trained on. Cancel the run to change them."
_WAITS = "First: how the films are divided."


@dataclass(frozen=True, slots=True)
class Desks:
    films: FilmsDesk
    split: SplitDesk
    network: NetworkDesk
    run: RunDesk
    evaluation: EvaluationDesk
    use: UseDesk


class Journey:
    """`is_outdated`: what is chosen is not what the last run was told."""

    def __init__(self, desks: Desks, is_outdated: Callable[[], bool]) -> None:
        self.step = Step.FILMS
        self._desks = desks
        self._is_outdated = is_outdated

    def is_run_current(self) -> bool:
        """There is a run, of just these choices."""
        return self._desks.run.request is not None and not self._is_outdated()

    def marks(self) -> dict[Step, Mark]:
        desks = self._desks
        run = desks.run.request is not None or desks.evaluation.is_open()
        films = run or desks.films.is_done()
        split = run or (films and desks.split.is_done())
        network = run or (split and desks.network.is_done())
        done = {
            Step.FILMS: films,
            Step.SPLIT: split,
            Step.NETWORK: network,
            Step.TRAINING: desks.run.is_done() or desks.evaluation.is_done(),
            Step.EVALUATION: desks.evaluation.is_done(),
            Step.INTO_USE: desks.use.is_done(),
        }
        marks = {step: Mark.DONE if done[step] else Mark.LATER for step in Step}
        return marks | {self.step: Mark.NOW}

    def reachable(self) -> set[Step]:
        """Steps that a click leads to: each whose forerunner is done."""
        desks = self._desks
        reachable = {Step.FILMS, self.step}
        if desks.films.is_done():
            reachable.add(Step.SPLIT)
            if desks.split.is_done():
                reachable.add(Step.NETWORK)
                if desks.network.is_done():
                    reachable.add(Step.TRAINING)
        if desks.run.request is not None:
            reachable.add(Step.TRAINING)
        if desks.evaluation.is_open():
            reachable.add(Step.EVALUATION)
        if desks.use.has_model() and desks.evaluation.is_done():
            reachable.add(Step.INTO_USE)
        return reachable

    def notes(self) -> dict[Step, str]:
        """What was chosen or found in each, in few words."""
        desks = self._desks
        return {
            Step.FILMS: desks.films.note(),
            Step.SPLIT: desks.split.note(),
            Step.NETWORK: desks.network.note() if desks.network.is_done() else "",
            Step.TRAINING: desks.run.note(),
            Step.EVALUATION: desks.evaluation.note(),
            Step.INTO_USE: desks.use.note(),
        }

    def foot(self) -> Foot:
        if self._desks.run.is_under_way() and self.step < Step.TRAINING:
            return Foot(_LOCKED, next_words="To the training")
        if self.step in (Step.NETWORK, Step.TRAINING) and self._must_divide_again():
            return Foot(_WAITS, may_go_on=False)
        desks = self._desks
        in_order = (desks.films, desks.split, desks.network, desks.run, desks.evaluation, desks.use)
        return in_order[self.step].foot()

    def _must_divide_again(self) -> bool:
        """No split is known for these films, and no run stands for one."""
        return self._desks.run.request is None and not self._desks.split.is_done()
