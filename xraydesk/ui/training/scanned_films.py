"""What is in the folder: classes above, findings below, and the films of whichever was chosen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal, Slot
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from xraydesk.presentation.wording import class_words, film_name
from xraydesk.ui.elided_line import ElidedLine
from xraydesk.ui.theme import GRID, Colours
from xraydesk.ui.training.class_table import ClassTable
from xraydesk.ui.training.film_counts import (
    Chosen,
    ClassCount,
    is_excluded,
    label_of,
    remark_words,
    total_words,
)
from xraydesk.ui.training.film_table import FilmTable, Listing
from xraydesk.ui.training.findings_list import FindingsList
from xraydesk.ui.training.labels import button, label
from xraydesk.workflows.training_verbs import DoctorFinding, ScannedFolder

_CLASSES_HEIGHT = 230  # more classes scroll
_PATTERN_TIP = (
    "A regular expression with one group that finds the patient in a file's name, such as ^([A-Z0-9]+)_ "
    "for P0123_pa.png. Films of one patient are then kept together."
)


class ScannedFilms(QWidget):
    """`pattern_chosen` carries the pattern that finds the patient in a file's name."""

    other_wanted = Signal()
    undo_wanted = Signal()
    pattern_chosen = Signal(str)

    def __init__(self, colours: Colours) -> None:
        super().__init__()
        self._scanned: ScannedFolder | None = None
        self._chosen: Chosen = {}
        self._summary = label("", "title", wrap=False)
        self._where = ElidedLine()
        self._where.setProperty("tone", "quiet")
        self._undo = button("Undo", tip="Take the last change to the films back")
        self._other = button("Other films…", tip="Choose another folder or list")
        self._details = button("Details")
        self._details.setCheckable(True)
        self._pattern = QLineEdit()
        self.classes = ClassTable(colours)
        self._findings_title = label("", "label")
        self.findings = FindingsList(colours)
        self.films = FilmTable("Films of the chosen class or finding")
        self._lay_out()
        self._undo.clicked.connect(self.undo_wanted)
        self._other.clicked.connect(self.other_wanted)
        self._details.toggled.connect(self._pattern_line.setVisible)
        self._pattern.editingFinished.connect(self._on_pattern)
        self.classes.class_chosen.connect(self._show_class)
        self.findings.finding_chosen.connect(self._show_finding)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(GRID)
        head.addWidget(self._summary)
        head.addWidget(self._where, 1)
        for each in (self._undo, self._details, self._other):
            head.addWidget(each)
        left, lower = QVBoxLayout(), QHBoxLayout()
        left.setSpacing(GRID // 2)
        left.addWidget(self._findings_title)
        left.addWidget(self.findings, 1)
        lower.setSpacing(3 * GRID)
        lower.addLayout(left, 1)
        lower.addWidget(self.films, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(GRID)
        column.addLayout(head)
        column.addWidget(self._new_pattern_line())
        column.addWidget(self.classes)
        column.addLayout(lower, 1)

    def _new_pattern_line(self) -> QWidget:
        self._pattern_line = QWidget()
        row = QHBoxLayout(self._pattern_line)
        row.setContentsMargins(0, 0, 0, 0)
        words = label("Patient in a file's name", "quiet", wrap=False)
        words.setBuddy(self._pattern)
        self._pattern.setProperty("tone", "field")
        self._pattern.setPlaceholderText("a pattern such as ^([A-Z0-9]+)_ , or nothing")
        self._pattern.setToolTip(_PATTERN_TIP)
        self._pattern.setAccessibleName("Pattern that finds the patient in a file's name")
        row.addWidget(words)
        row.addWidget(self._pattern, 1)
        self._pattern_line.hide()
        return self._pattern_line

    def show_folder(
        self, scanned: ScannedFolder, chosen: Chosen, counts: dict[str, ClassCount], pattern: str
    ) -> None:
        again = self._scanned is not None and self._scanned.folder == scanned.folder
        self._scanned, self._chosen = scanned, chosen
        self._summary.setText(total_words(counts))
        self._where.setText(str(scanned.folder))
        self._pattern.setText(pattern)
        self.classes.show_classes(scanned, counts)
        self.classes.setFixedHeight(min(self.classes.wanted_height(), _CLASSES_HEIGHT))
        self.films.show_classes(scanned.classes)
        self.findings.show_findings(scanned.findings)
        found = len(scanned.findings)
        self._findings_title.setText(
            f"Findings ({found})" if found else "Findings: nothing that would spoil a training"
        )
        if again:
            self.films.refresh()
        elif self.findings.findings():
            self.findings.setCurrentIndex(self.findings.model().index(0, 0))
        else:
            self._show_class(scanned.classes[0] if scanned.classes else "")

    def show_choices(self, chosen: Chosen, counts: dict[str, ClassCount], *, can_undo: bool) -> None:
        self._undo.setEnabled(can_undo)
        self._chosen = chosen
        if self._scanned is not None:
            self._summary.setText(total_words(counts))
            self.classes.show_counts(counts)
            self.films.refresh()

    def summary(self) -> str:
        return self._summary.text()

    def set_colours(self, colours: Colours) -> None:
        self.classes.set_colours(colours)
        self.findings.set_colours(colours)

    def show_pattern_trouble(self, words: str) -> None:
        """The pattern cannot be used; "" where it can."""
        self._pattern.setProperty("wrong", bool(words))
        self._pattern.setToolTip(words or _PATTERN_TIP)
        self._pattern.style().polish(self._pattern)

    @Slot(str)
    def _show_class(self, name: str) -> None:
        scanned = self._scanned
        if scanned is None:
            return
        films = [place for place, film in enumerate(scanned.films) if label_of(film, self._chosen) == name]
        self.films.show_films(self._listing(films), f"Films of the class {class_words(name)}")

    @Slot(object)
    def _show_finding(self, finding: DoctorFinding) -> None:
        if finding.films:
            self.films.show_films(self._listing(finding.films), finding.message, finding.hint)
        else:
            self.films.clear(f"{finding.message} {finding.hint}".strip())

    def _listing(self, positions: list[int] | tuple[int, ...]) -> Listing:
        scanned = self._scanned
        if scanned is None:
            raise ValueError("no films are shown")
        films = scanned.films

        def words_of(place: int) -> tuple[str, ...]:
            film = films[place]
            shown = class_words(label_of(film, self._chosen))
            return film_name(film.path), shown, remark_words(film, self._chosen)

        def path_of(place: int) -> Path:
            return films[place].path

        return Listing(
            ("Film", "Class", "Remark"),
            positions,
            path_of,
            words_of,
            lambda place: is_excluded(films[place], self._chosen),
            (12 * GRID, 20 * GRID),
        )

    @Slot()
    def _on_pattern(self) -> None:
        self.pattern_chosen.emit(self._pattern.text().strip())
