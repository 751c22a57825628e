"""The page that says how often reader and model agree, and the way to a training."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QTableWidget, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.scripted_engine import ScriptedEngine
from xraydesk.errors import Failure
from xraydesk.model.prediction import INDETERMINATE
from xraydesk.ui.job_runner import JobRunner
from xraydesk.ui.models.agreement import AgreementController
from xraydesk.ui.models.agreement_page import NO_OPINIONS, AgreementPage, new_folder, share_words
from xraydesk.ui.reading.opinion_book import OpinionBook
from xraydesk.ui.settings import Settings
from xraydesk.workflows.opinion_verbs import (
    NOT_READ,
    Agreed,
    Agreements,
    CompareOpinions,
    ExportOpinions,
    LabelledFilms,
    ModelAgreement,
    Opinion,
)

CLASSES = ("COVID19", "NORMAL", "PNEUMONIA")
FULL = Failure("output_failed", "The disk is full.", "Free some space.")


def agreement(name: str = "DLH_COVID", sha256: str = "ab12") -> ModelAgreement:
    return ModelAgreement(
        "dlh",
        name,
        "1.0",
        sha256,
        CLASSES,
        (*CLASSES, INDETERMINATE, NOT_READ),
        ((30, 0, 2, 0, 0), (0, 10, 0, 1, 0), (0, 0, 8, 0, 1)),
        Agreed(48, 50),
        (("2026-04", Agreed(20, 20)), ("2026-05", Agreed(28, 30))),
    )


FOUND = Agreements((agreement(),), (("COVID19", 32), ("NORMAL", 11), ("PNEUMONIA", 9)))


@pytest.fixture
def page(qtbot: QtBot, tmp_path: Path) -> AgreementPage:
    made = AgreementPage(tmp_path)
    made.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
    qtbot.addWidget(made)
    made.show()
    return made


def cells(table: QTableWidget) -> list[list[str]]:
    rows, columns = range(table.rowCount()), range(table.columnCount())
    return [[_text(table, row, column) for column in columns] for row in rows]


def _text(table: QTableWidget, row: int, column: int) -> str:
    item = table.item(row, column)
    return item.text() if item else ""


def test_the_page_shows_the_sites_own_confusion_matrix_and_each_month(page: AgreementPage) -> None:
    page.show_agreements(FOUND)
    assert page.headline() == "You agree on 96 %"
    assert "DLH_COVID 1.0" in page.about()
    assert "48 of 50 films" in page.about()
    assert "95 % interval 87 to 99 %" in page.about()
    assert "2 films it left undecided or did not read" in page.about()
    assert cells(page.matrix()) == [
        ["30", "·", "2", "·", "·"],
        ["·", "10", "·", "1", "·"],
        ["·", "·", "8", "·", "1"],
    ]
    assert cells(page.months()) == [["30", "93 %", "79 to 98 %"], ["20", "100 %", "84 to 100 %"]]
    assert page.films_words() == "52 films with your opinion: 32 COVID-19, 11 Normal, 9 Pneumonia"


def test_each_cell_says_in_words_what_it_counts(page: AgreementPage) -> None:
    page.show_agreements(FOUND)
    cell = page.matrix().item(0, 2)
    assert cell is not None
    spoken = cell.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "You: COVID-19, model: Pneumonia: 2 films"


def test_without_opinions_the_page_says_how_to_give_some(page: AgreementPage) -> None:
    page.show_agreements(Agreements((), ()))
    assert page.about() == NO_OPINIONS
    assert not page.matrix().isVisible()
    assert not page.use_button().isEnabled()


def test_a_share_is_all_or_nothing_only_where_it_is() -> None:
    assert [share_words(share) for share in (0.0, 0.001, 0.5, 0.999, 1.0)] == [
        "0 %",
        "1 %",
        "50 %",
        "99 %",
        "100 %",
    ]


def test_a_new_folder_has_a_name_that_nothing_has(tmp_path: Path) -> None:
    first = new_folder(tmp_path)
    assert first.name == f"labelled films {datetime.now():%Y-%m-%d}"
    first.mkdir()
    assert new_folder(tmp_path).name == f"{first.name} (2)"


class Desk:
    def __init__(self, runner: JobRunner, engine: ScriptedEngine, window: QWidget) -> None:
        self.engine = engine
        self.book = OpinionBook(runner, window)
        self.controller = AgreementController(runner, self.book, Settings(), window)
        self.messages: list[str] = []
        self.ready: list[LabelledFilms] = []
        self.controller.message.connect(self.messages.append)
        self.controller.films_ready.connect(self.ready.append)

    @property
    def page(self) -> AgreementPage:
        page = self.controller.page()
        assert page is not None
        return page


@pytest.fixture
def desk(runner: JobRunner, engine: ScriptedEngine, qtbot: QtBot) -> Desk:
    window = QWidget()
    qtbot.addWidget(window)
    made = Desk(runner, engine, window)
    made.window = window  # type: ignore[attr-defined]
    made.controller.show_page()
    return made


def test_what_is_said_while_the_page_is_open_shows_in_it(desk: Desk, drain: Callable[[], None]) -> None:
    desk.engine.answer(CompareOpinions(), Agreements((), ()))
    drain()
    assert desk.page.about() == NO_OPINIONS
    desk.book.give(Opinion("cd34", Path("/a"), "NORMAL"))
    desk.engine.answer(CompareOpinions(), FOUND)
    drain()
    assert desk.page.headline() == "You agree on 96 %"


def test_a_page_that_was_closed_is_opened_anew(desk: Desk, drain: Callable[[], None], qtbot: QtBot) -> None:
    desk.page.close()
    qtbot.waitUntil(lambda: desk.controller.page() is None)
    desk.engine.answer(CompareOpinions(), FOUND)  # nobody waits for it any more
    drain()
    desk.controller.show_page()
    assert desk.page.isVisible()


def test_films_are_handed_on_for_a_training(desk: Desk, tmp_path: Path, drain: Callable[[], None]) -> None:
    desk.page.use_films(tmp_path / "out", copied=True)
    request = ExportOpinions(tmp_path / "out", copied=True)
    done = LabelledFilms(tmp_path / "out", None, 3, 1, "3 films copied into out.")
    desk.engine.progress(request, 1, 4)
    desk.engine.answer(request, done)
    drain()
    assert (desk.ready, desk.messages) == ([done], ["3 films copied into out."])
    assert desk.page.films_words() == "3 films copied into out."


def test_a_second_export_waits_for_the_first(desk: Desk, tmp_path: Path, drain: Callable[[], None]) -> None:
    desk.page.use_films(tmp_path / "out", copied=True)
    desk.page.use_films(tmp_path / "more", copied=True)
    assert "already" in desk.messages[0]
    desk.engine.fail(ExportOpinions(tmp_path / "out", copied=True), FULL)
    drain()
    assert desk.messages[1] == str(FULL)
    desk.page.use_films(tmp_path / "out.csv", copied=False)
    assert ExportOpinions(tmp_path / "out.csv", copied=False) in desk.engine.waiting.values()


def test_a_journal_that_cannot_be_read_is_said(desk: Desk, drain: Callable[[], None]) -> None:
    desk.engine.fail(CompareOpinions(), FULL)
    drain()
    assert desk.page.about() == str(FULL)


def test_the_model_that_was_chosen_stays_so(page: AgreementPage) -> None:
    newer = agreement("Clinic", "ef56")
    page.show_agreements(Agreements((newer, agreement()), FOUND.labels))
    assert page.about().startswith("Clinic 1.0")
    page.models().setCurrentIndex(1)
    assert page.about().startswith("DLH_COVID 1.0")
    page.show_agreements(Agreements((agreement(), newer), FOUND.labels))
    assert page.about().startswith("DLH_COVID 1.0")
