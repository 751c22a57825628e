from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from xraydesk.ui.batch.notice import Notice
from xraydesk.ui.batch.run_bar import ConfirmButton, RunBar
from xraydesk.ui.batch.run_words import RunState, RunView, percent_done, run_words
from xraydesk.ui.theme import DARK

RUNNING = RunView(RunState.RUNNING, 1204, 3000, all_found=True, films_per_s=41.3, remaining_s=43.6)


@pytest.fixture
def bar(qtbot: QtBot) -> RunBar:
    made = RunBar()
    qtbot.addWidget(made)
    made.resize(560, 80)
    made.show()
    return made


def _buttons(bar: RunBar) -> list[str]:
    return [button.text() for button in bar.findChildren(QPushButton) if button.isVisible()]


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (RUNNING, "1,204 of 3,000  ·  41 films a second  ·  44 s left"),
        (
            RunView(RunState.RUNNING, 3, 900, all_found=False, films_per_s=2.34, remaining_s=-1),
            "3 of 900 found so far  ·  searching…  ·  2.3 films a second",
        ),
        (RunView(RunState.RUNNING, 0, 0, all_found=False), "Searching for films…"),
        (
            RunView(RunState.RUNNING, 5, 9, all_found=True, films_per_s=1, remaining_s=200),
            "5 of 9  ·  1.0 films a second  ·  3 min left",
        ),
        (
            RunView(RunState.RUNNING, 5, 9, all_found=True, films_per_s=1, remaining_s=3900),
            "5 of 9  ·  1.0 films a second  ·  1 h 05 min left",
        ),
        (RunView(RunState.RUNNING, 7, 7, all_found=True, watch=True), "Watching  ·  7 films classified"),
        (RunView(RunState.PAUSED, 7, 7, all_found=True, watch=True), "Not watching  ·  7 films classified"),
        (RunView(RunState.PAUSED, 1204, 3000, all_found=True), "Paused at 1,204 of 3,000"),
        (
            RunView(RunState.QUEUED, 0, 1, all_found=False),
            "0 of 1 found so far  ·  waits until the batch before it is done",
        ),
        (RunView(RunState.DONE, 1, 1, all_found=True), "Done: 1 film"),
        (RunView(RunState.CANCELLED, 2, 3, all_found=True), "Cancelled at 2 of 3"),
    ],
)
def test_how_far_a_batch_is_in_words(view: RunView, words: str) -> None:
    assert run_words(view) == words


@pytest.mark.parametrize(
    ("done", "found", "all_found", "words"),
    [(0, 3000, True, "0 %"), (2999, 3000, True, "99 %"), (3000, 3000, True, "100 %"), (5, 10, False, "…")],
)
def test_the_percentage_never_says_more_than_was_done(
    done: int, found: int, all_found: bool, words: str
) -> None:
    assert percent_done(RunView(RunState.RUNNING, done, found, all_found)) == words


def test_each_state_offers_what_can_be_done_in_it(bar: RunBar) -> None:
    offered = {}
    for state in RunState:
        bar.show_run(RunView(state, 1, 3, all_found=True, failed=2))
        offered[state] = _buttons(bar)
    assert offered == {
        RunState.RUNNING: ["Pause", "Cancel"],
        RunState.PAUSING: ["Pause", "Cancel"],
        RunState.RESTARTING: ["Pause", "Cancel"],
        RunState.QUEUED: ["Retry failed (2)", "Cancel"],
        RunState.PAUSED: ["Retry failed (2)", "Go on", "Cancel"],
        RunState.DONE: ["Retry failed (2)"],
        RunState.CANCELLED: ["Retry failed (2)"],
    }


def test_without_a_batch_there_is_no_bar(bar: RunBar) -> None:
    bar.show_run(RUNNING)
    bar.show_run(None)
    assert not bar.isVisible()
    bar.press_pause()
    bar.press_cancel()


def test_the_key_pauses_what_runs_and_goes_on_with_what_is_paused(bar: RunBar, qtbot: QtBot) -> None:
    bar.show_run(RUNNING)
    with qtbot.waitSignal(bar.pause_wanted):
        bar.press_pause()
    bar.show_run(RunView(RunState.PAUSED, 1, 3, all_found=True))
    with qtbot.waitSignal(bar.go_on_wanted):
        bar.press_pause()


def test_why_it_stopped_is_said_as_a_warning(bar: RunBar) -> None:
    bar.show_run(RunView(RunState.PAUSED, 1, 3, all_found=True, note="The disk is full."))
    assert bar.note() == "The disk is full."


def test_cancelling_wants_two_presses(qtbot: QtBot) -> None:
    button = ConfirmButton("Cancel", "Really cancel?")
    qtbot.addWidget(button)
    button.show()
    confirmed: list[bool] = []
    button.confirmed.connect(lambda: confirmed.append(True))
    button.click()
    assert button.text() == "Really cancel?"
    assert confirmed == []
    button.click()
    assert confirmed == [True]
    assert button.text() == "Cancel"


def test_a_question_nobody_answers_is_forgotten_with_the_focus(qtbot: QtBot) -> None:
    bar = RunBar()
    qtbot.addWidget(bar)
    bar.show()
    bar.show_run(RUNNING)
    cancelled: list[bool] = []
    bar.cancel_wanted.connect(lambda: cancelled.append(True))
    button = next(each for each in bar.findChildren(ConfirmButton))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    button.clearFocus()
    button.forget()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert cancelled == []


def test_a_state_that_changes_withdraws_the_question(bar: RunBar) -> None:
    bar.show_run(RUNNING)
    bar.press_cancel()
    bar.show_run(RunView(RunState.PAUSED, 1, 3, all_found=True))
    assert "Really cancel?" not in _buttons(bar)


def test_of_a_watched_folder_the_threshold_can_be_chosen(bar: RunBar, qtbot: QtBot) -> None:
    bar.show_run(RunView(RunState.RUNNING, 7, 7, all_found=True, watch=True))
    assert _buttons(bar) == ["Stop watching"]
    with qtbot.waitSignal(bar.threshold_chosen) as chosen:
        bar.show_threshold(0.75)
    assert chosen.args == [0.75]


def test_a_notice_is_closed_by_each_of_its_choices(qtbot: QtBot) -> None:
    notice = Notice(DARK)
    qtbot.addWidget(notice)
    pressed: list[str] = []
    notice.say("Go on?", ("Go on", lambda: pressed.append("yes")), ("Leave it", lambda: pressed.append("no")))
    assert notice.isVisible()
    notice.choices()[1].click()
    assert pressed == ["no"]
    assert not notice.isVisible()
    assert notice.words() == ""


def test_a_notice_that_counts_on_keeps_its_button(qtbot: QtBot) -> None:
    notice = Notice(DARK)
    qtbot.addWidget(notice)
    pressed: list[int] = []

    def stop() -> None:
        pressed.append(1)

    notice.say("1 of 9", ("Stop", stop))
    (button,) = notice.choices()
    notice.say("2 of 9", ("Stop", stop))
    assert notice.choices() == (button,)
    assert notice.words() == "2 of 9"


def test_a_notice_without_choices_can_be_closed(qtbot: QtBot) -> None:
    notice = Notice(DARK)
    qtbot.addWidget(notice)
    notice.say("The disk is full.", warns=True)
    (close,) = notice.choices()
    close.click()
    assert not notice.isVisible()
