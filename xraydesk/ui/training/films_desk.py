"""Wires step 1: chooses films, has them looked through, keeps what was decided about single ones."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import QObject, QTimer, Signal, Slot
from PySide6.QtWidgets import QFileDialog

from xraydesk.errors import Failure
from xraydesk.jobs import Progress
from xraydesk.presentation.wording import count_words
from xraydesk.ui.job_runner import Job
from xraydesk.ui.settings import TRAIN_FOLDER, TRAIN_RECENT, Settings
from xraydesk.ui.training.choices import FilmChoices
from xraydesk.ui.training.engine import TrainingEngine
from xraydesk.ui.training.film_counts import ClassCount, classes_words, count_classes, is_excluded
from xraydesk.ui.training.films_page import FilmsPage
from xraydesk.ui.training.steps import Foot
from xraydesk.workflows.training_verbs import ScanFolder, ScannedFolder, Severity, TrainModel
from xraydesk.workflows.verbs import Answer

_LOOK_AGAIN_MS = 400
_LISTS = "Lists of films (*.csv);;All files (*)"
_LIST_SUFFIXES = (".csv", ".tsv", ".txt")


class FilmsDesk(QObject):
    changed = Signal()
    films_changed = Signal()  # other films, or other decisions about them: what was planned with them is void
    open_wanted = Signal(object)  # list of Paths, to look at in Read

    def __init__(
        self, page: FilmsPage, engine: TrainingEngine, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._page, self._engine, self._settings = page, engine, settings
        self.choices = FilmChoices(self)
        self.folder: Path | None = None
        self.manifest: Path | None = None
        self.pattern = ""
        self.scanned: ScannedFolder | None = None
        self._counts: dict[
            str, ClassCount
        ] = {}  # with a hundred thousand films they are not counted in passing
        self._job: Job | None = None
        self._failure = ""  # of looking again; what was seen before stays in sight
        self._locked = False
        self._again = QTimer(self, singleShot=True, interval=_LOOK_AGAIN_MS)
        self._connect()
        self._show_recent()

    def _connect(self) -> None:
        choose, scanned = self._page.choose, self._page.scanned
        choose.folder_wanted.connect(self._ask_for_folder)
        choose.manifest_wanted.connect(self._ask_for_manifest)
        choose.recent_wanted.connect(self.take)
        self._page.progress.cancel_wanted.connect(self.cancel)
        scanned.other_wanted.connect(self.choose_others)
        scanned.undo_wanted.connect(self.choices.undo)
        scanned.pattern_chosen.connect(self._on_pattern)
        scanned.films.open_wanted.connect(self.open_wanted)
        scanned.films.exclude_wanted.connect(self._on_exclude)
        scanned.films.relabel_wanted.connect(self.choices.relabel)
        self.choices.changed.connect(self._on_choices)
        self._again.timeout.connect(self._look_again)

    # -- what is known ------------------------------------------------------------------------------

    def is_done(self) -> bool:
        return self.scanned is not None and self.scanned.may_train and not self._failure

    def classes(self) -> tuple[str, ...]:
        return self.scanned.classes if self.scanned is not None else ()

    def some_film(self) -> Path | None:
        """One that takes part, to try things on."""
        films = self.scanned.films if self.scanned is not None else ()
        chosen = self.choices.chosen()
        return next((film.path for film in films if not film.problem and not is_excluded(film, chosen)), None)

    def is_busy(self) -> bool:
        return self._job is not None or self._again.isActive()

    def foot(self) -> Foot:
        if self._job is not None and self.scanned is None:
            return Foot("The films are looked through; this takes a while the first time.", may_go_on=False)
        if self.scanned is None:
            return Foot("Choose the films first.", may_go_on=False)
        if self.is_busy():
            return Foot("Your changes are looked at…", may_go_on=False)
        if self._failure:
            return Foot(self._failure, may_go_on=False)
        for finding in self.scanned.findings:
            if finding.severity is Severity.REFUSAL:
                return Foot(f"These films cannot be trained on yet: {finding.message}", may_go_on=False)
        return Foot("Next: which films to learn from, and which to keep for the test.")

    def note(self) -> str:
        if self.scanned is None:
            return ""
        films = count_words(sum(count.films for count in self._counts.values()), "film")
        return f"{films}, {classes_words(self._counts)}"

    # -- what may be asked --------------------------------------------------------------------------

    @Slot(object)
    def take(self, source: Path) -> None:
        """A folder of class folders, or a CSV list."""
        is_list = source.suffix.lower() in _LIST_SUFFIXES
        self.take_labelled(source.parent if is_list else source, source if is_list else None)

    def take_labelled(self, folder: Path, manifest: Path | None) -> None:
        """`manifest` names films, in `folder` or anywhere."""
        self.folder, self.manifest, self.pattern = folder, manifest, ""
        self.scanned = None
        self.choices.clear()
        self._page.show_progress()
        self._scan()
        self.films_changed.emit()

    def enter(self) -> None:
        """The page is on screen: films of an earlier run are looked through only now."""
        if self.folder is not None and self.scanned is None and self._job is None and not self._locked:
            self._page.show_progress()
            self._scan()

    def lock(self, locked: bool, /) -> None:
        """While they are trained on, films are not looked through anew."""
        self._locked = locked

    def take_run(self, request: TrainModel) -> None:
        """The films of an earlier run; they are looked through only when somebody wants to see them."""
        self._drop_job()
        self.folder, self.manifest, self.pattern = request.folder, request.manifest, request.patient_pattern
        self.scanned = None
        self.choices.take(request.choices)
        self._page.show_choose()

    @Slot()
    def cancel(self) -> None:
        self._drop_job()
        self.choose_others()

    @Slot()
    def choose_others(self) -> None:
        self._drop_job()
        self.folder = self.manifest = self.scanned = None
        self.pattern = ""
        self.choices.clear()
        self._page.choose.show_trouble("")
        self._page.show_choose()
        self.films_changed.emit()
        self.changed.emit()

    # -- within -------------------------------------------------------------------------------------

    def _scan(self) -> None:
        self._drop_job()
        if self.folder is None:
            return
        request = ScanFolder(self.folder, self.manifest, self.pattern, self.choices.all())
        self._job = self._engine.ask(request, self._on_scanned, self._on_failed, self._on_event)
        self.changed.emit()

    def _drop_job(self) -> None:
        self._again.stop()
        self._failure = ""
        job, self._job = self._job, None
        self._engine.abandon(job)

    def _on_event(self, event: object) -> None:
        if isinstance(event, Progress):
            self._page.progress.show_progress(event)

    def _on_scanned(self, answer: Answer) -> None:
        if not isinstance(answer, ScannedFolder):
            return
        self._job = None
        self.scanned = answer
        chosen = self.choices.chosen()
        self._counts = count_classes(answer, chosen)
        self._page.scanned.show_folder(answer, chosen, self._counts, self.pattern)
        self._page.show_scanned()
        self._settings.remember_labelled(self.manifest or answer.folder)
        self._show_recent()
        self.changed.emit()

    def _on_failed(self, failure: Failure) -> None:
        """What was shown before stays, if there was something."""
        self._job = None
        if self.scanned is None:
            self._page.choose.show_trouble(str(failure))
            self._page.show_choose()
        else:
            self._failure = str(failure)
        self.changed.emit()

    @Slot()
    def _on_choices(self) -> None:
        chosen, can_undo = self.choices.chosen(), self.choices.can_undo()
        self._counts = count_classes(self.scanned, chosen) if self.scanned is not None else {}
        self._page.scanned.show_choices(chosen, self._counts, can_undo=can_undo)
        if self.scanned is not None:
            self._again.start()
            self.films_changed.emit()
            self.changed.emit()

    @Slot()
    def _look_again(self) -> None:
        self._scan()

    @Slot(object, bool)
    def _on_exclude(self, paths: list[Path], excluded: bool) -> None:
        self.choices.exclude(paths, excluded=excluded)

    @Slot(str)
    def _on_pattern(self, pattern: str) -> None:
        trouble = pattern_trouble(pattern)
        self._page.scanned.show_pattern_trouble(trouble)
        if pattern != self.pattern and not trouble:
            self.pattern = pattern
            self.films_changed.emit()
            self._scan()

    @Slot()
    def _ask_for_folder(self) -> None:
        before = self._settings.get(TRAIN_FOLDER)
        chosen = QFileDialog.getExistingDirectory(self._page, "Films to learn from", before)
        if chosen:
            self.take(Path(chosen))

    @Slot()
    def _ask_for_manifest(self) -> None:
        before = self._settings.get(TRAIN_FOLDER)
        chosen, _kind = QFileDialog.getOpenFileName(self._page, "List of films and classes", before, _LISTS)
        if chosen:
            self.take(Path(chosen))

    def _show_recent(self) -> None:
        self._page.choose.show_recent([Path(each) for each in self._settings.get(TRAIN_RECENT)])


def pattern_trouble(pattern: str) -> str:
    """Why a pattern cannot find a patient; "" where it can, or where there is none."""
    if not pattern:
        return ""
    try:
        groups = re.compile(pattern).groups
    except re.error:
        return "This is no regular expression."
    return "" if groups == 1 else "The pattern needs one group, in round brackets."
