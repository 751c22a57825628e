"""Hands a batch on: asks where to, lets the engine write, says what came of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal, Slot
from PySide6.QtWidgets import QFileDialog, QWidget

from xraydesk.errors import Failure
from xraydesk.jobs import Progress
from xraydesk.journal.records import Batch
from xraydesk.presentation.wording import count_words
from xraydesk.ui import settings as keys
from xraydesk.ui.action_table import Do
from xraydesk.ui.actions import Actions
from xraydesk.ui.batch.notice import Notice
from xraydesk.ui.job_runner import Job, JobRunner
from xraydesk.ui.save_as import ask_file
from xraydesk.ui.settings import Settings
from xraydesk.workflows.verbs import Answer, BatchExported, ExportBatch, ExportKind, UndoSorting


@dataclass(frozen=True, slots=True)
class _Way:
    """`suffix`: of the file; empty where a folder is filled. `what` stands in sentences."""

    kind: ExportKind
    title: str
    what: str
    suffix: str = ""


WAYS = {
    Do.EXPORT_CSV: _Way(ExportKind.CSV, "Save the table as CSV", "The table", ".csv"),
    Do.EXPORT_XLSX: _Way(ExportKind.XLSX, "Save the table for Excel", "The table", ".xlsx"),
    Do.EXPORT_PDF: _Way(ExportKind.PDF, "Save a summary as PDF", "The summary", ".pdf"),
    Do.EXPORT_HEATMAPS: _Way(ExportKind.HEATMAPS, "A folder for the heatmap pictures", "Heatmap pictures"),
    Do.EXPORT_COPY: _Way(ExportKind.COPY, "A folder to copy the films into", "Copying films"),
    Do.EXPORT_MOVE: _Way(ExportKind.MOVE, "A folder to move the films into", "Moving films"),
}
_UNDO_TITLE = "The list that sorting left in the folder"
_UNDO_LISTS = "Undo lists (xraydesk-undo-*.jsonl);;All files (*)"


class Exports(QObject):
    """One at a time. What is asked and answered stands in the place's notice, never in a dialog of its own."""

    activity_changed = Signal(str)
    message = Signal(str)

    def __init__(
        self, runner: JobRunner, actions: Actions, settings: Settings, notice: Notice, window: QWidget
    ) -> None:
        super().__init__(window)
        self._runner = runner
        self._actions = actions
        self._settings = settings
        self._notice = notice
        self._window = window
        self._batch: Batch | None = None
        self._selected: tuple[int, ...] = ()
        self._job: Job | None = None
        for id, way in WAYS.items():
            actions[id].triggered.connect(partial(self._ask, way))
        actions[Do.EXPORT_UNDO].triggered.connect(self._ask_undo)
        self._allow()

    def show_batch(self, batch: Batch | None) -> None:
        if batch is None or self._batch is None or batch.id != self._batch.id:
            self.show_selected(())
        self._batch = batch
        self._allow()

    def show_selected(self, film_ids: tuple[int, ...]) -> None:
        """Of a single row nobody means to export just that row."""
        self._selected = film_ids if len(film_ids) > 1 else ()
        if not self._selected:
            self._actions[Do.EXPORT_SELECTED].setChecked(False)
        self._allow()

    def export(self, kind: ExportKind, target: Path, what: str) -> None:
        """The batch that is shown, or what is selected of it."""
        if self._batch is not None:
            self._export(self._batch.id, self._films(), kind, target, what)

    def _export(
        self, batch_id: int, films: tuple[int, ...], kind: ExportKind, target: Path, what: str
    ) -> None:
        on = self._actions
        request = ExportBatch(
            batch_id,
            kind,
            target,
            film_ids=films,
            identity=on[Do.EXPORT_IDENTITY].isChecked() and not on[Do.HIDE_IDENTITY].isChecked(),
            thumbnails=on[Do.EXPORT_THUMBNAILS].isChecked(),
        )
        self._submit(request, what)

    def undo(self, undo_list: Path) -> None:
        self._submit(UndoSorting(undo_list), "Bringing films back")

    # -- asking -------------------------------------------------------------------------------------

    def _ask(self, way: _Way, _checked: bool = False, /) -> None:
        target = self._ask_file(way) if way.suffix else self._ask_folder(way)
        if target is None:
            return
        self._settings.set(keys.EXPORT_FOLDER, str(target.parent if way.suffix else target))
        if self._batch is None:
            return
        films = self._films()  # those that the question is about, whatever is selected when it is answered
        export = partial(self._export, self._batch.id, films, way.kind, target, way.what)
        if way.kind is ExportKind.MOVE:
            self._confirm_move(len(films) or self._batch.counts.done, target, export)
        else:
            export()

    def _ask_file(self, way: _Way) -> Path | None:
        """The name proposed says nothing of the patient, as a folder's may."""
        proposed = self._folder() / f"xraydesk batch {datetime.now().astimezone():%Y-%m-%d}{way.suffix}"
        return ask_file(self._window, way.title, proposed, way.suffix)

    def _ask_folder(self, way: _Way) -> Path | None:
        chosen = QFileDialog.getExistingDirectory(self._window, way.title, str(self._folder()))
        return Path(chosen) if chosen else None

    def _confirm_move(self, films: int, target: Path, export: Callable[[], None]) -> None:
        self._notice.say(
            f"Move {count_words(films, 'film')} out of their folders into class folders in "
            f"‘{target.name or target}’? “Undo sorting…” brings them back.",
            ("Move them", export),
            ("Leave them", lambda: None),
            warns=True,
        )

    @Slot()
    def _ask_undo(self) -> None:
        chosen, _kind = QFileDialog.getOpenFileName(
            self._window, _UNDO_TITLE, str(self._folder()), _UNDO_LISTS
        )
        if chosen:
            self.undo(Path(chosen))

    def _folder(self) -> Path:
        return Path(self._settings.get(keys.EXPORT_FOLDER) or Path.home())

    def _films(self) -> tuple[int, ...]:
        return self._selected if self._actions[Do.EXPORT_SELECTED].isChecked() else ()

    # -- the engine ---------------------------------------------------------------------------------

    def _submit(self, request: ExportBatch | UndoSorting, what: str) -> None:
        self._notice.close_notice()
        self._job = self._runner.submit(
            request, self._on_done, partial(self._on_failed, what), partial(self._on_event, what)
        )
        self.activity_changed.emit(f"{what}…")
        self._allow()

    def _on_event(self, what: str, event: object) -> None:
        if isinstance(event, Progress) and self._job is not None:
            count = f": {event.done:,} of {event.total:,}" if event.total else "…"
            self.activity_changed.emit(what + count)
            self._notice.say(what + count, ("Stop", self._stop))

    def _stop(self) -> None:
        if self._job is not None:
            self._runner.cancel(self._job)

    def _on_done(self, answer: Answer) -> None:
        self._end()
        if isinstance(answer, BatchExported):
            self._notice.say(answer.message)
            self.message.emit(answer.message)

    def _on_failed(self, what: str, failure: Failure) -> None:
        self._end()
        if failure.code == "cancelled":
            so_far = failure.message.removeprefix("Cancelled.").strip()
            self._notice.say(f"{what}: stopped. {so_far}".strip())
        else:
            self._notice.say(str(failure), warns=True)

    def _end(self) -> None:
        self._job = None
        self.activity_changed.emit("")
        self._allow()

    def _allow(self) -> None:
        free = self._job is None
        self._actions.allow(free and self._batch is not None, *WAYS)
        self._actions.allow(free, Do.EXPORT_UNDO)
        self._actions.allow(bool(self._selected), Do.EXPORT_SELECTED)
