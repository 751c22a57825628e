"""Wires the batch place: what is started, what runs, and which batch is open."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot

from xraydesk.errors import Failure
from xraydesk.journal.reader import JournalReader
from xraydesk.journal.records import Batch, BatchEnd, SkippedFile
from xraydesk.model.prediction import normal_place
from xraydesk.ui import settings as keys
from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.batch.batches_menu import BatchesMenu
from xraydesk.ui.batch.chosen_film import ChosenFilm
from xraydesk.ui.batch.columns import OF_IDENTITY, Column
from xraydesk.ui.batch.exports import Exports
from xraydesk.ui.batch.journal_desk import JournalDesk
from xraydesk.ui.batch.looking import Looking
from xraydesk.ui.batch.place import BatchPanel, places_words
from xraydesk.ui.batch.run_words import RunState, run_view, stopped_words
from xraydesk.ui.batch.running import BatchRun
from xraydesk.ui.batch.skipped_page import MOST, SkippedPage
from xraydesk.ui.batch.watching import WatchNotice
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.reading.film_on_screen import FilmOnScreen
from xraydesk.ui.settings import Settings
from xraydesk.workflows.verbs import AddToBatch, BatchProgress, BatchRan, DeleteBatch, StartBatch

_LOOK_EVERY_MS = 700


@dataclass(frozen=True, slots=True, eq=False)
class _State:
    """What the journal says of all batches, and of the open one; `histogram` of 1 - P(normal).

    `empty`: columns that say nothing of any of its films.
    """

    batches: list[Batch]
    batch: Batch | None
    histogram: list[int]
    empty: frozenset[Column]


class BatchController(QObject):
    """`running` carries the RunView of what runs, None while nothing does."""

    running = Signal(object)
    message = Signal(str)

    def __init__(
        self,
        runner: JobRunner,
        journal: Path,
        panel: BatchPanel,
        screen: FilmOnScreen,
        menus: BatchesMenu,
        actions: Actions,
        settings: Settings,
    ) -> None:
        super().__init__(panel)
        self._panel = panel
        self._menus = menus
        self._actions = actions
        self._settings = settings
        self._run = BatchRun(runner, self)
        self._desk = JournalDesk(journal, self)
        self._chosen = ChosenFilm(runner, self._desk, screen, self)
        self.looking = Looking(panel, self._chosen, self._run.is_running, self)
        self.exports = Exports(runner, actions, settings, panel.notice, panel)
        self.watch = WatchNotice(self._desk, lambda: settings.get(keys.NOTIFY_ABOVE), panel)
        self._batches: list[Batch] = []
        self._batch: Batch | None = None
        self._wanted = 0  # the batch to be open once the journal has told of it
        self._offered: str | None = None  # in which words; None until the journal was looked through
        self._trouble = ""
        self._look_soon = QTimer(self, singleShot=True, interval=_LOOK_EVERY_MS)
        self._look_soon.timeout.connect(self._look)
        self._connect()
        self._show_run()

    def _connect(self) -> None:
        run, bar, menus = self._run, self._panel.run_bar, self._menus
        run.changed.connect(self._show_run)
        self._panel.notice.changed.connect(self._show_run)
        run.noted.connect(self._on_noted)
        run.progressed.connect(self._on_progress)
        run.ended.connect(self._on_ended)
        run.failed.connect(self._on_failed)
        self._desk.failed.connect(self._on_journal_failed)
        self._panel.rows.failed.connect(self._on_journal_failed)
        bar.pause_wanted.connect(run.pause)
        bar.go_on_wanted.connect(self._go_on)
        bar.cancel_wanted.connect(self._cancel)
        bar.retry_wanted.connect(self._retry_failed)
        bar.threshold_chosen.connect(partial(self._settings.set, keys.NOTIFY_ABOVE))
        bar.show_threshold(self._settings.get(keys.NOTIFY_ABOVE))
        menus.open_wanted.connect(self.open)
        menus.compare_wanted.connect(self._compare)
        menus.delete_wanted.connect(self._ask_to_delete)
        self._panel.counts.skipped_clicked.connect(self._ask_skipped)
        self.looking.selected.connect(self.exports.show_selected)
        for teller in (self._chosen, self.watch, self.exports):
            teller.message.connect(self.message)
        self._connect_actions()

    def _connect_actions(self) -> None:
        on = self._actions
        on[Do.BATCH_PAUSE].triggered.connect(self._pause_or_go_on)
        on[Do.BATCH_CANCEL].triggered.connect(self._panel.run_bar.press_cancel)
        on[Do.BATCH_RETRY].triggered.connect(self._retry_failed)
        on[Do.BATCH_READ].triggered.connect(self.looking.open_in_read)
        on[Do.BATCH_FIND].triggered.connect(self._panel.filters.start_search)
        on[Do.HIDE_IDENTITY].toggled.connect(self._panel.rows.set_identity_hidden)
        self._panel.rows.set_identity_hidden(on[Do.HIDE_IDENTITY].isChecked())

    # -- what others may ask ------------------------------------------------------------------------

    @Slot()
    def start_up(self) -> None:
        """Once the window is on screen: what was left in the middle is offered."""
        self._look()

    def start(self, places: Iterable[Path], *, watch: bool = False) -> None:
        self._panel.notice.close_notice()
        self._run.start(tuple(places), watch=watch)

    def take(self, places: tuple[Path, ...]) -> None:
        """What is dropped on a batch that runs belongs to it; else it is a batch of its own."""
        batch, current = self._batch, self._run.current
        if batch is not None and current is not None and current.batch_id == batch.id and not current.watch:
            self._run.add(batch.id, places)
        else:
            self.start(places)

    def open(self, batch_id: int) -> None:
        self._wanted = batch_id
        self._look()

    @property
    def batch(self) -> Batch | None:
        return self._batch

    @property
    def is_watching(self) -> bool:
        """A folder is watched now."""
        return self._run.current is not None and self._run.current.watch

    def come_to_front(self, in_front: bool, /) -> None:
        """Whether the viewer shows films of the batch."""
        self._chosen.come_to_front(in_front)
        if in_front:
            self.watch.have_been_seen()
            (self._panel.table if self._batch else self._panel).setFocus()

    @Slot()
    def override(self) -> None:
        """The findings panel asks for a reading of the film on screen, though the gate refuses it."""
        self._leave_button()
        self._chosen.override()

    @Slot()
    def retry(self) -> None:
        self._leave_button()
        self._chosen.retry()

    def _leave_button(self) -> None:
        """The button that was pressed goes."""
        if self._panel.isVisible():
            self._panel.table.setFocus()

    def stop(self) -> None:
        self._look_soon.stop()
        self._panel.close_rows()
        self._desk.stop()
        self.watch.stop()

    # -- what the journal says ----------------------------------------------------------------------

    @Slot()
    def _look(self) -> None:
        self._desk.ask("state", partial(_state_of, self._wanted), self._on_state)

    def _on_state(self, state: _State) -> None:
        self._trouble = ""
        self._batches = state.batches
        self._menus.show_batches(state.batches)
        if self._offered is None:
            self._offered = ""
            self._offer(state.batches)
        before, self._batch = self._batch, state.batch
        self._wanted = state.batch.id if state.batch else 0
        if state.batch is not None:
            self._panel.counts.show_counts(state.batch.counts, state.batch.told.classes)
            self._panel.counts.show_histogram(state.histogram, "")
            self._panel.table.header.set_empty(state.empty)
        self._show_batch(before)

    def _show_batch(self, before: Batch | None) -> None:
        batch = self._batch
        same = batch is not None and before is not None and batch.id == before.id
        if batch is None:
            self._chosen.choose(0, ())
        elif same:
            self.looking.refresh(batch)
        else:
            self.looking.show_batch(batch)
        self._panel.show_batch(batch, self._find_batch(self.looking.compared_with))
        self.exports.show_batch(batch)
        self._show_run()

    def _find_batch(self, batch_id: int) -> Batch | None:
        return next((batch for batch in self._batches if batch.id == batch_id), None)

    def _offer(self, batches: list[Batch]) -> None:
        """What stopped without its end: never gone on with unasked, and once refused, not offered again."""
        refused = self._settings.get(keys.BATCH_LEFT)
        stopped = [batch for batch in batches if batch.end is BatchEnd.OPEN and batch.id > refused]
        if not stopped or self._run.current is not None:
            return
        first, rest = stopped[0], len(stopped) - 1
        words = stopped_words(first) + (f" {rest} more can be gone on with." if rest else "")
        self._offered = words
        go_on = "Watch again" if first.told.watch else "Go on"
        self._panel.notice.say(
            words, (go_on, partial(self._accept, first)), ("Leave it", partial(self._refuse, first))
        )
        self.message.emit(f"{words} Go on with it in Batch.")

    def _accept(self, batch: Batch) -> None:
        self._leave_button()
        self.open(batch.id)
        self._run.go_on(batch.id, watch=batch.told.watch)

    def _refuse(self, batch: Batch) -> None:
        self._leave_button()
        self._settings.set(keys.BATCH_LEFT, batch.id)

    # -- what runs ----------------------------------------------------------------------------------

    @Slot()
    def _show_run(self) -> None:
        batch, current = self._batch, self._run.current
        view = run_view(batch, self._run) if batch else None
        offers = bool(self._offered) and self._panel.notice.words() == self._offered
        self._panel.run_bar.show_run(None if offers and view and view.state is RunState.PAUSED else view)
        can_go_on = view is not None and view.state is RunState.PAUSED
        self._actions[Do.BATCH_PAUSE].setText("Go on" if can_go_on and current is None else "Pause")
        self._actions.allow(current is not None or can_go_on, Do.BATCH_PAUSE)
        still_open = view is not None and view.state not in (RunState.DONE, RunState.CANCELLED)
        self._actions.allow(still_open, Do.BATCH_CANCEL)
        self._actions.allow(view is not None and view.failed > 0, Do.BATCH_RETRY)
        self._actions.allow(batch is not None, Do.BATCH_FIND, Do.BATCH_READ)
        running = self._find_batch(current.batch_id) if current else None
        self.running.emit(run_view(running, self._run) if running else None)

    @Slot(object, int)
    def _on_noted(self, request: object, batch_id: int) -> None:
        match request:
            case StartBatch():
                self._wanted = batch_id
            case AddToBatch(_, places):
                name = self._batch.told.name if self._batch else ""
                self.message.emit(f"{places_words(places)} added to ‘{name}’, which is running.")
            case DeleteBatch() if self._wanted == batch_id:
                self._wanted = 0
        self._look()

    @Slot(object)
    def _on_progress(self, progress: BatchProgress) -> None:
        if self.is_watching:
            self.watch.hear(progress)
        self._show_run()
        if not self._look_soon.isActive():
            self._look_soon.start()

    @Slot(object)
    def _on_ended(self, ran: BatchRan) -> None:
        if ran.reason:
            self.message.emit(ran.reason)
        self._look()

    @Slot(object)
    def _on_failed(self, failure: Failure) -> None:
        self._panel.notice.say(str(failure), warns=True)
        self.message.emit(str(failure))

    @Slot(object)
    def _on_journal_failed(self, failure: Failure) -> None:
        """Said once, until the journal can be read again."""
        if str(failure) != self._trouble:
            self._trouble = str(failure)
            self._panel.notice.say(str(failure), warns=True)

    # -- what the user asks for ---------------------------------------------------------------------

    @Slot()
    def _pause_or_go_on(self) -> None:
        if self._run.current is not None:
            self._run.pause()
        else:
            self._go_on()

    @Slot()
    def _go_on(self) -> None:
        if self._batch is not None:
            self._panel.notice.close_notice()
            self._run.go_on(self._batch.id, watch=self._batch.told.watch)

    @Slot()
    def _cancel(self) -> None:
        if self._batch is not None:
            self._run.cancel(self._batch.id)

    @Slot()
    def _retry_failed(self) -> None:
        if self._batch is not None:
            self._run.retry_failed(self._batch.id, watch=self._batch.told.watch)

    @Slot(int)
    def _compare(self, batch_id: int) -> None:
        self.looking.compare_with(batch_id)
        self._panel.show_batch(self._batch, self._find_batch(batch_id))

    @Slot(int)
    def _ask_to_delete(self, batch_id: int) -> None:
        batch = self._find_batch(batch_id)
        if batch is not None:
            self._panel.notice.say(
                f"Delete the batch ‘{batch.told.name}’ with all its results? Films and exports stay.",
                ("Delete", partial(self._run.delete, batch_id)),
                ("Keep", _nothing),
                warns=True,
            )

    @Slot()
    def _ask_skipped(self) -> None:
        batch = self._batch
        if batch is not None:
            asked = partial(JournalReader.skipped, batch_id=batch.id, limit=MOST)
            self._desk.ask("skipped", asked, partial(self._show_skipped, batch))

    def _show_skipped(self, batch: Batch, files: list[SkippedFile]) -> None:
        SkippedPage(batch, files, self._panel).show()


def _nothing() -> None:
    return None


def _state_of(wanted: int, reader: JournalReader) -> _State:
    """The batch wanted, or if there is none, the latest."""
    batches = reader.batches()
    batch = next((batch for batch in batches if batch.id == wanted), batches[0] if batches else None)
    classes = batch.told.classes if batch else ()
    normal = reader.histogram(batch.id, classes[normal_place(classes)]) if batch and classes else []
    said = reader.identified(batch.id) if batch else (True, True)
    empty = frozenset(column for column, any_film in zip(OF_IDENTITY, said, strict=True) if not any_film)
    return _State(batches, batch, normal[::-1], empty)
