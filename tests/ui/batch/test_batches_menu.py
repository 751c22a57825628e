from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from xraydesk.journal.records import Batch, BatchCounts, BatchEnd, NewBatch
from xraydesk.model.model_input import Preprocessing
from xraydesk.ui.batch.batches_menu import BatchesMenu, batch_line, batch_tip, started_words

NONE = BatchCounts()


def _batch(number: int, name: str, end: BatchEnd = BatchEnd.DONE, counts: BatchCounts = NONE) -> Batch:
    told = NewBatch(
        (Path("/d"),), name, "m", "DLH_COVID", "1.0", "0" * 64, ("NORMAL", "SICK"), Preprocessing()
    )
    return Batch(number, "2026-11-03T09:05:07", told, True, end, counts)


A = _batch(1, "Disk & 3", counts=BatchCounts(read=2999, failed=1, labels=(("NORMAL", 2000), ("EDEMA", 999))))
B = _batch(2, "Night", BatchEnd.OPEN)


@pytest.fixture
def menus(qtbot: QtBot) -> Iterator[BatchesMenu]:
    window = QWidget()
    qtbot.addWidget(window)
    made = BatchesMenu(window)
    made.show_batches([B, A])
    made.show_open(2, 0)
    yield made


def _filled(menu: object) -> list[QAction]:
    menu.aboutToShow.emit()  # type: ignore[attr-defined]
    return [action for action in menu.actions() if action.text()]  # type: ignore[attr-defined]


def test_a_batch_is_named_with_its_films_date_and_model() -> None:
    assert batch_line(A) == "3,000 films  ·  3 Nov 2026, 09:05  ·  DLH_COVID 1.0"
    assert batch_line(B).endswith("not finished")
    assert batch_tip(A) == "Normal 2,000  ·  Edema 999  ·  failed 1"


def test_a_date_nobody_can_read_is_shown_as_it_is() -> None:
    assert started_words("yesterday") == "yesterday"


def test_an_earlier_batch_is_opened(menus: BatchesMenu, qtbot: QtBot) -> None:
    first, second, _delete = _filled(menus.earlier)
    assert first.isChecked()
    assert second.text().startswith("Disk && 3\t")
    with qtbot.waitSignal(menus.open_wanted) as wanted:
        second.trigger()
    assert wanted.args == [1]


def test_the_open_batch_is_not_compared_with_itself(menus: BatchesMenu, qtbot: QtBot) -> None:
    nothing, other = _filled(menus.compare)
    assert nothing.isChecked()
    with qtbot.waitSignal(menus.compare_wanted) as wanted:
        other.trigger()
    assert wanted.args == [1]


def test_the_open_batch_can_be_deleted(menus: BatchesMenu, qtbot: QtBot) -> None:
    delete = _filled(menus.earlier)[-1]
    with qtbot.waitSignal(menus.delete_wanted) as wanted:
        delete.trigger()
    assert wanted.args == [2]


def test_an_empty_journal_says_so(menus: BatchesMenu) -> None:
    menus.show_batches([])
    menus.show_open(0, 0)
    nothing, delete = _filled(menus.earlier)
    assert nothing.text() == "No batch yet"
    assert not nothing.isEnabled()
    assert not delete.isEnabled()
    assert not menus.compare.menuAction().isEnabled()
