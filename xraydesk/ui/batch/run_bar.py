"""How far the batch is, and what can be done about it: pause, go on, cancel, retry. Never a dialog."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal, Slot
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import (
    QDoubleSpinBox,
    QHBoxLayout,
    QLabel,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from xraydesk.ui.announce import announce
from xraydesk.ui.batch.run_words import UNDER_WAY, RunState, RunView, run_words
from xraydesk.ui.elided_line import ElidedLine
from xraydesk.ui.theme import GRID
from xraydesk.ui.words import Words

_STEPS = 1000
_ASKS_FOR_MS = 5000


class ConfirmButton(QPushButton):
    """Pressed once it asks; pressed again, it means it."""

    confirmed = Signal()

    def __init__(self, words: str, question: str) -> None:
        super().__init__(words)
        self._words, self._question = words, question
        self._asking = QTimer(self, singleShot=True, interval=_ASKS_FOR_MS)
        self._asking.timeout.connect(self.forget)
        self.clicked.connect(self.press_once)

    @Slot()
    def press_once(self) -> None:
        if self._asking.isActive():
            self.forget()
            self.confirmed.emit()
        else:
            self._asking.start()
            self.setText(self._question)
            announce(self, self._question)

    @Slot()
    def forget(self) -> None:
        """What was asked is not wanted."""
        self._asking.stop()
        self.setText(self._words)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: N802
        super().focusOutEvent(event)
        self.forget()


class RunBar(QWidget):
    """Empty while no batch is open."""

    pause_wanted = Signal()
    go_on_wanted = Signal()
    cancel_wanted = Signal()
    retry_wanted = Signal()
    threshold_chosen = Signal(float)  # films of a watched folder above this probability are told of

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName("Progress of the batch")
        self._view: RunView | None = None
        self._bar = QProgressBar(textVisible=False)
        self._bar.setAccessibleName("Progress of the batch")
        self._words = ElidedLine(Qt.TextElideMode.ElideRight)
        self._words.setProperty("tone", "figure")
        self._note = Words(tone="quiet")
        self._pause = QPushButton("Pause")
        self._cancel = ConfirmButton("Cancel", "Really cancel?")
        self._cancel.setToolTip("End this batch for good; what is done stays")
        self._retry = QPushButton()
        self._retry.setToolTip("Try the films again that could not be read")
        self._threshold = _threshold_box()
        self._lay_out()
        self._pause.clicked.connect(self._on_pause)
        self._cancel.confirmed.connect(self.cancel_wanted)
        self._retry.clicked.connect(self.retry_wanted)
        self._threshold.valueChanged.connect(self._on_threshold)
        self.show_run(None)

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(GRID)
        row.addWidget(self._words, 1)
        for button in (self._retry, self._pause, self._cancel):
            button.setProperty("compact", True)
            row.addWidget(button)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(2 * GRID, GRID // 2, 2 * GRID, GRID // 2)
        whole.setSpacing(GRID // 2)
        whole.addWidget(self._bar)
        whole.addLayout(row)
        whole.addWidget(self._note)
        whole.addWidget(self._threshold_line())

    def _threshold_line(self) -> QWidget:
        self._watch_line = QWidget()
        row = QHBoxLayout(self._watch_line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(GRID)
        label = QLabel("Tell me of films that are not normal, from")
        label.setProperty("tone", "quiet")
        label.setBuddy(self._threshold)
        row.addWidget(label)
        row.addWidget(self._threshold)
        row.addStretch(1)
        return self._watch_line

    # -- given --------------------------------------------------------------------------------------

    def show_run(self, view: RunView | None) -> None:
        """None: no batch is open."""
        before, self._view = self._view, view
        self.setVisible(view is not None)
        if view is None:
            return
        self._words.setText(run_words(view))
        self._note.setText(view.note)
        self._note.setVisible(bool(view.note))
        self._note.setProperty("tone", "quiet" if view.state in UNDER_WAY else "warning")
        self._note.style().polish(self._note)
        self._show_bar(view)
        self._show_buttons(view)
        if before is None or before.state is not view.state:
            self._cancel.forget()
            announce(self, f"{run_words(view)} {view.note}".strip())

    def show_threshold(self, threshold: float) -> None:
        self._threshold.setValue(100 * threshold)

    def view(self) -> RunView | None:
        return self._view

    def words(self) -> str:
        return self._words.text()

    def note(self) -> str:
        return self._note.text()

    @Slot()
    def press_pause(self) -> None:
        """As the key does: whichever of the two is offered now."""
        if self._pause.isVisibleTo(self) and self._pause.isEnabled():
            self._on_pause()

    @Slot()
    def press_cancel(self) -> None:
        if self._cancel.isVisibleTo(self) and self._cancel.isEnabled():
            self._cancel.setFocus()
            self._cancel.press_once()

    # -- within -------------------------------------------------------------------------------------

    def _show_bar(self, view: RunView) -> None:
        ended = view.state in (RunState.DONE, RunState.CANCELLED)
        self._bar.setVisible(not ended and not view.is_watching)
        if view.share < 0 and view.state is RunState.RUNNING:
            self._bar.setRange(0, 0)  # it moves, and says no more
        else:
            self._bar.setRange(0, _STEPS)
            self._bar.setValue(round(_STEPS * max(view.share, 0.0)))

    def _show_buttons(self, view: RunView) -> None:
        can_stop = view.state in (*UNDER_WAY, RunState.QUEUED)
        can_go_on = view.state is RunState.PAUSED
        stop, go_on = ("Stop watching", "Watch again") if view.watch else ("Pause", "Go on")
        self._pause.setVisible(view.state in UNDER_WAY or can_go_on)
        self._pause.setEnabled(view.state is not RunState.PAUSING)
        self._pause.setText(go_on if can_go_on else stop)
        self._pause.setProperty("tone", "primary" if can_go_on else "")
        self._pause.style().polish(self._pause)
        self._cancel.setVisible((can_stop or can_go_on) and not view.watch)
        self._cancel.setEnabled(view.state is not RunState.PAUSING)
        self._retry.setVisible(bool(view.failed) and view.state not in UNDER_WAY)
        self._retry.setText(f"Retry failed ({view.failed:,})")
        self._watch_line.setVisible(view.watch and view.state in UNDER_WAY)

    @Slot()
    def _on_pause(self) -> None:
        paused = self._view is not None and self._view.state is RunState.PAUSED
        (self.go_on_wanted if paused else self.pause_wanted).emit()

    @Slot(float)
    def _on_threshold(self, percent: float) -> None:
        self.threshold_chosen.emit(percent / 100)


def _threshold_box() -> QDoubleSpinBox:
    box = QDoubleSpinBox(minimum=1.0, maximum=100.0, singleStep=5.0, decimals=0, suffix=" %")
    box.setAccessibleName("Tell me of films that are not normal, from this probability")
    return box
