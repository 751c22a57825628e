"""Step 4: the run itself: curves, how far it is, and what can be done about it."""

from __future__ import annotations

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout

from xraydesk.ui.announce import announce
from xraydesk.ui.batch.run_bar import ConfirmButton
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.training.curves import Curve, Curves
from xraydesk.ui.training.epochs import EpochLog
from xraydesk.ui.training.labels import Page, button, label
from xraydesk.ui.training.run_state import UNDER_WAY, RunState, figures_of, headline, share_done
from xraydesk.workflows.training_verbs import StepDone

_STEPS = 1000


class TrainingPage(Page):
    hold_wanted = Signal()
    go_on_wanted = Signal()
    stop_wanted = Signal()
    cancel_wanted = Signal()

    def __init__(self, colours: Colours) -> None:
        super().__init__(
            "Training", "Films can be read meanwhile. The window may be closed: the run is kept."
        )
        self.state = RunState.READY
        self._log = EpochLog()
        self._summary = label("", "figure")
        self._headline = label("", "title")
        self._note = label("", "warning")
        self._whole, self._epoch = _bar("Progress of the training"), _bar("Progress of the epoch")
        self._figures: list[tuple[QLabel, QLabel]] = []
        self.loss = Curves("Loss", lambda value: f"{value:.2f}", colours)
        self.accuracy = Curves("Accuracy", lambda value: f"{100 * value:.0f} %", colours)
        self.rate = Curves("Learning rate", lambda value: f"{value:.2g}", colours, logarithmic=True)
        self._hold = button("Hold")
        self._stop = button(
            "Stop and keep the best", tip="End after the batch in hand; the best epoch is tested"
        )
        self._cancel = ConfirmButton("Cancel", "Really cancel?")
        self._cancel.setProperty("compact", True)
        self._cancel.setToolTip("End this run and delete what it made")
        self._lay_out()
        self._hold.clicked.connect(self._on_hold)
        self._stop.clicked.connect(self.stop_wanted)
        self._cancel.confirmed.connect(self.cancel_wanted)
        self.show_state(RunState.READY, None, EpochLog())

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self._headline, 1)
        for each in (self._hold, self._stop, self._cancel):
            head.addWidget(each)
        figures = QHBoxLayout()
        figures.setSpacing(5 * GRID)
        for name, value in figures_of(None, self._log):
            figures.addLayout(self._figure(name, value))
        figures.addStretch(1)
        curves = QGridLayout()
        curves.setSpacing(2 * GRID)
        curves.addWidget(self.loss, 0, 0)
        curves.addWidget(self.accuracy, 0, 1)
        curves.addWidget(self.rate, 1, 0)
        curves.addLayout(figures, 1, 1)
        curves.setRowStretch(0, 5)
        curves.setRowStretch(1, 2)
        curves.setColumnStretch(0, 1)
        curves.setColumnStretch(1, 1)
        self.column.addWidget(self._summary)
        self.column.addLayout(head)
        self.column.addWidget(self._note)
        self.column.addWidget(self._whole)
        self.column.addWidget(self._epoch)
        self.column.addSpacing(GRID)
        self.column.addLayout(curves, 1)

    def _figure(self, name: str, value: str) -> QVBoxLayout:
        column = QVBoxLayout()
        column.setSpacing(0)
        figure, words = label(value, "value", wrap=False), label(name, "quiet", wrap=False)
        self._figures.append((figure, words))
        column.addStretch(1)
        column.addWidget(figure)
        column.addWidget(words)
        column.addStretch(1)
        return column

    # -- given --------------------------------------------------------------------------------------

    def show_summary(self, words: str) -> None:
        """What will be trained, or is."""
        self._summary.setText(words)

    def show_state(self, state: RunState, step: StepDone | None, log: EpochLog, note: str = "") -> None:
        self._log = log
        if state is not self.state:
            self.state = state
            announce(self, headline(state, step, log))
        self._headline.setText(headline(state, step, log))
        self._headline.setVisible(state is not RunState.READY)
        self._note.setText(note)
        self._note.setVisible(bool(note))
        self._show_buttons(state)
        self._show_step(step, state)
        self._show_log(log, step)

    def show_preparing(self, words: str) -> None:
        """What is done before the first epoch."""
        self._headline.setText(words)

    def show_step(self, step: StepDone) -> None:
        """A few a second: only what moves with it."""
        self._headline.setText(headline(self.state, step, self._log))
        self._show_step(step, self.state)

    def set_colours(self, colours: Colours) -> None:
        for curves in (self.loss, self.accuracy, self.rate):
            curves.set_colours(colours)

    def words(self) -> str:
        return self._headline.text()

    def note(self) -> str:
        return self._note.text()

    def figures(self) -> dict[str, str]:
        return {words.text(): figure.text() for figure, words in self._figures}

    # -- within -------------------------------------------------------------------------------------

    def _show_buttons(self, state: RunState) -> None:
        under_way = state in UNDER_WAY
        for each in (self._hold, self._stop, self._cancel):
            each.setVisible(under_way)
        self._hold.setText("Go on" if state is RunState.HELD else "Hold")
        self._hold.setEnabled(state in (RunState.RUNNING, RunState.HELD))
        self._stop.setEnabled(state in (RunState.RUNNING, RunState.HELD))
        self._cancel.setEnabled(state is not RunState.CANCELLING)
        if not under_way:
            self._cancel.forget()

    def _show_step(self, step: StepDone | None, state: RunState) -> None:
        self._whole.setVisible(state in UNDER_WAY)
        self._epoch.setVisible(state in UNDER_WAY)
        self._whole.setRange(0, 0 if state is RunState.STARTING else _STEPS)
        self._whole.setValue(round(_STEPS * share_done(step, state, self._log)))
        self._epoch.setValue(round(_STEPS * step.step / step.steps) if step is not None and step.steps else 0)
        for (figure, words), (name, value) in zip(
            self._figures, figures_of(step, self._log, runs=state in UNDER_WAY), strict=True
        ):
            figure.setText(value)
            words.setText(name)

    def _show_log(self, log: EpochLog, step: StepDone | None) -> None:
        epochs = log.epochs or (step.epochs if step is not None else 1)
        train, validation = ("train_loss", "train_accuracy"), ("validation_loss", "validation_accuracy")
        for plot, ours, theirs in zip((self.loss, self.accuracy), train, validation, strict=True):
            curves = (
                Curve("training", log.values(ours), dashed=True),
                Curve("validation", log.values(theirs), accent=True),
            )
            plot.show_curves(curves if log.done else (), epochs, log.best)
        rate = (Curve("learning rate", log.values("learning_rate")),)
        self.rate.show_curves(rate if log.done else (), epochs, 0)

    @Slot()
    def _on_hold(self) -> None:
        (self.go_on_wanted if self.state is RunState.HELD else self.hold_wanted).emit()


def _bar(name: str) -> QProgressBar:
    made = QProgressBar(textVisible=False)
    made.setRange(0, _STEPS)
    made.setAccessibleName(name)
    return made
