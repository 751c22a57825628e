"""The place for training: steps at the left, the step's page, and what happens next below."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from xraydesk.ui.announce import announce
from xraydesk.ui.theme import GRID, Colours, set_tone
from xraydesk.ui.training.evaluation_page import EvaluationPage
from xraydesk.ui.training.films_page import FilmsPage
from xraydesk.ui.training.labels import Page, button, label, rule
from xraydesk.ui.training.network_page import NetworkPage
from xraydesk.ui.training.split_page import SplitPage
from xraydesk.ui.training.step_list import StepList
from xraydesk.ui.training.steps import TITLES, Foot, Mark, Step
from xraydesk.ui.training.training_page import TrainingPage
from xraydesk.ui.training.use_page import UsePage


class TrainPlace(QWidget):
    """Shows one step at a time; `step_wanted` carries a Step that was gone to by hand."""

    next_wanted = Signal()
    back_wanted = Signal()
    step_wanted = Signal(object)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self.setObjectName("place")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName("Train")
        self._colours = colours
        self.steps = StepList(colours)
        self.films = FilmsPage(colours)
        self.split = SplitPage()
        self.network = NetworkPage(colours)
        self.training = TrainingPage(colours)
        self.evaluation = EvaluationPage(colours)
        self.use = UsePage()
        self.next = button("Next", primary=True, compact=False)
        self.back = button("Back", compact=False)
        self._sentence = label("", "figure")
        self._parked = False  # the keyboard waits for Next
        self._pages = QStackedWidget()
        for page in self._in_order():
            self._pages.addWidget(page)
        self._lay_out()
        self.next.clicked.connect(self.next_wanted)
        self.back.clicked.connect(self.back_wanted)
        self.steps.step_wanted.connect(self.step_wanted)

    def _in_order(self) -> tuple[Page, ...]:
        return (self.films, self.split, self.network, self.training, self.evaluation, self.use)

    def _lay_out(self) -> None:
        foot = QHBoxLayout()
        foot.setContentsMargins(3 * GRID, GRID, 3 * GRID, GRID)
        foot.setSpacing(2 * GRID)
        foot.addWidget(self._sentence, 1)
        foot.addWidget(self.back)
        foot.addWidget(self.next)
        right = QVBoxLayout()
        right.setSpacing(0)
        right.addWidget(self._pages, 1)
        right.addWidget(rule())
        right.addLayout(foot)
        whole = QHBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.steps)
        whole.addLayout(right, 1)

    def show_step(
        self, step: Step, marks: dict[Step, Mark], notes: dict[Step, str], reachable: set[Step]
    ) -> None:
        self.steps.show_steps(marks, notes, reachable)
        self.back.setVisible(step is not Step.FILMS)
        if self._pages.currentIndex() != step:
            self._pages.setCurrentIndex(step)
            announce(self, f"Step {step + 1} of {len(Step)}: {TITLES[step]}")

    def lock_choices(self, locked: bool, /) -> None:
        """What is being trained on can be looked at, not changed."""
        for page in (self.films, self.split, self.network):
            page.setEnabled(not locked)

    def show_foot(self, foot: Foot) -> None:
        """The reason stays in sight where one cannot go on."""
        self.next.setText(foot.next_words)
        self.next.setVisible(bool(foot.next_words))
        self._enable_next(foot.may_go_on)
        set_tone(self.next, "primary" if foot.primary else "")
        self.next.setAccessibleDescription(foot.sentence)
        if self._sentence.text() != foot.sentence:
            self._sentence.setText(foot.sentence)
            announce(self, foot.sentence)

    def _enable_next(self, enabled: bool, /) -> None:
        """While it rests, the keyboard waits at the step, and comes back if nobody took it elsewhere."""
        waiting = self.steps.buttons[self.step()]
        if not enabled and self._has_keyboard(self.next):
            self._parked = True
            waiting.setFocus()
        self.next.setEnabled(enabled)
        if enabled and self._parked:
            self._parked = False
            if self._has_keyboard(waiting):
                self.next.setFocus()

    def _has_keyboard(self, widget: QWidget) -> bool:
        """Or would have it, were the window before the others."""
        return self.window().focusWidget() is widget

    def step(self) -> Step:
        return Step(self._pages.currentIndex())

    def sentence(self) -> str:
        return self._sentence.text()

    def set_colours(self, colours: Colours) -> None:
        self._colours = colours
        self.steps.set_colours(colours)
        for page in (self.films, self.network, self.training, self.evaluation):
            page.set_colours(colours)
